//! Keys of other rows that are no integers: UUIDs and texts. What is expected is what the reference answered.

use viewset_actix::prelude::*;
use viewset_actix::serializers::Uuid;
use viewset_tests::Server;

use crate::support::{database, execute, serve};

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
struct Club {
    id: Uuid,
    name: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = countries, primary_key(code))]
struct Country {
    #[field(max_length = 4)]
    code: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = members)]
#[viewset(ordering = [id], filterset_fields = [club(exact, in, isnull), country(exact, in), club.name])]
struct Member {
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
struct MemberClub {
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
struct MemberCountry {
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
struct ClubName {
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

const TABLES: &str = "
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

const V: &str = "12345678-1234-5678-1234-567812345678";
const FIVE: &str = "00000000-0000-0000-0000-000000000005";

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

#[derive(Serializer)]
#[serializer(model = Member)]
struct ByNames {
    #[field(slug_related, through = MemberClub, source = member.club.name, required = false)]
    names: Vec<String>,
    #[field(hyperlink, through = MemberCountry, source = member.country, required = false)]
    urls: Vec<String>,
    #[field(nested, through = MemberClub, source = member.club)]
    clubs: Vec<ClubName>,
    #[field(through = MemberCountry, source = member.country.code)]
    codes: Vec<String>,
}

struct ByNamesViewSet;

#[viewset(model = Member, serializer_class = ByNames)]
impl ByNamesViewSet {}

fn serve_names() -> Server {
    let router = DefaultRouter::new()
        .register("members", ByNamesViewSet)
        .register("countries", ModelViewSet::<Country>::new());
    serve(router.with(database(TABLES)))
}

/// U26, U27: rows of many to many by a unique field of theirs, by their URLs, and as nested objects, in the order of their keys.
#[test]
fn many_rows_are_named_by_a_field_and_by_their_urls() {
    let server = serve_names();
    let patch =
        |body: &serde_json::Value| server.request("PATCH", "/api/members/1/", &body.to_string());
    let url = |code: &str| format!("http://testserver/api/countries/{code}/");
    let shown = |names: &[&str], codes: &[&str]| {
        json!({
            "names": names,
            "urls": codes.iter().map(|code| url(code)).collect::<Vec<_>>(),
            "clubs": names.iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
            "codes": codes,
        })
    };
    let names = json!({"names": ["v", "five", "v"]});
    assert_eq!(patch(&names).json(), shown(&["five", "v"], &[]));
    let urls = json!({"urls": ["http://x/api/countries/AT/", "/api/countries/5/"]});
    assert_eq!(patch(&urls).json(), shown(&["five", "v"], &["5", "AT"]));
    assert_eq!(patch(&json!({"names": []})).json(), shown(&[], &["5", "AT"]));
    let ignored = json!({"clubs": 1, "codes": 2, "names": ["v"]});
    assert_eq!(patch(&ignored).json(), shown(&["v"], &["5", "AT"]));
    let list = json!([shown(&["v"], &["5", "AT"]), shown(&[], &[])]);
    assert_eq!(server.get("/api/members/").json(), list);
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let reply = server.send("PATCH", "/api/members/2/", &form, b"names=v&names=five");
    assert_eq!(reply.json(), shown(&["five", "v"], &[]));
}

/// The first mistake alone is told, in the words of the reference.
#[test]
fn the_first_wrong_name_or_url_is_told() {
    let server = serve_names();
    let missing = |name: &str| format!("Object with name={name} does not exist.");
    let link = |what: &str| format!("Invalid hyperlink - {what}.");
    let of_type = |name: &str| format!("Incorrect type. Expected URL string, received {name}.");
    let no_list = "Expected a list of items but got type \"str\".".to_owned();
    let null = "This field may not be null.".to_owned();
    let country = "/api/countries/de/";
    for (field, sent, message) in [
        ("names", json!(["five", "zz", "yy"]), missing("zz")),
        ("names", json!([null]), missing("None")),
        ("names", json!([""]), missing("")),
        ("names", json!([5]), missing("5")),
        ("names", json!([true]), missing("True")),
        ("names", json!([{}]), missing("{}")),
        ("names", json!(["a\0"]), missing("a\0")),
        ("names", json!("five"), no_list.clone()),
        ("names", json!(null), null.clone()),
        ("urls", json!(["/api/countries/zz/"]), link("Object does not exist")),
        ("urls", json!(["/api/countries/"]), link("Incorrect URL match")),
        ("urls", json!(["/api/members/1/"]), link("Incorrect URL match")),
        ("urls", json!(["nope"]), link("No URL match")),
        ("urls", json!([""]), link("No URL match")),
        ("urls", json!([null]), of_type("NoneType")),
        ("urls", json!([5]), of_type("int")),
        ("urls", json!([country, "zz", 5]), link("No URL match")),
        ("urls", json!(["/api/countries/zz/", 5]), link("Object does not exist")),
        ("urls", json!(country), no_list),
        ("urls", json!(null), null),
    ] {
        let reply = server.request("PATCH", "/api/members/1/", &json!({field: sent}).to_string());
        let body = json!({field: [message]}).to_string();
        assert_eq!(reply.brief(), (400, body.as_str()), "{field}: {sent}");
    }
}

/// Rows are shown in the order that their model has, if it has one.
#[test]
fn rows_behind_others_come_in_the_order_of_their_model() {
    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = clubs)]
    #[viewset(ordering = [-name])]
    struct Ordered {
        id: Uuid,
        name: String,
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = member_clubs)]
    struct Between {
        id: i32,
        #[diesel(column_name = member_id)]
        #[field(related = Member)]
        member: i32,
        #[diesel(column_name = club_id)]
        #[field(related = Ordered)]
        club: Uuid,
    }

    #[derive(Serializer)]
    #[serializer(model = Member)]
    struct Shown {
        #[field(through = Between, source = member.club.name)]
        names: Vec<String>,
    }

    struct ShownViewSet;

    #[viewset(model = Member, serializer_class = Shown)]
    impl ShownViewSet {}

    let db = database(TABLES);
    execute(
        &db,
        "INSERT INTO member_clubs (member_id, club_id) VALUES
            (1, '00000000000000000000000000000005'), (1, '12345678123456781234567812345678')",
    );
    let server = serve(DefaultRouter::new().register("members", ShownViewSet).with(db));
    assert_eq!(server.get("/api/members/1/").body, r#"{"names":["v","five"]}"#);
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

/// U26: a row named by a field that is no text.
#[test]
fn a_row_is_named_by_a_field_of_any_type() {
    #[derive(Serializer)]
    #[serializer(model = Member)]
    struct ById {
        #[field(source = club.id, slug_related)]
        club: Option<Uuid>,
        #[field(slug_related, through = MemberClub, source = member.club.id, required = false)]
        clubs: Vec<Uuid>,
    }

    #[derive(Serializer)]
    #[serializer(model = MemberClub)]
    struct OfMember {
        #[field(source = member.id, slug_related)]
        member: i32,
    }

    struct ByIdViewSet;
    struct OfMemberViewSet;

    #[viewset(model = Member, serializer_class = ById)]
    impl ByIdViewSet {}

    #[viewset(model = MemberClub, serializer_class = OfMember)]
    impl OfMemberViewSet {}

    let db = database(TABLES);
    execute(&db, "INSERT INTO member_clubs VALUES (1, 2, '12345678123456781234567812345678')");
    let router =
        DefaultRouter::new().register("members", ByIdViewSet).register("links", OfMemberViewSet);
    let server = serve(router.with(db));
    let patch = |path: &str, field: &str, sent: &serde_json::Value| {
        server.request("PATCH", path, &json!({field: sent}).to_string())
    };
    let member = "/api/members/1/";
    assert_eq!(patch(member, "club", &json!(5)).json()["club"], FIVE);
    assert_eq!(patch(member, "clubs", &json!([V, 5])).json()["clubs"], json!([FIVE, V]));
    for sent in [json!(2), json!("2"), json!(true), json!(1.5)] {
        assert_eq!(patch("/api/links/1/", "member", &sent).status, 200, "{sent}");
    }
    let invalid = "“x” is not a valid UUID.".to_owned();
    let missing = |sent: &str| format!("Object with id={sent} does not exist.");
    for (path, field, sent, message) in [
        (member, "club", json!("x"), invalid.clone()),
        (member, "club", json!(6), missing("6")),
        (member, "clubs", json!([5, "x"]), invalid),
        (member, "clubs", json!([6, "x"]), missing("6")),
        (member, "clubs", json!([null]), missing("None")),
        ("/api/links/1/", "member", json!("x"), "Invalid value.".to_owned()),
        ("/api/links/1/", "member", json!([]), "Invalid value.".to_owned()),
        ("/api/links/1/", "member", json!(99), missing("99")),
    ] {
        let body = json!({field: [message]}).to_string();
        assert_eq!(patch(path, field, &sent).brief(), (400, body.as_str()), "{field}: {sent}");
    }
}

/// U27: the key in a URL is read as one of its model.
#[test]
fn a_url_of_no_uuid_says_so() {
    #[derive(Serializer)]
    #[serializer(model = Member)]
    struct ByUrl {
        #[field(source = club, hyperlink)]
        club: Option<String>,
        #[field(hyperlink, through = MemberClub, source = member.club, required = false)]
        clubs: Vec<String>,
    }

    struct ByUrlViewSet;

    #[viewset(model = Member, serializer_class = ByUrl)]
    impl ByUrlViewSet {}

    let router = DefaultRouter::new()
        .register("members", ByUrlViewSet)
        .register("clubs", ModelViewSet::<Club>::new());
    let server = serve(router.with(database(TABLES)));
    let patch =
        |body: serde_json::Value| server.request("PATCH", "/api/members/1/", &body.to_string());
    let errors = |field: &str| json!({field: ["“abc” is not a valid UUID."]}).to_string();
    assert_eq!(patch(json!({"club": "/api/clubs/abc/"})).brief(), (400, errors("club").as_str()));
    let reply = patch(json!({"clubs": [format!("/api/clubs/{V}/"), "/api/clubs/abc/"]}));
    assert_eq!(reply.brief(), (400, errors("clubs").as_str()));
    let reply = patch(json!({"clubs": [format!("/api/clubs/{}/", V.to_uppercase())]}));
    assert_eq!(reply.json()["clubs"], json!([format!("http://testserver/api/clubs/{V}/")]));
}
