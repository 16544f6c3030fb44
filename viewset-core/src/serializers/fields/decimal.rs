//! Decimal numbers: DRF's `DecimalField`.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Serialize, Serializer};

use super::number::{MAX_STRING_LENGTH, above, below};
use super::{Bound, Field, FieldValue, Kind, LookupError, python, refuse};
use crate::error::ErrorDetail;
use crate::serializers::Value;

/// The exponents that Python's `decimal` has.
const MAX_EXPONENT: i128 = 999_999_999_999_999_999;

/// A decimal number of `DIGITS` digits at most (up to 38), of which `PLACES` stand behind the point, as
/// `max_digits` and `decimal_places` of DRF's `DecimalField`.
///
/// It is shown as text with all its places: `"9.50"`. A sum may have more digits than `DIGITS`; one that 128
/// bits cannot hold is the greatest number that they can.
///
/// ```
/// use viewset_core::serializers::Decimal;
///
/// let mut balance = Decimal::<12, 2>::from(7);
/// balance += Decimal::<8, 2>::from_units(250);
/// assert_eq!(balance.to_string(), "9.50");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Decimal<const DIGITS: u32, const PLACES: u32> {
    units: i128,
    /// `-0`, which DRF keeps.
    minus_zero: bool,
}

impl<const D: u32, const P: u32> Decimal<D, P> {
    /// Zero.
    pub const ZERO: Self = Self::from_units(0);

    /// Of the number without its point: 950 is 9.50 with two places.
    #[must_use]
    pub const fn from_units(units: i128) -> Self {
        const { assert!(P <= D && D <= 38, "a decimal has up to 38 digits, its places among them") }
        Self { units, minus_zero: false }
    }

    /// The number without its point: 9.50 is 950 with two places.
    #[must_use]
    pub const fn units(self) -> i128 {
        self.units
    }

    /// The nearest number to a database's text for one, which may have an exponent.
    pub(crate) fn nearest(text: &str) -> Option<Self> {
        let number = Parsed::read(text)?;
        let units = number.units(P)?;
        Some(Self { units, minus_zero: units == 0 && number.negative })
    }
}

impl<const D: u32, const P: u32> From<i32> for Decimal<D, P> {
    fn from(whole: i32) -> Self {
        Self::from_units(i128::from(whole).saturating_mul(10i128.saturating_pow(P)))
    }
}

impl<const D: u32, const P: u32> fmt::Display for Decimal<D, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minus = if self.units < 0 || self.minus_zero { "-" } else { "" };
        let size = self.units.unsigned_abs();
        let unit = 10u128.saturating_pow(P);
        match usize::try_from(P) {
            Ok(places @ 1..) => {
                write!(f, "{minus}{}.{:0places$}", size / unit, size % unit)
            }
            _ => write!(f, "{minus}{size}"),
        }
    }
}

impl<const D: u32, const P: u32> Serialize for Decimal<D, P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<const D: u32, const E: u32, const P: u32> PartialEq<Decimal<E, P>> for Decimal<D, P> {
    fn eq(&self, other: &Decimal<E, P>) -> bool {
        self.units == other.units
    }
}

impl<const D: u32, const P: u32> Eq for Decimal<D, P> {}

impl<const D: u32, const E: u32, const P: u32> PartialOrd<Decimal<E, P>> for Decimal<D, P> {
    fn partial_cmp(&self, other: &Decimal<E, P>) -> Option<Ordering> {
        Some(self.units.cmp(&other.units))
    }
}

impl<const D: u32, const P: u32> Ord for Decimal<D, P> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.units.cmp(&other.units)
    }
}

impl<const D: u32, const E: u32, const P: u32> Add<Decimal<E, P>> for Decimal<D, P> {
    type Output = Self;

    fn add(self, other: Decimal<E, P>) -> Self {
        Self::from_units(self.units.saturating_add(other.units))
    }
}

impl<const D: u32, const E: u32, const P: u32> Sub<Decimal<E, P>> for Decimal<D, P> {
    type Output = Self;

    fn sub(self, other: Decimal<E, P>) -> Self {
        Self::from_units(self.units.saturating_sub(other.units))
    }
}

impl<const D: u32, const E: u32, const P: u32> AddAssign<Decimal<E, P>> for Decimal<D, P> {
    fn add_assign(&mut self, other: Decimal<E, P>) {
        *self = *self + other;
    }
}

impl<const D: u32, const E: u32, const P: u32> SubAssign<Decimal<E, P>> for Decimal<D, P> {
    fn sub_assign(&mut self, other: Decimal<E, P>) {
        *self = *self - other;
    }
}

impl<const D: u32, const P: u32> Neg for Decimal<D, P> {
    type Output = Self;

    fn neg(self) -> Self {
        Self::from_units(self.units.saturating_neg())
    }
}

impl<const D: u32, const P: u32> FieldValue for Decimal<D, P> {
    const KIND: Kind = Kind::Decimal;
    const DIGITS: Option<(u32, u32)> = Some((D, P));

    /// Blank text, too, also in JSON.
    fn is_null(value: &Value, _field: &Field) -> bool {
        let is_blank = || value.as_str().is_some_and(|text| python::strip(text).is_empty());
        matches!(value, Value::Null) || is_blank()
    }

    fn from_value(value: &Value, field: &Field) -> Result<Self, ErrorDetail> {
        let text = python::str(value);
        let text = python::strip(&text);
        if text.chars().nth(MAX_STRING_LENGTH).is_some() {
            return refuse("String value too large.", "max_string_length");
        }
        let is_number = !matches!(value, Value::Bool(_) | Value::List(_) | Value::Map(_));
        let number = is_number.then(|| Parsed::read(text)).flatten();
        let Some(number) = number else { return refuse("A valid number is required.", "invalid") };
        number.check_precision(D, P)?;
        let Some(units) = number.units(P) else {
            return refuse("A valid number is required.", "invalid");
        };
        check_bounds(units, P, field)?;
        Ok(Self { units, minus_zero: units == 0 && number.negative })
    }

    fn from_lookup(text: &str) -> Result<Self, LookupError> {
        let number = Parsed::read(python::strip(text)).ok_or(LookupError::Invalid)?;
        number.check_precision(D, P).map_err(|_| LookupError::OutOfRange)?;
        Self::nearest(text).ok_or(LookupError::OutOfRange)
    }

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn to_position(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// A number as Python's `Decimal.as_tuple` has it.
struct Parsed {
    negative: bool,
    /// Without leading zeros, but one digit at least.
    digits: Vec<u8>,
    exponent: i128,
}

impl Parsed {
    /// `Decimal(text)`; `None` for what is no number, and for infinity.
    fn read(text: &str) -> Option<Self> {
        let text = python::to_ascii(text)?.trim().replace('_', "");
        let negative = text.starts_with('-');
        let text = text.strip_prefix(['+', '-']).unwrap_or(&text);
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, read_exponent(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = [whole, fraction].concat();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let significant = digits.trim_start_matches('0');
        let significant = if significant.is_empty() { "0" } else { significant };
        let digits: Vec<_> = significant.bytes().map(|byte| byte - b'0').collect();
        let exponent = exponent - i128::try_from(fraction.len()).ok()?;
        let greatest = exponent + i128::try_from(digits.len()).ok()? - 1;
        let fits = greatest <= MAX_EXPONENT && exponent > -2 * MAX_EXPONENT;
        fits.then_some(Self { negative, digits, exponent })
    }

    /// DRF's `validate_precision`.
    fn check_precision(&self, max_digits: u32, max_places: u32) -> Result<(), ErrorDetail> {
        let width = i128::try_from(self.digits.len()).unwrap_or(i128::MAX);
        let (total, places) = match self.exponent {
            exponent @ 0.. => (width.saturating_add(exponent), 0),
            exponent if width > -exponent => (width, -exponent),
            exponent => (-exponent, -exponent),
        };
        let max_whole = max_digits - max_places;
        if total > max_digits.into() {
            let text = format!("Ensure that there are no more than {max_digits} digits in total.");
            return refuse(text, "max_digits");
        }
        if places > max_places.into() {
            let text = format!("Ensure that there are no more than {max_places} decimal places.");
            return refuse(text, "max_decimal_places");
        }
        if total - places > max_whole.into() {
            let text = format!(
                "Ensure that there are no more than {max_whole} digits before the decimal point."
            );
            return refuse(text, "max_whole_digits");
        }
        Ok(())
    }

    /// The number times ten to the power of `places`, rounded half to even; `None` if 128 bits cannot
    /// hold it.
    fn units(&self, places: u32) -> Option<i128> {
        let shift = self.exponent + i128::from(places);
        let kept = match shift {
            0.. => self.digits.len(),
            _ => self.digits.len().saturating_sub(usize::try_from(-shift).unwrap_or(usize::MAX)),
        };
        let (kept, dropped) = self.digits.split_at_checked(kept)?;
        let append = |units: i128, digit: &u8| units.checked_mul(10)?.checked_add((*digit).into());
        let mut units = kept.iter().try_fold(0, append)?;
        if shift > 0 && units != 0 {
            units = units.checked_mul(10i128.checked_pow(u32::try_from(shift).ok()?)?)?;
        }
        // What is dropped as a whole has zeros before it if the shift goes further than the digits.
        let reaches = shift >= -i128::try_from(self.digits.len()).ok()?;
        let is_up = reaches && rounds_up(dropped, units % 2 != 0);
        let units = units.checked_add(is_up.into())?;
        Some(if self.negative { -units } else { units })
    }
}

/// A number as plain digits with a point, as Python's `Decimal` reads it; `None` for what is none. One of more than a
/// thousand zeros at its end, or behind its point, is another so great, or so small.
pub(crate) fn plain(text: &str) -> Option<String> {
    let number = Parsed::read(text)?;
    let digits: String = number.digits.iter().map(|digit| char::from(b'0' + digit)).collect();
    let sign = if number.negative { "-" } else { "" };
    if digits == "0" {
        return Some(format!("{sign}0"));
    }
    if number.exponent >= 0 {
        let zeros = usize::try_from(number.exponent).unwrap_or(usize::MAX).min(MANY_ZEROS);
        return Some(format!("{sign}{digits}{}", "0".repeat(zeros)));
    }
    let places = usize::try_from(-number.exponent).unwrap_or(usize::MAX);
    let zeros = places.saturating_sub(digits.len()).min(MANY_ZEROS);
    let digits = format!("{}{digits}", "0".repeat(zeros + 1));
    let (whole, fraction) = digits.split_at_checked(digits.len().saturating_sub(places).max(1))?;
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    Some(format!("{sign}{whole}.{fraction}"))
}

/// So many zeros say as much as more.
const MANY_ZEROS: usize = 1000;

fn rounds_up(dropped: &[u8], is_odd: bool) -> bool {
    match dropped {
        [] | [..5, ..] => false,
        [5, rest @ ..] => is_odd || rest.iter().any(|digit| *digit != 0),
        [_, ..] => true,
    }
}

fn read_exponent(text: &str) -> Option<i128> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Beyond this no mantissa of a text that is short enough brings the number back into range.
    let size = digits.parse::<i128>().unwrap_or(i128::MAX).min(3 * MAX_EXPONENT);
    Some(if text.starts_with('-') { -size } else { size })
}

/// `max_value` and `min_value`, as the decimal numbers that they were written as.
fn check_bounds(units: i128, places: u32, field: &Field) -> Result<(), ErrorDetail> {
    let mut errors = Vec::new();
    if let Some(max) = field.max_value.filter(|max| compare(units, places, max).is_gt()) {
        errors.push(above(&max));
    }
    if let Some(min) = field.min_value.filter(|min| compare(units, places, min).is_lt()) {
        errors.push(below(&min));
    }
    if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
}

/// A bound of more places is the nearest number of these places.
fn compare(units: i128, places: u32, bound: &Bound) -> Ordering {
    let Some(bound) = Parsed::read(&bound.to_string()) else { return Ordering::Equal };
    match bound.units(places) {
        Some(nearest) => units.cmp(&nearest),
        None if bound.negative => Ordering::Greater,
        None => Ordering::Less,
    }
}
