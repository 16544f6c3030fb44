//! A viewset that shows what it knows about itself.

use viewset_actix::http::header::LINK;
use viewset_actix::prelude::*;

use super::describe::{Description, describe};

pub(super) struct InspectViewSet;

/// Shows what a viewset knows about itself.
///
/// Every action answers with the attributes of the running view:
///
///     action, basename, detail, name, suffix
#[viewset]
impl InspectViewSet {
    // The action is shown in a header too, for HEAD, OPTIONS and errors.
    fn finalize_response(&self, req: &Request, response: Response) -> Response {
        let link = format!("<urn:action:{}>; rel=\"self\"", req.action().unwrap_or("none"));
        match HeaderValue::from_str(&link) {
            Ok(link) => response.with_header(LINK, link),
            Err(_) => response,
        }
    }

    async fn list(&self, req: &Request) -> Data<Description> {
        Data(describe(self, req))
    }

    async fn create(&self, req: &Request) -> (StatusCode, Data<Description>) {
        (StatusCode::CREATED, Data(describe(self, req)))
    }

    async fn retrieve(&self, req: &Request) -> Data<Description> {
        Data(describe(self, req))
    }

    async fn update(&self, req: &Request) -> Data<Description> {
        Data(describe(self, req))
    }

    async fn partial_update(&self, req: &Request) -> Data<Description> {
        Data(describe(self, req))
    }

    async fn destroy(&self, req: &Request) -> Data<Description> {
        Data(describe(self, req))
    }

    /// An action with a suffix; its name is made from the class name.
    #[action(detail = false, suffix = "Report")]
    async fn report(&self, req: &Request) -> Data<Description> {
        Data(describe(self, req))
    }

    #[action(detail = true, methods = ["get", "post"], name = "Named Action")]
    async fn named(&self, req: &Request) -> Data<Description> {
        Data(describe(self, req))
    }

    /// This text is not shown: the mapping keeps the description of `named`.
    #[mapping(named.delete)]
    async fn remove_named(&self, req: &Request) -> Data<Description> {
        Data(describe(self, req))
    }

    #[action(detail = true, url_path = "by/{key:[a-z]+}")]
    async fn keyed(&self, req: &Request, _key: String) -> Data<Description> {
        Data(describe(self, req))
    }

    /// The query parameters, every value of every name.
    #[action(detail = false)]
    async fn query(&self, req: &Request) -> Data<Value> {
        let mut lists: Vec<(String, Value)> = Vec::new();
        for (name, value) in viewset_actix::parsers::query::pairs(req.query_string()) {
            let value = Value::from(&*value);
            match lists.iter_mut().find(|(known, _)| *known == *name) {
                Some((_, Value::List(values))) => values.push(value),
                _ => lists.push((name.into_owned(), Value::List(vec![value]))),
            }
        }
        Data(Value::Map(lists))
    }
}
