//! What is stored beside a row: the rows in between that belong to it.

use std::collections::HashSet;

use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::SimpleAsyncConnection as _;
use futures_core::future::LocalBoxFuture;

use crate::diesel::{
    Condition, DbConnection, FieldAt, Many, Model, atomic, connection, error_of_write, is_there,
};
use crate::error::{Error, Result};
use crate::request::Request;
use crate::serializers::{Context, FieldValue};

/// What an input has for the tables in between: the rows that shall belong to its row. [`Model::create`] and
/// [`Model::save`] store them in the same transaction.
#[derive(Default)]
pub struct Links(Vec<Box<dyn Link>>);

impl Links {
    /// Stores them beside the row with a key.
    pub(crate) async fn store(self, req: &Request, owner: &str) -> Result<()> {
        for link in self.0 {
            link.store(req, owner).await?;
        }
        Ok(())
    }

    /// That the rows of `T` whose `FROM` is the row shall have these keys in `TO`, and no others.
    pub(super) fn add<T, const FROM: usize, const TO: usize>(&mut self, keys: Vec<String>)
    where
        T: Model + FieldAt<FROM, Value: FieldValue> + FieldAt<TO, Value: FieldValue>,
    {
        let link = Through::<T, FROM, TO> { keys, model: std::marker::PhantomData };
        self.0.push(Box::new(link));
    }

    /// Whether there is nothing to store.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

trait Link: Send {
    fn store<'a>(
        self: Box<Self>,
        req: &'a Request,
        owner: &'a str,
    ) -> LocalBoxFuture<'a, Result<()>>;
}

/// The keys that the rows of `T` shall have in `TO`, of those whose `FROM` is the owner.
struct Through<T, const FROM: usize, const TO: usize> {
    keys: Vec<String>,
    model: std::marker::PhantomData<fn() -> T>,
}

impl<T, const FROM: usize, const TO: usize> Link for Through<T, FROM, TO>
where
    T: Model + FieldAt<FROM, Value: FieldValue> + FieldAt<TO, Value: FieldValue>,
{
    fn store<'a>(
        self: Box<Self>,
        req: &'a Request,
        owner: &'a str,
    ) -> LocalBoxFuture<'a, Result<()>> {
        Box::pin(atomic::<T::Connection, _>(req, async move {
            let mut conn = connection::<T::Connection>(req).await?;
            let (from, to) = const { (&T::COLUMNS[FROM], &T::COLUMNS[TO]) };
            let operand = (from.operand)(owner).map_err(Error::internal)?;
            let known = T::filter_by(T::objects(), Condition::equals(from.sql, operand));
            let wanted: HashSet<&str> = self.keys.iter().map(String::as_str).collect();
            let mut there = HashSet::new();
            let mut gone = Vec::new();
            for row in T::fetch(known, &mut conn).await? {
                // A row may refer to nothing, and several to the same: they say something of their own.
                let Some(key) = (to.text)(&row) else { continue };
                if wanted.contains(key.as_str()) {
                    there.insert(key);
                } else {
                    gone.push(row.key());
                }
            }
            for keys in gone.chunks(rows_at_once::<T>()) {
                delete::<T>(keys, &mut conn).await?;
            }
            let ctx = Context::new(req);
            let row = |key: &str| {
                let mut input = T::Input::default();
                <T as FieldAt<FROM>>::set(&mut input, Some(value(owner)?));
                <T as FieldAt<TO>>::set(&mut input, Some(value(key)?));
                T::fill_from_context(&mut input, &ctx)?;
                Ok(input)
            };
            let columns = const { [T::FIELDS[FROM].column, T::FIELDS[TO].column] };
            // Each once, in the order in which they were sent.
            let new = self.keys.iter().filter(|key| there.insert((*key).clone()));
            for keys in new.collect::<Vec<_>>().chunks(rows_at_once::<T>()) {
                add_all::<T>(keys, row, columns, &mut conn).await?;
            }
            Ok(())
        }))
    }
}

/// How many rows in between are stored or deleted at once: SQLite binds no more than 32,766 values in a statement.
fn rows_at_once<T: Model>() -> usize {
    (30_000 / T::COLUMNS.len().max(1)).clamp(1, 500)
}

/// Deletes the rows in between that have these keys.
async fn delete<T: Model>(keys: &[String], conn: &mut T::Connection) -> Result<()> {
    let key = const { &T::KEY.column };
    let operands: Result<_, _> = keys.iter().map(|text| (key.operand)(text)).collect();
    let which = Condition::is_in(key.sql, operands.map_err(Error::internal)?);
    Ok(conn.write_many(Many::Gone(T::TABLE, which)).await.map(drop)?)
}

/// Stores the rows in between with these keys by one statement. If another transaction has stored one of them meanwhile,
/// they are stored one by one.
async fn add_all<T: Model>(
    keys: &[&String],
    row: impl Fn(&str) -> Result<T::Input>,
    columns: [&str; 2],
    conn: &mut T::Connection,
) -> Result<()> {
    let rows = keys.iter().map(|key| row(key).map(T::insert_statement));
    let rows = Many::New(rows.collect::<Result<_>>()?);
    if T::Connection::ONE_WRITER {
        let stored = conn.write_many(rows).await.map(drop);
        return told::<T>(stored, conn).await;
    }
    conn.batch_execute("SAVEPOINT links").await?;
    match conn.write_many(rows).await {
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            conn.batch_execute("ROLLBACK TO SAVEPOINT links").await?;
            for key in keys {
                add::<T>(row(key)?, columns, conn).await?;
            }
            Ok(())
        }
        stored => {
            told::<T>(stored.map(drop), conn).await?;
            Ok(conn.batch_execute("RELEASE SAVEPOINT links").await?)
        }
    }
}

/// Stores a row in between, unless another transaction has stored one with the same keys meanwhile: then it is there, as it
/// shall be.
async fn add<T: Model>(
    input: T::Input,
    columns: [&str; 2],
    conn: &mut T::Connection,
) -> Result<()> {
    conn.batch_execute("SAVEPOINT link").await?;
    match T::insert(input, conn).await {
        Err(error) if is_there::<T>(&error, columns, conn).await => {
            Ok(conn.batch_execute("ROLLBACK TO SAVEPOINT link").await?)
        }
        stored => {
            told::<T>(stored.map(drop), conn).await?;
            Ok(conn.batch_execute("RELEASE SAVEPOINT link").await?)
        }
    }
}

/// What the database says of rows in between. A column of theirs that nobody has set is no mistake of the client's, who knows
/// of none but their other key.
async fn told<T: Model>(stored: QueryResult<()>, conn: &mut T::Connection) -> Result<()> {
    match stored {
        Ok(()) => Ok(()),
        Err(error @ DieselError::DatabaseError(DatabaseErrorKind::NotNullViolation, _)) => {
            Err(Error::internal(error))
        }
        Err(error) => Err(error_of_write::<T>(error, conn).await),
    }
}

/// A key that has been written as text.
fn value<T: FieldValue>(text: &str) -> Result<T> {
    T::from_lookup(text).map_err(Error::internal)
}
