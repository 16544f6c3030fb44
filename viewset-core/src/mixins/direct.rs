//! The short ways. Where no hook and no permission has to see a row, it is written into the response while it is read.
//! Where no validator has to, either, a write is one statement: its checks are conditions of the statement itself. It
//! needs no transaction.
//!
//! A statement that stores nothing does not say why: then the write is done once more the long way, which knows.

use std::any::TypeId;

use crate::diesel::{
    Backend, Condition, Database, DbConnection, Given, Input, Model, Read, Unique, Via, briefly,
    database, is_deadlock, is_refusal,
};
use crate::error::Result;
use crate::filters::filters_are_idle;
use crate::generics::GenericViewSet;
use crate::renderers::RawJson;
use crate::request::Request;
use crate::serializers::{BoundSerializer, Field, FieldValue as _};

/// Which actions of a viewset may take the short way: those whose hooks are the default ones. `#[viewset]` sets
/// it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Direct {
    /// `retrieve`, by `get_queryset`, `filter_queryset` and `get_object`.
    pub retrieve: bool,
    /// `create`, by `perform_create`.
    pub create: bool,
    /// `update` and `partial_update`, by `get_queryset`, `filter_queryset`, `get_object` and `perform_update`.
    pub update: bool,
    /// `destroy`, by the same and `perform_destroy`.
    pub destroy: bool,
}

impl Direct {
    /// The long way for all.
    pub const NONE: Self = Self { retrieve: false, create: false, update: false, destroy: false };
}

/// Shows the row that the URL names; `None` where that takes the long way.
pub(super) async fn retrieve<V: GenericViewSet>(
    view: &V,
    req: &Request,
) -> Result<Option<RawJson>> {
    let serializer = view.get_serializer_class(req).get();
    if !V::DIRECT.retrieve || !serializer.shows_columns() || !is_by_key(view, req) {
        return Ok(None);
    }
    let key = req.lookup()?;
    let row = async || match (const { &V::Model::KEY }.column.operand)(key) {
        Ok(key) => serializer.find(key, req).await,
        Err(_) => Ok(None),
    };
    briefly(req, Read::row::<V::Model>(), row).await
}

/// Stores a new row and shows it; `None` where that takes the long way.
pub(super) async fn create<V: GenericViewSet>(
    req: &Request,
    serializer: BoundSerializer<'_, V::Model>,
) -> Result<Option<RawJson>> {
    if !V::DIRECT.create || !serializer.is_direct() || !req.database.is_free() {
        return Ok(None);
    }
    let Some(mut input) = serializer.left_to_the_database(false).validated_at_once() else {
        return Ok(None);
    };
    let db = database(req)?;
    let unique = unique::<V::Model>(db).await?;
    let Some(unless) = taken::<V::Model>(&mut input, None, &unique) else { return Ok(None) };
    let via = Via::Database(db);
    if serializer.shows_what_is_stored() {
        let write = V::Model::insert_statement(input).unless(unless);
        return stored(serializer.store(write, via).await);
    }
    let stored =
        async { shown(serializer, V::Model::insert_unless(input, unless, via).await).await };
    Box::pin(stored).await
}

/// Stores a change of the row that the URL names and shows it; `None` where that takes the long way.
pub(super) async fn update<V: GenericViewSet>(
    view: &V,
    req: &Request,
    serializer: BoundSerializer<'_, V::Model>,
) -> Result<Option<RawJson>> {
    if !V::DIRECT.update || !serializer.is_direct() || !is_by_key(view, req) {
        return Ok(None);
    }
    let Ok(pk) = <V::Model as Model>::Pk::from_lookup(req.lookup()?) else { return Ok(None) };
    let Some(mut input) = serializer.left_to_the_database(true).validated_at_once() else {
        return Ok(None);
    };
    if V::Model::is_empty(&input) {
        return Ok(None);
    }
    let (db, key) = (database(req)?, req.lookup()?);
    let unique = unique::<V::Model>(db).await?;
    let Some(unless) = taken::<V::Model>(&mut input, Some(key), &unique) else { return Ok(None) };
    let via = Via::Database(db);
    if serializer.shows_what_is_stored() {
        let Some(write) = V::Model::update_statement(pk, input) else { return Ok(None) };
        return stored(serializer.store(write.unless(unless), via).await);
    }
    let stored =
        async { shown(serializer, V::Model::update_unless(pk, input, unless, via).await).await };
    Box::pin(stored).await
}

/// Deletes the row that the URL names; `false` where that takes the long way.
pub(super) async fn destroy<V: GenericViewSet>(view: &V, req: &Request) -> Result<bool> {
    if !V::DIRECT.destroy || !is_by_key(view, req) {
        return Ok(false);
    }
    let Ok(pk) = <V::Model as Model>::Pk::from_lookup(req.lookup()?) else { return Ok(false) };
    let deleted = V::Model::delete_by(pk, Via::Database(database(req)?)).await;
    Ok(stored(deleted.map(Some))?.is_some_and(|rows| rows > 0))
}

/// Whether the object of a request is any row with the key in the URL.
fn is_by_key<V: GenericViewSet>(view: &V, req: &Request) -> bool {
    V::Model::is_key(V::META.lookup_field)
        && filters_are_idle::<V::Model>(req)
        && !view.get_permissions(req).asks_objects()
        && req.database.is_free()
}

/// Shows the row that a statement stored.
async fn shown<M: Model>(
    serializer: BoundSerializer<'_, M>,
    result: diesel::QueryResult<Option<M>>,
) -> Result<Option<RawJson>> {
    match stored(result)? {
        Some(instance) => serializer.data(&instance).await.map(Some),
        None => Ok(None),
    }
}

/// What a statement stored. What the database refuses is refused in the words of the long way, which also tries again what
/// was rolled back in favour of others.
fn stored<T>(result: diesel::QueryResult<Option<T>>) -> Result<Option<T>> {
    match result {
        Ok(row) => Ok(row),
        Err(error) if is_refusal(&error) || is_deadlock(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What the database keeps unique of a model, where there is anything to be kept.
async fn unique<M: Model>(db: &Database<M::Connection>) -> Result<Unique> {
    match M::UNIQUE_TOGETHER.is_empty() && M::FIELDS.iter().all(|field| !field.unique) {
        true => Ok(Unique::default()),
        false => Ok(db.unique(TypeId::of::<M>(), M::TABLE).await?),
    }
}

/// The conditions that no row may satisfy beside the one with the key: it has the same value in a unique field, or the
/// same in all of a set. What the database keeps unique by itself is none of them. `None` where it cannot be told by the
/// input alone.
fn taken<M: Model>(
    input: &mut Input<M>,
    key: Option<&str>,
    unique: &Unique,
) -> Option<Vec<Condition<Backend<M>>>> {
    if !M::links(input).is_empty() {
        return None;
    }
    let given =
        |place: usize| M::COLUMNS.get(place).map_or(Given::Absent, |column| (column.given)(input));
    let sets = unique_sets(M::FIELDS, M::UNIQUE_TOGETHER, key.is_some(), unique, &given)?;
    if !sets.is_empty() && !M::Connection::WRITES_ON_CONDITION {
        return None;
    }
    let mut unless = Vec::with_capacity(sets.len());
    for set in sets {
        let mut all = Vec::with_capacity(set.len() + 1);
        for (place, text) in set {
            let column = M::COLUMNS.get(place)?;
            all.push(Condition::equals(column.sql, (column.operand)(&text).ok()?));
        }
        if let Some(key) = key {
            let column = const { &M::KEY.column };
            all.push(Condition::differs(column.sql, (column.operand)(key).ok()?));
        }
        unless.push(Condition::all(all));
    }
    Some(unless)
}

/// The sets of values that have to be unique, each with the place of its field, but for those that the database takes care of.
/// `None` where an input has only some of a set, and the row the others. Compiled once, and not for each model.
fn unique_sets(
    fields: &[Field],
    together: &[&[usize]],
    is_change: bool,
    unique: &Unique,
    given: &dyn Fn(usize) -> Given,
) -> Option<Vec<Vec<(usize, String)>>> {
    let mut sets = Vec::new();
    for (place, field) in fields.iter().enumerate() {
        if field.unique
            && !unique.covers(&[field.column])
            && let Given::Text(text) = given(place)
        {
            sets.push(vec![(place, text)]);
        }
    }
    for set in together {
        let names: Vec<_> =
            set.iter().filter_map(|place| Some(fields.get(*place)?.column)).collect();
        if unique.covers(&names) {
            continue;
        }
        let members: Vec<_> = set.iter().map(|place| (*place, given(*place))).collect();
        let is_absent = |(_, given): &(_, Given)| *given == Given::Absent;
        match members.iter().filter(|member| is_absent(member)).count() {
            0 => {}
            absent if absent == members.len() || !is_change => continue,
            // The others are those of the row.
            _ => return None,
        }
        let text = |(place, given)| match given {
            Given::Text(text) => Some((place, text)),
            Given::Absent | Given::Null => None,
        };
        // NULL is never the same as another NULL.
        sets.extend(members.into_iter().map(text).collect::<Option<Vec<_>>>());
    }
    Some(sets)
}
