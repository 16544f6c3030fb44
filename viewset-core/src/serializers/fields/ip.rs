//! IP addresses: DRF's `IPAddressField`, for both protocols or for one.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Serialize, Serializer};

use super::{Field, FieldValue, Kind, LookupError, python, refuse};
use crate::error::ErrorDetail;
use crate::serializers::Value;

/// An IP address that a column holds as text. A serializer that is a plain struct can take the addresses of
/// `std::net` as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Ip(pub IpAddr);

impl fmt::Display for Ip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Ip {
    /// An address of either protocol; one of version 4 in the clothes of version 6 is one of version 4.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let address: IpAddr = without_scope(text)?.parse().ok()?;
        Some(Self(match address {
            IpAddr::V6(address) => address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4),
            address => address,
        }))
    }
}

/// An address without the scope behind a `%` that one of version 6 may have, as Django takes it off.
fn without_scope(text: &str) -> Option<&str> {
    match text.split_once('%') {
        None => Some(text),
        Some((address, scope)) => {
            (address.contains(':') && !scope.is_empty() && !scope.contains('%')).then_some(address)
        }
    }
}

/// The message for what is no text, whichever protocol is wanted.
const OF_EITHER: &str = "Enter a valid IPv4 or IPv6 address.";

/// The message for what is none of version 4; that has no colon.
const OF_VERSION_4: &str = "Enter a valid IPv4 address.";

/// The text of an address, without blanks around one of version 4: of the other DRF takes none off.
fn text(value: &Value) -> Result<&str, ErrorDetail> {
    match value {
        Value::Str(text) if text.contains(':') => Ok(text),
        Value::Str(text) => match python::strip(text) {
            "" => refuse("This field may not be blank.", "blank"),
            text => Ok(text),
        },
        _ => refuse(OF_EITHER, "invalid"),
    }
}

macro_rules! address {
    ($($type:ty, $parse:expr, $invalid:literal;)*) => {$(
        impl FieldValue for $type {
            const KIND: Kind = Kind::Ip;

            fn from_value(value: &Value, _: &Field) -> Result<Self, ErrorDetail> {
                let parse: fn(&str) -> Option<Self> = $parse;
                let text = text(value)?;
                match parse(text) {
                    Some(address) => Ok(address),
                    None if text.contains(':') && $invalid != OF_VERSION_4 => {
                        refuse(OF_EITHER, "invalid")
                    }
                    None => refuse($invalid, "invalid"),
                }
            }

            fn from_lookup(text: &str) -> Result<Self, LookupError> {
                let parse: fn(&str) -> Option<Self> = $parse;
                parse(text).ok_or(LookupError::Invalid)
            }

            fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }

            fn to_position(&self) -> Option<String> {
                Some(self.to_string())
            }
        }
    )*};
}

address! {
    Ip, Ip::parse, "Enter a valid IPv4 or IPv6 address.";
    IpAddr, |text| Ip::parse(text).map(|ip| ip.0), "Enter a valid IPv4 or IPv6 address.";
    Ipv4Addr, |text| text.parse().ok(), "Enter a valid IPv4 address.";
    Ipv6Addr, |text| without_scope(text)?.parse().ok(), "Enter a valid IPv6 address.";
}
