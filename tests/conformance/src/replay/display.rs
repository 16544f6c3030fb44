//! Values as the messages show them: JSON with a space after commas and colons, cut when it is long.

use viewset_actix::data::Text;
use viewset_actix::serializers::Value;

/// Longer texts are cut.
const SIZE: usize = 70;

/// The beginning of a value.
pub(super) fn short(value: &Value) -> String {
    cut(&json(value))
}

/// The beginning of a text, quoted; `null` for none.
pub(super) fn short_text(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), |text| cut(&quoted(text)))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SIZE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A whole value.
pub(super) fn json(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::BigInt(digits) => digits.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::Str(text) | Value::IllFormed { text, .. } => quoted(text),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(json).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(members) => {
            let member =
                |(name, value): &(Text, Value)| format!("{}: {}", quoted(name), json(value));
            let members: Vec<_> = members.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
        other => format!("{other:?}"),
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c < ' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
