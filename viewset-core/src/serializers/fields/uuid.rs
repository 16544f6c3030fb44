//! UUIDs: DRF's `UUIDField`.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::{Field, FieldValue, Kind, LookupError, python, refuse, related};
use crate::error::{Error, ErrorDetail};
use crate::serializers::Value;

/// A UUID, which a column holds as Django does where the database has no type for it: as 32 hexadecimal
/// digits. It is shown with hyphens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(u128);

impl Uuid {
    /// A random one (version 4).
    ///
    /// # Errors
    ///
    /// If the system has no random bytes to give.
    pub fn random() -> Result<Self, Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(Error::internal)?;
        let random = u128::from_be_bytes(bytes);
        Ok(Self(random & !(0xf << 76) & !(0b11 << 62) | 4 << 76 | 0b10 << 62))
    }

    /// Of the 16 bytes in the order in which the text has them.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }

    /// The 16 bytes in the order in which the text has them.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// The 32 digits without hyphens.
    #[must_use]
    pub fn to_hex(self) -> String {
        format!("{:032x}", self.0)
    }

    /// An integer is a UUID, and so to Python is a boolean.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(Self(u128::from(*value))),
            Value::Int(number) => u128::try_from(*number).ok().map(Self),
            Value::BigInt(digits) => digits.parse().ok().map(Self),
            Value::Str(text) => Self::parse(text),
            _ => None,
        }
    }

    /// Python's `uuid.UUID(text)`: with or without hyphens, braces and `urn:uuid:`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.replace("urn:", "").replace("uuid:", "");
        let digits = digits.trim_matches(['{', '}']).replace('-', "");
        (digits.chars().count() == 32).then(|| python::hex(&digits).map(Self)).flatten()
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |shift: u32, digits: u32| (self.0 >> shift) & ((1 << (4 * digits)) - 1);
        let [a, b, c, d, e] =
            [(96, 8), (80, 4), (64, 4), (48, 4), (0, 12)].map(|(s, n)| part(s, n));
        write!(f, "{a:08x}-{b:04x}-{c:04x}-{d:04x}-{e:012x}")
    }
}

/// Of a text as Python's `uuid.UUID` takes it: with or without hyphens, braces and `urn:uuid:`.
impl FromStr for Uuid {
    type Err = LookupError;

    fn from_str(text: &str) -> Result<Self, LookupError> {
        Self::parse(text).ok_or(LookupError::Invalid)
    }
}

impl Serialize for Uuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FieldValue for Uuid {
    const KIND: Kind = Kind::Uuid;

    fn from_value(value: &Value, field: &Field) -> Result<Self, ErrorDetail> {
        if field.kind == Kind::Related {
            return related::uuid_key(value);
        }
        Self::of(value).map_or_else(|| refuse("Must be a valid UUID.", "invalid"), Ok)
    }

    fn from_lookup(text: &str) -> Result<Self, LookupError> {
        text.parse()
    }

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn to_position(&self) -> Option<String> {
        Some(self.to_string())
    }
}
