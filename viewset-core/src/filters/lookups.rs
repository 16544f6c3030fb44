//! From a field, a lookup and a clean value to a condition (Django's `lookups.py`).

use std::borrow::Cow;

use super::form::{Cleaned, Compared, Lookup};
use super::path::FieldPath;
use crate::diesel::{Case, Condition, DbConnection, Operand, Side};
use crate::serializers::{Field, Kind, LookupError};

/// How many characters a text may have that is looked for in others: databases compare each of them with each of a row's.
pub(super) const LONGEST: usize = 2000;

impl Lookup {
    /// Whether a text is looked for in others: whatever fits texts alone does so.
    pub(super) const fn is_pattern(self) -> bool {
        self.fits(Kind::String) && !self.fits(Kind::Integer)
    }

    /// Whether the values of a key are those of rows that have to be there.
    pub(super) const fn names_rows(self) -> bool {
        matches!(self, Self::Exact | Self::In)
    }

    /// The case of a regex, if it is one.
    pub(super) const fn regex(self) -> Option<Case> {
        match self {
            Self::Regex => Some(Case::Sensitive),
            Self::IRegex => Some(Case::Insensitive),
            _ => None,
        }
    }

    /// Whether a field of this kind can be compared so.
    pub(crate) const fn fits(self, kind: Kind) -> bool {
        match self {
            Self::Exact | Self::In | Self::IsNull => !matches!(kind, Kind::List),
            Self::Gt | Self::Gte | Self::Lt | Self::Lte | Self::Range => {
                !matches!(kind, Kind::List | Kind::Boolean | Kind::Related | Kind::Uuid)
            }
            Self::IExact
            | Self::Contains
            | Self::IContains
            | Self::StartsWith
            | Self::IStartsWith
            | Self::EndsWith
            | Self::IEndsWith
            | Self::Regex
            | Self::IRegex => is_text(kind),
            Self::Date(_) => matches!(kind, Kind::DateTime),
            Self::Year(_) | Self::Month(_) | Self::Day(_) => {
                matches!(kind, Kind::DateTime | Kind::Date)
            }
        }
    }
}

const fn is_text(kind: Kind) -> bool {
    matches!(kind, Kind::String | Kind::Email | Kind::Url | Kind::Slug | Kind::Regex | Kind::Choice)
}

/// The condition that a parameter means; `None` where it narrows nothing down.
pub(super) fn condition<C: DbConnection>(
    path: &FieldPath<C::Backend>,
    lookup: Lookup,
    value: Cleaned,
) -> Option<Condition<C::Backend>> {
    let is_null = lookup == Lookup::IsNull && matches!(value, Cleaned::Flag(true));
    let condition = match (lookup, value) {
        (_, Cleaned::Nothing) => return None,
        (Lookup::IsNull, Cleaned::Flag(is_null)) => Condition::is_null(path.sql, !is_null),
        (Lookup::In, Cleaned::Many(texts)) => {
            let operands = texts.iter().filter_map(|text| exact_operand::<C>(path, text).ok());
            Condition::is_in(path.sql, operands.collect())
        }
        (Lookup::Range, Cleaned::Range(Some(low), Some(high))) => Condition::all(vec![
            compare::<C>(path, Lookup::Gte, &low),
            compare::<C>(path, Lookup::Lte, &high),
        ]),
        (Lookup::Range, Cleaned::Range(..)) => nothing(),
        (lookup, Cleaned::One(text)) => one::<C>(path, lookup, &text),
        (_, Cleaned::Flag(flag)) => {
            one::<C>(path, Lookup::Exact, if flag { "True" } else { "False" })
        }
        (_, Cleaned::Many(_) | Cleaned::Range(..)) => return None,
    };
    let condition = path.condition(condition);
    // What refers to no row has none of its values either (Django's LEFT JOIN).
    Some(match (&path.via, is_null) {
        (Some(via), true) => Condition::any(vec![condition, Condition::is_null(via.key, false)]),
        _ => condition,
    })
}

/// The condition that a search term means for a text.
pub(super) fn text<C: DbConnection>(
    path: &FieldPath<C::Backend>,
    lookup: Lookup,
    term: &str,
) -> Condition<C::Backend> {
    path.condition(one::<C>(path, lookup, term))
}

fn one<C: DbConnection>(
    path: &FieldPath<C::Backend>,
    lookup: Lookup,
    text: &str,
) -> Condition<C::Backend> {
    let like = |before: &str, after: &str, case| {
        C::like(path.sql, format!("{before}{}{after}", escaped(text)), case)
    };
    match lookup {
        Lookup::Exact | Lookup::In | Lookup::Range | Lookup::IsNull => {
            match exact_operand::<C>(path, text) {
                Ok(operand) => Condition::equals(path.sql, operand),
                Err(_) => nothing(),
            }
        }
        Lookup::IExact => like("", "", Case::Insensitive),
        Lookup::Contains => like("%", "%", Case::Sensitive),
        Lookup::IContains => like("%", "%", Case::Insensitive),
        Lookup::StartsWith => like("", "%", Case::Sensitive),
        Lookup::IStartsWith => like("", "%", Case::Insensitive),
        Lookup::EndsWith => like("%", "", Case::Sensitive),
        Lookup::IEndsWith => like("%", "", Case::Insensitive),
        Lookup::Regex => C::regex(path.sql, text.to_owned(), Case::Sensitive),
        Lookup::IRegex => C::regex(path.sql, text.to_owned(), Case::Insensitive),
        Lookup::Gt | Lookup::Gte | Lookup::Lt | Lookup::Lte => compare::<C>(path, lookup, text),
        Lookup::Date(compared) => {
            let date = C::text(text.to_owned());
            Condition::compare(C::date_of(path.sql), compared.operator(), date, "")
        }
        Lookup::Year(compared) => part::<C>(C::year_of(path.sql), compared, text),
        Lookup::Month(compared) => part::<C>(C::month_of(path.sql), compared, text),
        Lookup::Day(compared) => part::<C>(C::day_of(path.sql), compared, text),
    }
}

impl Compared {
    const fn operator(self) -> &'static str {
        match self {
            Self::Exact => " = ",
            Self::Gt => " > ",
            Self::Gte => " >= ",
            Self::Lt => " < ",
            Self::Lte => " <= ",
        }
    }

    /// Whether all integers are found by a number that is less than any, or greater.
    const fn takes_all(self, is_least: bool) -> bool {
        match self {
            Self::Exact => false,
            Self::Gt | Self::Gte => is_least,
            Self::Lt | Self::Lte => !is_least,
        }
    }
}

/// A part of a date, compared with a number as Django does it, without its fraction.
fn part<C: DbConnection>(
    side: Side<C::Backend>,
    compared: Compared,
    text: &str,
) -> Condition<C::Backend> {
    match whole(text).parse() {
        Ok(number) => Condition::compare(side, compared.operator(), C::integer(number), ""),
        // All integers lie on one side of it, and Django asks for none of them then.
        Err(_) if compared.takes_all(text.starts_with('-')) => Condition::all(Vec::new()),
        Err(_) => nothing(),
    }
}

fn compare<C: DbConnection>(
    path: &FieldPath<C::Backend>,
    lookup: Lookup,
    text: &str,
) -> Condition<C::Backend> {
    let is_upwards = matches!(lookup, Lookup::Gt | Lookup::Gte);
    let (text, is_cut) = number_of_column(path, text);
    let includes = match is_cut {
        true => text.starts_with('-') == is_upwards,
        false => matches!(lookup, Lookup::Gte | Lookup::Lte),
    };
    let operator = match (is_upwards, includes) {
        (true, false) => " > ",
        (true, true) => " >= ",
        (false, false) => " < ",
        (false, true) => " <= ",
    };
    match (path.operand)(&text) {
        Ok(operand) => Condition::compare(Side::of(path.sql), operator, operand, ""),
        // All numbers that the column can hold lie on one side of it; with integers Django asks for none of them then.
        Err(LookupError::OutOfRange) if text.starts_with('-') == is_upwards => {
            match is_integer(&path.field) {
                true => Condition::all(Vec::new()),
                false => Condition::is_null(path.sql, true),
            }
        }
        Err(_) => nothing(),
    }
}

fn exact_operand<C: DbConnection>(
    path: &FieldPath<C::Backend>,
    text: &str,
) -> Result<Operand<C::Backend>, LookupError> {
    match number_of_column(path, text) {
        // No number of the column has so many places.
        (_, true) => Err(LookupError::OutOfRange),
        (text, false) => (path.operand)(&text),
    }
}

/// A number as the column can have it, and whether a part of it was cut off that it cannot have; any other value as it is.
fn number_of_column<'t, DB: diesel::backend::Backend>(
    path: &FieldPath<DB>,
    text: &'t str,
) -> (Cow<'t, str>, bool) {
    match path.field.digits {
        _ if is_integer(&path.field) => (Cow::Owned(whole(text)), false),
        Some((_, places)) => {
            let (cut, is_cut) = with_places(text, places);
            (Cow::Borrowed(cut), is_cut)
        }
        None => (Cow::Borrowed(text), false),
    }
}

/// A decimal number with so many places at most, and without zeros at their end; whether more was cut off.
fn with_places(text: &str, places: u32) -> (&str, bool) {
    let Some((whole, fraction)) = text.split_once('.') else { return (text, false) };
    let fraction = fraction.trim_end_matches('0').len();
    let kept = fraction.min(usize::try_from(places).unwrap_or(usize::MAX));
    let end = if kept == 0 { whole.len() } else { whole.len() + 1 + kept };
    (text.get(..end).unwrap_or(text), kept < fraction)
}

/// Whether it holds integers; one with choices does so by its range.
fn is_integer(field: &Field) -> bool {
    let kind = field.related_kind.unwrap_or(field.kind);
    matches!(kind, Kind::Integer | Kind::BigInteger) || field.range.is_some()
}

/// A decimal number as an integer: without its fraction, as Django compares it with a column of integers.
fn whole(text: &str) -> String {
    let whole = text.split('.').next().unwrap_or_default();
    whole.parse::<i128>().map_or_else(|_| whole.to_owned(), |number| number.to_string())
}

/// No row satisfies it.
fn nothing<DB: diesel::backend::Backend>() -> Condition<DB> {
    Condition::any(Vec::new())
}

/// A text with the wildcards of LIKE as what they are.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_number_is_compared_with_integers_as_django_does_it() {
        for (text, expected) in [("12.5", "12"), ("12", "12"), ("-12.5", "-12"), ("007", "7")] {
            assert_eq!(whole(text), expected);
        }
    }

    #[test]
    fn places_that_a_column_has_not_are_cut_off() {
        for (text, expected) in [
            ("1.5", ("1.5", false)),
            ("1.50", ("1.5", false)),
            ("1.500", ("1.5", false)),
            ("1.234", ("1.23", true)),
            ("-0.001", ("-0.00", true)),
            ("-0.0000", ("-0", false)),
            ("7.000", ("7", false)),
            ("70", ("70", false)),
            ("99.999", ("99.99", true)),
            ("0.0100", ("0.01", false)),
            ("0.1001", ("0.10", true)),
        ] {
            assert_eq!(with_places(text, 2), expected, "{text}");
        }
    }

    #[test]
    fn wildcards_stand_for_themselves() {
        assert_eq!(escaped(r"50%_\"), r"50\%\_\\");
    }
}
