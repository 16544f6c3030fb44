//! A viewset behind a pointer: what dispatch asks of it, whatever its type.

use std::sync::Arc;

use futures_core::future::LocalBoxFuture;

use crate::actions::{Action, ActionMeta};
use crate::error::{Error, Result};
use crate::permissions::Permissions;
use crate::request::Request;
use crate::response::Response;
use crate::viewsets::{self, Requirements, ViewSet, ViewSetMeta};

/// A viewset of any type. One virtual call a hook.
pub(crate) trait ErasedViewSet: Send + Sync {
    fn meta(&self) -> &'static ViewSetMeta;
    /// The data of the rows that count; their order is the number of each for `call`.
    fn actions(&self) -> Vec<&'static ActionMeta>;
    fn extra_actions(&self) -> Vec<&'static ActionMeta>;
    fn requirements(&self) -> Requirements;
    fn call<'a>(&'a self, action: usize, req: &'a Request) -> LocalBoxFuture<'a, Result<Response>>;
    fn permissions(&self, req: &Request) -> Permissions;
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

    fn permissions(&self, req: &Request) -> Permissions {
        self.view.get_permissions(req)
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
