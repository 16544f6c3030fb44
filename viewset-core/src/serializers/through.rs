//! Relations of many to many (DRF's `ManyRelatedField`): the rows of the table in between that belong to some
//! rows, what is shown of them, and what is stored there beside a row.

use std::collections::{HashMap, HashSet};

use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::SimpleAsyncConnection as _;
use futures_core::future::LocalBoxFuture;
use serde::ser::Serializer as Writer;

use super::model_serializer::rows_in;
use super::{
    Context, Field, FieldValue, ModelSerializer, Reader, Row, Shown, ShownAs, Value, python_text,
};
use crate::diesel::{
    Condition, DbConnection, FieldAt, Input, Many, Model, RelationAt, atomic, connection,
    error_of_write, is_there,
};
use crate::error::{Error, ErrorDetail, Result};
use crate::request::Request;

/// The rows of `T` that belong to some rows of another model.
#[derive(Debug)]
pub struct ThroughRows<T> {
    instances: Vec<T>,
    /// By the key of the row that they belong to, in their order.
    places: HashMap<String, Vec<usize>>,
}

impl<T: Model> ThroughRows<T> {
    /// Loads the rows that belong to these by their field `FROM`, sorted by the field `source` (`pk`, or a Rust
    /// name), in one query.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn load<const FROM: usize>(
        owners: impl Iterator<Item = String>,
        source: &str,
        req: &Request,
    ) -> Result<Self> {
        let from = const { &T::COLUMNS[FROM] };
        let owners: Vec<String> = owners.collect();
        let instances = rows_in(from, &owners, T::column(source), req).await?;
        let mut places: HashMap<_, Vec<_>> = HashMap::new();
        for (place, instance) in instances.iter().enumerate() {
            places.entry((from.text)(instance).unwrap_or_default()).or_default().push(place);
        }
        Ok(Self { instances, places })
    }

    /// All of them.
    #[must_use]
    pub fn instances(&self) -> &[T] {
        &self.instances
    }

    /// The field `TO` of those that belong to a row, which are declared as `D`.
    pub fn keys<D, const TO: usize>(&self, owner: String) -> Keys<'_, T, TO>
    where
        T: FieldAt<TO>,
        D: ShownAs<<T as FieldAt<TO>>::Value>,
    {
        Keys { rows: self, owner }
    }

    /// Those that belong to a row, shown by a serializer.
    pub fn rows<'a, S: ModelSerializer<Model = T>>(
        &'a self,
        owner: String,
        related: &'a S::Related,
        req: &'a Request,
    ) -> Rows<'a, S> {
        Rows { rows: self, owner, related, req }
    }

    fn of(&self, owner: &str) -> impl Iterator<Item = &T> {
        let places = self.places.get(owner).into_iter().flatten();
        places.filter_map(|place| self.instances.get(*place))
    }
}

/// The field `TO` of the rows that belong to a row, on their way to a writer.
#[derive(Debug)]
pub struct Keys<'a, T, const TO: usize> {
    rows: &'a ThroughRows<T>,
    owner: String,
}

impl<const TO: usize, T> serde::Serialize for Keys<'_, T, TO>
where
    T: Model + FieldAt<TO, Value: FieldValue>,
{
    fn serialize<W: Writer>(&self, writer: W) -> Result<W::Ok, W::Error> {
        let rows = self.rows.of(&self.owner);
        writer.collect_seq(rows.map(|row| Shown(<T as FieldAt<TO>>::get(row))))
    }
}

/// The rows that belong to a row, on their way to a writer.
pub struct Rows<'a, S: ModelSerializer> {
    rows: &'a ThroughRows<S::Model>,
    owner: String,
    related: &'a S::Related,
    req: &'a Request,
}

impl<S: ModelSerializer> serde::Serialize for Rows<'_, S> {
    fn serialize<W: Writer>(&self, writer: W) -> Result<W::Ok, W::Error> {
        let rows = self.rows.of(&self.owner);
        writer.collect_seq(rows.map(|row| Row::<S>::new(row, self.related, self.req)))
    }
}

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
            let mut missing: HashSet<String> = self.keys.into_iter().collect();
            let mut gone = Vec::new();
            for row in T::fetch(known, &mut conn).await? {
                let stays = (to.text)(&row).is_some_and(|key| missing.remove(&key));
                if !stays {
                    gone.push(row.key());
                }
            }
            for keys in gone.chunks(rows_at_once::<T>()) {
                delete::<T>(keys, &mut conn).await?;
            }
            let mut missing: Vec<_> = missing.into_iter().collect();
            missing.sort_unstable();
            let row = |key: &String| {
                let mut input = T::Input::default();
                <T as FieldAt<FROM>>::set(&mut input, value(owner));
                <T as FieldAt<TO>>::set(&mut input, value(key));
                input
            };
            let columns = const { [T::FIELDS[FROM].column, T::FIELDS[TO].column] };
            for keys in missing.chunks(rows_at_once::<T>()) {
                if let Err(error) = add_all::<T>(keys, row, columns, &mut conn).await {
                    return Err(error_of_write::<T>(error, &mut conn).await);
                }
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
    keys: &[String],
    row: impl Fn(&String) -> T::Input,
    columns: [&str; 2],
    conn: &mut T::Connection,
) -> QueryResult<()> {
    let rows = Many::New(keys.iter().map(|key| T::insert_statement(row(key))).collect());
    if T::Connection::ONE_WRITER {
        return conn.write_many(rows).await.map(drop);
    }
    conn.batch_execute("SAVEPOINT links").await?;
    match conn.write_many(rows).await {
        Ok(_) => conn.batch_execute("RELEASE SAVEPOINT links").await,
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            conn.batch_execute("ROLLBACK TO SAVEPOINT links").await?;
            for key in keys {
                add::<T>(row(key), columns, conn).await?;
            }
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Stores a row in between, unless another transaction has stored one with the same keys meanwhile: then it is there, as it
/// shall be.
async fn add<T: Model>(
    input: T::Input,
    columns: [&str; 2],
    conn: &mut T::Connection,
) -> QueryResult<()> {
    conn.batch_execute("SAVEPOINT link").await?;
    match T::insert(input, conn).await {
        Ok(_) => conn.batch_execute("RELEASE SAVEPOINT link").await,
        Err(error) if is_there::<T>(&error, columns, conn).await => {
            conn.batch_execute("ROLLBACK TO SAVEPOINT link").await
        }
        Err(error) => Err(error),
    }
}

fn value<T: FieldValue>(text: &str) -> Option<T> {
    T::from_lookup(text).ok()
}

/// Not public API. Used by generated code: reads the keys of other rows that a client sent (row U25), each of which
/// has to be there, into the links of an input.
///
/// # Errors
///
/// The database's. What is wrong with the keys is kept in the reader: the first mistake, as in DRF.
pub async fn read_links<M, T, const FROM: usize, const TO: usize>(
    field: &Field,
    input: &mut Input<M>,
    reader: &mut Reader<'_>,
    ctx: &Context<'_>,
) -> Result<()>
where
    M: Model,
    T: Model + FieldAt<FROM, Value: FieldValue> + FieldAt<TO, Value: FieldValue> + RelationAt<TO>,
{
    let Some(items) = reader.many(field) else { return Ok(()) };
    let (mut keys, mut wrong) = (Vec::with_capacity(items.len()), None);
    for item in &items {
        match key::<<T as FieldAt<TO>>::Value>(item, const { &T::FIELDS[TO] }) {
            Ok(key) => keys.push(key),
            Err(error) => {
                wrong = Some(error);
                break;
            }
        }
    }
    // A client may name the same one many times.
    let mut asked = keys.clone();
    asked.sort_unstable();
    asked.dedup();
    let found = found::<<T as RelationAt<TO>>::Target>(&asked, ctx).await?;
    let missing = keys.iter().zip(&items).find(|(key, _)| !found.contains(*key));
    match missing.map(|(_, item)| unknown(item)).or(wrong) {
        Some(error) => reader.fail(field, error),
        None => {
            let link = Through::<T, FROM, TO> { keys, model: std::marker::PhantomData };
            M::links(input).0.push(Box::new(link));
        }
    }
    Ok(())
}

/// The key that an item is, as text.
fn key<T: FieldValue>(item: &Value, field: &Field) -> Result<String, ErrorDetail> {
    match item {
        Value::Null => Err(unknown(item)),
        item => T::from_value(item, field)?.to_position().ok_or_else(|| unknown(item)),
    }
}

fn unknown(item: &Value) -> ErrorDetail {
    let text = format!("Invalid pk \"{}\" - object does not exist.", python_text(item));
    ErrorDetail::List(vec![ErrorDetail::message(text, "does_not_exist")])
}

/// Those of the keys that a row has, asked in one query.
async fn found<M: Model>(keys: &[String], ctx: &Context<'_>) -> Result<HashSet<String>> {
    let rows = rows_in::<M>(const { &M::KEY.column }, keys, None, ctx.request()?).await?;
    Ok(rows.iter().map(Model::key).collect())
}
