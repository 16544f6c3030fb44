//! What a client sends for rows of another model, many to many: their keys, the values of a unique field, or their URLs.
//! The first mistake alone is told, as in DRF.

use std::collections::{HashMap, HashSet};

use crate::diesel::{FieldAt, Input, Model, RelationAt};
use crate::error::{ErrorDetail, Result};
use crate::request::Request;
use crate::serializers::hyperlink::{self, Mistake};
use crate::serializers::model_serializer::rows_in;
use crate::serializers::{Context, Field, FieldValue, Reader, Value, no_such_row, python_text};

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
            M::links(input).add::<T, FROM, TO>(keys);
        }
    }
    Ok(())
}

/// Not public API. Used by generated code: the same for rows of `R` that a client names by their field `source` (row U26).
///
/// # Errors
///
/// As above.
pub async fn read_slugs<M, T, R, const FROM: usize, const TO: usize>(
    field: &Field,
    source: &'static str,
    input: &mut Input<M>,
    reader: &mut Reader<'_>,
    ctx: &Context<'_>,
) -> Result<()>
where
    M: Model,
    T: Model + FieldAt<FROM, Value: FieldValue> + FieldAt<TO, Value: FieldValue>,
    R: Model,
{
    let Some(items) = reader.many(field) else { return Ok(()) };
    let texts: Vec<_> = items.iter().map(python_text).collect();
    let mut named = Named::<R>::load(source, texts.clone(), ctx.request()?).await?;
    let mut keys = Vec::with_capacity(items.len());
    for (item, text) in items.iter().zip(texts) {
        let key = match item {
            Value::Null => None,
            _ => named.key(&text).await?,
        };
        let Some(key) = key else {
            reader.fail(field, no_such_row(source, &text));
            return Ok(());
        };
        keys.push(key);
    }
    M::links(input).add::<T, FROM, TO>(keys);
    Ok(())
}

/// Not public API. Used by generated code: the same for rows that a client names by their URLs (row U27), of the route `name`
/// if that is given.
///
/// # Errors
///
/// As above.
pub async fn read_urls<M, T, R, const FROM: usize, const TO: usize>(
    field: &Field,
    name: Option<&'static str>,
    input: &mut Input<M>,
    reader: &mut Reader<'_>,
    ctx: &Context<'_>,
) -> Result<()>
where
    M: Model,
    T: Model + FieldAt<FROM, Value: FieldValue> + FieldAt<TO, Value: FieldValue>,
    R: Model,
{
    let Some(items) = reader.many(field) else { return Ok(()) };
    let req = ctx.request()?;
    let (mut values, mut wrong, mut source) = (Vec::with_capacity(items.len()), None, "pk");
    for item in &items {
        match hyperlink::read::<R>(req, name, item) {
            Ok((of_route, value)) => {
                source = of_route;
                values.push(value);
            }
            Err(error) => {
                wrong = Some(error);
                break;
            }
        }
    }
    // They are of one route, and so have one lookup field.
    let mut named = Named::<R>::load(source, values.clone(), req).await?;
    let mut keys = Vec::with_capacity(values.len());
    for value in values {
        let Some(key) = named.key(&value).await? else {
            reader.fail(field, Mistake::Missing.into());
            return Ok(());
        };
        keys.push(key);
    }
    match wrong {
        Some(error) => reader.fail(field, error),
        None => M::links(input).add::<T, FROM, TO>(keys),
    }
    Ok(())
}

/// The rows of a model by their values in a field.
struct Named<'a, R> {
    source: &'static str,
    req: &'a Request,
    keys: HashMap<String, String>,
    model: std::marker::PhantomData<R>,
}

impl<'a, R: Model> Named<'a, R> {
    /// Asks for those with these values, all at once.
    async fn load(source: &'static str, mut values: Vec<String>, req: &'a Request) -> Result<Self> {
        let mut keys = HashMap::new();
        if let Some(column) = R::column(source) {
            values.sort_unstable();
            values.dedup();
            let rows = rows_in(column, &values, None, req).await?;
            keys = rows.iter().filter_map(|row| Some(((column.text)(row)?, row.key()))).collect();
        }
        Ok(Self { source, req, keys, model: std::marker::PhantomData })
    }

    /// The key of the row with a value. A value may be spelled otherwise than the row's, such as `007`: it is asked for alone.
    async fn key(&mut self, value: &str) -> Result<Option<String>> {
        if let Some(key) = self.keys.get(value) {
            return Ok(Some(key.clone()));
        }
        let key = R::find_by(self.req, self.source, value).await?.map(|row| row.key());
        if let Some(key) = &key {
            self.keys.insert(value.to_owned(), key.clone());
        }
        Ok(key)
    }
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
