//! Values that are bound in statements.

use std::any::{Any, TypeId};
use std::fmt;

use chrono::NaiveDateTime;
use diesel::backend::Backend;
use diesel::expression::{AsExpression, TypedExpressionType};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::is_nullable::NotNull;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, SqlType, Text, Timestamp};

/// A bound value.
pub struct Operand<DB: Backend>(Value<DB>);

enum Value<DB: Backend> {
    Plain(Plain),
    Other(Box<dyn OneValue<DB>>),
}

/// A value of a type that most columns have, bound as the SQL type that goes with it: it needs no room of its own.
#[derive(Clone, Debug, PartialEq)]
pub enum Plain {
    /// `Text`
    Text(String),
    /// `Integer`
    Integer(i32),
    /// `BigInt`
    BigInt(i64),
    /// `Bool`
    Bool(bool),
    /// `Timestamp`
    Moment(Moment),
}

/// A point in time, bound as chrono's is.
#[derive(Clone, Copy, PartialEq)]
pub struct Moment(pub NaiveDateTime);

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! bound_by_diesel {
    ($($backend:ty as $feature:literal),*) => {$(
        #[cfg(feature = $feature)]
        impl ToSql<Timestamp, $backend> for Moment {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, $backend>) -> serialize::Result {
                ToSql::<Timestamp, $backend>::to_sql(&self.0, out)
            }
        }
    )*};
}

bound_by_diesel!(diesel::pg::Pg as "postgres", diesel::mysql::Mysql as "mysql");

/// An expression that binds a value.
trait OneValue<DB: Backend>: QueryFragment<DB> + Send {
    /// Whether all of its type are the same text, as `$1` is.
    fn has_one_text(&self) -> bool;
}

impl<DB: Backend, E: QueryFragment<DB> + QueryId + Send> OneValue<DB> for E {
    fn has_one_text(&self) -> bool {
        E::HAS_STATIC_QUERY_ID
    }
}

/// A backend of diesel's that plain values can be bound for.
pub trait Binds: Backend {
    /// Binds one.
    ///
    /// # Errors
    ///
    /// A value that the backend cannot express.
    fn bind_plain<'b>(value: &'b Plain, out: AstPass<'_, 'b, Self>) -> QueryResult<()>;
}

macro_rules! binds {
    ($($backend:ty as $feature:literal),*) => {$(
        #[cfg(feature = $feature)]
        impl Binds for $backend {
            fn bind_plain<'b>(value: &'b Plain, mut out: AstPass<'_, 'b, Self>) -> QueryResult<()> {
                match value {
                    Plain::Text(value) => out.push_bind_param::<Text, _>(value),
                    Plain::Integer(value) => out.push_bind_param::<Integer, _>(value),
                    Plain::BigInt(value) => out.push_bind_param::<BigInt, _>(value),
                    Plain::Bool(value) => out.push_bind_param::<Bool, _>(value),
                    Plain::Moment(value) => out.push_bind_param::<Timestamp, _>(value),
                }
            }
        }
    )*};
}

binds!(
    diesel::sqlite::Sqlite as "sqlite",
    diesel::pg::Pg as "postgres",
    diesel::mysql::Mysql as "mysql"
);

/// Binds `value` as the SQL type `ST`.
pub fn bind<T, ST, DB>(value: T) -> Operand<DB>
where
    DB: Backend,
    ST: SqlType + TypedExpressionType,
    T: AsExpression<ST> + 'static,
    T::Expression: QueryFragment<DB> + QueryId + Send + 'static,
{
    Operand(match Plain::of::<T, ST>(value) {
        Ok(plain) => Value::Plain(plain),
        Err(value) => Value::Other(Box::new(value.as_expression())),
    })
}

/// Binds the key of a row. Statements that have one text for all keys are found by their type, so a key that is part of
/// the text is a compile error:
///
/// ```
/// # use diesel::{sql_types::Text, sqlite::Sqlite};
/// # use viewset_core::__private::bind_key;
/// bind_key::<_, Text, Sqlite>("a".to_owned());
/// ```
///
/// ```compile_fail,E0080
/// # use diesel::{dsl::sql, sql_types::Text, sqlite::Sqlite};
/// # use viewset_core::__private::bind_key;
/// bind_key::<_, Text, Sqlite>(sql::<Text>("'a'"));
/// ```
pub fn bind_key<T, ST, DB>(key: T) -> Operand<DB>
where
    DB: Backend,
    ST: SqlType + TypedExpressionType,
    T: AsExpression<ST> + 'static,
    T::Expression: QueryFragment<DB> + QueryId + Send + 'static,
{
    const {
        assert!(
            <T::Expression as QueryId>::HAS_STATIC_QUERY_ID,
            "a primary key has to be bound: derive `AsExpression` for its type"
        );
    }
    bind(key)
}

impl Plain {
    /// A value that is bound as `ST`, if it is a plain one: which of these it can be is known at compile time.
    fn of<T: 'static, ST: 'static>(mut value: T) -> Result<Self, T> {
        let it = &mut value;
        let plain = taken::<T, ST, String, Text>(it)
            .map(Self::Text)
            .or_else(|| taken::<T, ST, i32, Integer>(it).map(Self::Integer))
            .or_else(|| taken::<T, ST, i64, BigInt>(it).map(Self::BigInt))
            .or_else(|| taken::<T, ST, bool, Bool>(it).map(Self::Bool))
            .or_else(|| taken::<T, ST, _, Timestamp>(it).map(Moment).map(Self::Moment));
        plain.ok_or(value)
    }
}

/// Takes a value that is a `U` and bound as `SU`, be it of a column that may be NULL.
fn taken<T, ST, U, SU>(value: &mut T) -> Option<U>
where
    T: 'static,
    ST: 'static,
    U: Default + 'static,
    SU: SqlType<IsNull = NotNull>,
{
    let (sql, value): (_, &mut dyn Any) = (TypeId::of::<ST>(), value);
    if sql == TypeId::of::<SU>() {
        return value.downcast_mut::<U>().map(std::mem::take);
    }
    if sql == TypeId::of::<Nullable<SU>>() {
        return value.downcast_mut::<Option<U>>()?.take();
    }
    None
}

impl<DB: Backend> Operand<DB> {
    /// Whether all of its type are the same text, as `$1` is.
    pub(super) fn has_one_text(&self) -> bool {
        match &self.0 {
            Value::Plain(_) => true,
            Value::Other(other) => other.has_one_text(),
        }
    }

    /// The value, if it is a plain one.
    pub(super) fn plain(&self) -> Option<&Plain> {
        match &self.0 {
            Value::Plain(plain) => Some(plain),
            Value::Other(_) => None,
        }
    }
}

impl<DB: Backend> fmt::Debug for Operand<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Operand").field(&self.plain()).finish()
    }
}

impl<DB: Binds> QueryFragment<DB> for Operand<DB> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        match &self.0 {
            Value::Plain(plain) => DB::bind_plain(plain, out),
            Value::Other(other) => other.walk_ast(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_common_types_are_plain() {
        let text = || "a".to_owned();
        assert_eq!(Plain::of::<_, Text>(text()), Ok(Plain::Text(text())));
        assert_eq!(Plain::of::<_, Nullable<Text>>(Some(text())), Ok(Plain::Text(text())));
        assert_eq!(Plain::of::<_, Nullable<Text>>(None::<String>), Err(None));
        assert_eq!(Plain::of::<_, Integer>(1), Ok(Plain::Integer(1)));
        assert_eq!(Plain::of::<_, BigInt>(1_i64), Ok(Plain::BigInt(1)));
        assert_eq!(Plain::of::<_, Nullable<Bool>>(Some(true)), Ok(Plain::Bool(true)));
        // A type of somebody's own, or another SQL type, may be bound otherwise.
        assert_eq!(Plain::of::<_, Timestamp>(text()), Err(text()));
        assert_eq!(Plain::of::<_, Text>("a"), Err("a"));
        assert_eq!(Plain::of::<_, BigInt>(1_i32), Err(1));
    }
}
