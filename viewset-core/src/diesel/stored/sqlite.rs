//! How SQLite holds the types of the serializers' own.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Numeric, Text};
use diesel::sqlite::Sqlite;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::renderers::RawJson;
use crate::serializers::{Decimal, Dict, Duration, Ip, JsonValue, List, Uuid};

/// As a float, which is what SQLite itself makes of a decimal number; of 15 digits none is lost.
impl<const D: u32, const P: u32> ToSql<Numeric, Sqlite> for Decimal<D, P> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        const {
            assert!(
                D <= 15,
                "SQLite keeps 15 digits of a number: a `Decimal` of more belongs into a column of `Text`"
            );
        }
        out.set_value(self.to_string().parse::<f64>()?);
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

/// With all its digits. The database compares it as a text.
impl<const D: u32, const P: u32> ToSql<Text, Sqlite> for Decimal<D, P> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_string());
        Ok(IsNull::No)
    }
}

impl<const D: u32, const P: u32> FromSql<Text, Sqlite> for Decimal<D, P> {
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

impl<T: Serialize + std::fmt::Debug> ToSql<Text, Sqlite> for Dict<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(self)?);
        Ok(IsNull::No)
    }
}

impl<T: DeserializeOwned> FromSql<Text, Sqlite> for Dict<T> {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Ok(serde_json::from_str(&text)?)
    }
}

impl ToSql<Text, Sqlite> for Ip {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<Text, Sqlite> for Ip {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Self::parse(&text).ok_or_else(|| format!("{text} is no IP address").into())
    }
}

impl ToSql<Text, Sqlite> for JsonValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(String::from_utf8(RawJson::of(&self.0)?.into_bytes())?);
        Ok(IsNull::No)
    }
}

impl FromSql<Text, Sqlite> for JsonValue {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        let value = crate::parsers::json::parse(text.as_bytes());
        value.map(Self).map_err(|error| error.to_string().into())
    }
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;

    use super::*;

    diesel::table! {
        things (id) {
            id -> Integer,
            price -> Numeric,
            length -> Nullable<BigInt>,
            key -> Text,
            tags -> Text,
        }
    }

    type Row = (Decimal<12, 2>, Option<Duration>, Uuid, List<String>);

    fn stored(row: &Row) -> QueryResult<(Row, String)> {
        let mut conn = SqliteConnection::establish(":memory:")
            .map_err(|error| diesel::result::Error::DeserializationError(error.into()))?;
        let table = "CREATE TABLE things (id integer PRIMARY KEY, price decimal, length bigint, \
                     key char(32), tags text)";
        diesel::sql_query(table).execute(&mut conn)?;
        let (price, length, key, tags) = row;
        let values = (
            things::price.eq(price),
            things::length.eq(length),
            things::key.eq(key),
            things::tags.eq(tags),
        );
        let columns = (things::price, things::length, things::key, things::tags);
        let returned: Row = diesel::insert_into(things::table)
            .values(values)
            .returning(columns)
            .get_result(&mut conn)?;
        let found = things::table.filter(things::price.ge(*price).and(things::key.eq(*key)));
        assert_eq!(found.select(columns).first::<Row>(&mut conn)?, returned);
        let spelled = diesel::dsl::sql::<Text>("typeof(price) || ' ' || key || ' ' || tags");
        Ok((returned, things::table.select(spelled).first(&mut conn)?))
    }

    #[test]
    fn a_long_decimal_keeps_its_digits_as_text() {
        let value = Decimal::<38, 10>::from_units(12_345_678_901_234_567_890_123_456_789);
        let read = || {
            let mut conn = SqliteConnection::establish(":memory:")?;
            let select = diesel::select(value.into_sql::<Text>());
            Ok::<_, Box<dyn std::error::Error>>(select.get_result::<Decimal<38, 10>>(&mut conn)?)
        };
        assert_eq!(read().map_err(|error| error.to_string()), Ok(value));
    }

    #[test]
    fn values_come_back_as_they_were_stored() {
        let key = Uuid::from_bytes(*b"0123456789abcdef");
        let tags = List(vec!["ä".to_owned(), "b".to_owned()]);
        let length = Some(Duration::from_microseconds(-1));
        for (units, kind) in [(999_999_999_999, "real"), (100, "integer"), (-7, "real")] {
            let row = (Decimal::from_units(units), length, key, tags.clone());
            let spelled = format!("{kind} 30313233343536373839616263646566 [\"ä\",\"b\"]");
            assert_eq!(stored(&row).map_err(|error| error.to_string()), Ok((row, spelled)));
        }
    }
}
