//! A diesel model as a viewset needs it.

use std::future::Future;

use diesel::QueryResult;
use futures_core::future::LocalBoxFuture;

use super::backend::DbConnection;
use super::column::{Backend, Column, Key, same};
use super::constraint::{error_of_delete, error_of_write};
use super::fixed::Fixed;
use super::request::{atomic, connection};
use super::run::Via;
use super::sql::{Condition, Ordering};
use super::statement::Write;
use super::window::{Fetched, Slice, Window};
use crate::error::{Error, Result};
use crate::request::{Request, RequestHead};
use crate::serializers::{
    Context, Field, FieldValue, Kind, Links, LookupError, ModelSerializer, Serializer,
};
use crate::settings::Options;

/// The boxed diesel query of a model: `users::BoxedQuery<'static, _>`.
pub type Query<M> = <M as Model>::Query;

/// The validated input for a model: each field that can be set an `Option`, `None` where it is not. A field
/// that is `read_only` is never read from a request; the server may set it.
pub type Input<M> = <M as Model>::Input;

/// A diesel model that viewsets can serve. Implemented by `#[derive(ModelViewSet)]`.
///
/// # Compiler errors
///
/// The derive wants `Queryable, Selectable, Identifiable` of diesel beside it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    note = "derive it: `#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]`"
)]
pub trait Model: ModelSerializer<Model = Self> + Send + Sync + Sized + 'static {
    /// The name of the type: `User`.
    const NAME: &'static str;
    /// The fields of input and output, in their order.
    const FIELDS: &'static [Field];
    /// The columns of these fields, in the same order.
    const COLUMNS: &'static [Column<Self>];
    /// The primary key, be it among the fields or not.
    const KEY: Key<Self>;
    /// The table.
    const TABLE: &'static Fixed;
    /// The sets of fields whose values together are unique, by their places among the fields.
    const UNIQUE_TOGETHER: &'static [&'static [usize]];
    /// What clients can search, filter and sort by, unless a viewset says otherwise.
    const OPTIONS: Options;
    /// The connection that reaches its database.
    type Connection: DbConnection;
    /// Its boxed query.
    type Query: Send + 'static;
    /// Its validated input.
    type Input: Serializer + Default + Send + 'static;
    /// The type of its primary key.
    type Pk: FieldValue + Send + 'static;

    /// Whether the model has an order of its own. The derive sets it.
    const ORDERED: bool = false;

    /// All rows, in the model's own order if it has one.
    fn objects() -> Self::Query;

    /// The rows that satisfy a condition, too.
    fn filter_by(query: Self::Query, condition: Condition<Backend<Self>>) -> Self::Query;

    /// The rows in this order, in place of any other.
    fn order_by(query: Self::Query, ordering: Ordering<Backend<Self>>) -> Self::Query;

    /// What an input has for the tables between this model and others.
    fn links(input: &mut Self::Input) -> &mut Links;

    /// Sets what an input leaves out and the model has a default for.
    fn fill_defaults(input: &mut Self::Input);

    /// Sets what an input for a new row leaves out and the request knows, such as its user.
    ///
    /// # Errors
    ///
    /// Those of the functions that `default_with` names.
    fn fill_from_context(_input: &mut Self::Input, _ctx: &Context<'_>) -> Result<()> {
        Ok(())
    }

    /// Whether a field (`pk`, or a Rust name) is the primary key.
    fn is_key(field: &str) -> bool {
        same(field, "pk") || same(field, const { &Self::KEY }.field.source)
    }

    /// The column of a field (`pk`, or its Rust name).
    fn column(field: &str) -> Option<&'static Column<Self>> {
        if Self::is_key(field) {
            return Some(const { &Self::KEY.column });
        }
        let place = Self::FIELDS.iter().position(|known| known.source == field)?;
        Self::COLUMNS.get(place)
    }

    /// The family of a field's type (of a text, where there is no such field).
    fn kind(field: &str) -> Kind {
        let known = match Self::is_key(field) {
            true => Some(const { &Self::KEY.field }),
            false => Self::FIELDS.iter().find(|known| known.source == field),
        };
        known.map_or(Kind::String, |field| field.related_kind.unwrap_or(field.kind))
    }

    /// The rows whose `field` (`pk`, or the Rust name of a field) is the value in a URL.
    ///
    /// # Errors
    ///
    /// A value of the wrong type or out of the column's range, or a field that the model lacks.
    fn lookup(query: Self::Query, field: &str, value: &str) -> Result<Self::Query, LookupError> {
        let column = Self::column(field).ok_or(LookupError::UnknownField)?;
        let operand = (column.operand)(value)?;
        Ok(Self::filter_by(query, Condition::equals(column.sql, operand)))
    }

    /// The primary key as text; empty for one that cannot be text.
    fn key(&self) -> String {
        (const { &Self::KEY }.column.text)(self).unwrap_or_default()
    }

    /// Fetches rows of a query, and counts all where the window asks for it.
    fn fetch_window(
        query: Self::Query,
        window: Window,
        conn: &mut Self::Connection,
    ) -> impl Future<Output = QueryResult<Fetched<Vec<Self>>>>;

    /// Whether a query has any row.
    fn exists(
        query: Self::Query,
        conn: &mut Self::Connection,
    ) -> impl Future<Output = QueryResult<bool>> {
        async move {
            let first = Window::Slice(Slice { offset: 0, limit: 1 });
            let fetched = Self::fetch_window(query, first, conn).await?;
            Ok(fetched.rows.is_some_and(|rows| !rows.is_empty()))
        }
    }

    /// Loads the rows of a query.
    fn fetch(
        query: Self::Query,
        conn: &mut Self::Connection,
    ) -> impl Future<Output = QueryResult<Vec<Self>>> {
        async move {
            let fetched = Self::fetch_window(query, Window::All, conn).await?;
            Ok(fetched.rows.unwrap_or_default())
        }
    }

    /// Loads the row with a primary key.
    fn find(
        pk: Self::Pk,
        conn: &mut Self::Connection,
    ) -> impl Future<Output = QueryResult<Option<Self>>>;

    /// Loads the row of a query that has one at most.
    fn fetch_one(
        query: Self::Query,
        conn: &mut Self::Connection,
    ) -> impl Future<Output = QueryResult<Option<Self>>>;

    /// Counts the rows of a query.
    fn count(
        query: Self::Query,
        conn: &mut Self::Connection,
    ) -> impl Future<Output = QueryResult<i64>> {
        async move {
            let count = Self::fetch_window(query, Window::count(), conn).await?.count;
            Ok(count.and_then(|count| i64::try_from(count).ok()).unwrap_or_default())
        }
    }

    /// Whether a stored row shows values as they were sent, where the database may spell them otherwise. The derive sets
    /// it.
    const SHOWS_AS_SENT: bool;

    /// The statement that stores a new row. What the input leaves out gets the column's default.
    fn insert_statement(input: Self::Input) -> Write<Backend<Self>>;

    /// The statement that stores the columns that the input has, and no others, in the row with a primary key; `None` if
    /// nothing of a row can be changed.
    fn update_statement(pk: Self::Pk, input: Self::Input) -> Option<Write<Backend<Self>>>;

    /// Stores a new row, unless a row of the table satisfies one of the conditions: then it is `None`.
    fn insert_unless(
        input: Self::Input,
        unless: Vec<Condition<Backend<Self>>>,
        via: Via<'_, Self::Connection>,
    ) -> impl Future<Output = QueryResult<Option<Self>>>;

    /// Stores a change of the row with a primary key; `None` if there is no such row, or a row of the table satisfies one of
    /// the conditions.
    fn update_unless(
        pk: Self::Pk,
        input: Self::Input,
        unless: Vec<Condition<Backend<Self>>>,
        via: Via<'_, Self::Connection>,
    ) -> impl Future<Output = QueryResult<Option<Self>>>;

    /// Whether an input would change nothing of a row.
    fn is_empty(input: &Self::Input) -> bool;

    /// Deletes the row with a primary key; answers how many were.
    fn delete_by(
        pk: Self::Pk,
        via: Via<'_, Self::Connection>,
    ) -> impl Future<Output = QueryResult<usize>>;

    /// The primary key.
    fn into_pk(self) -> Self::Pk;

    /// Stores a new row; what the input leaves out gets the column's default.
    fn insert(
        input: Self::Input,
        conn: &mut Self::Connection,
    ) -> impl Future<Output = QueryResult<Self>> {
        async move {
            let stored = Self::insert_unless(input, Vec::new(), Via::Connection(conn)).await?;
            stored.ok_or(diesel::NotFound)
        }
    }

    /// Stores the columns that the input has, and no others.
    fn update(
        self,
        input: Self::Input,
        conn: &mut Self::Connection,
    ) -> impl Future<Output = QueryResult<Self>> {
        async move {
            if Self::is_empty(&input) {
                return Ok(self);
            }
            let (pk, via) = (self.into_pk(), Via::Connection(conn));
            Self::update_unless(pk, input, Vec::new(), via).await?.ok_or(diesel::NotFound)
        }
    }

    /// Deletes the row; answers how many were.
    fn delete(self, conn: &mut Self::Connection) -> impl Future<Output = QueryResult<usize>> {
        Self::delete_by(self.into_pk(), Via::Connection(conn))
    }

    /// The row whose `field` (`pk`, or the Rust name of a field) is `value`: for authenticators and others
    /// that have no viewset to ask. A value that the field cannot have finds nothing.
    ///
    /// # Errors
    ///
    /// 503 where no connection is to be had in time; 500 for a field that the model lacks.
    fn find_by(
        req: &RequestHead,
        field: &str,
        value: &str,
    ) -> impl Future<Output = Result<Option<Self>>> {
        async move {
            let query = match Self::lookup(Self::objects(), field, value) {
                Ok(query) => query,
                Err(LookupError::UnknownField) => {
                    let name = Self::NAME;
                    return Err(Error::internal(format!("`{name}` has no field `{field}`")));
                }
                Err(_) => return Ok(None),
            };
            let mut conn = connection::<Self::Connection>(req).await?;
            Ok(Self::fetch_one(query, &mut conn).await?)
        }
    }

    /// Stores a new row for a request; what `perform_create` does by default.
    ///
    /// # Errors
    ///
    /// 400 for a unique constraint or a foreign key that it breaks, 503 without a database.
    fn create(req: &Request, mut input: Self::Input) -> impl Future<Output = Result<Self>> {
        async move {
            let links = std::mem::take(Self::links(&mut input));
            let insert = async {
                let mut conn = connection(req).await?;
                match Self::insert(input, &mut conn).await {
                    Ok(row) => Ok(row),
                    Err(error) => Err(error_of_write::<Self>(error, &mut conn).await),
                }
            };
            with_links(req, links, Box::pin(insert)).await
        }
    }

    /// Stores a change for a request; what `perform_update` does by default.
    ///
    /// # Errors
    ///
    /// As [`Model::create`].
    fn save(self, req: &Request, mut input: Self::Input) -> impl Future<Output = Result<Self>> {
        async move {
            let links = std::mem::take(Self::links(&mut input));
            let update = async {
                let mut conn = connection(req).await?;
                match self.update(input, &mut conn).await {
                    Ok(row) => Ok(row),
                    Err(error) => Err(error_of_write::<Self>(error, &mut conn).await),
                }
            };
            with_links(req, links, Box::pin(update)).await
        }
    }

    /// Deletes the row for a request; what `perform_destroy` does by default.
    ///
    /// # Errors
    ///
    /// 409 if other rows still refer to it, 503 without a database.
    fn destroy(self, req: &Request) -> impl Future<Output = Result<()>> {
        async move {
            let mut conn = connection(req).await?;
            self.delete(&mut conn).await.map(drop).map_err(error_of_delete::<Self>)
        }
    }
}

/// Stores a row and then what belongs to it, in one transaction.
async fn with_links<M: Model>(
    req: &Request,
    links: Links,
    store: LocalBoxFuture<'_, Result<M>>,
) -> Result<M> {
    if links.is_empty() {
        return store.await;
    }
    atomic::<M::Connection, _>(req, async {
        let row = store.await?;
        links.store(req, &row.key()).await?;
        Ok(row)
    })
    .await
}
