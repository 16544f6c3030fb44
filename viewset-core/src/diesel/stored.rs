//! How the types of the serializers' own are held by a column.

#[cfg(any(feature = "postgres", feature = "mysql"))]
mod networked;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "sqlite")]
mod sqlite_moment;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod utc;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::{BigInt, Numeric, Text, Timestamp};

use crate::serializers::{Decimal, Dict, Duration, Ip, JsonValue, List, UtcDateTime, Uuid};

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
    DictProxy[T: 'static] for Dict<T> as Text;
    IpProxy for Ip as Text;
    JsonProxy for JsonValue as Text;
    UtcProxy for UtcDateTime as Timestamp;
}

macro_rules! expressions {
    ($($name:ident $([$($generics:tt)*])? for $type:ty as $sql:ty;)*) => {$(
        #[derive(AsExpression)]
        #[diesel(foreign_derive, sql_type = $sql)]
        #[expect(dead_code, reason = "it stands for the type that the derive is about")]
        struct $name $(<$($generics)*>)? ($type);
    )*};
}

expressions! {
    // A decimal in a column of text, too.
    DecimalTextProxy[const D: u32, const P: u32] for Decimal<D, P> as Text;
}

#[cfg(feature = "sqlite")]
expressions! {
    UtcSqliteProxy for UtcDateTime as diesel::sql_types::TimestamptzSqlite;
}

#[cfg(feature = "mysql")]
expressions! {
    UtcMysqlProxy for UtcDateTime as diesel::sql_types::Datetime;
}

#[cfg(feature = "postgres")]
expressions! {
    UtcPgProxy for UtcDateTime as diesel::sql_types::Timestamptz;
    UuidPgProxy for Uuid as diesel::sql_types::Uuid;
    DurationPgProxy for Duration as diesel::sql_types::Interval;
    JsonbProxy for JsonValue as diesel::sql_types::Jsonb;
    ListJsonbProxy[T: 'static] for List<T> as diesel::sql_types::Jsonb;
    DictJsonbProxy[T: 'static] for Dict<T> as diesel::sql_types::Jsonb;
}
