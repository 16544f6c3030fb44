//! What a client sends for rows of another model, many to many: their keys, the values of a unique field, or their URLs.
//! The first mistake alone is told, as in DRF.

use std::collections::{HashMap, HashSet};

use crate::diesel::{FieldAt, Input, Model, RelationAt};
use crate::error::{ErrorDetail, Result};
use crate::request::Request;
use crate::serializers::hyperlink::{self, Mistake};
use crate::serializers::model_serializer::rows_in;
use crate::serializers::{
    Context, Field, FieldValue, Reader, Value, looked_for, no_such_key, no_such_row, python_text,
};

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
    let row = const { &T::FIELDS[TO] };
    let (keys, wrong) = until_wrong(&items, |item| key::<<T as FieldAt<TO>>::Value>(item, row));
    // A client may name the same one many times.
    let mut asked = keys.clone();
    asked.sort_unstable();
    asked.dedup();
    let found = found::<<T as RelationAt<TO>>::Target>(&asked, ctx).await?;
    let missing = keys.iter().zip(&items).find(|(key, _)| !found.contains(*key));
    let wrong = missing.map(|(_, item)| unknown(item)).or(wrong);
    keep::<M, T, FROM, TO>(wrong.map_or(Ok(keys), Err), field, input, reader);
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
    let kind = R::kind(source);
    let (values, wrong) = until_wrong(&items, |item| match item {
        Value::Null => Err(no_such_row(source, "None")),
        item => looked_for(item, kind),
    });
    let missing =
        |place: usize| no_such_row(source, &items.get(place).map(python_text).unwrap_or_default());
    let keys = keys_of::<R>(source, values, missing, ctx.request()?).await?;
    let keys = keys.and_then(|keys| wrong.map_or(Ok(keys), Err));
    keep::<M, T, FROM, TO>(keys, field, input, reader);
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
    let (found, wrong) = until_wrong(&items, |item| hyperlink::read::<R>(req, name, item));
    // They are of one route, and so have one lookup field.
    let source = found.first().map_or("pk", |(source, _)| *source);
    let values = found.into_iter().map(|(_, value)| value).collect();
    let missing = |_| Mistake::Missing.into();
    let keys = keys_of::<R>(source, values, missing, req).await?;
    let keys = keys.and_then(|keys| wrong.map_or(Ok(keys), Err));
    keep::<M, T, FROM, TO>(keys, field, input, reader);
    Ok(())
}

/// The keys belong into the input, and what is wrong with them into the reader.
fn keep<M, T, const FROM: usize, const TO: usize>(
    keys: Result<Vec<String>, ErrorDetail>,
    field: &Field,
    input: &mut Input<M>,
    reader: &mut Reader<'_>,
) where
    M: Model,
    T: Model + FieldAt<FROM, Value: FieldValue> + FieldAt<TO, Value: FieldValue>,
{
    match keys {
        Ok(keys) => M::links(input).add::<T, FROM, TO>(keys),
        Err(error) => reader.fail(field, error),
    }
}

/// What the items are, up to the first mistake.
fn until_wrong<T>(
    items: &[Value],
    read: impl Fn(&Value) -> Result<T, ErrorDetail>,
) -> (Vec<T>, Option<ErrorDetail>) {
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        match read(item) {
            Ok(value) => all.push(value),
            Err(error) => return (all, Some(error)),
        }
    }
    (all, None)
}

/// The keys of the rows of `R` with these values in a field, asked for all at once; or what `missing` says of the first that no
/// row has.
async fn keys_of<R: Model>(
    source: &str,
    values: Vec<String>,
    missing: impl Fn(usize) -> ErrorDetail,
    req: &Request,
) -> Result<Result<Vec<String>, ErrorDetail>> {
    let mut known = known::<R>(source, &values, req).await?;
    let mut keys = Vec::with_capacity(values.len());
    for (place, value) in values.into_iter().enumerate() {
        let key = match known.get(&value) {
            Some(key) => Some(key.clone()),
            // It may be spelled otherwise than the row's, such as `007`.
            None => R::find_by(req, source, &value).await?.map(|row| row.key()),
        };
        let Some(key) = key else { return Ok(Err(missing(place))) };
        known.insert(value, key.clone());
        keys.push(key);
    }
    Ok(Ok(keys))
}

/// The keys of those that have a value as it is spelled, by the value; of several the first.
async fn known<R: Model>(
    source: &str,
    values: &[String],
    req: &Request,
) -> Result<HashMap<String, String>> {
    let Some(column) = R::column(source) else { return Ok(HashMap::new()) };
    let mut wanted = values.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let mut known = HashMap::new();
    for row in rows_in(column, &wanted, None, req).await? {
        if let Some(value) = (column.text)(&row) {
            known.entry(value).or_insert_with(|| row.key());
        }
    }
    Ok(known)
}

/// The key that an item is, as text.
fn key<T: FieldValue>(item: &Value, field: &Field) -> Result<String, ErrorDetail> {
    match item {
        Value::Null => Err(unknown(item)),
        item => {
            let field = Field { allow_null: false, ..*field };
            T::from_value(item, &field)?.to_position().ok_or_else(|| unknown(item))
        }
    }
}

fn unknown(item: &Value) -> ErrorDetail {
    no_such_key(&python_text(item))
}

/// Those of the keys that a row has, asked in one query.
async fn found<M: Model>(keys: &[String], ctx: &Context<'_>) -> Result<HashSet<String>> {
    let rows = rows_in::<M>(const { &M::KEY.column }, keys, None, ctx.request()?).await?;
    Ok(rows.iter().map(Model::key).collect())
}
