//! How rows of a model are shown, and what clients may send for them (DRF's `ModelSerializer`).

use std::collections::HashMap;
use std::future::Future;

use diesel::QueryResult;
use serde::ser::{SerializeSeq, Serializer as Writer};

use super::{Context, Field, Value};
use crate::diesel::{
    Backend, Column, Condition, Fetched, Gather, Input, Model, Operand, Ordering, Query, Sort, Via,
    Window, Write, connection,
};
use crate::error::{Error, Result};
use crate::renderers::RawJson;
use crate::request::Request;

/// A serializer about the rows of a model. `#[derive(ModelViewSet)]` makes the model itself one, with all its
/// fields; `#[derive(Serializer)]` with `#[serializer(model = Note)]` makes others for the same rows.
///
/// # Compiler errors
///
/// `X is not about a model`: put `#[serializer(model = …)]` beside `#[derive(Serializer)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a serializer about a model",
    label = "shows no rows",
    note = "`#[derive(Serializer)]` with `#[serializer(model = User)]` makes a struct one"
)]
pub trait ModelSerializer: Sized + 'static {
    /// The model.
    type Model: Model;
    /// What it needs beside the rows: those of other tables, loaded for a whole page.
    type Related;
    /// The fields of input and output, in their order.
    const SERIALIZER_FIELDS: &'static [Field];

    /// Whether the database can judge the input in the statement that stores it: there are no hooks, and no field is a
    /// key of another model's row. [`validate`](Self::validate) waits for nothing then: the short ways ask it once. The
    /// derives set it.
    const DIRECT: bool = false;

    /// Whether [`fetch_represented`](Self::fetch_represented), [`find_represented`](Self::find_represented) and
    /// [`store_represented`](Self::store_represented) select what is shown and nothing else. The derives set it.
    const SHOWS_COLUMNS: bool = false;

    /// Loads what some rows need: a query for each relation, whatever the number of rows.
    fn load_related(
        instances: &[Self::Model],
        req: &Request,
    ) -> impl Future<Output = Result<Self::Related>>;

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// The writer's, and a URL that cannot be made.
    fn represent<W: Writer>(
        instance: &Self::Model,
        related: &Self::Related,
        req: &Request,
        writer: W,
    ) -> Result<W::Ok, W::Error>;

    /// Fetches rows and writes them as a list. Serializers of plain columns select no others.
    fn fetch_represented(
        query: Query<Self::Model>,
        window: Window,
        req: &Request,
    ) -> impl Future<Output = Result<Represented>> {
        async move {
            let mut conn = connection::<<Self::Model as Model>::Connection>(req).await?;
            let fetched = Self::Model::fetch_window(query, window, &mut conn).await?;
            drop(conn);
            let Some(rows) = &fetched.rows else { return Ok(Represented::missing(&fetched)) };
            let results = represent_many::<Self>(rows, req).await?;
            Ok(Represented::of(&fetched, results))
        }
    }

    /// Fetches the row with a key and writes it, if there is one.
    fn find_represented(
        key: Operand<Backend<Self::Model>>,
        req: &Request,
    ) -> impl Future<Output = Result<Option<RawJson>>> {
        async move {
            let has_key = Condition::equals(const { &Self::Model::KEY }.column.sql, key);
            let query = Self::Model::filter_by(Self::Model::objects(), has_key);
            let found = Self::fetch_represented(query, Window::All, req).await?;
            Ok(found.results.and_then(RawJson::into_only_item))
        }
    }

    /// Stores a row and writes it as it was stored; `None` if it was not. Only serializers of plain columns can.
    ///
    /// # Errors
    ///
    /// The database's.
    fn store_represented(
        _write: Write<Backend<Self::Model>>,
        _via: Via<'_, <Self::Model as Model>::Connection>,
    ) -> impl Future<Output = QueryResult<Option<RawJson>>> {
        std::future::ready(Ok(None))
    }

    /// Validates what a client sent for a row, all mistakes at once.
    ///
    /// # Errors
    ///
    /// 400 with the messages of all fields.
    fn validate(
        data: &Value,
        ctx: &Context<'_>,
    ) -> impl Future<Output = Result<Input<Self::Model>>>;
}

/// The rows of a window, written.
#[derive(Debug)]
pub struct Represented {
    /// The list; `None` if there is no such page.
    pub results: Option<RawJson>,
    /// How many rows it has.
    pub length: usize,
    /// How many rows the query has, where that was asked.
    pub count: Option<u64>,
}

impl Represented {
    /// The rows, written.
    pub fn of<R: Gather>(fetched: &Fetched<R>, results: RawJson) -> Self {
        let length = fetched.rows.as_ref().map_or(0, R::length);
        Self { results: Some(results), length, count: fetched.count }
    }

    /// There is no such page.
    pub fn missing<R>(fetched: &Fetched<R>) -> Self {
        Self { results: None, length: 0, count: fetched.count }
    }
}

/// Writes some rows as a list.
///
/// # Errors
///
/// A relation that cannot be loaded, a value that JSON cannot express.
pub async fn represent_many<S: ModelSerializer>(
    instances: &[S::Model],
    req: &Request,
) -> Result<RawJson> {
    let related = S::load_related(instances, req).await?;
    RawJson::of(&Rows::<S> { instances, related: &related, req }).map_err(Error::internal)
}

/// Writes one row.
///
/// # Errors
///
/// As above.
pub async fn represent_one<S: ModelSerializer>(
    instance: &S::Model,
    req: &Request,
) -> Result<RawJson> {
    let related = S::load_related(std::slice::from_ref(instance), req).await?;
    RawJson::of(&Row::<S> { instance, related: &related, req }).map_err(Error::internal)
}

/// Rows on their way to a writer.
struct Rows<'a, S: ModelSerializer> {
    instances: &'a [S::Model],
    related: &'a S::Related,
    req: &'a Request,
}

impl<S: ModelSerializer> serde::Serialize for Rows<'_, S> {
    fn serialize<W: Writer>(&self, writer: W) -> Result<W::Ok, W::Error> {
        let mut list = writer.serialize_seq(Some(self.instances.len()))?;
        for instance in self.instances {
            list.serialize_element(&Row::<S> { instance, related: self.related, req: self.req })?;
        }
        list.end()
    }
}

/// A row on its way to a writer; generated code names it for nested serializers.
pub struct Row<'a, S: ModelSerializer> {
    instance: &'a S::Model,
    related: &'a S::Related,
    req: &'a Request,
}

impl<'a, S: ModelSerializer> Row<'a, S> {
    /// A row with what its serializer needs beside it.
    pub fn new(instance: &'a S::Model, related: &'a S::Related, req: &'a Request) -> Self {
        Self { instance, related, req }
    }
}

impl<S: ModelSerializer> serde::Serialize for Row<'_, S> {
    fn serialize<W: Writer>(&self, writer: W) -> Result<W::Ok, W::Error> {
        S::represent(self.instance, self.related, self.req, writer)
    }
}

/// How many values one statement asks for: SQLite takes 32,766.
const AT_ONCE: usize = 30_000;

/// The rows with one of these values in a column, in one query unless there are very many.
pub(super) async fn rows_in<M: Model>(
    column: &Column<M>,
    values: &[String],
    sorted_by: Option<&Column<M>>,
    req: &Request,
) -> Result<Vec<M>> {
    let mut rows = Vec::new();
    for values in values.chunks(AT_ONCE) {
        let operands: Vec<_> =
            values.iter().filter_map(|text| (column.operand)(text).ok()).collect();
        if operands.is_empty() {
            continue;
        }
        let mut query = M::filter_by(M::objects(), Condition::is_in(column.sql, operands));
        if let Some(column) = sorted_by {
            query = M::order_by(query, Ordering::new(vec![Sort::by(column.sql, false)]));
        }
        let mut conn = connection::<M::Connection>(req).await?;
        rows.append(&mut M::fetch(query, &mut conn).await?);
    }
    Ok(rows)
}

/// The rows of another model that some rows refer to.
#[derive(Debug)]
pub struct RelatedRows<M> {
    instances: Vec<M>,
    places: HashMap<String, usize>,
}

impl<M: Model> RelatedRows<M> {
    /// Loads the rows with these keys, each once, in one query.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn load(keys: impl Iterator<Item = Option<String>>, req: &Request) -> Result<Self> {
        Self::load_sorted(keys, None, req).await
    }

    /// The same in the model's own order; if it has none, in that of the keys.
    ///
    /// # Errors
    ///
    /// As above.
    pub async fn load_in_order(
        keys: impl Iterator<Item = Option<String>>,
        req: &Request,
    ) -> Result<Self> {
        let key = const { &M::KEY.column };
        Self::load_sorted(keys, (!M::ORDERED).then_some(key), req).await
    }

    async fn load_sorted(
        keys: impl Iterator<Item = Option<String>>,
        sorted_by: Option<&Column<M>>,
        req: &Request,
    ) -> Result<Self> {
        let key = const { &M::KEY.column };
        let mut wanted: Vec<String> = keys.flatten().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let instances = rows_in(key, &wanted, sorted_by, req).await?;
        let places = instances.iter().enumerate().map(|(place, row)| (row.key(), place)).collect();
        Ok(Self { instances, places })
    }

    /// All of them.
    #[must_use]
    pub fn instances(&self) -> &[M] {
        &self.instances
    }

    /// The row with a key.
    #[must_use]
    pub fn get(&self, key: Option<&str>) -> Option<&M> {
        self.instances.get(self.place(key?)?)
    }

    /// The place of the row with a key.
    pub(super) fn place(&self, key: &str) -> Option<usize> {
        self.places.get(key).copied()
    }

    /// The row with a key, on its way to a writer; null where there is none.
    pub fn row<'a, S: ModelSerializer<Model = M>>(
        &'a self,
        key: Option<&str>,
        related: &'a S::Related,
        req: &'a Request,
    ) -> Option<Row<'a, S>> {
        Some(Row { instance: self.get(key)?, related, req })
    }
}
