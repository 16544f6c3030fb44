//! A viewset behind a pointer: what dispatch asks of it, whatever its type.

use std::any::TypeId;
use std::sync::Arc;

use futures_core::future::LocalBoxFuture;

use crate::actions::{Action, ActionMeta};
use crate::authentication::Authenticators;
use crate::error::{Error, Result};
use crate::negotiation::{ContentNegotiation, DefaultContentNegotiation};
use crate::parsers::Parsers;
use crate::permissions::Permissions;
use crate::renderers::Renderers;
use crate::request::Request;
use crate::response::Response;
use crate::serializers::{Field, SerializerOption};
use crate::settings::Options;
use crate::throttling::Throttles;
use crate::viewsets::{self, Requirements, ViewSet, ViewSetMeta};

/// What the hooks of a viewset chose for a request.
#[derive(Clone, Copy)]
pub(crate) struct Policies {
    pub(crate) parsers: Parsers,
    pub(crate) authenticators: Authenticators,
    pub(crate) negotiator: &'static dyn ContentNegotiation,
    pub(crate) renderers: Renderers,
}

impl Default for Policies {
    fn default() -> Self {
        Self {
            parsers: Parsers::default(),
            authenticators: Authenticators::default(),
            negotiator: &DefaultContentNegotiation,
            renderers: Renderers::default(),
        }
    }
}

/// A viewset of any type. One virtual call a hook.
pub(crate) trait ErasedViewSet: Send + Sync {
    fn meta(&self) -> &'static ViewSetMeta;
    /// The data of the rows that count; their order is the number of each for `call`.
    fn actions(&self) -> Vec<&'static ActionMeta>;
    fn extra_actions(&self) -> Vec<&'static ActionMeta>;
    fn requirements(&self) -> Requirements;
    fn call<'a>(&'a self, action: usize, req: &'a Request) -> LocalBoxFuture<'a, Result<Response>>;
    /// What the hooks choose: parsers, authenticators, negotiation, renderers, in DRF's order.
    fn policies(&self, req: &Request) -> Policies;
    fn permissions(&self, req: &Request) -> Permissions;
    fn throttles(&self, req: &Request) -> Throttles;
    /// The type of its objects: its model, or `()`.
    fn object(&self) -> TypeId;
    /// Whether a serializer that an option names can show its objects.
    fn fits(&self, serializer: &dyn SerializerOption) -> bool;
    /// Whether rows can be sorted by fields of other models.
    fn sorts_by_relations(&self, options: &Options) -> bool;
    /// The options that its model has.
    fn model_options(&self) -> Options;
    /// The fields of its serializer, for OPTIONS.
    fn fields(&self, req: &Request) -> Option<&'static [Field]>;
    /// Whether there is the object that the URL names, and the client may have it.
    fn find_object<'a>(&'a self, req: &'a Request) -> LocalBoxFuture<'a, Result<()>>;
    fn view_name(&self, req: &Request) -> String;
    fn view_description(&self, req: &Request) -> String;
    fn handle_exception(&self, req: &Request, error: Error) -> Result<Response>;
    fn finalize_response(&self, req: &Request, response: Response) -> Response;
}

struct Erased<V: ViewSet> {
    view: V,
    rows: Vec<&'static Action<V>>,
}

pub(crate) fn erase<V: ViewSet>(view: V) -> Arc<dyn ErasedViewSet> {
    Arc::new(Erased { view, rows: viewsets::rows::<V>() })
}

impl<V: ViewSet> ErasedViewSet for Erased<V> {
    fn meta(&self) -> &'static ViewSetMeta {
        const { &V::META }
    }

    fn object(&self) -> TypeId {
        TypeId::of::<V::Object>()
    }

    fn fits(&self, serializer: &dyn SerializerOption) -> bool {
        V::fits(serializer)
    }

    fn sorts_by_relations(&self, options: &Options) -> bool {
        V::sorts_by_relations(options)
    }

    fn actions(&self) -> Vec<&'static ActionMeta> {
        self.rows.iter().map(|row| &row.meta).collect()
    }

    fn extra_actions(&self) -> Vec<&'static ActionMeta> {
        V::get_extra_actions()
    }

    fn requirements(&self) -> Requirements {
        let mut list = Requirements::default();
        V::requirements(&mut list);
        list
    }

    fn call<'a>(&'a self, action: usize, req: &'a Request) -> LocalBoxFuture<'a, Result<Response>> {
        match self.rows.get(action) {
            Some(row) => (row.handler)(&self.view, req),
            None => Box::pin(async {
                Err(Error::internal("the view names an action that is not there"))
            }),
        }
    }

    fn policies(&self, req: &Request) -> Policies {
        Policies {
            parsers: self.view.get_parsers(req),
            authenticators: self.view.get_authenticators(req),
            negotiator: self.view.get_content_negotiator(req),
            renderers: self.view.get_renderers(req),
        }
    }

    fn permissions(&self, req: &Request) -> Permissions {
        self.view.get_permissions(req).erase()
    }

    fn throttles(&self, req: &Request) -> Throttles {
        self.view.get_throttles(req)
    }

    fn model_options(&self) -> Options {
        V::MODEL_OPTIONS
    }

    fn fields(&self, req: &Request) -> Option<&'static [Field]> {
        self.view.serializer_fields(req)
    }

    fn find_object<'a>(&'a self, req: &'a Request) -> LocalBoxFuture<'a, Result<()>> {
        Box::pin(self.view.find_object(req))
    }

    fn view_name(&self, req: &Request) -> String {
        self.view.get_view_name(req)
    }

    fn view_description(&self, req: &Request) -> String {
        self.view.get_view_description(req)
    }

    fn handle_exception(&self, req: &Request, error: Error) -> Result<Response> {
        self.view.handle_exception(req, error)
    }

    fn finalize_response(&self, req: &Request, response: Response) -> Response {
        self.view.finalize_response(req, response)
    }
}
