//! How PostgreSQL and MySQL hold the types of the serializers' own: as texts and numbers.

use std::io::Write as _;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Text};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::renderers::RawJson;
use crate::serializers::{Decimal, Dict, Duration, Ip, JsonValue, List, Uuid};

/// A type that a column of text holds.
macro_rules! held_as_text {
    ($backend:ty) => {};
    ($backend:ty, [$($generics:tt)*] $type:ty, $write:expr, $read:expr; $($rest:tt)*) => {
        impl<$($generics)*> ToSql<Text, $backend> for $type {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, $backend>) -> serialize::Result {
                let write: fn(&Self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> =
                    $write;
                out.write_all(write(self)?.as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl<$($generics)*> FromSql<Text, $backend> for $type {
            fn from_sql(value: <$backend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                let text = <String as FromSql<Text, $backend>>::from_sql(value)?;
                let read: fn(&str) -> deserialize::Result<Self> = $read;
                read(&text)
            }
        }

        held_as_text! { $backend, $($rest)* }
    };
    ($backend:ty,) => {};
}

/// All of them.
macro_rules! held {
    ($backend:ty) => {
        held_as_text! {
            $backend,
            [const D: u32, const P: u32] Decimal<D, P>,
            |value| Ok(value.to_string()),
            |text| Self::nearest(text).ok_or_else(|| format!("{text} is no decimal number").into());
            [] Uuid,
            |value| Ok(value.to_hex()),
            |text| Self::parse(text).ok_or_else(|| format!("{text} is no UUID").into());
            [] Ip,
            |value| Ok(value.to_string()),
            |text| Self::parse(text).ok_or_else(|| format!("{text} is no IP address").into());
            [] JsonValue,
            |value| Ok(String::from_utf8(RawJson::of(&value.0)?.into_bytes())?),
            |text| {
                let value = crate::parsers::json::parse(text.as_bytes());
                value.map(Self).map_err(|error| error.to_string().into())
            };
        }

        impl<T: Serialize + std::fmt::Debug> ToSql<Text, $backend> for List<T> {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, $backend>) -> serialize::Result {
                serde_json::to_writer(out, &self.0)?;
                Ok(IsNull::No)
            }
        }

        impl<T: DeserializeOwned> FromSql<Text, $backend> for List<T> {
            fn from_sql(value: <$backend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                let text = <String as FromSql<Text, $backend>>::from_sql(value)?;
                Ok(Self(serde_json::from_str(&text)?))
            }
        }

        impl<T: Serialize + std::fmt::Debug> ToSql<Text, $backend> for Dict<T> {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, $backend>) -> serialize::Result {
                serde_json::to_writer(out, self)?;
                Ok(IsNull::No)
            }
        }

        impl<T: DeserializeOwned> FromSql<Text, $backend> for Dict<T> {
            fn from_sql(value: <$backend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                let text = <String as FromSql<Text, $backend>>::from_sql(value)?;
                Ok(serde_json::from_str(&text)?)
            }
        }

        impl FromSql<BigInt, $backend> for Duration {
            fn from_sql(value: <$backend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                <i64 as FromSql<BigInt, $backend>>::from_sql(value).map(Self::from_microseconds)
            }
        }

        impl ToSql<BigInt, $backend> for Duration {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, $backend>) -> serialize::Result {
                <i64 as ToSql<BigInt, $backend>>::to_sql(&self.microseconds(), &mut out.reborrow())
            }
        }
    };
}

#[cfg(feature = "postgres")]
held!(diesel::pg::Pg);
#[cfg(feature = "mysql")]
held!(diesel::mysql::Mysql);

/// MySQL sends and takes decimal numbers as texts, and knows no zones.
#[cfg(feature = "mysql")]
mod mysql {
    use chrono::NaiveDateTime;
    use diesel::mysql::{Mysql, MysqlValue};
    use diesel::sql_types::Numeric;

    use super::*;
    use crate::serializers::UtcDateTime;

    impl<const D: u32, const P: u32> ToSql<Numeric, Mysql> for Decimal<D, P> {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
            write!(out, "{self}")?;
            Ok(IsNull::No)
        }
    }

    impl<const D: u32, const P: u32> FromSql<Numeric, Mysql> for Decimal<D, P> {
        fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
            let text = std::str::from_utf8(value.as_bytes())?;
            Self::nearest(text).ok_or_else(|| format!("{text} is no decimal number").into())
        }
    }

    macro_rules! held_without_a_zone {
        ($sql:ty) => {
            impl ToSql<$sql, Mysql> for UtcDateTime {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
                    let utc = self.0.naive_utc();
                    <NaiveDateTime as ToSql<$sql, Mysql>>::to_sql(&utc, &mut out.reborrow())
                }
            }

            impl FromSql<$sql, Mysql> for UtcDateTime {
                fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
                    let utc = <NaiveDateTime as FromSql<$sql, Mysql>>::from_sql(value)?;
                    Ok(Self(utc.and_utc()))
                }
            }
        };
    }

    held_without_a_zone!(diesel::sql_types::Timestamp);
    held_without_a_zone!(diesel::sql_types::Datetime);
}
