//! What clients may ask of a list, to its limits: long questions, pages of any size, relations of a table to itself.

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
    filterset_fields = [name(icontains, regex), code(startswith), boss.name(isnull, exact)],
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
    let many = vec!["a"; 15_000].join("+");
    let quotes = "%5C%27+".repeat(5000);
    let long = "x".repeat(60_000);
    for query in [
        format!("search={words}"),
        format!("search={many}"),
        format!("search={quotes}"),
        format!("search={long}"),
        format!("name__icontains={long}"),
        format!("name__icontains={}", &long[..2001]),
    ] {
        let reply = server.get(&format!("/api/people/?{query}"));
        assert_eq!(reply.brief(), (400, too_much), "{}", &query[..20]);
    }
    assert!(ids(&server, &format!("name__icontains={}", &long[..2000])).is_empty());
    // A regex of a few letters that would take hundreds of megabytes.
    let reply = server.get("/api/people/?name__regex=(((a{60}){60}){60})");
    let no_regex = r#"{"name__regex":["Enter a valid regular expression."]}"#;
    assert_eq!(reply.brief(), (400, no_regex));
    assert_eq!(ids(&server, "name__regex=^[ZB]o"), [1, 2]);
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
