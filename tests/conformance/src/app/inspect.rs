//! A viewset that shows what it knows about itself.

use viewset_actix::data::FormData;
use viewset_actix::http::header::LINK;
use viewset_actix::negotiation::ContentNegotiation;
use viewset_actix::prelude::*;

use super::describe::{Description, describe};

pub(super) struct InspectViewSet;

/// Which hooks ran, and which action each saw first.
#[derive(Default)]
struct Seen(Vec<(&'static str, Option<&'static str>)>);

fn note(req: &RequestHead, hook: &'static str, action: Option<&'static str>) {
    let seen = req.local::<Seen>();
    let Seen(hooks) = &mut *seen.borrow_mut();
    if hooks.iter().all(|(known, _)| *known != hook) {
        hooks.push((hook, action));
    }
}

/// Shows what a viewset knows about itself.
///
/// Every action answers with the attributes of the running view:
///
///     action, basename, detail, name, suffix
#[viewset]
impl InspectViewSet {
    fn get_parsers(&self, req: &RequestHead) -> Parsers {
        note(req, "get_parsers", None);
        Parsers::of(req)
    }

    fn get_authenticators(&self, req: &RequestHead) -> Authenticators {
        note(req, "get_authenticators", None);
        Authenticators::of(req)
    }

    fn get_content_negotiator(&self, req: &RequestHead) -> &'static dyn ContentNegotiation {
        note(req, "get_content_negotiator", None);
        <dyn ContentNegotiation>::of(req)
    }

    fn get_renderers(&self, req: &Request) -> Renderers {
        note(req, "get_renderers", req.action());
        Renderers::of(req)
    }

    fn get_permissions(&self, req: &Request) -> Permissions {
        note(req, "get_permissions", req.action());
        Permissions::of(req)
    }

    fn get_throttles(&self, req: &Request) -> Throttles {
        note(req, "get_throttles", req.action());
        Throttles::of(req)
    }

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

    /// Which action each hook saw when it first ran.
    ///
    /// The hooks are listed in the order in which they ran:
    ///
    ///     get_parsers, get_authenticators, ...
    #[action(detail = false)]
    async fn hooks(&self, req: &Request) -> Data<Value> {
        let seen = req.local::<Seen>();
        Data(seen.borrow().0.iter().copied().collect())
    }

    /// The parsed request body.
    #[action(detail = false, methods = ["post", "put", "patch", "delete"])]
    async fn echo(&self, data: Value) -> Result<Data<Value>> {
        let Value::Form(form) = data else {
            return Ok(Data(Value::from_iter([("json", data)])));
        };
        let files = files(&form).await?;
        Ok(Data(Value::from_iter([("form", Value::Form(form)), ("files", files)])))
    }

    /// The query parameters, every value of every name.
    #[action(detail = false)]
    async fn query(&self, req: &Request) -> Data<Value> {
        Data(Value::Form(req.query_params()))
    }
}

/// The files of each name, each as its name, its size and its text.
async fn files(form: &FormData) -> Result<Value> {
    let mut files = Vec::new();
    for (name, uploads) in form.files() {
        let mut list = Vec::new();
        for file in uploads {
            let text = String::from_utf8(file.bytes().await?.into()).map_err(Error::internal)?;
            let size = i64::try_from(file.size()).map_err(Error::internal)?;
            list.push(vec![file.name().into(), Value::Int(size), text.into()]);
        }
        files.push((name, Value::from(list)));
    }
    Ok(files.into_iter().collect())
}
