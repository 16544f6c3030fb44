//! Keys of other rows that are no integers: UUIDs and texts. What is expected is what the reference answered.

use viewset_actix::prelude::*;
use viewset_actix::serializers::Uuid;
use viewset_tests::Server;

use crate::support::{database, serve};

diesel::table! {
    clubs (id) { id -> Text, name -> Text, }
}

diesel::table! {
    countries (code) { code -> Text, }
}

diesel::table! {
    members (id) { id -> Integer, club_id -> Nullable<Text>, country_code -> Text, }
}

diesel::table! {
    member_clubs (id) { id -> Integer, member_id -> Integer, club_id -> Text, }
}

diesel::table! {
    member_countries (id) { id -> Integer, member_id -> Integer, country_code -> Text, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = clubs)]
pub(crate) struct Club {
    id: Uuid,
    name: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = countries, primary_key(code))]
pub(crate) struct Country {
    #[field(max_length = 4)]
    code: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = members)]
#[viewset(ordering = [id], filterset_fields = [club(exact, in, isnull), country(exact, in), club.name])]
pub(crate) struct Member {
    id: i32,
    #[diesel(column_name = club_id)]
    #[field(related = Club)]
    club: Option<Uuid>,
    #[diesel(column_name = country_code)]
    #[field(related = Country)]
    country: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = member_clubs)]
pub(crate) struct MemberClub {
    id: i32,
    #[diesel(column_name = member_id)]
    #[field(related = Member)]
    member: i32,
    #[diesel(column_name = club_id)]
    #[field(related = Club)]
    club: Uuid,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = member_countries)]
pub(crate) struct MemberCountry {
    id: i32,
    #[diesel(column_name = member_id)]
    #[field(related = Member)]
    member: i32,
    #[diesel(column_name = country_code)]
    #[field(related = Country)]
    country: String,
}

#[derive(Serializer)]
#[serializer(model = Club)]
pub(crate) struct ClubName {
    name: String,
}

#[derive(Serializer)]
#[serializer(model = Member)]
struct Everything {
    #[field(nested)]
    club: Option<ClubName>,
    #[field(source = club.name)]
    club_name: String,
    #[field(source = country, hyperlink)]
    home: String,
    #[field(through = MemberClub, source = member.club, required = false)]
    clubs: Vec<Uuid>,
    #[field(through = MemberCountry, source = member.country, required = false)]
    countries: Vec<String>,
}

struct EverythingViewSet;

#[viewset(model = Member, serializer_class = Everything)]
impl EverythingViewSet {}

pub(crate) const TABLES: &str = "
    CREATE TABLE clubs (id TEXT PRIMARY KEY, name TEXT NOT NULL);
    INSERT INTO clubs VALUES
        ('00000000000000000000000000000005', 'five'), ('12345678123456781234567812345678', 'v');
    CREATE TABLE countries (code TEXT PRIMARY KEY);
    INSERT INTO countries VALUES ('de'), ('5'), ('AT');
    CREATE TABLE members (
        id INTEGER PRIMARY KEY, club_id TEXT REFERENCES clubs (id),
        country_code TEXT NOT NULL REFERENCES countries (code)
    );
    INSERT INTO members VALUES (1, '12345678123456781234567812345678', 'de'), (2, NULL, '5');
    CREATE TABLE member_clubs (id INTEGER PRIMARY KEY, member_id INTEGER NOT NULL, club_id TEXT NOT NULL);
    CREATE TABLE member_countries (
        id INTEGER PRIMARY KEY, member_id INTEGER NOT NULL, country_code TEXT NOT NULL
    );";

pub(crate) const V: &str = "12345678-1234-5678-1234-567812345678";
pub(crate) const FIVE: &str = "00000000-0000-0000-0000-000000000005";

fn serve_members() -> Server {
    let router = DefaultRouter::new()
        .register("members", ModelViewSet::<Member>::new())
        .register_as("everything", "everything", EverythingViewSet)
        .register("clubs", ModelViewSet::<Club>::new())
        .register("countries", ModelViewSet::<Country>::new());
    serve(router.with(database(TABLES)))
}

/// U24: a key is looked for as it was sent, by what the type of the key makes of it.
#[test]
fn a_key_is_stored_if_there_is_its_row() {
    let server = serve_members();
    let post = |club: &serde_json::Value, country: &serde_json::Value| {
        let body = json!({"club": club, "country": country}).to_string();
        server.request("POST", "/api/members/", &body)
    };
    for (sent, stored) in [
        (json!(V), json!(V)),
        (json!(V.replace('-', "")), json!(V)),
        (json!(format!("{{{V}}}")), json!(V)),
        (json!(5), json!(FIVE)),
        (json!(""), json!(null)),
        (json!(null), json!(null)),
    ] {
        let reply = post(&sent, &json!("de"));
        assert_eq!((reply.status, &reply.json()["club"]), (201, &stored), "{sent}");
    }
    for (sent, stored) in [(json!("de"), "de"), (json!(5), "5")] {
        let reply = post(&json!(null), &sent);
        assert_eq!((reply.status, &reply.json()["country"]), (201, &json!(stored)));
    }
    let missing = |sent: &str| format!("Invalid pk \"{sent}\" - object does not exist.");
    let invalid = |sent: &str| format!("“{sent}” is not a valid UUID.");
    let of_type = |name: &str| format!("Incorrect type. Expected pk value, received {name}.");
    for (sent, message) in [
        (json!(6), missing("6")),
        (json!(-1), invalid("-1")),
        (json!(true), of_type("bool")),
        (json!("abc"), invalid("abc")),
        (json!([1]), invalid("[1]")),
    ] {
        let body = json!({"club": [message]}).to_string();
        assert_eq!(post(&sent, &json!("de")).brief(), (400, body.as_str()), "{sent}");
    }
    for (sent, message) in [
        (json!("DE"), missing("DE")),
        (json!(" de"), missing(" de")),
        (json!(5.0), missing("5.0")),
        (json!(["de"]), missing("['de']")),
        (json!("a\0"), missing("a\0")),
        (json!(false), of_type("bool")),
        (json!(""), "This field may not be null.".to_owned()),
    ] {
        let body = json!({"country": [message]}).to_string();
        assert_eq!(post(&json!(V), &sent).brief(), (400, body.as_str()), "{sent}");
    }
}

/// K17: so it is in filters; a text is not trimmed.
#[test]
fn a_key_filters_if_there_is_its_row() {
    let server = serve_members();
    let choice = "Select a valid choice. That choice is not one of the available choices.";
    let ids = |query: &str| -> Vec<i64> {
        let reply = server.get(&format!("/api/members/?{query}"));
        assert_eq!(reply.status, 200, "{query}: {}", reply.body);
        let list = reply.json();
        list.as_array().unwrap().iter().filter_map(|row| row["id"].as_i64()).collect()
    };
    for (query, expected) in [
        (format!("club={V}"), &[1][..]),
        (format!("club=%7B{V}%7D"), &[1]),
        (format!("club__in={V},{FIVE}"), &[1]),
        ("club=".to_owned(), &[1, 2]),
        ("club__in=,".to_owned(), &[]),
        ("club__isnull=true".to_owned(), &[2]),
        ("country=de".to_owned(), &[1]),
        ("country__in=de,5".to_owned(), &[1, 2]),
        ("club__name=v".to_owned(), &[1]),
    ] {
        assert_eq!(ids(&query), expected, "{query}");
    }
    let invalid = |sent: &str| format!("“{sent}” is not a valid UUID.");
    for (name, sent, message) in [
        ("club", "abc", invalid("abc")),
        ("club", "5", invalid("5")),
        ("club", "%20", invalid(" ")),
        ("club", "00000000-0000-0000-0000-000000000009", choice.to_owned()),
        ("club", "%00", "Null characters are not allowed.".to_owned()),
        ("club__in", &format!("{V},abc"), invalid("abc")),
        ("country", "DE", choice.to_owned()),
        ("country", "%20de", choice.to_owned()),
        ("country", "%20", choice.to_owned()),
        ("country__in", "de,xx", choice.to_owned()),
    ] {
        let reply = server.get(&format!("/api/members/?{name}={sent}"));
        let body = json!({name: [message]}).to_string();
        assert_eq!(reply.brief(), (400, body.as_str()), "{name}={sent}");
    }
}

/// U25: many of them; what is shown of the rows is found by them.
#[test]
fn many_keys_are_shown_and_stored() {
    let server = serve_members();
    let patch =
        |body: &serde_json::Value| server.request("PATCH", "/api/everything/1/", &body.to_string());
    let sent = json!({"clubs": [5, V, V], "countries": [5, "AT"]});
    let expected = json!({
        "club": {"name": "v"},
        "club_name": "v",
        "home": "http://testserver/api/countries/de/",
        "clubs": [FIVE, V],
        "countries": ["5", "AT"],
    });
    assert_eq!(patch(&sent).json(), expected);
    assert_eq!(server.get("/api/everything/1/").json(), expected);
    let missing = |sent: &str| format!("Invalid pk \"{sent}\" - object does not exist.");
    let invalid = |sent: &str| format!("“{sent}” is not a valid UUID.");
    for (name, sent, message) in [
        ("clubs", json!([5, "abc"]), invalid("abc")),
        ("clubs", json!([6, "abc"]), missing("6")),
        ("clubs", json!([null]), missing("None")),
        ("clubs", json!([""]), invalid("")),
        ("countries", json!(["xx", "de"]), missing("xx")),
        ("countries", json!([null]), missing("None")),
        ("countries", json!([""]), missing("")),
        ("countries", json!([[]]), missing("[]")),
    ] {
        let body = json!({name: [message]}).to_string();
        assert_eq!(patch(&json!({name: sent})).brief(), (400, body.as_str()), "{name}: {sent}");
    }
    assert_eq!(server.get("/api/everything/1/").json(), expected);
}

fn new_id(_: &Context<'_>) -> Result<Uuid> {
    Uuid::random()
}

/// S4, S8: a key that the server makes, Django's `UUIDField(primary_key=True, default=uuid4, editable=False)`; of rows in
/// between as well.
#[test]
fn a_key_that_no_client_sees_to_is_made_by_the_server() {
    diesel::table! {
        things (id) { id -> Text, name -> Text, }
    }

    diesel::table! {
        thing_countries (id) { id -> Text, thing_id -> Text, country_code -> Text, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = things)]
    struct Thing {
        #[field(read_only, default_with = new_id)]
        id: Uuid,
        name: String,
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = thing_countries)]
    struct ThingCountry {
        #[field(read_only, default_with = new_id)]
        id: Uuid,
        #[diesel(column_name = thing_id)]
        #[field(related = Thing)]
        thing: Uuid,
        #[diesel(column_name = country_code)]
        #[field(related = Country)]
        country: String,
    }

    #[derive(Serializer)]
    #[serializer(model = Thing)]
    struct ThingWithCountries {
        id: Uuid,
        name: String,
        #[field(through = ThingCountry, source = thing.country)]
        countries: Vec<String>,
    }

    struct ThingViewSet;

    #[viewset(model = Thing, serializer_class = ThingWithCountries)]
    impl ThingViewSet {}

    let tables = "
        CREATE TABLE countries (code TEXT PRIMARY KEY);
        INSERT INTO countries VALUES ('de'), ('AT');
        CREATE TABLE things (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE thing_countries (
            id TEXT NOT NULL PRIMARY KEY, thing_id TEXT NOT NULL, country_code TEXT NOT NULL
        )";
    let router = DefaultRouter::new().register("things", ThingViewSet).register_as(
        "plain",
        "plain",
        ModelViewSet::<Thing>::new(),
    );
    let server = serve(router.with(database(tables)));
    for path in ["/api/things/", "/api/plain/"] {
        let sent = json!({"id": V, "name": "a", "countries": ["de", "AT"]}).to_string();
        let reply = server.request("POST", path, &sent);
        assert_eq!(reply.status, 201, "{}", reply.body);
        let id = reply.json()["id"].as_str().unwrap().to_owned();
        assert!(id != V && id.parse::<Uuid>().is_ok(), "{id}");
        let name = server.request("PATCH", &format!("{path}{id}/"), r#"{"name":"b"}"#).json();
        assert_eq!((&name["id"], &name["name"]), (&json!(id), &json!("b")));
    }
    let list = server.get("/api/things/").json();
    let countries: Vec<_> = list.as_array().unwrap().iter().map(|row| &row["countries"]).collect();
    assert!(countries.contains(&&json!(["AT", "de"])), "{countries:?}");
}

/// U28: a key that clients give is unique, as any field of which it is said; PUT may not take another row's.
#[test]
fn a_key_that_is_taken_is_told_with_the_other_mistakes() {
    let server = serve_members();
    let taken =
        r#"{"id":["club with this id already exists."],"name":["This field may not be blank."]}"#;
    let sent = json!({"id": V, "name": ""}).to_string();
    assert_eq!(server.request("POST", "/api/clubs/", &sent).brief(), (400, taken));
    let alone = r#"{"code":["country with this code already exists."]}"#;
    assert_eq!(server.request("POST", "/api/countries/", r#"{"code":"de"}"#).brief(), (400, alone));
    let reply = server.request("PUT", "/api/countries/AT/", r#"{"code":"de"}"#);
    assert_eq!(reply.brief(), (400, alone));
    let reply = server.request("PUT", "/api/countries/AT/", r#"{"code":"AT"}"#);
    assert_eq!(reply.brief(), (200, r#"{"code":"AT"}"#));
    let post = &server.request("OPTIONS", "/api/clubs/", "").json()["actions"]["POST"];
    assert_eq!(post["id"]["label"], "Id");
}
