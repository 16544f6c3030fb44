//! Whatever JSON a client sends for a field of whatever type, it is stored or refused: what was accepted comes
//! back equal, and what was refused is told in DRF's shape.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value as Json;
use viewset_actix::diesel::Model as _;
use viewset_actix::prelude::*;
use viewset_actix::serializers::Field;
use viewset_actix::serializers::fields::{Decimal, Dict, Duration, Ip, JsonValue, List, Uuid};
use viewset_tests::Server;

diesel::table! {
    texts (id) {
        id -> Integer, text -> Nullable<Text>, raw_text -> Nullable<Text>, short -> Nullable<Text>,
        email -> Nullable<Text>, url -> Nullable<Text>, slug -> Nullable<Text>, code -> Nullable<Text>,
        choice -> Nullable<Text>, uuid -> Nullable<Text>, ip -> Nullable<Text>, list -> Nullable<Text>,
        tags -> Nullable<Text>, dict -> Nullable<Text>, json -> Nullable<Text>,
    }
}

diesel::table! {
    numbers (id) {
        id -> Integer, grade -> Nullable<Integer>, small -> Nullable<SmallInt>, number -> Nullable<Integer>,
        big -> Nullable<BigInt>, single -> Nullable<Float>, double -> Nullable<Double>, price -> Nullable<Numeric>,
        flag -> Nullable<Bool>, at -> Nullable<Timestamp>, at_utc -> Nullable<TimestamptzSqlite>, day -> Nullable<Date>,
        time -> Nullable<Time>, span -> Nullable<BigInt>,
    }
}

/// A field of each type that is stored as text.
#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = texts)]
struct Texts {
    id: i32,
    #[field(allow_blank)]
    text: Option<String>,
    #[field(allow_blank, trim_whitespace = false)]
    raw_text: Option<String>,
    #[field(min_length = 2, max_length = 4)]
    short: Option<String>,
    #[field(email)]
    email: Option<String>,
    #[field(url)]
    url: Option<String>,
    #[field(slug)]
    slug: Option<String>,
    #[field(regex = r"^[a-z]\d+$")]
    code: Option<String>,
    #[field(choices = [("d", "Draft"), ("p", "Published")])]
    choice: Option<String>,
    uuid: Option<Uuid>,
    ip: Option<Ip>,
    list: Option<List<i32>>,
    #[field(choices = [("a", "A"), ("b", "B")])]
    tags: Option<List<String>>,
    dict: Option<Dict<i32>>,
    json: Option<JsonValue>,
}

/// A field of each other type that a column can hold.
#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = numbers)]
struct Numbers {
    id: i32,
    #[field(choices = [(1, "One"), (2, "Two")])]
    grade: Option<i32>,
    small: Option<i16>,
    #[field(min_value = -5, max_value = 50)]
    number: Option<i32>,
    big: Option<i64>,
    single: Option<f32>,
    double: Option<f64>,
    price: Option<Decimal<8, 2>>,
    flag: Option<bool>,
    at: Option<NaiveDateTime>,
    at_utc: Option<DateTime<Utc>>,
    day: Option<NaiveDate>,
    time: Option<NaiveTime>,
    span: Option<Duration>,
}

diesel::table! {
    owners (id) { id -> Integer, label -> Text, }
}

diesel::table! {
    pets (id) { id -> Integer, owner -> Nullable<Integer>, keeper -> Nullable<Integer>, vet -> Nullable<Integer>, }
}

diesel::table! {
    friends (id) { id -> Integer, pet -> Integer, owner -> Integer, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = owners)]
struct Owner {
    id: i32,
    #[field(unique)]
    label: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = pets)]
struct Pet {
    id: i32,
    #[field(related = Owner)]
    owner: Option<i32>,
    #[field(related = Owner)]
    keeper: Option<i32>,
    #[field(related = Owner)]
    vet: Option<i32>,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = friends)]
struct Friend {
    id: i32,
    #[field(related = Pet)]
    pet: i32,
    #[field(related = Owner)]
    owner: i32,
}

/// Each way to name rows of another model.
#[derive(Serializer)]
#[serializer(model = Pet)]
struct Related {
    owner: Option<i32>,
    #[field(source = keeper.label, slug_related)]
    keeper: Option<String>,
    #[field(source = vet, hyperlink)]
    vet: Option<String>,
    #[field(through = Friend, source = pet.owner)]
    friends: Vec<i32>,
}

struct PetViewSet;

#[viewset(model = Pet, serializer_class = Related)]
impl PetViewSet {}

/// What no column holds.
#[derive(Serializer)]
struct Plain {
    file: Option<UploadedFile>,
    address: Option<IpAddr>,
    v4: Option<Ipv4Addr>,
    v6: Option<Ipv6Addr>,
    lists: Option<Vec<Vec<i32>>>,
    inner: Option<Inner>,
    inners: Option<Vec<Inner>>,
    #[field(integer)]
    whole: Option<i64>,
}

#[derive(Serializer)]
struct Inner {
    #[field(min_value = 0)]
    number: i32,
    flag: Option<bool>,
}

struct PlainViewSet;

#[viewset(basename = "plain")]
impl PlainViewSet {
    async fn create(&self, data: Validated<Plain>) -> Data<usize> {
        let Plain { file, address, v4, v6, lists, inner, inners, whole } = data.0;
        let inners = inner.into_iter().chain(inners.into_iter().flatten());
        let given = [file.is_some(), address.is_some(), v4.is_some(), v6.is_some()];
        let others = [lists.is_some(), whole.is_some()];
        let flags = inners.map(|inner| inner.number >= 0 && inner.flag != Some(false));
        Data(given.into_iter().chain(others).chain(flags).filter(|given| *given).count())
    }
}

const TABLES: &str = "
    CREATE TABLE owners (id INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE);
    INSERT INTO owners VALUES (1, 'a'), (2, 'ab');
    CREATE TABLE pets (
        id INTEGER PRIMARY KEY, owner INTEGER REFERENCES owners (id), keeper INTEGER REFERENCES owners (id),
        vet INTEGER REFERENCES owners (id)
    );
    INSERT INTO pets DEFAULT VALUES;
    CREATE TABLE friends (
        id INTEGER PRIMARY KEY, pet INTEGER NOT NULL REFERENCES pets (id),
        owner INTEGER NOT NULL REFERENCES owners (id)
    );
    CREATE TABLE texts (
        id INTEGER PRIMARY KEY, text TEXT, raw_text TEXT, short TEXT, email TEXT, url TEXT, slug TEXT, code TEXT,
        choice TEXT, uuid TEXT, ip TEXT, list TEXT, tags TEXT, dict TEXT, json TEXT
    );
    CREATE TABLE numbers (
        id INTEGER PRIMARY KEY, grade INTEGER, small SMALLINT, number INTEGER, big BIGINT, single FLOAT,
        double DOUBLE, price NUMERIC, flag BOOLEAN, at TIMESTAMP, at_utc TIMESTAMP, day DATE, time TIME, span BIGINT
    );
    INSERT INTO texts DEFAULT VALUES;
    INSERT INTO numbers DEFAULT VALUES;";

const TEXTS: &str = "/api/texts/1/";
const NUMBERS: &str = "/api/numbers/1/";
const PETS: &str = "/api/pets/1/";

fn serve() -> Server {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let db = runtime.expect("a runtime").block_on(async {
        let db = Db::connect("sqlite::memory:").await.expect("a database");
        db.batch_execute(TABLES).await.expect("two tables");
        db
    });
    let router = DefaultRouter::new()
        .register("texts", ModelViewSet::<Texts>::new())
        .register("numbers", ModelViewSet::<Numbers>::new())
        .register("owners", ModelViewSet::<Owner>::new())
        .register("pets", PetViewSet)
        .register("plain", PlainViewSet)
        .with(db)
        .build();
    Server::start(router.expect("a router"))
}

/// Texts that are, or almost are, what some field wants.
fn near_text() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "",
        " ",
        "ab",
        " ab ",
        "d",
        "p",
        "a",
        "1",
        "01",
        "-0",
        "1.50",
        "1e2",
        "1.005",
        "9999999.99",
        "NaN",
        "Infinity",
        "-inf",
        "1_000",
        "٣",
        "true",
        "False",
        "on",
        "null",
        "2026-02-28",
        "2026-02-29",
        "2026-01-02T03:04:05.678901Z",
        "2026-01-02 03:04+02:30",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999-12:00",
        "03:04",
        "03:04:05.1",
        "24:00",
        "1 02:03:04.5",
        "P1DT2H",
        "-P999999999D",
        "99999999999 00:00:00",
        "127.0.0.1",
        "::1",
        "::ffff:1.2.3.4",
        "fe80::1%eth0",
        "0123456789abcdef0123456789abcdef",
        "{01234567-89ab-cdef-0123-456789abcdef}",
        "urn:uuid:01234567-89ab-cdef-0123-456789abcdef",
        "a@b.co",
        "\"a b\"@b.co",
        "a@[127.0.0.1]",
        "http://a.b/c?d#e",
        "ftp://[::1]/",
        "/api/owners/1/",
        "http://testserver/api/owners/2/",
        "/api/pets/1/",
        "a-b_c",
        "x1",
        "x1\n",
        "\u{0}",
        "\u{feff}",
        "e\u{301}",
        "\u{1f600}",
        "\u{202e}",
        "\u{85}x\u{85}",
    ]);
    prop_oneof![
        3 => known.prop_map(str::to_owned),
        1 => any::<String>(),
        1 => r"[-+]?[0-9_.eE]{1,30}",
        1 => r"[0-9]{1,5}-[0-9]{1,2}-[0-9]{1,2}[T ]?[0-9:.,]{0,12}(Z|[-+][0-9:]{2,6})?",
        1 => r"[0-9a-f:.]{2,40}",
        1 => r"-?[0-9]{0,11} ?[0-9]{0,3}:[0-9]{1,3}(:[0-9.]{1,9})?",
    ]
}

/// JSON as a client writes it, which may be more than a parser keeps: numbers of any length, lone surrogates,
/// keys that come twice.
fn json_text() -> impl Strategy<Value = String> {
    let quoted = |text: String| Json::String(text).to_string();
    let number = prop::sample::select(vec![
        "0",
        "-0",
        "-0.0",
        "1",
        "2",
        "1.0",
        "1.5",
        "2.50",
        "-5",
        "51",
        "32767",
        "32768",
        "2147483648",
        "1e2",
        "1E-7",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "123456789012345678901234567890",
        "1e400",
        "5e-324",
        "3.4028236e38",
        "0.1",
        "NaN",
        "-Infinity",
        "1234567.891",
    ]);
    let leaf = prop_oneof![
        1 => prop::sample::select(vec!["null", "true", "false", r#""\ud800""#, r#""\u0000""#, "tru", ""]).prop_map(str::to_owned),
        2 => number.prop_map(str::to_owned),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => any::<f64>().prop_map(|number| format!("{number:?}")),
        5 => near_text().prop_map(quoted),
    ];
    let deep = (1usize..3000).prop_map(|depth| "[".repeat(depth) + &"]".repeat(depth));
    let long = (1usize..20_000).prop_map(|length| format!("\"{}\"", "é".repeat(length)));
    let nested = leaf.prop_recursive(4, 24, 6, move |inner| {
        let key = prop_oneof![near_text(), Just("a".to_owned())];
        let member =
            (key, inner.clone()).prop_map(move |(key, value)| format!("{}:{value}", quoted(key)));
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 0..6)
                .prop_map(|items| format!("{{{}}}", items.join(","))),
        ]
    });
    prop_oneof![40 => nested, 1 => deep, 1 => long]
}

/// A list of texts, or such lists by the places or keys of the items.
fn is_told_as_in_drf(errors: &Json) -> bool {
    match errors {
        Json::Array(texts) => !texts.is_empty() && texts.iter().all(Json::is_string),
        Json::Object(items) => !items.is_empty() && items.values().all(is_told_as_in_drf),
        _ => false,
    }
}

/// What is shown for what was sent, where no leniency was needed to read it.
fn is_equal(field: &str, sent: &Json, shown: &Json) -> bool {
    match (field, sent) {
        ("json", _) => is_same(sent, shown),
        ("flag", Json::Bool(_)) | ("raw_text", Json::String(_)) | (_, Json::Null) => sent == shown,
        ("single", Json::Number(_)) => {
            let single = |value: &Json| value.as_f64().map(|number| number as f32);
            single(sent) == single(shown)
        }
        ("double", Json::Number(_)) => sent.as_f64() == shown.as_f64(),
        ("grade" | "small" | "number" | "big", Json::Number(number)) if number.is_i64() => {
            sent == shown
        }
        ("text" | "short", Json::String(text)) => {
            Some(text.trim()) == shown.as_str().map(str::trim)
        }
        ("list" | "dict", Json::Array(_) | Json::Object(_)) => {
            let length = |value: &Json| match value {
                Json::Object(members) => Some(members.len()),
                _ => value.as_array().map(Vec::len),
            };
            length(sent) == length(shown)
        }
        _ => true,
    }
}

/// The same JSON; numbers are compared by their values, since `-0` is an integer to Python.
fn is_same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| is_same(a, b)))
        }
        _ => a == b,
    }
}

/// One field is refused, or the text as such.
fn check_refusal(field: &str, body: &str) -> std::result::Result<(), TestCaseError> {
    let errors: Json = serde_json::from_str(body).expect("JSON");
    let is_of_parser = |text: &str| text.starts_with("JSON parse error - ");
    let parse_error = errors["detail"].as_str().is_some_and(is_of_parser);
    let only = errors.as_object().is_some_and(|errors| errors.len() == 1);
    prop_assert!(only && (parse_error || is_told_as_in_drf(&errors[field])), "{}", body);
    Ok(())
}

/// The text of a member; a parser would round its numbers.
fn text_of<'a>(field: &str, body: &'a str) -> &'a str {
    let start = format!("\"{field}\":");
    let (_, text) = body.split_once(&start).expect("the field is shown");
    let fields = Texts::FIELDS.iter().chain(Numbers::FIELDS).chain(Related::SERIALIZER_FIELDS);
    let next = fields.skip_while(|other| other.name != field).nth(1);
    let end = next.and_then(|next| text.rfind(&format!(",\"{}\":", next.name)));
    &text[..end.unwrap_or(text.len() - 1)]
}

/// Sends `{"field": value}`; what was accepted is stored, shown, and accepted once more as it is shown.
fn check(
    server: &Server,
    path: &str,
    field: &str,
    value: &str,
) -> std::result::Result<(), TestCaseError> {
    let patch = |value: &str| server.request("PATCH", path, &format!("{{\"{field}\": {value}}}"));
    let reply = patch(value);
    match reply.status {
        400 => check_refusal(field, &reply.body)?,
        200 => {
            let shown = text_of(field, &reply.body);
            // A column of numbers has one zero; what is shown at once is what was sent, as in DRF.
            let stored = match path {
                NUMBERS => reply.body.replace(":-0.0,", ":0.0,").replace("\"-0.00\"", "\"0.00\""),
                _ => reply.body.clone(),
            };
            prop_assert_eq!(&server.get(path).body, &stored);
            // What nests deeper than the test's own parser goes is compared as text alone.
            let parsed = (serde_json::from_str(value), serde_json::from_str::<Json>(shown));
            if let (Ok(sent), Ok(shown)) = parsed {
                prop_assert!(is_equal(field, &sent, &shown), "shown as {}", shown);
            }
            let again = patch(shown);
            prop_assert_eq!((again.status, again.body), (200, reply.body));
        }
        status => prop_assert!(false, "{status}: {}", reply.body),
    }
    Ok(())
}

fn run(field: &Field, check: impl Fn(&str) -> std::result::Result<(), TestCaseError>) {
    let config = Config { failure_persistence: None, cases: 150, ..Config::default() };
    if let Err(error) = TestRunner::new(config).run(&json_text(), |value| check(&value)) {
        panic!("{}: {error}", field.name);
    }
}

fn check_fields(path: &str, fields: &[Field]) {
    let server = serve();
    for field in fields.iter().filter(|field| field.name != "id") {
        run(field, |value| check(&server, path, field.name, value));
    }
}

#[test]
fn any_json_for_a_text_is_stored_or_refused() {
    check_fields(TEXTS, Texts::FIELDS);
}

#[test]
fn any_json_for_a_number_is_stored_or_refused() {
    check_fields(NUMBERS, Numbers::FIELDS);
}

#[test]
fn any_json_for_a_row_of_another_model_names_one_or_is_refused() {
    check_fields(PETS, Related::SERIALIZER_FIELDS);
}

#[test]
fn any_json_for_what_no_column_holds_is_read_or_refused() {
    let server = serve();
    for field in <Plain as viewset_actix::serializers::Serializer>::FIELDS {
        run(field, |value| {
            let body = format!("{{\"{}\": {value}}}", field.name);
            let reply = server.request("POST", "/api/plain/", &body);
            match reply.status {
                200 => Ok(()),
                400 => check_refusal(field.name, &reply.body),
                status => Err(TestCaseError::fail(format!("{status}: {}", reply.body))),
            }
        });
    }
}
