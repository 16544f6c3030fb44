//! How PostgreSQL holds the types of the serializers' own in columns that other databases lack.

use std::io::Write as _;

use diesel::data_types::{PgInterval, PgNumeric};
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self, Interval, Jsonb, Numeric};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::renderers::RawJson;
use crate::serializers::{Decimal, Dict, Duration, JsonValue, List, Uuid};

/// Four decimal digits stand in one of PostgreSQL's.
fn digits(text: &str) -> Option<PgNumeric> {
    let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let scale = u16::try_from(fraction.len()).ok()?;
    let padded = whole.len().next_multiple_of(4);
    let mut aligned = format!("{whole:0>padded$}{fraction}");
    let end = aligned.len().next_multiple_of(4);
    aligned.extend(std::iter::repeat_n('0', end - aligned.len()));
    let mut digits = Vec::with_capacity(aligned.len() / 4);
    for group in aligned.as_bytes().chunks(4) {
        digits.push(std::str::from_utf8(group).ok()?.parse().ok()?);
    }
    let weight = i16::try_from(padded / 4).ok()? - 1;
    Some(match is_negative {
        true => PgNumeric::Negative { weight, scale, digits },
        false => PgNumeric::Positive { weight, scale, digits },
    })
}

/// The number as a text; `None` for what is none.
fn text(number: &PgNumeric) -> Option<String> {
    let (sign, weight, digits) = match number {
        PgNumeric::Positive { weight, digits, .. } => ("", *weight, digits),
        PgNumeric::Negative { weight, digits, .. } => ("-", *weight, digits),
        PgNumeric::NaN => return None,
    };
    let mut text = sign.to_owned();
    let digit = |place: i16| {
        let place = usize::try_from(weight.checked_sub(place)?).ok()?;
        digits.get(place).copied()
    };
    for place in (0..=weight.max(0)).rev() {
        text.push_str(&format!("{:04}", digit(place).unwrap_or(0)));
    }
    text.push('.');
    let last = i32::from(weight) - i32::try_from(digits.len()).ok()? + 1;
    for place in (last.min(-1)..0).rev() {
        text.push_str(&format!("{:04}", digit(i16::try_from(place).ok()?).unwrap_or(0)));
    }
    Some(text)
}

impl<const D: u32, const P: u32> ToSql<Numeric, Pg> for Decimal<D, P> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let number = digits(&self.to_string()).ok_or("a decimal number of too many digits")?;
        <PgNumeric as ToSql<Numeric, Pg>>::to_sql(&number, &mut out.reborrow())
    }
}

impl<const D: u32, const P: u32> FromSql<Numeric, Pg> for Decimal<D, P> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let number = <PgNumeric as FromSql<Numeric, Pg>>::from_sql(value)?;
        let decimal = text(&number).and_then(|text| Self::nearest(&text));
        decimal.ok_or_else(|| format!("{number:?} is no decimal number").into())
    }
}

impl ToSql<sql_types::Uuid, Pg> for Uuid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&self.to_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<sql_types::Uuid, Pg> for Uuid {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from_bytes(value.as_bytes().try_into()?))
    }
}

impl ToSql<Interval, Pg> for Duration {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let interval = PgInterval::from_microseconds(self.microseconds());
        <PgInterval as ToSql<Interval, Pg>>::to_sql(&interval, &mut out.reborrow())
    }
}

/// A month has 30 days, as in PostgreSQL's own `EXTRACT(EPOCH FROM …)`.
impl FromSql<Interval, Pg> for Duration {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let interval = <PgInterval as FromSql<Interval, Pg>>::from_sql(value)?;
        let days = i64::from(interval.days) + i64::from(interval.months) * 30;
        let microseconds = days
            .checked_mul(86_400_000_000)
            .and_then(|days| days.checked_add(interval.microseconds))
            .ok_or("an interval of too many microseconds")?;
        Ok(Self::from_microseconds(microseconds))
    }
}

/// The version of the format stands before the text.
const JSONB_VERSION: u8 = 1;

fn write_jsonb(json: &[u8], out: &mut Output<'_, '_, Pg>) -> serialize::Result {
    out.write_all(&[JSONB_VERSION])?;
    out.write_all(json)?;
    Ok(IsNull::No)
}

fn read_jsonb(bytes: &[u8]) -> deserialize::Result<&[u8]> {
    match bytes.split_first() {
        Some((&JSONB_VERSION, json)) => Ok(json),
        _ => Err("a version of jsonb that is not known".into()),
    }
}

impl ToSql<Jsonb, Pg> for JsonValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        write_jsonb(&RawJson::of(&self.0)?.into_bytes(), out)
    }
}

impl FromSql<Jsonb, Pg> for JsonValue {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let value = crate::parsers::json::parse(read_jsonb(value.as_bytes())?);
        value.map(Self).map_err(|error| error.to_string().into())
    }
}

impl<T: Serialize + std::fmt::Debug> ToSql<Jsonb, Pg> for List<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        write_jsonb(&serde_json::to_vec(&self.0)?, out)
    }
}

impl<T: DeserializeOwned> FromSql<Jsonb, Pg> for List<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_slice(read_jsonb(value.as_bytes())?)?))
    }
}

impl<T: Serialize + std::fmt::Debug> ToSql<Jsonb, Pg> for Dict<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        write_jsonb(&serde_json::to_vec(self)?, out)
    }
}

impl<T: DeserializeOwned> FromSql<Jsonb, Pg> for Dict<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(serde_json::from_slice(read_jsonb(value.as_bytes())?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_number_is_the_same_in_groups_of_four_digits() {
        let numbers = ["0", "-1", "1.5", "12345.678", "-0.0001", "0.00001", "99999999.99999999"];
        for number in numbers {
            let read = digits(number).as_ref().and_then(text);
            let value = read.as_deref().and_then(Decimal::<20, 8>::nearest);
            assert_eq!(value, Decimal::nearest(number), "{number}: {read:?}");
        }
    }

    #[test]
    fn zeros_that_postgresql_leaves_out_are_there() {
        // 10000, 0.0001 and 0.00000001 as PostgreSQL writes them.
        let numbers = [(1, vec![1], "10000"), (-1, vec![1], "0.0001"), (-2, vec![1], "0.00000001")];
        for (weight, digits, expected) in numbers {
            let read = text(&PgNumeric::Positive { weight, scale: 8, digits });
            let value = read.as_deref().and_then(Decimal::<20, 8>::nearest);
            assert_eq!(value, Decimal::nearest(expected), "{read:?}");
        }
    }
}
