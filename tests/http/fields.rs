//! What each kind of field accepts and shows, over HTTP. The tables of `serializers::fields` have
//! every spelling; here is that they hold through parsing, storing and rendering.

use viewset_actix::prelude::*;
use viewset_tests::{Reply, Server};

use crate::support::{ANN, database, serve, serve_authors};

diesel::table! {
    kitchens (id) {
        id -> Integer, chars -> Text, short -> Nullable<Text>, small -> SmallInt, number -> Integer,
        big -> BigInt, single -> Float, double -> Double, flag -> Bool, maybe -> Nullable<Bool>,
        dt -> Timestamp, date -> Date, time -> Time, made -> Text, secret -> Text,
    }
}

/// One field of each type; the database has a value for each.
#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = kitchens)]
struct Kitchen {
    id: i32,
    #[field(max_length = 5, min_length = 2, required = false)]
    chars: String,
    #[field(allow_blank)]
    short: Option<String>,
    #[field(required = false)]
    small: i16,
    #[field(min_value = 1, max_value = 9999, default = 7)]
    number: i32,
    #[field(required = false)]
    big: i64,
    #[field(required = false, max_value = 2.5)]
    single: f32,
    #[field(required = false)]
    double: f64,
    #[field(default = true)]
    flag: bool,
    maybe: Option<bool>,
    #[field(required = false)]
    dt: NaiveDateTime,
    #[field(required = false)]
    date: NaiveDate,
    #[field(required = false)]
    time: NaiveTime,
    #[field(read_only)]
    made: String,
    #[field(write_only, required = false)]
    #[serde(skip_serializing)]
    secret: String,
}

const KITCHEN: &str = "
    CREATE TABLE kitchens (
        id INTEGER PRIMARY KEY, chars TEXT NOT NULL DEFAULT 'abc', short TEXT,
        small SMALLINT NOT NULL DEFAULT 1, number INTEGER NOT NULL DEFAULT 1,
        big BIGINT NOT NULL DEFAULT 1, single FLOAT NOT NULL DEFAULT 1, double DOUBLE NOT NULL DEFAULT 1,
        flag BOOLEAN NOT NULL DEFAULT 0, maybe BOOLEAN, dt TIMESTAMP NOT NULL DEFAULT '2020-01-02 03:04:05',
        date DATE NOT NULL DEFAULT '2020-01-02', time TIME NOT NULL DEFAULT '03:04:05',
        made TEXT NOT NULL DEFAULT 'by us', secret TEXT NOT NULL DEFAULT ''
    );
    INSERT INTO kitchens DEFAULT VALUES;";

fn server() -> Server {
    serve(
        DefaultRouter::new()
            .register("kitchens", ModelViewSet::<Kitchen>::new())
            .with(database(KITCHEN)),
    )
}

fn patch(server: &Server, field: &str, value: &str) -> Reply {
    server.request("PATCH", "/api/kitchens/1/", &format!(r#"{{"{field}":{value}}}"#))
}

/// Each value is stored and shown as the second.
fn accepts(field: &str, cases: &[(&str, &str)]) {
    let server = server();
    for (sent, shown) in cases {
        let reply = patch(&server, field, sent);
        assert_eq!(reply.status, 200, "{field} {sent}: {}", reply.body);
        let member = format!(r#""{field}":{shown}"#);
        assert!(reply.body.contains(&member), "{field} {sent}: {}", reply.body);
        assert_eq!(server.get("/api/kitchens/1/").body, reply.body);
    }
}

/// Each value is refused with the text.
fn refuses(field: &str, cases: &[(&str, &str)]) {
    let server = server();
    let before = server.get("/api/kitchens/1/").body;
    for (sent, text) in cases {
        let body = json!({field: [text]}).to_string();
        assert_eq!(patch(&server, field, sent).brief(), (400, body.as_str()), "{field} {sent}");
    }
    assert_eq!(server.get("/api/kitchens/1/").body, before);
}

/// E3, S3, S4, S8, E15: defaults of the serializer and of the database, read-only and write-only fields.
#[test]
fn a_row_without_input_has_its_defaults() {
    let reply = server().request("POST", "/api/kitchens/", "{}");
    let body = concat!(
        r#"{"id":2,"chars":"abc","short":null,"small":1,"number":7,"big":1,"single":1.0,"double":1.0,"#,
        r#""flag":true,"maybe":null,"dt":"2020-01-02T03:04:05","date":"2020-01-02","time":"03:04:05","#,
        r#""made":"by us"}"#,
    );
    assert_eq!(reply.brief(), (201, body));
}

/// S3, E6: a model's default is for new rows; PUT and PATCH keep what is stored. Null is an error all the same.
#[test]
fn a_default_is_for_what_a_new_row_lacks() {
    let server = server();
    assert_eq!(patch(&server, "number", "5").json()["number"], 5);
    assert_eq!(patch(&server, "flag", "false").json()["number"], 5);
    let put = server.request("PUT", "/api/kitchens/1/", "{}").json();
    assert_eq!((&put["number"], &put["flag"]), (&json!(5), &json!(false)));
    refuses("number", &[("null", "This field may not be null.")]);
}

/// U1, S5, T51.
#[test]
fn null_is_for_nullable_fields() {
    accepts("short", &[("\"x\"", "\"x\""), ("null", "null"), ("\"\"", "\"\"")]);
    accepts("maybe", &[("true", "true"), ("null", "null"), ("\"null\"", "null"), ("\"\"", "null")]);
    let text = "This field may not be null.";
    for field in ["chars", "small", "number", "big", "double", "flag", "dt", "date", "time"] {
        refuses(field, &[("null", text)]);
    }
}

/// U2, T52, T53, T55.
#[test]
fn text_is_trimmed_and_may_come_as_a_number() {
    accepts(
        "chars",
        &[
            (r#""ab""#, r#""ab""#),
            (r#""  ab ""#, r#""ab""#),
            ("12345", r#""12345""#),
            ("1.0", r#""1.0""#),
            ("\"\u{200b}\u{200b}\"", "\"\u{200b}\u{200b}\""),
        ],
    );
    refuses(
        "chars",
        &[
            (r#""""#, "This field may not be blank."),
            (r#""   ""#, "This field may not be blank."),
            (r#""\u00a0\u3000""#, "This field may not be blank."),
            ("true", "Not a valid string."),
            (r#"["a"]"#, "Not a valid string."),
            ("{}", "Not a valid string."),
            (r#""a\u0000b""#, "Null characters are not allowed."),
            (r#""ab\ud83d""#, "Surrogate characters are not allowed: U+D83D."),
        ],
    );
}

/// U2, S6, T54.
#[test]
fn the_length_of_text_is_counted_in_code_points() {
    accepts("chars", &[(r#""😀😀😀😀😀""#, r#""😀😀😀😀😀""#), (r#"" äöüßé ""#, r#""äöüßé""#)]);
    let (long, short) = (
        "Ensure this field has no more than 5 characters.",
        "Ensure this field has at least 2 characters.",
    );
    refuses(
        "chars",
        &[(r#""😀😀😀😀😀😀""#, long), (r#""a""#, short), ("123456", long), ("1", short)],
    );
}

/// U3, U4, S6, T58.
#[test]
fn integers_are_read_leniently() {
    accepts(
        "number",
        &[
            (r#"" 7 ""#, "7"),
            (r#""7.0""#, "7"),
            ("7.0", "7"),
            (r#""1_0""#, "10"),
            ("1e3", "1000"),
            (r#""1.""#, "1"),
            (r#""+1""#, "1"),
            (r#""１""#, "1"),
        ],
    );
    let text = "A valid integer is required.";
    refuses(
        "number",
        &[
            ("7.5", text),
            ("true", text),
            (r#""""#, text),
            (r#""1e3""#, text),
            (r#""1.5""#, text),
            ("[1]", text),
            ("{}", text),
            ("0", "Ensure this value is greater than or equal to 1."),
            ("10000", "Ensure this value is less than or equal to 9999."),
        ],
    );
    let long = format!(r#""{}""#, "1".repeat(1001));
    refuses("number", &[(&long, "String value too large.")]);
}

/// U4, U5, T59: a number that the column cannot hold is beyond a limit, and never an error of the server.
#[test]
fn integers_have_the_range_of_their_column() {
    let limit = "Ensure this value is less than or equal to 9223372036854775807.";
    refuses("big", &[("9223372036854775808", limit)]);
    refuses(
        "big",
        &[
            (r#""x""#, "A valid biginteger is required."),
            (
                "-9223372036854775809",
                "Ensure this value is greater than or equal to -9223372036854775808.",
            ),
        ],
    );
    refuses("small", &[("40000", "Ensure this value is less than or equal to 32767.")]);
    accepts(
        "big",
        &[
            ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775808", "-9223372036854775808"),
        ],
    );
    accepts("small", &[("-32768", "-32768")]);
}

/// U6.
#[test]
fn floats_are_shown_with_their_point() {
    accepts(
        "double",
        &[
            ("1", "1.0"),
            (r#""2.5""#, "2.5"),
            ("true", "1.0"),
            (r#""1_0""#, "10.0"),
            ("1e-7", "1e-07"),
            ("0.1", "0.1"),
        ],
    );
    let text = "A valid number is required.";
    refuses(
        "double",
        &[(r#""""#, text), (r#""abc""#, text), (r#""nan""#, text), ("1e400", text), ("[]", text)],
    );
    refuses("single", &[("2.75", "Ensure this value is less than or equal to 2.5.")]);
}

/// U8, T63.
#[test]
fn booleans_have_words() {
    accepts(
        "flag",
        &[
            (r#""Yes""#, "true"),
            (r#""off""#, "false"),
            ("1", "true"),
            ("0.0", "false"),
            (r#""T""#, "true"),
        ],
    );
    let text = "Must be a valid boolean.";
    refuses(
        "flag",
        &[("2", text), (r#""""#, text), (r#"" true""#, text), ("[]", text), ("{}", text)],
    );
}

/// U9, T65. A column without a zone holds UTC.
#[test]
fn datetimes_are_iso_8601() {
    accepts(
        "dt",
        &[
            (r#""2020-01-02 03:04""#, r#""2020-01-02T03:04:00""#),
            (r#""2020-01-02""#, r#""2020-01-02T00:00:00""#),
            (r#""2020-01-02T03:04:05+02:00""#, r#""2020-01-02T01:04:05""#),
            (r#""20200102T030405Z""#, r#""2020-01-02T03:04:05""#),
        ],
    );
    let text = "Datetime has wrong format. Use one of these formats instead: \
                YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";
    refuses(
        "dt",
        &[
            (r#""2020-02-30T00:00:00Z""#, text),
            (r#""2020-01-02t03:04:05z""#, text),
            (r#""""#, text),
            ("5", text),
            (r#""2020-01-02T24:00:00Z""#, text),
        ],
    );
    refuses("dt", &[(r#""0001-01-01T00:00:00+10:00""#, "Datetime value out of range.")]);
}

/// U10, T66.
#[test]
fn dates_are_iso_8601() {
    accepts(
        "date",
        &[
            (r#""2020-1-2""#, r#""2020-01-02""#),
            (r#""20200102""#, r#""2020-01-02""#),
            (r#""2020-W01-1""#, r#""2019-12-30""#),
        ],
    );
    let text = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.";
    refuses(
        "date",
        &[
            (r#""2020-02-30""#, text),
            (r#""2020-01-02T00:00:00""#, text),
            (r#""""#, text),
            ("1", text),
        ],
    );
}

/// U11.
#[test]
fn times_are_iso_8601() {
    accepts("time", &[(r#""03:04""#, r#""03:04:00""#), (r#""03:04:05""#, r#""03:04:05""#)]);
    let text = "Time has wrong format. Use one of these formats instead: hh:mm[:ss[.uuuuuu]].";
    refuses("time", &[(r#""25:00""#, text), (r#""""#, text), ("1", text)]);
}

/// N9, U9, U11: microseconds are shown if there are any, and then all six digits of them.
#[test]
fn a_fraction_of_a_second_has_six_digits() {
    accepts(
        "dt",
        &[
            (r#""2020-01-02T03:04:05.000007Z""#, r#""2020-01-02T03:04:05.000007""#),
            (r#""2020-01-02T03:04:05.123456Z""#, r#""2020-01-02T03:04:05.123456""#),
        ],
    );
    accepts("time", &[(r#""03:04:05.250001""#, r#""03:04:05.250001""#)]);
}

/// S12, E5, T57: all mistakes at once, in the order of the fields.
#[test]
fn all_mistakes_are_told_in_the_order_of_the_fields() {
    let body = r#"{"date":"x","flag":2,"number":"x","chars":"a\u0000bcdefg","nope":1}"#;
    let reply = server().request("POST", "/api/kitchens/", body);
    let expected = concat!(
        r#"{"chars":["Ensure this field has no more than 5 characters.","Null characters are not allowed."],"#,
        r#""number":["A valid integer is required."],"flag":["Must be a valid boolean."],"#,
        r#""date":["Date has wrong format. Use one of these formats instead: YYYY-MM-DD."]}"#,
    );
    assert_eq!(reply.brief(), (400, expected));
}

/// S4, S7, E13, E15: what is read-only keeps its value, what is write-only is never shown.
#[test]
fn read_only_is_kept_and_write_only_is_not_shown() {
    struct KitchenViewSet;

    #[viewset(model = Kitchen)]
    impl KitchenViewSet {
        #[action(detail = true)]
        async fn tell(&self, req: &Request) -> Result<Data<String>> {
            self.get_object(req).await.map(|kitchen| Data(kitchen.secret))
        }
    }

    let router = DefaultRouter::new().register("kitchens", KitchenViewSet).with(database(KITCHEN));
    let server = serve(router);
    let reply =
        server.request("PATCH", "/api/kitchens/1/", r#"{"made":"by me","secret":"42","id":9}"#);
    assert_eq!(reply.status, 200);
    assert_eq!((&reply.json()["made"], &reply.json()["id"]), (&json!("by us"), &json!(1)));
    assert!(!reply.body.contains("secret") && !reply.body.contains("42"), "{}", reply.body);
    assert_eq!(server.get("/api/kitchens/1/tell/").brief(), (200, r#""42""#));
}

/// S13: rules of the whole object are those of a hand-written serializer, after those of the fields.
#[test]
fn a_serializer_of_ones_own_checks_fields_before_the_whole() {
    #[derive(Serializer)]
    struct Period {
        #[field(min_value = 1)]
        from: i32,
        #[field(default = 10)]
        to: i32,
        note: Option<String>,
    }

    struct PeriodViewSet;

    #[viewset]
    impl PeriodViewSet {
        async fn create(&self, period: Validated<Period>) -> Result<impl IntoResponse> {
            let Period { from, to, note } = period.0;
            match from <= to {
                true => Ok(Data((from, to, note))),
                false => Err(Error::validation(ErrorDetail::field(
                    "non_field_errors",
                    "from after to",
                    "order",
                ))),
            }
        }
    }

    let server = serve(SimpleRouter::new().register_as("periods", "period", PeriodViewSet));
    let post = |body: &str| server.request("POST", "/api/periods/", body);
    assert_eq!(post(r#"{"from":1}"#).brief(), (200, "[1,10,null]"));
    assert_eq!(post(r#"{"from":11}"#).brief(), (400, r#"{"non_field_errors":["from after to"]}"#));
    let both = r#"{"from":["Ensure this value is greater than or equal to 1."],"to":["A valid integer is required."]}"#;
    assert_eq!(post(r#"{"from":0,"to":"x"}"#).brief(), (400, both));
}

/// S12: names are serde's, in input, output and errors alike.
#[test]
fn fields_have_the_names_of_serde() {
    diesel::table! {
        renamed (id) { id -> Integer, first_name -> Text, #[sql_name = "second"] last_name -> Text, }
    }

    #[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
    #[diesel(table_name = renamed)]
    #[serde(rename_all = "camelCase")]
    struct Renamed {
        id: i32,
        first_name: String,
        #[serde(rename = "surname")]
        last_name: String,
    }

    let db = database(
        "CREATE TABLE renamed (id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, second TEXT NOT NULL)",
    );
    let server =
        serve(DefaultRouter::new().register("names", ModelViewSet::<Renamed>::new()).with(db));
    let reply = server.request("POST", "/api/names/", r#"{"firstName":"Ann","surname":"Lee"}"#);
    assert_eq!(reply.brief(), (201, r#"{"id":1,"firstName":"Ann","surname":"Lee"}"#));
    let reply = server.request("POST", "/api/names/", r#"{"first_name":"Ann"}"#);
    let missing =
        r#"{"firstName":["This field is required."],"surname":["This field is required."]}"#;
    assert_eq!(reply.brief(), (400, missing));
}

/// T99: text outside ASCII goes in and out as it is.
#[test]
fn text_goes_out_as_it_came_in() {
    let server = serve_authors();
    let reply = server.request("POST", "/api/authors/", r#"{"name":"Zoé 😀 <b>&\"'/"}"#);
    assert_eq!(reply.brief(), (201, r#"{"id":3,"name":"Zoé 😀 <b>&\"'/","email":""}"#));
    assert_eq!(server.get("/api/authors/1/").brief(), (200, ANN));
}

/// S14, U1: a password keeps its blanks, where the field says so.
#[test]
fn a_text_keeps_its_blanks_if_it_shall() {
    #[derive(viewset_actix::Serializer)]
    struct Login {
        name: String,
        #[field(trim_whitespace = false)]
        password: String,
    }

    struct LoginViewSet;

    #[viewset]
    impl LoginViewSet {
        async fn create(&self, data: Validated<Login>) -> Data<String> {
            Data(format!("{}:{}", data.name, data.password))
        }
    }

    let server = serve(SimpleRouter::new().register_as("login", "login", LoginViewSet));
    let reply = server.request("POST", "/api/login/", r#"{"name":" a ","password":"  b  "}"#);
    assert_eq!(reply.brief(), (200, r#""a:  b  ""#));
    let blank = server.request("POST", "/api/login/", r#"{"name":"a","password":""}"#);
    assert_eq!(blank.brief(), (400, r#"{"password":["This field may not be blank."]}"#));
}
