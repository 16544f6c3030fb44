//! What a value in a query string means to a filter: Django's form fields, as django-filter uses them
//! (rows K15 to K17).

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::error::Message;
use crate::serializers::{
    Duration, FieldValue, Kind, Uuid, decimal_text, is_python_space, no_uuid, python_ascii,
    python_int, python_strip,
};

/// How a field is compared with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// `=`
    Exact,
    /// The same text, whatever its case.
    IExact,
    /// The text is part of the field's.
    Contains,
    /// The text is part of the field's, whatever its case.
    IContains,
    /// The field's text starts with it.
    StartsWith,
    /// The field's text starts with it, whatever its case.
    IStartsWith,
    /// The field's text ends with it.
    EndsWith,
    /// The field's text ends with it, whatever its case.
    IEndsWith,
    /// The field's text matches the regex.
    Regex,
    /// The field's text matches the regex, whatever its case.
    IRegex,
    /// One of several values, separated by commas.
    In,
    /// `>`
    Gt,
    /// `>=`
    Gte,
    /// `<`
    Lt,
    /// `<=`
    Lte,
    /// Between two values, separated by a comma, both included.
    Range,
    /// Whether it is NULL.
    IsNull,
    /// The date of a point in time.
    Date(Compared),
    /// The year of a date.
    Year(Compared),
    /// The month of a date.
    Month(Compared),
    /// The day of a date.
    Day(Compared),
}

/// How a part of a date is compared with a value: `year`, `year__gte`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// `=`
    Exact,
    /// `>`
    Gt,
    /// `>=`
    Gte,
    /// `<`
    Lt,
    /// `<=`
    Lte,
}

/// The form field that reads a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FormKind {
    Text,
    Choice {
        choices: &'static [(&'static str, &'static str)],
        of_numbers: bool,
    },
    Boolean,
    Number,
    DateTime,
    Date,
    Time,
    Duration,
    Uuid,
    /// The key of a row, of the family of its type.
    ModelChoice(Kind),
}

/// A value as its form field reads it; texts are such as `FieldValue::from_lookup` reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cleaned {
    /// There is nothing to filter by.
    Nothing,
    One(String),
    Many(Vec<String>),
    /// An end that is missing lies nowhere: nothing is between it and the other.
    Range(Option<String>, Option<String>),
    Flag(bool),
}

/// Reads the last of a parameter's values, as Django's widgets do.
pub(crate) fn clean(
    kind: FormKind,
    lookup: Lookup,
    values: &[String],
) -> Result<Cleaned, Vec<Message>> {
    let Some(value) = values.last() else { return Ok(Cleaned::Nothing) };
    let kind = match (lookup, kind) {
        (Lookup::IsNull, _) => FormKind::Boolean,
        (Lookup::Year(_) | Lookup::Month(_) | Lookup::Day(_), _) => FormKind::Number,
        (Lookup::Date(_), _) => FormKind::Date,
        // Only `exact` knows the choices.
        (lookup, FormKind::Choice { of_numbers: true, .. }) if lookup != Lookup::Exact => {
            FormKind::Number
        }
        (lookup, FormKind::Choice { .. }) if lookup != Lookup::Exact => FormKind::Text,
        (_, kind) => kind,
    };
    match lookup {
        Lookup::In | Lookup::Range if value.is_empty() => Ok(Cleaned::Nothing),
        Lookup::In => {
            let items = several(kind, value)?;
            Ok(Cleaned::Many(items.into_iter().flatten().collect()))
        }
        Lookup::Range => match several(kind, value)?.as_slice() {
            [low, high] => Ok(Cleaned::Range(low.clone(), high.clone())),
            _ => Err(vec![Message::new("Range query expects two values.", "invalid_values")]),
        },
        _ if matches!(kind, FormKind::Boolean) => Ok(flag(value)),
        _ => Ok(single(kind, value)?.map_or(Cleaned::Nothing, Cleaned::One)),
    }
}

/// Values between commas; an empty text is one, too.
fn several(kind: FormKind, value: &str) -> Result<Vec<Option<String>>, Vec<Message>> {
    let or_empty = |text: Option<String>| match kind {
        FormKind::Text => Some(text.unwrap_or_default()),
        _ => text,
    };
    value.split(',').map(|item| single(kind, item).map(or_empty)).collect()
}

/// The REST widget of booleans: what is no boolean means nothing.
fn flag(value: &str) -> Cleaned {
    match value.to_lowercase().as_str() {
        "1" | "true" => Cleaned::Flag(true),
        "0" | "false" => Cleaned::Flag(false),
        _ => Cleaned::Nothing,
    }
}

/// A value of a form field; `None` for an empty one.
fn single(kind: FormKind, value: &str) -> Result<Option<String>, Vec<Message>> {
    let trimmed = python_strip(value);
    if value.is_empty() {
        return Ok(None);
    }
    let refuse = |text: String, code| Err(vec![Message::new(text, code)]);
    let found = match kind {
        FormKind::Text | FormKind::Uuid if trimmed.is_empty() => return Ok(None),
        FormKind::Text | FormKind::ModelChoice(_) if trimmed.contains('\0') => {
            let text = "Null characters are not allowed.";
            return refuse(text.to_owned(), "null_characters_not_allowed");
        }
        FormKind::Text => Some(trimmed.to_owned()),
        FormKind::Choice { choices, .. } => {
            match choices.iter().any(|(choice, _)| *choice == value) {
                true => Some(value.to_owned()),
                false => {
                    let text = format!(
                        "Select a valid choice. {value} is not one of the available choices."
                    );
                    return refuse(text, "invalid_choice");
                }
            }
        }
        FormKind::Boolean => return Ok(boolean_text(value)),
        FormKind::Number => number(trimmed)?,
        FormKind::DateTime => datetime(trimmed).and_then(position),
        FormKind::Date => date(trimmed).and_then(position),
        FormKind::Time => time(trimmed).and_then(position),
        FormKind::Duration => Duration::from_lookup(value).ok().and_then(position),
        FormKind::Uuid => Uuid::from_lookup(trimmed).ok().and_then(position),
        FormKind::ModelChoice(Kind::Uuid) => match Uuid::from_lookup(value).ok() {
            Some(key) => position(key),
            None => return refuse(no_uuid(value), "invalid"),
        },
        FormKind::ModelChoice(Kind::String) => Some(value.to_owned()),
        FormKind::ModelChoice(_) => python_int(value).map(|key| key.to_string()),
    };
    match found {
        Some(found) => Ok(Some(found)),
        None => refuse(invalid(kind).to_owned(), "invalid"),
    }
}

fn position<T: FieldValue>(value: T) -> Option<String> {
    value.to_position()
}

fn boolean_text(value: &str) -> Option<String> {
    match flag(value) {
        Cleaned::Flag(true) => Some("True".to_owned()),
        Cleaned::Flag(false) => Some("False".to_owned()),
        _ => None,
    }
}

fn invalid(kind: FormKind) -> &'static str {
    match kind {
        FormKind::DateTime => "Enter a valid date/time.",
        FormKind::Date => "Enter a valid date.",
        FormKind::Time => "Enter a valid time.",
        FormKind::Duration => "Enter a valid duration.",
        FormKind::Uuid => "Enter a valid UUID.",
        FormKind::ModelChoice(_) => {
            "Select a valid choice. That choice is not one of the available choices."
        }
        _ => "Enter a number.",
    }
}

/// A decimal number up to 1e50, which is django-filter's limit.
fn number(text: &str) -> Result<Option<String>, Vec<Message>> {
    let Some(plain) = decimal_text(text) else { return Ok(None) };
    let digits = plain.trim_start_matches('0');
    let whole = digits.split('.').next().unwrap_or_default();
    let is_limit = whole.len() == 51 && digits.trim_matches(['0', '.']) == "1";
    match whole.starts_with('-') || whole.len() <= 50 || is_limit {
        true => Ok(Some(plain)),
        false => {
            let text = "Ensure this value is less than or equal to 1e+50.";
            Err(vec![Message::new(text, "max_value")])
        }
    }
}

/// A date alone has to have all its digits here.
fn datetime(text: &str) -> Option<NaiveDateTime> {
    let is_short = text.len() < 8 || text.split('-').skip(1).any(|part| part.len() < 2);
    let is_week = text.contains('W');
    let is_date_alone = text.chars().count() <= 10 && !text.contains([':', 'T', ' ']);
    let is_read = !is_date_alone || (text.is_ascii() && (!is_short || is_week));
    is_read.then(|| NaiveDateTime::from_lookup(text).ok())?
}

/// Django's `DATE_INPUT_FORMATS` in English.
const DATES: [&str; 11] = [
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%m/%d/%y",
    "%b %d %Y",
    "%b %d, %Y",
    "%d %b %Y",
    "%d %b, %Y",
    "%B %d %Y",
    "%B %d, %Y",
    "%d %B %Y",
    "%d %B, %Y",
];

fn date(text: &str) -> Option<NaiveDate> {
    let text = &*python_ascii(text)?;
    let dates = DATES.iter().filter_map(|format| {
        let date = NaiveDate::parse_from_str(text, format).ok()?;
        // Python wants four digits of a year, and blanks where the format has them.
        let spelled = format!("{:04}", chrono::Datelike::year(&date));
        let is_full = format.contains("%y") || text.contains(&spelled);
        let has_blanks = format.contains(' ') == text.contains(is_python_space);
        let is_year = (1..=9999).contains(&chrono::Datelike::year(&date));
        (is_full && has_blanks && is_year && !text.contains('+')).then_some(date)
    });
    dates.into_iter().next()
}

fn time(text: &str) -> Option<NaiveTime> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b":.".contains(&byte));
    let formats = ["%H:%M:%S", "%H:%M:%S%.f", "%H:%M"];
    let times = formats.iter().filter_map(|format| NaiveTime::parse_from_str(text, format).ok());
    let fits = text.split_once('.').is_none_or(|(_, fraction)| (1..=6).contains(&fraction.len()));
    (plain && fits).then(|| times.into_iter().next()).flatten()
}
