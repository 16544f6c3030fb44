//! The hooks that choose the policies of a request, and what becomes of their panics. (The precedence of what
//! no hook chooses is in `router_policies.rs`.)

use viewset_actix::exceptions::exception_handler;
use viewset_actix::negotiation::{Accepted, ContentNegotiation, DefaultContentNegotiation};
use viewset_actix::prelude::*;

use crate::accounts::{BASIC, NOT_AUTHENTICATED, TOKEN, as_user};
use crate::support::{SERVER_ERROR, serve};

/// The renderer that `X-Format` names.
struct ByHeader;

impl ContentNegotiation for ByHeader {
    fn select_renderer(
        &self,
        req: &RequestHead,
        renderers: &'static [&'static dyn Renderer],
    ) -> Result<Accepted> {
        let Some(format) = req.header("x-format") else {
            return DefaultContentNegotiation.select_renderer(req, renderers);
        };
        let place = renderers.iter().position(|renderer| renderer.format() == format);
        place.map(Accepted::new).ok_or_else(Error::not_acceptable)
    }
}

/// H2, N13, G9, A9: each hook sees the request, and those after authentication its action and its user.
#[test]
fn hooks_choose_the_policies_of_a_request() {
    struct ThingViewSet;

    #[viewset(basename = "thing")]
    impl ThingViewSet {
        async fn list(&self, req: &Request) -> Data<serde_json::Value> {
            let user = req.auth_user().map(|user| user.pk());
            Data(json!([req.action(), user, req.accepted_media_type()]))
        }
        async fn create(&self, req: &Request) -> Result<Data<Value>> {
            Ok(Data(req.data().await?.clone()))
        }
        fn get_authenticators(&self, req: &RequestHead) -> Authenticators {
            match req.query_param("basic") {
                Some(_) => authenticators![BASIC],
                None => authenticators![TOKEN],
            }
        }
        fn get_parsers(&self, req: &RequestHead) -> Parsers {
            match req.is_authenticated() {
                true => Parsers::of(req),
                false => parsers![JsonParser],
            }
        }
        fn get_content_negotiator(&self, _req: &RequestHead) -> &'static dyn ContentNegotiation {
            &ByHeader
        }
        fn get_renderers(&self, req: &Request) -> Renderers {
            match req.query_param("pretty") {
                Some(_) => renderers![PrettyJsonRenderer],
                None => renderers![JsonRenderer, PlainTextRenderer],
            }
        }
        fn get_permissions(&self, req: &Request) -> Permissions {
            match req.action() {
                Some("list") => permissions![AllowAny],
                _ => permissions![IsAuthenticated],
            }
        }
        fn get_throttles(&self, req: &Request) -> Throttles {
            match req.is_authenticated() {
                true => throttles![],
                false => throttles![AnonRateThrottle::rate("2/day")],
            }
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    let list = |user: &str| as_user(&server, user, "GET", "/api/things/");
    assert_eq!(list("").brief(), (200, r#"["list",null,"application/json"]"#));
    assert_eq!(list("ann").brief(), (200, r#"["list","ann","application/json"]"#));
    let challenge = |query: &str| {
        let reply = as_user(&server, "", "POST", &format!("/api/things/{query}"));
        assert_eq!(reply.brief(), (401, NOT_AUTHENTICATED));
        reply.header("www-authenticate").map(str::to_owned)
    };
    assert_eq!(challenge(""), Some("Token".to_owned()));
    assert_eq!(challenge("?basic"), Some(r#"Basic realm="api""#.to_owned()));
    for method in ["OPTIONS", "DELETE", "FOO"] {
        assert_eq!(as_user(&server, "", method, "/api/things/").status, 401, "{method}");
    }
    assert_eq!(as_user(&server, "ann", "POST", "/api/things/").brief(), (200, r#"{"name":"Cy"}"#));
    let format = |name| server.send("GET", "/api/things/", &[("X-Format", name)], b"");
    assert_eq!(format("xml").status, 406);
    let text = format("txt");
    assert_eq!(text.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(list("").status, 429, "two before it were anonymous");
    assert!((0..5).all(|_| list("ann").status == 200));
    let pretty = as_user(&server, "ann", "GET", "/api/things/?pretty");
    assert!(pretty.body.starts_with("[\n"), "{}", pretty.body);
    assert_eq!(pretty.header("vary"), None, "one renderer");
}

/// B9, T91: an override that does not ask for the permissions of an action leaves them out, one that does
/// adds to them.
#[test]
fn a_hook_stands_over_the_options_of_an_action() {
    struct VoidViewSet;

    #[viewset(basename = "void", authentication_classes = [TOKEN])]
    impl VoidViewSet {
        #[action(detail = false, permission_classes = [AllowAny])]
        async fn opened(&self) -> StatusCode {
            StatusCode::OK
        }
        fn get_permissions(&self, _req: &Request) -> Permissions {
            permissions![IsAuthenticated]
        }
    }

    struct KeptViewSet;

    #[viewset(basename = "kept", authentication_classes = [TOKEN], permission_classes = [IsAuthenticated])]
    impl KeptViewSet {
        #[action(detail = false, permission_classes = [AllowAny])]
        async fn opened(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false)]
        async fn closed(&self) -> StatusCode {
            StatusCode::OK
        }
        fn get_permissions(&self, req: &Request) -> Permissions {
            match req.query_param("admin") {
                Some(_) => permissions![IsAdminUser],
                None => Permissions::of(req),
            }
        }
    }

    let router = SimpleRouter::new().register("void", VoidViewSet).register("kept", KeptViewSet);
    let server = serve(router);
    let ask = |user, path: &str| as_user(&server, user, "GET", &format!("/api/{path}")).status;
    assert_eq!(ask("", "void/opened/"), 401);
    assert_eq!([ask("", "kept/opened/"), ask("", "kept/closed/")], [200, 401]);
    assert_eq!([ask("ann", "kept/opened/?admin"), ask("sue", "kept/closed/?admin")], [403, 200]);
}

/// Fails, or panics, in the hook that the query names.
struct FragileViewSet;

fn fragile(req: &RequestHead, hook: &str) {
    assert!(req.query_param("panic").as_deref() != Some(hook), "the hook {hook} panics");
}

/// An authenticator with a fragile challenge.
struct FragileAuthentication;

impl Authentication for FragileAuthentication {
    async fn authenticate(&self, req: &RequestHead) -> Result<Option<Credentials>> {
        fragile(req, "authenticate");
        Ok(None)
    }
    fn authenticate_header(&self, req: &RequestHead) -> Option<std::borrow::Cow<'static, str>> {
        fragile(req, "authenticate_header");
        // What no header can hold is no challenge.
        Some(if req.query_param("odd").is_some() { "a\nb".into() } else { "Fragile".into() })
    }
}

#[viewset(basename = "fragile", authentication_classes = [FragileAuthentication])]
impl FragileViewSet {
    async fn list(&self, req: &Request) -> Result<StatusCode> {
        fragile(req, "action");
        Err(Error::not_authenticated())
    }
    fn get_authenticators(&self, req: &RequestHead) -> Authenticators {
        fragile(req, "get_authenticators");
        Authenticators::of(req)
    }
    fn get_parsers(&self, req: &RequestHead) -> Parsers {
        fragile(req, "get_parsers");
        Parsers::of(req)
    }
    fn get_content_negotiator(&self, req: &RequestHead) -> &'static dyn ContentNegotiation {
        fragile(req, "get_content_negotiator");
        &DefaultContentNegotiation
    }
    fn get_renderers(&self, req: &Request) -> Renderers {
        fragile(req, "get_renderers");
        Renderers::of(req)
    }
    fn get_permissions(&self, req: &Request) -> Permissions {
        fragile(req, "get_permissions");
        Permissions::of(req)
    }
    fn get_throttles(&self, req: &Request) -> Throttles {
        fragile(req, "get_throttles");
        Throttles::of(req)
    }
    fn get_view_name(&self, req: &Request) -> String {
        fragile(req, "get_view_name");
        String::new()
    }
    fn get_view_description(&self, req: &Request) -> String {
        fragile(req, "get_view_description");
        String::new()
    }
    fn handle_exception(&self, req: &Request, error: Error) -> Result<Response> {
        fragile(req, "handle_exception");
        exception_handler(req, error)
    }
    fn finalize_response(&self, req: &Request, response: Response) -> Response {
        fragile(req, "finalize_response");
        response
    }
}

/// R14: a hook that panics is that request's 500, and the same connection's next request is answered.
#[test]
fn a_panic_in_any_hook_is_a_500() {
    let server = serve(SimpleRouter::new().register("fragile", FragileViewSet));
    let hooks = [
        "action",
        "authenticate",
        "authenticate_header",
        "get_authenticators",
        "get_parsers",
        "get_content_negotiator",
        "get_renderers",
        "get_permissions",
        "get_throttles",
        "handle_exception",
        "finalize_response",
    ];
    let cases = hooks.map(|hook| ("GET", hook)).into_iter();
    for (method, hook) in
        cases.chain([("OPTIONS", "get_view_name"), ("OPTIONS", "get_view_description")])
    {
        let bad = format!("{method} /api/fragile/?panic={hook} HTTP/1.1\r\nHost: a\r\n\r\n");
        let good = "GET /api/fragile/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let reply = server.raw(format!("{bad}{good}").as_bytes(), method);
        assert_eq!((reply.status, reply.header("allow")), (500, None), "{hook}");
        let next = reply.body.strip_prefix(SERVER_ERROR);
        assert!(
            next.is_some_and(|next| next.starts_with("HTTP/1.1 401")),
            "{hook}: {}",
            reply.body
        );
    }
    let odd = server.get("/api/fragile/?odd");
    assert_eq!((odd.brief(), odd.header("www-authenticate")), ((403, NOT_AUTHENTICATED), None));
}
