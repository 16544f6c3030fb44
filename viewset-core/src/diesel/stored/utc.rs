//! How the databases that know zones hold a point in time in UTC.

use chrono::{DateTime, Utc};
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
