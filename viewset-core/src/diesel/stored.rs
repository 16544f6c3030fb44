//! How the types of the serializers' own are held by a column.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Numeric, Text};
use diesel::sqlite::Sqlite;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::serializers::{Decimal, Duration, List, Uuid};

macro_rules! proxies {
    ($($name:ident $([$($generics:tt)*])? for $type:ty as $sql:ty;)*) => {$(
        #[derive(AsExpression, FromSqlRow)]
        #[diesel(foreign_derive, sql_type = $sql)]
        #[expect(dead_code, reason = "it stands for the type that the derives are about")]
        struct $name $(<$($generics)*>)? ($type);
    )*};
}

proxies! {
    DecimalProxy[const D: u32, const P: u32] for Decimal<D, P> as Numeric;
    DurationProxy for Duration as BigInt;
    UuidProxy for Uuid as Text;
    ListProxy[T: 'static] for List<T> as Text;
}

/// As text, of which SQLite makes a number of its own in a column that is `NUMERIC` or `DECIMAL`.
impl<const D: u32, const P: u32> ToSql<Numeric, Sqlite> for Decimal<D, P> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_string());
        Ok(IsNull::No)
    }
}

/// SQLite shows its float with 15 digits, as which Django, too, reads one.
impl<const D: u32, const P: u32> FromSql<Numeric, Sqlite> for Decimal<D, P> {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Self::nearest(&text).ok_or_else(|| format!("{text} is no decimal number").into())
    }
}

impl ToSql<BigInt, Sqlite> for Duration {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.microseconds());
        Ok(IsNull::No)
    }
}

impl FromSql<BigInt, Sqlite> for Duration {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <i64 as FromSql<BigInt, Sqlite>>::from_sql(value).map(Self::from_microseconds)
    }
}

impl ToSql<Text, Sqlite> for Uuid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_hex());
        Ok(IsNull::No)
    }
}

impl FromSql<Text, Sqlite> for Uuid {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Self::parse(&text).ok_or_else(|| format!("{text} is no UUID").into())
    }
}

impl<T: Serialize + std::fmt::Debug> ToSql<Text, Sqlite> for List<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

impl<T: DeserializeOwned> FromSql<Text, Sqlite> for List<T> {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Ok(Self(serde_json::from_str(&text)?))
    }
}
