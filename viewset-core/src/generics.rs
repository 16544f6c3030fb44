//! What viewsets with a model share (DRF's `GenericAPIView`): the queryset, and the object of a detail
//! route.

use std::future::Future;

use crate::diesel::{Connection, LookupError, Model, Query, Read, briefly, connection};
use crate::error::{Error, Result};
use crate::filters::{filter_queryset, filters_are_idle};
use crate::mixins::Direct;
use crate::pagination::{Page, paginate_queryset};
use crate::request::{Request, RequestHead};
use crate::response::Response;
use crate::serializers::{BoundSerializer, FieldValue as _, SerializerClass};
use crate::viewsets::ViewSet;

/// A viewset with a model. Implemented by `#[viewset(model = …)]`; the hooks are overridden by writing
/// them into the annotated impl block.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no model",
    note = "name it: `#[viewset(model = User)]`"
)]
pub trait GenericViewSet: ViewSet<Object = <Self as GenericViewSet>::Model> {
    /// The model that it serves.
    type Model: Model;

    /// Whether `get_queryset`, `filter_queryset` and `paginate_queryset` are the default ones: then the object of a
    /// detail route is fetched by its key alone, with a statement that is known at compile time, and it is known how
    /// long a list can take. `#[viewset]` sets it.
    const SERVES_ALL: bool = false;

    /// Which actions may take the short way. `#[viewset]` sets it.
    const DIRECT: Direct = Direct::NONE;

    /// The rows that this viewset is about. It has to be cheap and free of effects: it is called again
    /// wherever the rows are needed. Default: all rows.
    ///
    /// # Errors
    ///
    /// Whatever the request is refused with, such as a URL argument that cannot be read.
    fn get_queryset(&self, _req: &Request) -> Result<Query<Self::Model>> {
        Ok(Self::Model::objects())
    }

    /// How rows are shown and read. Default: [`SerializerClass::of`], the `serializer_class` of the action
    /// or the viewset, else the model itself.
    fn get_serializer_class(&self, req: &Request) -> SerializerClass<Self::Model> {
        SerializerClass::of(req)
    }

    /// The serializer of this request: `self.get_serializer(req).data(&user).await?`.
    fn get_serializer<'r>(&self, req: &'r Request) -> BoundSerializer<'r, Self::Model> {
        BoundSerializer::new(self.get_serializer_class(req), req)
    }

    /// Narrows the rows down by what the request asks for, and sorts them; it holds for lists and for
    /// single objects (DRF D2). Default: the `filter_backends` of the action or the viewset, in their order.
    ///
    /// # Errors
    ///
    /// A filter value that cannot be read: 400.
    fn filter_queryset(
        &self,
        req: &Request,
        query: Query<Self::Model>,
    ) -> impl Future<Output = Result<Query<Self::Model>>> {
        filter_queryset::<Self::Model>(req, query, self.get_serializer_class(req).fields())
    }

    /// The page of the rows that the request asks for, represented by the serializer; all rows where the
    /// action or the viewset has no `pagination_class`.
    ///
    /// ```text
    /// let recent = User::objects().order(users::last_login.desc());
    /// let page = self.paginate_queryset(req, recent).await?;
    /// self.get_paginated_response(req, page)
    /// ```
    ///
    /// # Errors
    ///
    /// 404 where there is no such page.
    fn paginate_queryset(
        &self,
        req: &Request,
        query: Query<Self::Model>,
    ) -> impl Future<Output = Result<Page>> {
        paginate_queryset(req, query, self.get_serializer_class(req))
    }

    /// The response with a page: what the `pagination_class` makes of it, or the bare list.
    ///
    /// # Errors
    ///
    /// Those of the `pagination_class`.
    fn get_paginated_response(&self, req: &Request, page: Page) -> Result<Response> {
        page.into_response_of(req)
    }

    /// The object that the URL names. Default: [`get_object`].
    ///
    /// # Errors
    ///
    /// 404 with DRF's two texts: `Not found.` for a lookup value of the wrong type, `No User matches the
    /// given query.` for a missing row (rows D3, D4); then what
    /// [`check_object_permissions`](ViewSet::check_object_permissions) refuses with.
    fn get_object(&self, req: &Request) -> impl Future<Output = Result<Self::Model>> {
        get_object(self, req)
    }

    /// The connection for this request: that of its transaction, where one is open, else one from the
    /// pool, given back when it is dropped.
    ///
    /// # Errors
    ///
    /// 503 where none is to be had in time.
    fn connection<'r>(
        &self,
        req: &'r Request,
    ) -> impl Future<Output = Result<Connection<'r, <Self::Model as Model>::Connection>>> {
        crate::diesel::connection(req)
    }

    /// Runs `work` in one transaction of the model's database, as the standard actions that write do:
    /// see [`atomic`](crate::diesel::atomic).
    ///
    /// # Errors
    ///
    /// Those of `work`, which roll back; 503 where no connection is to be had in time.
    fn atomic<'r, T: 'r>(
        &self,
        req: &'r Request,
        work: impl Future<Output = Result<T>> + 'r,
    ) -> impl Future<Output = Result<T>> {
        crate::diesel::atomic::<<Self::Model as Model>::Connection, T>(req, work)
    }
}

/// The default of [`GenericViewSet::get_object`], for those who override it and want it back.
///
/// # Errors
///
/// As there.
pub async fn get_object<V: GenericViewSet>(view: &V, req: &Request) -> Result<V::Model> {
    let by_key = V::SERVES_ALL && V::Model::is_key(V::META.lookup_field);
    let object = if by_key && filters_are_idle::<V::Model>(req) {
        let value = req.lookup()?;
        briefly(req, Read::row::<V::Model>(), async || get_by_key(req, value).await).await?
    } else {
        let query = view.filter_queryset(req, view.get_queryset(req)?).await?;
        get_object_or_404::<V::Model>(req, query, V::META.lookup_field, req.lookup()?).await?
    };
    view.check_object_permissions(req, &object).await?;
    Ok(object)
}

/// The row of a query whose `field` (`pk`, or the Rust name of a field) is `value`, for viewsets without a
/// model (DRF's `get_object_or_404`): `get_object_or_404::<User>(req, User::objects(), "pk", &pk).await?`.
///
/// # Errors
///
/// 404: `Not found.` for a value of the wrong type, `No User matches the given query.` for a missing row.
pub async fn get_object_or_404<M: Model>(
    req: &RequestHead,
    query: Query<M>,
    field: &str,
    value: &str,
) -> Result<M> {
    let query = M::lookup(query, field, value).map_err(not_found::<M>)?;
    let mut conn = connection::<M::Connection>(req).await?;
    M::fetch_one(query, &mut conn).await?.ok_or_else(|| Error::no_match(M::NAME))
}

async fn get_by_key<M: Model>(req: &RequestHead, value: &str) -> Result<M> {
    let pk = M::Pk::from_lookup(value).map_err(not_found::<M>)?;
    let mut conn = connection::<M::Connection>(req).await?;
    M::find(pk, &mut conn).await?.ok_or_else(|| Error::no_match(M::NAME))
}

/// The 404 of a value that no row can have.
fn not_found<M: Model>(error: LookupError) -> Error {
    match error {
        LookupError::OutOfRange => Error::no_match(M::NAME),
        _ => Error::not_found(),
    }
}
