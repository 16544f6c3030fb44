//! The policies of a router: they hold where the viewset and the action set none, for every route.

use std::sync::atomic::{AtomicUsize, Ordering};

use viewset_actix::negotiation::{Accepted, ContentNegotiation};
use viewset_actix::prelude::*;
use viewset_actix::settings::Options;

use crate::accounts::{BASIC, DENIED, NOT_AUTHENTICATED, TOKEN, as_user, authorized, basic};
use crate::support::{AUTHORS, Author, database, serve};

struct PlainViewSet;

/// Nothing of its own, but for three actions.
#[viewset(basename = "plain")]
impl PlainViewSet {
    async fn list(&self, req: &Request) -> Data<Option<&'static str>> {
        Data(req.successful_authenticator())
    }
    #[action(detail = false, permission_classes = [])]
    async fn open(&self) -> StatusCode {
        StatusCode::OK
    }
    #[action(detail = false, authentication_classes = [BASIC])]
    async fn basic(&self, req: &Request) -> Data<Option<&'static str>> {
        Data(req.successful_authenticator())
    }
    #[action(detail = false, authentication_classes = [])]
    async fn nobody(&self) -> StatusCode {
        StatusCode::OK
    }
}

struct StrictViewSet;

/// Staff only, by password; an action for everybody who is known.
#[viewset(basename = "strict", authentication_classes = [BASIC], permission_classes = [IsAdminUser])]
impl StrictViewSet {
    async fn list(&self) -> StatusCode {
        StatusCode::OK
    }
    #[action(detail = false, permission_classes = [IsAuthenticated])]
    async fn known(&self) -> StatusCode {
        StatusCode::OK
    }
}

/// G2, G14, H1: the action's over the viewset's over the router's; an empty list is a list.
#[test]
fn the_narrower_setting_holds() {
    let router = DefaultRouter::new()
        .authentication_classes(authenticators![TOKEN])
        .permission_classes(permissions![IsAuthenticated])
        .register("plain", PlainViewSet)
        .register("strict", StrictViewSet)
        .register("authors", ModelViewSet::<Author>::new());
    let server = serve(router.with(database(AUTHORS)));
    let ask = |authorization: &str, path: &str| {
        let reply = authorized(&server, "GET", &format!("/api/{path}"), authorization);
        (reply.status, reply.header("www-authenticate").map(str::to_owned))
    };
    let token = Some("Token".to_owned());
    let realm = Some(r#"Basic realm="api""#.to_owned());
    for path in ["", "plain/", "authors/", "authors/1/", "authors/9/"] {
        assert_eq!(ask("", path), (401, token.clone()), "{path}");
    }
    for path in ["plain/basic/", "strict/", "strict/known/"] {
        assert_eq!(ask("", path), (401, realm.clone()), "{path}");
    }
    assert_eq!(ask("", "plain/nobody/"), (403, None));
    assert_eq!(ask("", "plain/open/"), (200, None));
    let ann = "Token ann-key";
    for (path, status) in [("", 200), ("plain/", 200), ("authors/1/", 200), ("authors/9/", 404)] {
        assert_eq!(ask(ann, path).0, status, "{path}");
    }
    assert_eq!(ask(ann, "strict/").0, 401, "the viewset takes passwords only");
    let ann = basic("ann:correct horse");
    assert_eq!(ask(&ann, "plain/").0, 401, "the router takes tokens only");
    assert_eq!(ask(&ann, "plain/basic/").0, 200);
    assert_eq!([ask(&ann, "strict/").0, ask(&ann, "strict/known/").0], [403, 200]);
    let unmapped = as_user(&server, "", "DELETE", "/api/");
    assert_eq!(unmapped.brief(), (401, NOT_AUTHENTICATED));
}

/// G10, G12: a router's permissions are asked about objects of any model, too.
#[test]
fn permissions_of_a_router_combine_on_objects() {
    let serve_with = |permissions: Permissions| {
        let router = SimpleRouter::new().permission_classes(permissions);
        let router = router.register("authors", ModelViewSet::<Author>::new());
        serve(router.with(database(AUTHORS)))
    };
    let server = serve_with(permissions![!IsAuthenticated]);
    assert_eq!(server.get("/api/authors/").status, 200);
    assert_eq!(server.get("/api/authors/1/").brief(), (403, DENIED));
    let server = serve_with(permissions![IsAuthenticated | AllowAny]);
    assert_eq!(server.get("/api/authors/1/").status, 200);
    let server = serve_with(permissions![]);
    assert_eq!(server.get("/api/authors/1/").status, 200);
}

/// I4, I6, I10: throttles, rates and scopes of a router, over all its viewsets.
#[test]
fn throttles_of_a_router_hold_for_all_its_viewsets() {
    struct ScopedViewSet;

    #[viewset(basename = "scoped", throttle_scope = "own")]
    impl ScopedViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, throttle_classes = [])]
        async fn free(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let router = SimpleRouter::new()
        .throttle_classes(throttles![AnonRateThrottle, ScopedRateThrottle])
        .throttle_rate("anon", "4/day")
        .throttle_rate("own", "1/day")
        .register("plain", PlainViewSet)
        .register("scoped", ScopedViewSet);
    let server = serve(router);
    let ask = |path: &str| server.get(&format!("/api/{path}/")).status;
    assert_eq!([ask("scoped"), ask("scoped"), ask("plain"), ask("plain")], [200, 429, 200, 200]);
    assert_eq!([ask("plain"), ask("plain/open")], [429, 429]);
    assert_eq!(ask("scoped/free"), 200);
}

/// N13, Q1, O7: renderers, parsers, a version and, by `options`, what has no setter of its own.
#[test]
fn the_other_policies_of_a_router() {
    struct First;

    static ASKED: AtomicUsize = AtomicUsize::new(0);

    impl ContentNegotiation for First {
        fn select_renderer(
            &self,
            _req: &RequestHead,
            _renderers: &'static [&'static dyn Renderer],
        ) -> Result<Accepted> {
            ASKED.fetch_add(1, Ordering::SeqCst);
            Ok(Accepted::new(0))
        }
    }

    struct ThingViewSet;

    #[viewset(basename = "thing")]
    impl ThingViewSet {
        async fn list(&self, req: &Request) -> Data<String> {
            Data(req.version().unwrap_or("none").to_owned())
        }
        async fn create(&self, req: &Request) -> Result<StatusCode> {
            req.data().await.map(|_| StatusCode::CREATED)
        }
        #[action(detail = false, versioning_class = None, renderer_classes = [JsonRenderer])]
        async fn own(&self, req: &Request) -> Data<String> {
            Data(req.version().unwrap_or("none").to_owned())
        }
    }

    const VERSIONS: QueryParameterVersioning = QueryParameterVersioning.default_version("v1");
    let router = SimpleRouter::new()
        .versioning_class(&VERSIONS)
        .renderer_classes(renderers![PlainTextRenderer, JsonRenderer])
        .parser_classes(parsers![JsonParser])
        .options(Options::new().content_negotiation_class(&First).metadata_class(None))
        .register("things", ThingViewSet);
    let server = serve(router);
    let list = server.send("GET", "/api/things/", &[("Accept", "image/png")], b"");
    assert_eq!((list.brief(), list.header("vary")), ((200, "v1"), Some("Accept")));
    assert_eq!(list.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(server.get("/api/things/?version=v9").body, "v9");
    let own = server.get("/api/things/own/?version=v9");
    assert_eq!((own.brief(), own.header("vary")), ((200, r#""none""#), None));
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(server.send("POST", "/api/things/", &form, b"a=1").status, 415);
    assert_eq!(server.send("OPTIONS", "/api/things/", &[], b"").status, 405);
    assert_eq!(ASKED.load(Ordering::SeqCst), 5);
}
