//! Clients that ask for more than a database takes, and models that are related to themselves.

use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::support::{database, serve};

diesel::table! {
    people (id) { id -> Integer, name -> Text, code -> Text, boss_id -> Nullable<Integer>, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = people)]
struct Person {
    id: i32,
    name: String,
    #[field(regex = "^[a-z]+$")]
    code: String,
    #[diesel(column_name = boss_id)]
    #[field(related = Person)]
    boss: Option<i32>,
}

struct PersonViewSet;

#[viewset(
    model = Person,
    pagination_class = PageNumberPagination::of(10).page_size_query_param("size"),
    search_fields = [name, code],
    filterset_fields = [name(icontains), code(startswith), boss.name(isnull, exact)],
    ordering_fields = [name, boss.name],
    ordering = [id]
)]
impl PersonViewSet {}

const PEOPLE: &str = "
    CREATE TABLE people (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL, code TEXT NOT NULL, boss_id INTEGER REFERENCES people (id)
    );
    INSERT INTO people VALUES (1, 'Zoe', 'z', NULL), (2, 'Bob', 'bob', 1), (3, 'Cy', 'c', 4), (4, 'Ann', 'a', 2);";

fn serve_people() -> Server {
    serve(DefaultRouter::new().register("people", PersonViewSet).with(database(PEOPLE)))
}

fn ids(server: &Server, query: &str) -> Vec<i64> {
    let reply = server.get(&format!("/api/people/?{query}"));
    assert_eq!(reply.status, 200, "{query}: {}", reply.body);
    let results = reply.json()["results"].as_array().cloned().unwrap_or_default();
    results.iter().filter_map(|row| row["id"].as_i64()).collect()
}

/// A statement that the database finds too long is the client's mistake.
#[test]
fn too_long_a_question_is_refused() {
    let server = serve_people();
    let too_much = r#"["The request asks for too much at once."]"#;
    let words = vec!["a"; 1100].join("+");
    let long = "x".repeat(60_000);
    for query in
        [format!("search={words}"), format!("search={long}"), format!("name__icontains={long}")]
    {
        let reply = server.get(&format!("/api/people/?{query}"));
        assert_eq!(reply.brief(), (400, too_much), "{}", &query[..20]);
    }
    let terms = vec!["name,-name,boss__name"; 1000].join(",");
    assert_eq!(ids(&server, &format!("ordering={terms}")), [4, 2, 3, 1]);
}

#[test]
fn a_page_of_any_size_is_answered() {
    let server = serve_people();
    for size in [
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "9".repeat(400).as_str(),
    ] {
        assert_eq!(ids(&server, &format!("size={size}")), [1, 2, 3, 4], "{size}");
    }

    struct EndlessViewSet;

    #[viewset(model = Person, pagination_class = KeysetPagination::of(1).page_size_query_param("size"))]
    impl EndlessViewSet {}

    let router =
        DefaultRouter::new().register("people", EndlessViewSet).secret_key(*b"0123456789abcdef");
    let server = serve(router.with(database(PEOPLE)));
    for size in ["9223372036854775807", "18446744073709551615"] {
        assert_eq!(ids(&server, &format!("size={size}")), [1, 2, 3, 4], "{size}");
    }
}

/// K16, K18: a relation of a table to itself is one to another row; who has none has no name of it.
#[test]
fn a_model_can_be_related_to_itself() {
    let server = serve_people();
    assert_eq!(ids(&server, "ordering=boss__name"), [1, 3, 4, 2]);
    assert_eq!(ids(&server, "ordering=-boss__name"), [2, 4, 3, 1]);
    assert_eq!(ids(&server, "boss__name=Zoe"), [2]);
    assert_eq!(ids(&server, "boss__name__isnull=true"), [1]);
    assert_eq!(ids(&server, "boss__name__isnull=false"), [2, 3, 4]);
}

#[test]
fn a_text_with_a_regex_is_searched_like_any_other() {
    let server = serve_people();
    assert_eq!(ids(&server, "search=bo"), [2]);
    assert_eq!(ids(&server, "code__startswith=a"), [4]);
}

#[test]
fn pages_that_begin_at_a_row_are_sorted_by_the_models_own_columns() {
    struct AnyViewSet;

    #[viewset(
        model = Person,
        pagination_class = CursorPagination::of(2).ordering(&["id"]),
        ordering_fields = [name, boss.name]
    )]
    impl AnyViewSet {}

    let router = SimpleRouter::new().register("people", AnyViewSet).with(database(PEOPLE)).build();
    let error = router.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains("cannot be sorted by fields of other models"), "{error}");
}

#[test]
fn a_serializer_of_an_action_is_about_its_model() {
    diesel::table! {
        pets (id) { id -> Integer, name -> Text, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = pets)]
    struct Pet {
        id: i32,
        name: String,
    }

    struct MixedViewSet;

    #[viewset(model = Person)]
    impl MixedViewSet {
        #[action(detail = false, serializer_class = Pet)]
        async fn pets(&self) -> &'static str {
            "none"
        }
    }

    let router =
        SimpleRouter::new().register("people", MixedViewSet).with(database(PEOPLE)).build();
    let error = router.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains("`MixedViewSet` is about another model"), "{error}");
}

/// S20: a nested row has the URL of its own viewset, by that one's lookup field; a key that no URL takes has none.
#[test]
fn a_link_leads_to_the_row_that_it_stands_in() {
    diesel::table! {
        clubs (slug) { slug -> Text, }
    }

    diesel::table! {
        members (id) { id -> Integer, club -> Text, boss -> Integer, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = clubs, primary_key(slug))]
    struct Club {
        slug: String,
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = members)]
    struct Member {
        id: i32,
        club: String,
        #[field(related = Person)]
        boss: i32,
    }

    #[derive(Serializer)]
    #[serializer(model = Club)]
    struct ClubLink {
        slug: String,
        #[field(hyperlink)]
        url: String,
    }

    #[derive(Serializer)]
    #[serializer(model = Person)]
    struct PersonLink {
        #[field(hyperlink)]
        url: String,
        #[field(hyperlink = "person-detail")]
        named: String,
    }

    #[derive(Serializer)]
    #[serializer(model = Member)]
    struct MemberLink {
        #[field(hyperlink)]
        url: String,
        #[field(nested)]
        boss: PersonLink,
    }

    struct MemberViewSet;

    #[viewset(model = Member, serializer_class = MemberLink)]
    impl MemberViewSet {}

    struct ClubViewSet;

    #[viewset(model = Club, serializer_class = ClubLink, lookup_value_regex = "[a-z]+")]
    impl ClubViewSet {}

    struct ByName;

    #[viewset(model = Person, lookup_field = name)]
    impl ByName {}

    let db = database(concat!(
        "CREATE TABLE clubs (slug TEXT PRIMARY KEY);",
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, code TEXT NOT NULL, boss_id INTEGER);",
        "INSERT INTO people VALUES (1, 'Zoe', 'z', NULL);",
        "CREATE TABLE members (id INTEGER PRIMARY KEY, club TEXT NOT NULL, boss INTEGER NOT NULL);",
        "INSERT INTO members VALUES (7, 'x', 1);"
    ));
    let router = DefaultRouter::new()
        .register("members", MemberViewSet)
        .register("clubs", ClubViewSet)
        .register("people", ByName)
        .with(db);
    let server = serve(router);
    let zoe = "http://testserver/api/people/Zoe/";
    let expected =
        json!({"url": "http://testserver/api/members/7/", "boss": {"url": zoe, "named": zoe}});
    assert_eq!(server.get("/api/members/7/").json(), expected);
    let post =
        |slug: &str| server.request("POST", "/api/clubs/", &format!(r#"{{"slug":"{slug}"}}"#));
    assert_eq!(post("a/b").brief(), (201, r#"{"slug":"a/b","url":null}"#));
    assert_eq!(post("ab").body, r#"{"slug":"ab","url":"http://testserver/api/clubs/ab/"}"#);
    assert_eq!(server.get("/api/clubs/").status, 200);
}
