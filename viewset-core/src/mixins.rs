//! The five mixins with the six standard actions (DRF's `mixins.py`), one verb each.
//!
//! Each action is an ordinary provided method, so an override calls the original as
//! `ListModelMixin::list(self, req)`. Everything that writes runs in one transaction, hooks included, or is one
//! statement. The long ways are boxed, so that the short ones do not carry their size along.

mod bulk;
mod direct;

pub use bulk::BulkModelMixin;
pub use direct::Direct;

use std::future::Future;

use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::data::Value;
use crate::diesel::{Input, Model, Read, briefly};
use crate::error::Result;
use crate::filters::filters_are_idle;
use crate::generics::GenericViewSet;
use crate::mixin;
use crate::renderers::RawJson;
use crate::request::Request;
use crate::response::Response;

/// Creates a row: `POST /users/`, answered with 201 and the row.
#[mixin(crate = crate)]
pub trait CreateModelMixin: GenericViewSet {
    /// Validates the body, stores the row, and shows it.
    async fn create(&self, req: &Request) -> Result<Response> {
        // A slow client must not hold up other writers: the body is there before the transaction begins.
        req.data().await?;
        let serializer = self.get_serializer(req);
        let data = match direct::create::<Self>(req, serializer).await? {
            Some(data) => data,
            None => {
                let stored = self.atomic(req, async {
                    let data = serializer.validate().await?;
                    self.perform_create(req, data).await
                });
                let data = async { serializer.data(&stored.await?).await };
                Box::pin(data).await?
            }
        };
        let headers = self.get_success_headers(req, &data)?;
        let mut response = Response::raw(req, StatusCode::CREATED, data)?;
        response.headers = headers.into();
        Ok(response)
    }

    /// Stores the row. Override it to fill in what the client does not send.
    fn perform_create(
        &self,
        req: &Request,
        data: Input<Self::Model>,
    ) -> impl Future<Output = Result<Self::Model>> {
        Self::Model::create(req, data)
    }

    /// The headers of a 201. Default: `Location`, if the representation has a text called `url` (DRF E4).
    ///
    /// # Errors
    ///
    /// None by default.
    fn get_success_headers(&self, req: &Request, data: &RawJson) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        let fields = self.get_serializer_class(req).fields();
        if fields.iter().any(|field| field.name == "url" && !field.write_only)
            && let Some(url) = data.to_value()?.get("url").and_then(Value::as_str)
            && let Ok(url) = HeaderValue::from_str(url)
        {
            headers.insert(header::LOCATION, url);
        }
        Ok(headers)
    }
}

/// Lists the rows: `GET /users/`.
#[mixin(crate = crate)]
pub trait ListModelMixin: GenericViewSet {
    /// Filters the queryset, sorts it, and shows a page of it.
    async fn list(&self, req: &Request) -> Result<Response> {
        let page = async || {
            let query = self.filter_queryset(req, self.get_queryset(req)?).await?;
            self.paginate_queryset(req, query).await
        };
        let page = match Self::SERVES_ALL && filters_are_idle::<Self::Model>(req) {
            true => briefly(req, Read::Table, page).await?,
            false => page().await?,
        };
        self.get_paginated_response(req, page)
    }
}

/// Shows a row: `GET /users/1/`.
#[mixin(crate = crate)]
pub trait RetrieveModelMixin: GenericViewSet {
    /// Finds the row and shows it.
    async fn retrieve(&self, req: &Request) -> Result<Response> {
        let data = match direct::retrieve(self, req).await? {
            Some(data) => data,
            None => {
                let data = async {
                    let instance = self.get_object(req).await?;
                    self.get_serializer(req).data(&instance).await
                };
                Box::pin(data).await?
            }
        };
        Response::raw(req, StatusCode::OK, data)
    }
}

/// Changes a row: `PUT` and `PATCH /users/1/`.
#[mixin(crate = crate)]
pub trait UpdateModelMixin: GenericViewSet {
    /// Replaces a row: every required field has to be there; optional ones that are missing keep their
    /// stored values (DRF E6).
    async fn update(&self, req: &Request) -> Result<Response> {
        update(self, req, false).await
    }

    /// Changes the fields that were sent (DRF E7).
    async fn partial_update(&self, req: &Request) -> Result<Response> {
        update(self, req, true).await
    }

    /// Stores the change. Override it to check or add to it.
    fn perform_update(
        &self,
        req: &Request,
        instance: Self::Model,
        data: Input<Self::Model>,
    ) -> impl Future<Output = Result<Self::Model>> {
        instance.save(req, data)
    }
}

/// Deletes a row: `DELETE /users/1/`, answered with 204.
#[mixin(crate = crate)]
pub trait DestroyModelMixin: GenericViewSet {
    /// Finds the row and deletes it.
    async fn destroy(&self, req: &Request) -> Result<Response> {
        if !direct::destroy(self, req).await? {
            let destroyed = self.atomic(req, async {
                let instance = self.get_object(req).await?;
                self.perform_destroy(req, instance).await
            });
            Box::pin(destroyed).await?;
        }
        Ok(Response::empty(StatusCode::NO_CONTENT))
    }

    /// Deletes the row. Override it to refuse, or to mark the row instead.
    fn perform_destroy(
        &self,
        req: &Request,
        instance: Self::Model,
    ) -> impl Future<Output = Result<()>> {
        instance.destroy(req)
    }
}

async fn update<V: UpdateModelMixin>(view: &V, req: &Request, partial: bool) -> Result<Response> {
    // The body is read before the transaction begins: a slow client must not hold up other writers. What is
    // wrong with it is told after a missing object (row F2).
    let read = req.data().await.map(drop);
    let serializer = view.get_serializer(req);
    let direct = direct::update(view, req, serializer.partial(partial)).await?;
    if let Some(data) = direct {
        return Response::raw(req, StatusCode::OK, data);
    }
    let instance = view.atomic(req, async {
        let instance = view.get_object(req).await?;
        read?;
        let data = serializer.instance(&instance).partial(partial).validate().await?;
        view.perform_update(req, instance, data).await
    });
    let data = async { serializer.data(&instance.await?).await };
    let data = Box::pin(data).await?;
    Response::raw(req, StatusCode::OK, data)
}
