//! How each database holds a point in time in UTC.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};

use crate::serializers::UtcDateTime;

macro_rules! held_as_it_is {
    ($sql:ty, $backend:ty) => {
        impl ToSql<$sql, $backend> for UtcDateTime {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, $backend>) -> serialize::Result {
                <DateTime<Utc> as ToSql<$sql, $backend>>::to_sql(&self.0, out)
            }
        }

        impl FromSql<$sql, $backend> for UtcDateTime {
            fn from_sql(value: <$backend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                <DateTime<Utc> as FromSql<$sql, $backend>>::from_sql(value).map(Self)
            }
        }
    };
}

#[cfg(feature = "sqlite")]
held_as_it_is!(diesel::sql_types::TimestamptzSqlite, diesel::sqlite::Sqlite);
#[cfg(feature = "postgres")]
held_as_it_is!(diesel::sql_types::Timestamptz, diesel::pg::Pg);

#[cfg(feature = "mysql")]
macro_rules! held_without_a_zone {
    ($sql:ty) => {
        impl ToSql<$sql, diesel::mysql::Mysql> for UtcDateTime {
            fn to_sql<'b>(
                &'b self,
                out: &mut Output<'b, '_, diesel::mysql::Mysql>,
            ) -> serialize::Result {
                let utc = self.0.naive_utc();
                <NaiveDateTime as ToSql<$sql, _>>::to_sql(&utc, &mut out.reborrow())
            }
        }

        impl FromSql<$sql, diesel::mysql::Mysql> for UtcDateTime {
            fn from_sql(value: diesel::mysql::MysqlValue<'_>) -> deserialize::Result<Self> {
                let utc = <NaiveDateTime as FromSql<$sql, diesel::mysql::Mysql>>::from_sql(value)?;
                Ok(Self(utc.and_utc()))
            }
        }
    };
}

#[cfg(feature = "mysql")]
held_without_a_zone!(diesel::sql_types::Timestamp);
#[cfg(feature = "mysql")]
held_without_a_zone!(diesel::sql_types::Datetime);
