//! What differs between a recorded answer and an actual one.

use viewset_actix::data::Text;
use viewset_actix::parsers::json;
use viewset_actix::serializers::Value;

use super::client::Answer;
use super::display::{json as display, short, short_text};
use super::scenario::{Body, Expected};

/// The headers that have to be equal, or absent where none was recorded.
const HEADERS: [&str; 7] =
    ["content-type", "allow", "www-authenticate", "location", "retry-after", "link", "vary"];

/// All differences, one line each.
pub(super) fn differences(expected: &Expected, answer: &Answer) -> Vec<String> {
    let mut problems = Vec::new();
    if answer.status != expected.status {
        problems.push(format!("status {}, expected {}", answer.status, expected.status));
    }
    problems.extend(HEADERS.iter().filter_map(|name| header(name, expected, answer)));
    problems.extend(match &expected.body {
        Body::Exact(text) if *text == answer.body => None,
        Body::Exact(text) => Some(first_difference(text, &answer.body)),
        Body::Json(wanted) => match json::parse(answer.body.as_bytes()) {
            Ok(got) => value(wanted, &got, "$").map(|problem| format!("body {problem}")),
            Err(_) => Some(format!("body is not JSON: {}", short_text(Some(&answer.body)))),
        },
    });
    problems
}

fn header(name: &str, expected: &Expected, answer: &Answer) -> Option<String> {
    let wanted = expected.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let got = answer.header(name);
    let got = got.as_deref();
    if let Some((wanted, place)) =
        wanted.and_then(|wanted| Some((wanted, Placeholder::of(wanted)?)))
    {
        let is_number =
            got.is_some_and(|got| !got.is_empty() && got.bytes().all(|c| c.is_ascii_digit()));
        let fits = match got {
            Some(_) if is_number => place.fits(&Value::Int(0)),
            Some(got) => place.fits(&Value::from(got)),
            None => false,
        };
        return (!fits)
            .then(|| format!("{name}: {} does not fit {}", short_text(got), display(wanted)));
    }
    let wanted = wanted.and_then(Value::as_str);
    (wanted != got).then(|| format!("{name}: {}, expected {}", short_text(got), short_text(wanted)))
}

/// A place in a recorded value where the actual one may vary.
enum Placeholder<'v> {
    Any(&'v str),
    Prefix(&'v str),
}

impl<'v> Placeholder<'v> {
    fn of(expected: &'v Value) -> Option<Self> {
        let Value::Map(members) = expected else { return None };
        let [(name, value)] = members.as_slice() else { return None };
        match name.as_str() {
            "$any" => value.as_str().map(Self::Any),
            "$prefix" => value.as_str().map(Self::Prefix),
            _ => None,
        }
    }

    fn fits(&self, actual: &Value) -> bool {
        let text = actual.as_str();
        match self {
            Self::Prefix(prefix) => text.is_some_and(|text| text.starts_with(prefix)),
            Self::Any("int") => matches!(actual, Value::Int(_) | Value::BigInt(_)),
            Self::Any("datetime") => text.is_some_and(|text| {
                has_shape(text, "dddd-dd-ddTdd:dd:ddZ")
                    || has_shape(text, "dddd-dd-ddTdd:dd:dd.ddddddZ")
            }),
            Self::Any("uuid") => {
                text.is_some_and(|text| has_shape(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"))
            }
            Self::Any("string") => text.is_some(),
            Self::Any(_) => false,
        }
    }
}

/// Whether a text is of a shape, in which `d` is a digit and `x` a hexadecimal one in lower case.
fn has_shape(text: &str, shape: &str) -> bool {
    let fits = |(c, kind): (u8, u8)| match kind {
        b'd' => c.is_ascii_digit(),
        b'x' => matches!(c, b'0'..=b'9' | b'a'..=b'f'),
        other => c == other,
    };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

/// The first difference between two JSON values. The order of members counts, and an integer is no
/// float.
fn value(expected: &Value, actual: &Value, place: &str) -> Option<String> {
    if let Some(placeholder) = Placeholder::of(expected) {
        return (!placeholder.fits(actual))
            .then(|| format!("{place}: {} does not fit {}", short(actual), display(expected)));
    }
    match (expected, actual) {
        (Value::Map(wanted), Value::Map(got)) => {
            let names = |members: &[(Text, Value)]| {
                Value::List(members.iter().map(|(name, _)| Value::from(&**name)).collect())
            };
            let (wanted_names, got_names) = (names(wanted), names(got));
            if wanted_names != got_names {
                let (got, wanted) = (display(&got_names), display(&wanted_names));
                return Some(format!("{place}: members {got}, expected {wanted}"));
            }
            let mut pairs = wanted.iter().zip(got);
            pairs.find_map(|((name, wanted), (_, got))| {
                value(wanted, got, &format!("{place}.{name}"))
            })
        }
        (Value::List(wanted), Value::List(got)) if wanted.len() != got.len() => {
            Some(format!("{place}: {} items, expected {}", got.len(), wanted.len()))
        }
        (Value::List(wanted), Value::List(got)) => {
            let mut pairs = wanted.iter().zip(got).enumerate();
            pairs.find_map(|(i, (wanted, got))| value(wanted, got, &format!("{place}[{i}]")))
        }
        _ => (expected != actual)
            .then(|| format!("{place}: {}, expected {}", short(actual), short(expected))),
    }
}

/// Where two texts part, with some of what follows.
fn first_difference(expected: &str, actual: &str) -> String {
    let wanted: Vec<char> = expected.chars().collect();
    let got: Vec<char> = actual.chars().collect();
    let at = wanted.iter().zip(&got).take_while(|(wanted, got)| wanted == got).count();
    let part = |text: &[char]| {
        let part: String = text.iter().skip(at.saturating_sub(15)).take(75.min(at + 60)).collect();
        short_text(Some(&part))
    };
    format!("body at {at}: {}, expected {}", part(&got), part(&wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(expected: &str, actual: &str) -> Option<String> {
        let parse = |text: &str| json::parse(text.as_bytes()).unwrap();
        value(&parse(expected), &parse(actual), "$")
    }

    #[test]
    fn equal_values_do_not_differ() {
        let text = r#"{"a": [1, 2.0, null, true], "b": {"c": "é"}}"#;
        assert_eq!(difference(text, text), None);
    }

    #[test]
    fn order_type_and_length_count() {
        let table = [
            (
                r#"{"a": 1, "b": 2}"#,
                r#"{"b": 2, "a": 1}"#,
                r#"$: members ["b", "a"], expected ["a", "b"]"#,
            ),
            (r#"{"a": [1]}"#, r#"{"a": [1.0]}"#, "$.a[0]: 1.0, expected 1"),
            ("[1, 2]", "[1]", "$: 1 items, expected 2"),
            ("true", "1", "$: 1, expected true"),
        ];
        for (expected, actual, message) in table {
            assert_eq!(difference(expected, actual).as_deref(), Some(message));
        }
    }

    #[test]
    fn placeholders_take_what_fits() {
        let table = [
            (r#"{"$any": "int"}"#, "12", true),
            (r#"{"$any": "int"}"#, "true", false),
            (r#"{"$any": "datetime"}"#, r#""2024-01-01T00:00:00Z""#, true),
            (r#"{"$any": "datetime"}"#, r#""2024-01-01T00:00:00.123456Z""#, true),
            (r#"{"$any": "datetime"}"#, r#""2024-01-01T00:00:00.123Z""#, false),
            (r#"{"$any": "uuid"}"#, r#""11111111-1111-4111-8111-11111111111a""#, true),
            (r#"{"$any": "uuid"}"#, r#""11111111-1111-4111-8111-11111111111A""#, false),
            (r#"{"$any": "string"}"#, r#""""#, true),
            (r#"{"$any": "string"}"#, "null", false),
            (r#"{"$prefix": "JSON"}"#, r#""JSON parse error""#, true),
            (r#"{"$prefix": "JSON"}"#, r#""XML""#, false),
        ];
        for (expected, actual, fits) in table {
            assert_eq!(difference(expected, actual).is_none(), fits, "{expected} {actual}");
        }
    }

    #[test]
    fn the_place_where_texts_part_is_shown() {
        let message = r#"body at 2: "abX", expected "abc""#;
        assert_eq!(first_difference("abc", "abX"), message);
    }
}
