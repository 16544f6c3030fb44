//! What generated code names. Not public API: anything here may change in any release.

pub use std::boxed::Box;
pub use std::convert::From;
pub use std::default::Default;
pub use std::marker::PhantomData;
pub use std::option::Option::{self, None, Some};
pub use std::result::Result::{self, Err, Ok};
pub use std::string::String;
pub use std::vec::Vec;

mod call;

pub use call::{
    Answer, Arg, Callee, Core, Extract, LOOKUP, LookupKwarg, Respond, Source, Sources, call,
    call_sync,
};

pub use diesel;
pub use inventory;
pub use regex::Regex;
pub use std::sync::LazyLock;

pub use crate::actions::Action;
pub use crate::background::{Background, Spawn, spawn_with};
pub use crate::diesel::{
    Column, Condition, DefaultBackend, DefaultConnection, Delete, DeleteByKey, Fetched, FieldAt,
    Find, FindRow, Fixed, Given, Key, Load, LoadWindow, LookupError, Model, Name, NoName, OnceText,
    Ordering, RelationAt, Returning, RowCount, Selection, ShowRow, ShownList, ShownRow, Sort,
    Store, Via, Window, Write, assert_key, assert_shown, bind, bind_key, field_index, find_sql,
    is_in_set, list_of, quoted, refers_to, show_column, show_column_with, sql_of,
};
pub use crate::error::{Error, ErrorDetail};
pub use crate::extractors::FromRequest;
pub use crate::generics::GenericViewSet;
pub use crate::mixins::{
    CreateModelMixin, DestroyModelMixin, Direct, ListModelMixin, RetrieveModelMixin,
    UpdateModelMixin,
};
pub use crate::permissions::Permissions;
pub use crate::permissions::compose::Single::Is;
pub use crate::permissions::compose::{And, Not, Or};
pub use crate::renderers::RawJson;
pub use crate::request::Request;
pub use crate::verb::Verb;

pub use crate::filters::{
    Compared, FieldPath, FilterField, Lookup, NotBeside, OrderingTerm, RelatedColumn, SearchField,
};
pub use crate::response::{IntoResponse, Response};
pub use crate::routers::Discovered;
pub use crate::serializers::{
    AboutModel, Bound, Context, Field, FieldValue, Kind, Links, ModelSerializer, Pattern, Plain,
    Reader, RelatedRows, Represented, Row, Serializer, SerializerInfo, SerializerOption, Shown,
    Targets, ThroughRows, Value, check_fields, check_together, find_by_url, given, read_links,
    read_slugs, read_urls, shown_as,
};
pub use crate::settings::Options;
pub use crate::viewsets::{Requirements, ViewSet, ViewSetMeta};
pub use serde::Serialize;
pub use serde::ser::{SerializeStruct, Serializer as Writer};

/// Not public API. Used by generated code: whether there is the object of a detail route.
pub async fn find_object<V: GenericViewSet>(view: &V, req: &Request) -> Result<(), Error> {
    view.get_object(req).await.map(drop)
}

/// Not public API. Used by generated code: the diesel backend of a connection.
/// Not public API. Used by generated code: a value that is compared with a column of a model.
pub type OperandOf<M> = crate::diesel::Operand<crate::diesel::Backend<M>>;

/// Not public API. Used by generated code: a row of a model that is to be stored.
pub type WriteOf<M> = crate::diesel::Write<crate::diesel::Backend<M>>;

/// Not public API. Used by generated code: the backend of a connection.
pub type BackendOf<C> = <C as crate::diesel::DbConnection>::Backend;

macro_rules! verbs {
    ($($constant:ident = $verb:ident),*) => {
        $(#[doc = "Not public API. Used by generated code."] pub const $constant: Verb = Verb::$verb;)*
    };
}

verbs!(GET = Get, POST = Post, PUT = Put, PATCH = Patch, DELETE = Delete);
verbs!(HEAD = Head, OPTIONS = Options, TRACE = Trace);

/// Not public API. Used by generated code: the SQL type of a column.
pub type SqlTypeOf<C> = <C as diesel::Expression>::SqlType;

/// Not public API. Used by generated code: whether a model has a row with a key.
pub async fn key_exists<M: Model>(req: &Request, key: String) -> Result<bool, Error> {
    let Ok(query) = M::lookup(M::objects(), "pk", &key) else { return Ok(false) };
    let mut conn = crate::diesel::connection::<M::Connection>(req).await?;
    // To MySQL `DE` is `de`, and the row would not be found again.
    Ok(M::fetch_one(query, &mut conn).await?.is_some_and(|row| row.key() == key))
}

/// Not public API. Used by generated code: the fields that OPTIONS tells. An action's serializer may be about
/// something else than the model.
pub fn serializer_fields<V: GenericViewSet>(
    view: &V,
    req: &Request,
) -> Option<&'static [crate::serializers::Field]> {
    let option = req.options().serializer_class.filter(|class| class.about_model().is_none());
    let of_model = || view.get_serializer_class(req).fields();
    Some(option.map_or_else(of_model, |class| class.fields()))
}

/// Not public API. Used by generated code: whether no field is a key of another model's row.
pub const fn names_no_rows(fields: &[Field]) -> bool {
    let mut place = 0;
    while place < fields.len() {
        if fields[place].related.is_some() {
            return false;
        }
        place += 1;
    }
    true
}

/// Not public API. Used by generated code: a field has the type of its column.
pub const fn held_by<T: crate::diesel::HeldBy<ST, DB>, ST, DB>() {}

/// Not public API. Used by generated code: the serializer of a viewset is about its model.
pub const fn about_model<M: Model, S: ModelSerializer<Model = M>>() {}

/// Not public API. Used by generated code: whether a serializer is about this model, or about none.
pub fn fits<M: Model>(serializer: &dyn SerializerOption) -> bool {
    let class = serializer.about_model();
    class.is_none_or(|class| class.is::<crate::serializers::SerializerClass<M>>())
}

/// Not public API. Used by generated code: whether rows of a model can be sorted by fields of others.
pub fn sorts_by_relations<M: Model>(options: &Options) -> bool {
    crate::filters::sorts_by_relations::<crate::diesel::Backend<M>>(options)
}

/// Not public API. Used by generated code: the connection of a model.
pub async fn connection_of<M: Model>(
    req: &Request,
) -> Result<crate::diesel::Connection<'_, M::Connection>, Error> {
    crate::diesel::connection(req).await
}

/// Not public API. Used by generated code: writes a value as JSON.
pub fn write_json<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    crate::renderers::json::write_json(value, out)
}

/// Not public API. Used by generated code: what is asked once all fields of an input are read.
pub async fn finish_input<M: Model>(
    fields: &[Field],
    input: &mut M::Input,
    mut reader: Reader<'_>,
    ctx: &Context<'_>,
) -> Result<(), Error> {
    let asks = ctx.asks_the_database();
    if asks {
        check_fields::<M>(fields, input, &mut reader, ctx).await?;
    }
    reader.finish_in_order(fields)?;
    if ctx.is_creation() {
        M::fill_from_context(input, ctx)?;
        if !M::UNIQUE_TOGETHER.is_empty() && !ctx.is_partial() {
            M::fill_defaults(input);
        }
    }
    if asks { check_together::<M>(fields, input, ctx).await } else { Ok(()) }
}

/// Not public API. Used by generated code: the key of the row that a client names by a unique field.
pub async fn find_by_slug<M: Model, T: FieldValue>(
    field: &Field,
    source: &'static str,
    reader: &mut Reader<'_>,
    ctx: &Context<'_>,
) -> Result<Option<T>, Error> {
    let Some(named) = reader.slug(field, M::kind(source)) else { return Ok(None) };
    let Some((sent, text)) = named else {
        return Ok(T::from_value(&Value::Null, &Field::new::<T>("", "")).ok());
    };
    match M::find_by(ctx.request()?, source, &text).await? {
        Some(row) => Ok(T::from_lookup(&row.key()).ok()),
        None => {
            reader.fail(field, crate::serializers::no_such_row(source, &sent));
            Ok(None)
        }
    }
}

/// Not public API. Used by generated code: the URL of a row, by the name of a route or the viewset's own
/// detail route; with the format suffix that the request has.
pub fn hyperlink<M: Model>(
    req: &Request,
    name: Option<&'static str>,
    row: &M,
) -> crate::serializers::Hyperlink {
    crate::serializers::Hyperlink::of(req, name, row)
}

/// Not public API. Used by generated code: whether there is the row that a key of a plain struct names.
pub async fn check_key<M: Model, T: FieldValue>(
    field: &Field,
    value: &Option<T>,
    reader: &mut Reader<'_>,
    ctx: &Context<'_>,
) -> Result<(), Error> {
    let Some(key) = value.as_ref().and_then(FieldValue::to_position) else { return Ok(()) };
    if !key_exists::<M>(ctx.request()?, key.clone()).await? {
        reader.refuse_key(field, &key);
    }
    Ok(())
}
