//! The rules that ask the database: keys of other rows, unique fields, fields that are unique together
//! (DRF's `validators.py`, rows U24, U28, U29).

use crate::diesel::{Column, Condition, Given, Model, connection};
use crate::error::{ErrorDetail, Result};
use crate::serializers::{Context, Field, Reader};

/// Checks each field that was read for what the database has to say of it.
///
/// # Errors
///
/// The database is not to be had, or the serializer is used without a request.
pub async fn check_fields<M: Model>(
    fields: &[Field],
    input: &M::Input,
    reader: &mut Reader<'_>,
    ctx: &Context<'_>,
) -> Result<()> {
    for field in fields.iter().filter(|field| field.unique || field.related.is_some()) {
        let Some(column) = M::column(field.source).filter(|_| !field.read_only) else { continue };
        let Given::Text(text) = (column.given)(input) else { continue };
        if let Some(exists) = column.related
            && !exists(ctx.request()?, text.clone()).await?
        {
            reader.refuse_key(field, &text);
        } else if field.unique && Box::pin(is_taken::<M>(vec![(column, text)], ctx)).await? {
            reader.fail(field, unique_error::<M>(field));
        }
    }
    Ok(())
}

/// DRF's message of a model's own unique field.
fn unique_error<M: Model>(field: &Field) -> ErrorDetail {
    let (model, name) = (crate::label::words(M::NAME), field.source.replace('_', " "));
    let text = format!("{model} with this {name} already exists.");
    ErrorDetail::List(vec![ErrorDetail::message(text, "unique")])
}

/// Checks each set of fields that are unique together, as far as the serializer has all of them. What the
/// input lacks is the instance's; NULL is never the same as another NULL.
///
/// # Errors
///
/// 400 with `non_field_errors`; and as above.
pub async fn check_together<M: Model>(
    fields: &[Field],
    input: &M::Input,
    ctx: &Context<'_>,
) -> Result<()> {
    'sets: for set in M::UNIQUE_TOGETHER {
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for place in *set {
            let member = M::FIELDS.get(*place).zip(M::COLUMNS.get(*place));
            let Some((member, column)) = member else { continue 'sets };
            let named = || fields.iter().filter(|field| field.source == member.source);
            let written = named().find(|field| !field.read_only);
            let Some(field) = written.or_else(|| named().next()) else { continue 'sets };
            let stored = || ctx.instance::<M>().and_then(|instance| (column.text)(instance));
            let value = match (column.given)(input) {
                Given::Text(text) => Some(text),
                Given::Null => None,
                Given::Absent => stored(),
            };
            let Some(value) = value else { continue 'sets };
            names.push(field.name);
            values.push((column, value));
        }
        if Box::pin(is_taken::<M>(values, ctx)).await? {
            let text = format!("The fields {} must make a unique set.", names.join(", "));
            return Err(ErrorDetail::field("non_field_errors", text, "unique").into());
        }
    }
    Ok(())
}

/// Whether another row than the one that is changed has these values. A value that the column cannot have
/// is taken by none.
async fn is_taken<M: Model>(
    values: Vec<(&'static Column<M>, String)>,
    ctx: &Context<'_>,
) -> Result<bool> {
    let mut query = M::objects();
    for (column, text) in values {
        let Ok(operand) = (column.operand)(&text) else { return Ok(false) };
        query = M::filter_by(query, Condition::equals(column.sql, operand));
    }
    if let Some(instance) = ctx.instance::<M>() {
        let key = const { &M::KEY.column };
        if let Ok(operand) = (key.operand)(&instance.key()) {
            query = M::filter_by(query, Condition::differs(key.sql, operand));
        }
    }
    let mut conn = connection::<M::Connection>(ctx.request()?).await?;
    Ok(M::exists(query, &mut conn).await?)
}
