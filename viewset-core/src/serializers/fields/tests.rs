//! What each family accepts, against tables taken from DRF 3.18.3.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use proptest::prelude::*;

use super::*;

/// What DRF says of the JSON in `text`: the value as Rust shows it, or the messages.
fn ask<T: FieldValue + fmt::Debug>(field: Field, text: &str) -> String {
    let value = crate::parsers::json::parse(text.as_bytes()).unwrap_or(Value::Null);
    match run_validation::<T>(&value, &field) {
        Ok(value) => format!("{value:?}"),
        Err(error) => told(&error),
    }
}

/// The messages in a row, or what is inside as JSON.
fn told(error: &ErrorDetail) -> String {
    let ErrorDetail::List(messages) = error else {
        return serde_json::to_string(error).unwrap_or_default();
    };
    let texts = messages.iter().map(|message| match message {
        ErrorDetail::Message(message) => message.text.to_string(),
        other => told(other),
    });
    texts.collect::<Vec<_>>().join(" ")
}

fn plain<T: FieldValue + fmt::Debug>(text: &str) -> String {
    ask::<T>(Field::new::<T>("f", "f"), text)
}

#[test]
fn text_is_trimmed_and_takes_numbers() {
    let blank = "This field may not be blank.";
    let invalid = "Not a valid string.";
    let table = [
        (r#"" trim me ""#, r#""trim me""#),
        (r#""\u200b""#, r#""\u{200b}""#),
        (r#""""#, blank),
        (r#""   ""#, blank),
        (r#""\u00a0\u3000\u001c""#, blank),
        ("12345", r#""12345""#),
        ("1.0", r#""1.0""#),
        ("1e21", r#""1e+21""#),
        ("1e-7", r#""1e-07""#),
        ("-1e400", r#""-inf""#),
        ("99999999999999999999", r#""99999999999999999999""#),
        ("true", invalid),
        (r#"["a"]"#, invalid),
        ("{}", invalid),
        (r#""a\u0000b""#, "Null characters are not allowed."),
        (r#""\ud83d""#, "Surrogate characters are not allowed: U+D83D."),
    ];
    for (text, expected) in table {
        assert_eq!(plain::<String>(text), expected, "{text}");
    }
    let field = Field::new::<String>("f", "f").allow_blank();
    assert_eq!(ask::<String>(field, r#"" ""#), r#""""#);
}

#[test]
fn lengths_count_code_points_and_all_messages_come_at_once() {
    let field = Field::new::<String>("f", "f").min_length(3).max_length(5);
    assert_eq!(ask::<String>(field, r#""😀😀😀😀😀""#), r#""😀😀😀😀😀""#);
    let long = "Ensure this field has no more than 5 characters.";
    assert_eq!(ask::<String>(field, r#""😀😀😀😀😀😀""#), long);
    let expected = "Ensure this field has at least 3 characters. Null characters are not allowed. \
                    Surrogate characters are not allowed: U+DC00.";
    assert_eq!(ask::<String>(field, r#""\u0000\udc00""#), expected);
}

#[test]
fn integers_are_lenient_and_stay_in_range() {
    let invalid = "A valid integer is required.";
    let above = "Ensure this value is less than or equal to 2147483647.";
    let below = "Ensure this value is greater than or equal to -2147483648.";
    let table = [
        (r#""1""#, "1"),
        (r#"" 7 ""#, "7"),
        (r#""1.0 ""#, "1"),
        (r#""1.""#, "1"),
        (r#""+1""#, "1"),
        (r#""1_0""#, "10"),
        (r#""１""#, "1"),
        ("1.0", "1"),
        ("1e3", "1000"),
        ("-0.0", "0"),
        (r#""""#, invalid),
        (r#""1.5""#, invalid),
        (r#"".0""#, invalid),
        (r#""1e3""#, invalid),
        ("1.5", invalid),
        ("1e16", invalid),
        ("1e400", invalid),
        ("true", invalid),
        ("[]", invalid),
        ("2147483648", above),
        ("-2147483649", below),
        ("99999999999999999999999999999999999999999999999999", above),
        ("-99999999999999999999999999999999999999999999999999", below),
    ];
    for (text, expected) in table {
        assert_eq!(plain::<i32>(text), expected, "{text}");
    }
    let long = format!("\"{}\"", "9".repeat(1001));
    assert_eq!(plain::<i32>(&long), "String value too large.");
    assert_eq!(plain::<i64>(r#""x""#), "A valid biginteger is required.");
    assert_eq!(plain::<i64>("9223372036854775807"), i64::MAX.to_string());
    assert_eq!(plain::<i16>("40000"), "Ensure this value is less than or equal to 32767.");
}

#[test]
fn numbers_without_a_sign_begin_at_zero() {
    let least = "Ensure this value is greater than or equal to 0.";
    assert_eq!(plain::<u8>("255"), "255");
    assert_eq!(plain::<u8>("256"), "Ensure this value is less than or equal to 255.");
    assert_eq!(plain::<u16>("-1"), least);
    assert_eq!(plain::<u32>(r#""4294967295""#), "4294967295");
    assert_eq!(plain::<u64>("18446744073709551615"), u64::MAX.to_string());
    let most = "Ensure this value is less than or equal to 18446744073709551615.";
    assert_eq!(plain::<u64>("18446744073709551616"), most);
    assert_eq!(plain::<u64>("-1"), least);
    assert_eq!(plain::<u64>(r#""x""#), "A valid biginteger is required.");
    assert_eq!(plain::<i8>("128"), "Ensure this value is less than or equal to 127.");
    let (_, bound) = <u64 as FieldValue>::RANGE.unwrap_or((Bound::Int(0), Bound::Int(0)));
    assert_eq!(serde_json::to_string(&bound).unwrap_or_default(), "18446744073709551615");
    let field = Field::new::<u64>("f", "f").max_value(Bound::Int(7));
    assert_eq!(ask::<u64>(field, "8"), "Ensure this value is less than or equal to 7.");
    assert_eq!(u32::from_lookup("4294967296"), Err(LookupError::OutOfRange));
    assert_eq!(u64::from_lookup("-1"), Err(LookupError::OutOfRange));
}

#[test]
fn numbers_keep_to_their_bounds() {
    let bounds = (Bound::Int(1), Bound::Int(5));
    let field = Field::new::<i32>("f", "f").min_value(bounds.0).max_value(bounds.1);
    assert_eq!(ask::<i32>(field, "6"), "Ensure this value is less than or equal to 5.");
    assert_eq!(ask::<i32>(field, "0"), "Ensure this value is greater than or equal to 1.");
    assert_eq!(ask::<i32>(field, "5"), "5");
    let field = Field::new::<f64>("f", "f").min_value(Bound::Float(0.5)).max_value(Bound::Int(2));
    assert_eq!(ask::<f64>(field, "0.4"), "Ensure this value is greater than or equal to 0.5.");
    assert_eq!(ask::<f64>(field, "2.5"), "Ensure this value is less than or equal to 2.");
    assert_eq!(ask::<f64>(field, "2"), "2.0");
}

#[test]
fn floats_are_lenient_and_finite() {
    let invalid = "A valid number is required.";
    let table = [
        ("true", "1.0"),
        ("1", "1.0"),
        (r#""1_0""#, "10.0"),
        (r#"" .5 ""#, "0.5"),
        (r#""""#, invalid),
        (r#""abc""#, invalid),
        (r#""nan""#, invalid),
        (r#""inf""#, invalid),
        ("1e400", invalid),
        ("[]", invalid),
    ];
    for (text, expected) in table {
        assert_eq!(plain::<f64>(text), expected, "{text}");
    }
    let huge = "9".repeat(400);
    assert_eq!(plain::<f64>(&huge), "Integer value too large to convert to float");
    assert_eq!(plain::<f64>(&format!("\"{}\"", "9".repeat(1001))), "String value too large.");
    let limit = "Ensure this value is less than or equal to 3.4028234663852886e+38.";
    assert_eq!(plain::<f32>("1e39"), limit);
    assert_eq!(plain::<f32>("0.1"), "0.1");
}

#[test]
fn booleans_have_their_words() {
    let invalid = "Must be a valid boolean.";
    let table = [
        ("true", "true"),
        (r#""Yes""#, "true"),
        (r#""oN""#, "true"),
        ("1.0", "true"),
        (r#""off""#, "false"),
        ("0", "false"),
        ("-0.0", "false"),
        ("2", invalid),
        (r#""1.0""#, invalid),
        (r#"" true""#, invalid),
        (r#""""#, invalid),
        (r#""null""#, invalid),
        ("[]", invalid),
    ];
    for (text, expected) in table {
        assert_eq!(plain::<bool>(text), expected, "{text}");
    }
    for null in ["null", r#""""#, r#""Null""#] {
        assert_eq!(plain::<Option<bool>>(null), "None");
    }
    assert_eq!(plain::<Option<bool>>("1"), "Some(true)");
    assert_eq!(plain::<Option<i32>>(r#""""#), "A valid integer is required.");
}

#[test]
fn datetimes_are_read_as_by_django() {
    let invalid = "Datetime has wrong format. Use one of these formats instead: \
                   YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";
    let table = [
        ("2020-01-02 03:04", "2020-01-02T03:04:00Z"),
        ("2020-01-02", "2020-01-02T00:00:00Z"),
        ("2020-01-02T03:04:05+02:00", "2020-01-02T01:04:05Z"),
        ("2020-01-02T03:04:05+0200", "2020-01-02T01:04:05Z"),
        ("2020-01-02T03:04:05+02", "2020-01-02T01:04:05Z"),
        ("20200102T030405Z", "2020-01-02T03:04:05Z"),
        ("2020-W01-1T03", "2019-12-30T03:00:00Z"),
        ("2020-01-02T03:04:05,5", "2020-01-02T03:04:05.500Z"),
        ("2020-01-02T03:04:05.1234567", "2020-01-02T03:04:05.123456Z"),
        ("2020-1-2 3:04 -02", "2020-01-02T05:04:00Z"),
        ("2020-02-30T00:00:00Z", invalid),
        ("2020-01-02T", invalid),
        ("2020-01-02t03:04:05z", invalid),
        ("2020-01-02T24:00", invalid),
        ("2020-01-02T03:04:60", invalid),
        ("2020-01-02T03:04+24:00", invalid),
        ("0000-01-01", invalid),
        ("", invalid),
        ("0001-01-01T00:00+01:00", "Datetime value out of range."),
        ("9999-12-31T23:59-01:00", "Datetime value out of range."),
    ];
    for (text, expected) in table {
        let json = format!("{text:?}");
        assert_eq!(plain::<DateTime<Utc>>(&json), expected, "{text}");
        assert_eq!(plain::<NaiveDateTime>(&json), expected.trim_end_matches('Z'), "{text}");
    }
    assert_eq!(plain::<NaiveDateTime>("5"), invalid);
}

#[test]
fn dates_and_times_are_read_as_by_django() {
    let invalid = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.";
    let dates = [
        ("2020-1-2", "2020-01-02"),
        ("20200102", "2020-01-02"),
        ("2020-W01-1", "2019-12-30"),
        ("2020W01", "2019-12-30"),
        ("２０２０-1-2", "2020-01-02"),
        ("2020-02-30", invalid),
        ("2020-01-02T00:00:00", invalid),
        (" 2020-01-02", invalid),
        ("2021-W53-1", invalid),
        ("2020-001", invalid),
    ];
    for (text, expected) in dates {
        assert_eq!(plain::<NaiveDate>(&format!("{text:?}")), expected, "{text}");
    }
    let invalid = "Time has wrong format. Use one of these formats instead: hh:mm[:ss[.uuuuuu]].";
    let times = [
        ("03:04", "03:04:00"),
        ("T030405", "03:04:05"),
        ("3:4:5.5", "03:04:05.500"),
        ("03:04:05+02:00", "03:04:05"),
        ("24:00", invalid),
        ("03:04 ", invalid),
        ("", invalid),
    ];
    for (text, expected) in times {
        assert_eq!(plain::<NaiveTime>(&format!("{text:?}")), expected, "{text}");
    }
}

/// Of each line the JSON that was sent, and DRF's answer: what it showed of the value, or its messages.
const REFERENCE: &str = include_str!("tests/reference.txt");

/// Asks `T` for all lines under `# section`.
fn compare<T: FieldValue + serde::Serialize>(section: &str, field: Field) {
    let lines =
        REFERENCE.split("\n\n").find_map(|lines| lines.strip_prefix(&format!("# {section}\n")));
    let lines: Vec<_> = lines.unwrap_or_default().lines().collect();
    assert!(!lines.is_empty(), "{section}");
    for line in lines {
        let (sent, expected) = line.split_once(" -> ").unwrap_or((line, ""));
        let value = crate::parsers::json::parse(sent.as_bytes()).unwrap_or(Value::Null);
        let answer = match run_validation::<T>(&value, &field) {
            Ok(value) => serde_json::to_string(&value).unwrap_or_default(),
            Err(error) => told(&error),
        };
        assert_eq!(answer, expected, "{section}: {sent}");
    }
}

/// U7.
#[test]
fn decimals_are_read_as_by_drf() {
    let field = Field::new::<Decimal<5, 2>>("f", "f");
    let bounded = field.min_value(Bound::Int(-100)).max_value(Bound::Int(500));
    compare::<Decimal<5, 2>>("decimal", bounded);
    let field = Field::new::<Option<Decimal<5, 2>>>("f", "f");
    compare::<Option<Decimal<5, 2>>>("nullable decimal", field);
    let field = Field::new::<Decimal<8, 2>>("f", "f").min_value(Bound::Float(0.01));
    compare::<Decimal<8, 2>>("amount", field);
    let long = format!("\"{}\"", "9".repeat(1001));
    assert_eq!(plain::<Decimal<5, 2>>(&long), "String value too large.");
}

#[test]
fn a_decimal_of_a_database_is_the_nearest() {
    let table = [
        ("1250.5", "1250.50"),
        ("98000", "98000.00"),
        ("-0.0", "-0.00"),
        ("1.0e+15", "1000000000000000.00"),
        ("0.125", "0.12"),
        ("0.135", "0.14"),
        ("0.1251", "0.13"),
        ("0.005", "0.00"),
        ("0.0051", "0.01"),
        ("0.009", "0.01"),
        ("0.0009", "0.00"),
        ("9.9e-5", "0.00"),
        ("-2.5", "-2.50"),
    ];
    for (text, expected) in table {
        let number = Decimal::<20, 2>::nearest(text).map(|number| number.to_string());
        assert_eq!(number.as_deref(), Some(expected), "{text}");
    }
    assert_eq!(Decimal::<3, 0>::nearest("2.5").map(|number| number.to_string()), Some("2".into()));
    assert_eq!(Decimal::<3, 0>::nearest("1e40"), None);
    assert_eq!(Decimal::<3, 1>::from_lookup("1.5"), Ok(Decimal::from_units(15)));
    assert_eq!(Decimal::<3, 1>::from_lookup("1000"), Err(LookupError::OutOfRange));
    assert_eq!(Decimal::<3, 1>::from_lookup("x"), Err(LookupError::Invalid));
}

/// U12.
#[test]
fn durations_are_read_as_by_django() {
    compare::<Duration>("duration", Field::new::<Duration>("f", "f"));
    let text = "The number of days must be between -106751991 and 106751991.";
    assert_eq!(plain::<Duration>(r#""999999999 00:00""#), text);
    assert_eq!(Duration::from_lookup("1:00"), Ok(Duration::from_microseconds(60_000_000)));
}

/// U13.
#[test]
fn uuids_are_read_as_by_python() {
    compare::<Uuid>("uuid", Field::new::<Uuid>("f", "f"));
    let random = [Uuid::random(), Uuid::random()].map(|uuid| uuid.map(|uuid| uuid.to_string()));
    let [Ok(one), Ok(other)] = random else { unreachable!("there are random bytes") };
    assert_ne!(one, other);
    assert_eq!((&one[14..15], one.len()), ("4", 36));
    assert!(matches!(&one[19..20], "8" | "9" | "a" | "b"), "{one}");
}

/// U14 to U16.
#[test]
fn addresses_and_slugs_are_read_as_by_django() {
    let field = Field::new::<String>("f", "f");
    compare::<String>("email", field.max_length(254).kind(Kind::Email));
    compare::<String>("url", field.max_length(200).kind(Kind::Url));
    compare::<String>("slug", field.max_length(5).kind(Kind::Slug));
    let blank = field.kind(Kind::Url).allow_blank();
    assert_eq!(ask::<String>(blank, r#"" ""#), r#""""#);
}

/// U19.
#[test]
fn a_choice_is_one_of_those_that_there_are() {
    let field = Field::new::<String>("f", "f");
    let choices = field.choices(&[("EUR", "Euro"), ("5", "Five"), ("['a', 1]", "List")]);
    compare::<String>("choice", choices);
    let blank = field.choices(&[("EUR", "Euro")]).allow_blank();
    compare::<String>("choice that may be blank", blank);
    let integers = Field::new::<i32>("f", "f").choices(&[("1", "One"), ("2", "Two")]);
    compare::<i32>("integer choice", integers);
}

/// U20.
#[test]
fn several_choices_are_told_apart() {
    let field = Field::new::<List<String>>("f", "f");
    let choices = field.choices(&[("a", "A"), ("b", "B"), ("5", "Five")]);
    compare::<List<String>>("multiple choice", choices);
    let some = field.choices(&[("a", "A")]).allow_empty(false);
    compare::<List<String>>("multiple choice that may not be empty", some);
}

/// U17.
#[test]
fn a_regex_matches_somewhere() {
    const REGEX: &str = r"^[a-z]\d+$";
    static COMPILED: std::sync::LazyLock<Option<regex::Regex>> =
        std::sync::LazyLock::new(|| regex::Regex::new(REGEX).ok());
    let pattern = Pattern::new(REGEX, || COMPILED.as_ref());
    let field = Field::new::<String>("f", "f").regex(pattern).max_length(6);
    compare::<String>("regex", field);
}

/// U18.
#[test]
fn ip_addresses_are_read_as_by_django() {
    compare::<Ip>("ip", Field::new::<Ip>("f", "f"));
    compare::<std::net::Ipv6Addr>("ipv6", Field::new::<std::net::Ipv6Addr>("f", "f"));
    compare::<std::net::Ipv4Addr>("ipv4", Field::new::<std::net::Ipv4Addr>("f", "f"));
}

/// U22.
#[test]
fn objects_are_told_what_is_wrong_by_key() {
    let field = Field::new::<Dict<i32>>("f", "f");
    compare::<Dict<i32>>("dict", field);
    compare::<Dict<i32>>("dict that may not be empty", field.allow_empty(false));
    const ITEM: &Field = &Field::new::<i32>("", "").min_value(Bound::Int(1));
    const INNER: &Field = &Field::new::<Vec<i32>>("", "").child(ITEM);
    compare::<Dict<Vec<i32>>>("dict of lists", Field::new::<Dict<Vec<i32>>>("f", "f").child(INNER));
    compare::<JsonValue>("json", Field::new::<JsonValue>("f", "f"));
}

/// U21.
#[test]
fn lists_are_told_what_is_wrong_by_place() {
    const CHILD: &Field = &Field::new::<String>("", "").max_length(3);
    let field = Field::new::<List<String>>("f", "f").min_length(1).max_length(2).child(CHILD);
    compare::<List<String>>("list", field);
    const ITEM: &Field = &Field::new::<i32>("", "").min_value(Bound::Int(1));
    const INNER: &Field = &Field::new::<Vec<i32>>("", "").child(ITEM);
    let field = Field::new::<Vec<Vec<i32>>>("f", "f").child(INNER);
    compare::<Vec<Vec<i32>>>("list of lists", field);
    let some = Field::new::<Vec<i32>>("f", "f").allow_empty(false);
    compare::<Vec<i32>>("list that may not be empty", some);
}

#[test]
fn a_key_of_another_row_has_messages_of_its_own() {
    let unknown = "Invalid pk \"99999999999\" - object does not exist.";
    let table = [
        ("1", "1"),
        (r#"" 1 ""#, "1"),
        ("1.5", "1"),
        (r#""""#, "This field may not be null."),
        ("99999999999", unknown),
        ("true", "Incorrect type. Expected pk value, received bool."),
        (r#""1.0""#, "Incorrect type. Expected pk value, received str."),
        ("[]", "Incorrect type. Expected pk value, received list."),
        ("{}", "Incorrect type. Expected pk value, received dict."),
    ];
    for (text, expected) in table {
        assert_eq!(
            ask::<i32>(Field::new::<i32>("f", "f").related("User"), text),
            expected,
            "{text}"
        );
    }
    let field = Field::new::<Option<i32>>("f", "f").related("User");
    assert_eq!(ask::<Option<i32>>(field, r#""""#), "None");
}

#[test]
fn a_text_that_is_the_key_of_another_row_is_taken_as_it_is() {
    let table = [
        (r#""de""#, "\"de\""),
        (r#"" de""#, "\" de\""),
        (r#""  ""#, "\"  \""),
        (r#""""#, "This field may not be null."),
        ("5", "\"5\""),
        ("1.5", "\"1.5\""),
        ("[]", "\"[]\""),
        (r#"{"a": 1}"#, "\"{'a': 1}\""),
        ("true", "Incorrect type. Expected pk value, received bool."),
        (r#""\ud800""#, "Incorrect type. Expected pk value, received str."),
        (r#""a\u0000""#, "Invalid pk \"a\0\" - object does not exist."),
    ];
    for (text, expected) in table {
        let field = Field::new::<String>("f", "f").related("Country");
        assert_eq!(ask::<String>(field, text), expected, "{text}");
    }
}

#[test]
fn a_uuid_that_is_the_key_of_another_row_is_one_of_a_models_field() {
    let uuid = "12345678-1234-5678-1234-567812345678";
    let debug = |text: &str| Uuid::parse(text).map(|uuid| format!("{uuid:?}")).unwrap_or_default();
    let invalid = |text: &str| format!("“{text}” is not a valid UUID.");
    let five = debug("00000000-0000-0000-0000-000000000005");
    let table = [
        (format!("\"{uuid}\""), debug(uuid)),
        (format!("\"urn:uuid:{uuid}\""), debug(uuid)),
        (format!("\" {uuid}\""), invalid(&format!(" {uuid}"))),
        ("5".into(), five),
        ("5.0".into(), invalid("5.0")),
        ("-1".into(), invalid("-1")),
        ("\"5\"".into(), invalid("5")),
        ("\"\"".into(), "This field may not be null.".into()),
        ("[]".into(), invalid("[]")),
        ("{\"a\": 1}".into(), invalid("{'a': 1}")),
        ("true".into(), "Incorrect type. Expected pk value, received bool.".into()),
    ];
    for (text, expected) in table {
        let field = Field::new::<Uuid>("f", "f").related("Club");
        assert_eq!(ask::<Uuid>(field, &text), expected, "{text}");
    }
    let field = Field::new::<Option<Uuid>>("f", "f").related("Club");
    assert_eq!(ask::<Option<Uuid>>(field, r#""""#), "None");
}

#[test]
fn a_url_is_read_as_by_djangos_model_fields() {
    let table = [
        (" 1", Ok(1)),
        ("+1", Ok(1)),
        ("1_0", Ok(10)),
        ("１", Ok(1)),
        ("-007", Ok(-7)),
        ("abc", Err(LookupError::Invalid)),
        ("1e3", Err(LookupError::Invalid)),
        ("1.0", Err(LookupError::Invalid)),
        ("", Err(LookupError::Invalid)),
        ("\0", Err(LookupError::Invalid)),
        ("99999999999999999999", Err(LookupError::OutOfRange)),
    ];
    for (text, expected) in table {
        assert_eq!(i32::from_lookup(text), expected, "{text}");
        assert_eq!(<Option<i32>>::from_lookup(text), expected.map(Some), "{text}");
    }
    assert_eq!(bool::from_lookup("True"), Ok(true));
    assert_eq!(bool::from_lookup("true"), Err(LookupError::Invalid));
    assert_eq!(f64::from_lookup("nan"), Err(LookupError::OutOfRange));
    assert_eq!(f32::from_lookup("1e39"), Err(LookupError::OutOfRange));
    assert_eq!(String::from_lookup("a\0"), Err(LookupError::OutOfRange));
    assert!(NaiveDateTime::from_lookup("2020-1-2").is_ok());
    assert_eq!(NaiveDate::from_lookup("x"), Err(LookupError::Invalid));
    assert!(NaiveTime::from_lookup("3:04").is_ok());
}

/// What is finer than a microsecond has one spelling, that of a position; every other text is Python's to read.
#[test]
fn nine_digits_of_a_second_are_read_as_they_are_written() {
    let position = "2026-01-02 03:04:05.678901234";
    let exact = NaiveDateTime::from_lookup(position).ok();
    assert_eq!(exact.and_then(|exact| exact.to_position()).as_deref(), Some(position));
    for text in ["00-02-\t\t\t0203:04:05.678900000", "0000-02-02 03:04:05.678900000"] {
        assert_eq!(NaiveDateTime::from_lookup(text), Err(LookupError::Invalid), "{text:?}");
    }
}

/// What a client is told stays in proportion to what it has sent.
#[test]
fn of_a_list_that_is_wrong_the_first_thousand_items_are_told() {
    let items = Value::List(vec![Value::List(vec![]); 3000]);
    let read = <List<i32>>::from_value(&items, &Field::new::<List<i32>>("f", "f"));
    let errors = match read {
        Err(ErrorDetail::Map(errors)) => errors.len(),
        _ => 0,
    };
    assert_eq!(errors, 1000);
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::Float),
        "-?[1-9][0-9]{18,400}".prop_map(|digits| Value::BigInt(digits.into())),
        any::<String>().prop_map(Value::from),
        "[0-9０٣]{0,5}[-W:. T+_Z,0-9\u{85}\n]{0,24}".prop_map(Value::from),
        "[-a.@:/\\[\\]?#\"é0-9]{0,5}(://)?[-a.@:/\\[\\]?#\"\\\\é0-9]{0,16}".prop_map(Value::from),
        "[-+]?[0-9_]{0,3}[.]?[0-9]{0,3}(e[-+]?[0-9]{0,25})?".prop_map(Value::from),
        "[-+P]{0,2}[0-9DTHMS:., ]{0,16}( days? )?[-0-9:.]{0,12}".prop_map(Value::from),
        "[0-9]{4}-?W?[0-9]{1,2}-?[0-9]{0,2}[T é]?[0-9:.,]{0,16}[-+Z]?[0-9:.]{0,12}"
            .prop_map(Value::from),
        (any::<String>(), 0xd800..0xe000u16)
            .prop_map(|(text, surrogate)| Value::IllFormed { text: text.into(), surrogate }),
        Just(Value::List(vec![])),
        Just(Value::Map(vec![])),
    ]
}

fn ask_both_ways<T: FieldValue>(value: &Value) {
    let field = Field::new::<T>("f", "f").min_length(2).max_length(3).max_value(Bound::Int(7));
    drop(T::from_value(value, &field));
    for kind in [Kind::Email, Kind::Url, Kind::Slug, Kind::Choice, Kind::Related] {
        drop(T::from_value(value, &field.kind(kind)));
    }
    drop(<Option<T>>::from_value(value, &field.allow_null(true)));
    if let Some(text) = value.as_str() {
        drop(T::from_lookup(text));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_field_answers_every_value(value in any_value()) {
        ask_both_ways::<String>(&value);
        ask_both_ways::<i16>(&value);
        ask_both_ways::<i32>(&value);
        ask_both_ways::<i64>(&value);
        ask_both_ways::<u8>(&value);
        ask_both_ways::<u64>(&value);
        ask_both_ways::<f32>(&value);
        ask_both_ways::<f64>(&value);
        ask_both_ways::<bool>(&value);
        ask_both_ways::<NaiveDateTime>(&value);
        ask_both_ways::<DateTime<Utc>>(&value);
        ask_both_ways::<NaiveDate>(&value);
        ask_both_ways::<NaiveTime>(&value);
        ask_both_ways::<Decimal<38, 38>>(&value);
        ask_both_ways::<Decimal<5, 0>>(&value);
        ask_both_ways::<Duration>(&value);
        ask_both_ways::<Uuid>(&value);
        ask_both_ways::<List<Option<bool>>>(&value);
        ask_both_ways::<Dict<i32>>(&value);
        ask_both_ways::<JsonValue>(&value);
        ask_both_ways::<Ip>(&value);
        ask_both_ways::<std::net::Ipv6Addr>(&value);
    }
}
