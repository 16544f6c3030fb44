//! What a viewset is: its bases, what it knows during a request, and the methods that it answers.

use std::sync::atomic::{AtomicUsize, Ordering};

use viewset_actix::prelude::*;

use crate::support::{
    ALLOW_DETAIL, ALLOW_LIST, ALLOW_READ, ANN, AUTHORS, Author, build, database, serve,
    serve_authors,
};

/// A1, A25, P1, P5.
#[test]
fn a_plain_viewset_has_the_actions_that_it_defines_and_no_others() {
    struct ShelfViewSet;

    #[viewset]
    impl ShelfViewSet {
        async fn list(&self) -> Data<[i32; 2]> {
            Data([1, 2])
        }
        async fn retrieve(&self, pk: i32) -> Data<i32> {
            Data(pk)
        }
    }

    let server = serve(DefaultRouter::new().register_as("shelves", "shelf", ShelfViewSet));
    assert_eq!(server.get("/api/shelves/").brief(), (200, "[1,2]"));
    assert_eq!(server.get("/api/shelves/7/").brief(), (200, "7"));
    for (method, path) in [("POST", "/api/shelves/"), ("DELETE", "/api/shelves/7/")] {
        let reply = server.request(method, path, "");
        assert_eq!(reply.status, 405);
        assert_eq!(reply.header("allow"), Some(ALLOW_READ));
    }
}

/// A26, P19.
#[test]
fn a_generic_viewset_without_actions_has_no_routes_and_is_not_in_the_root() {
    struct AuthorViewSet;

    #[viewset(model = Author, mixins = [])]
    impl AuthorViewSet {}

    let router = DefaultRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS));
    let server = serve(router);
    assert_eq!(server.get("/api/").brief(), (200, "{}"));
    assert_eq!(server.get("/api/authors/").status, 404);
}

/// A27, P4, P21.
#[test]
fn a_model_viewset_binds_the_six_standard_actions() {
    let server = serve_authors();
    let cases = [
        ("GET", "/api/authors/", "", 200, ALLOW_LIST),
        ("POST", "/api/authors/", r#"{"name":"Cy"}"#, 201, ALLOW_LIST),
        ("GET", "/api/authors/3/", "", 200, ALLOW_DETAIL),
        ("PUT", "/api/authors/3/", r#"{"name":"Di"}"#, 200, ALLOW_DETAIL),
        ("PATCH", "/api/authors/3/", "{}", 200, ALLOW_DETAIL),
        ("DELETE", "/api/authors/3/", "", 204, ALLOW_DETAIL),
    ];
    for (method, path, body, status, allow) in cases {
        let reply = server.request(method, path, body);
        assert_eq!((reply.status, reply.header("allow")), (status, Some(allow)), "{method} {path}");
    }
}

/// A28, P24.
#[test]
fn a_read_only_model_viewset_lists_and_retrieves() {
    let authors = ReadOnlyModelViewSet::<Author>::new();
    let router = DefaultRouter::new().register("authors", authors).with(database(AUTHORS));
    let server = serve(router);
    assert_eq!(server.get("/api/authors/").status, 200);
    assert_eq!(server.get("/api/authors/1/").brief(), (200, ANN));
    for (method, path) in [("POST", "/api/authors/"), ("PATCH", "/api/authors/1/")] {
        let reply = server.request(method, path, "{}");
        let body = format!(r#"{{"detail":"Method \"{method}\" not allowed."}}"#);
        assert_eq!(reply.brief(), (405, body.as_str()));
        assert_eq!(reply.header("allow"), Some(ALLOW_READ));
    }
}

/// A29, P20, C15.
#[test]
fn only_the_routes_of_the_mixins_in_use_exist() {
    struct CreateViewSet;

    #[viewset(model = Author, mixins = [CreateModelMixin])]
    impl CreateViewSet {}

    struct ReadViewSet;

    #[viewset(model = Author, mixins = [RetrieveModelMixin, ListModelMixin], basename = "read")]
    impl ReadViewSet {}

    let router = SimpleRouter::new().register("new", CreateViewSet).register("old", ReadViewSet);
    let router = build(router.with(database(AUTHORS)));
    let paths: Vec<_> = router.routes().map(|route| route.path().to_owned()).collect();
    assert_eq!(paths, ["new/", "old/", "old/{pk:[^/.]+}/"]);

    let server = viewset_tests::Server::start(router);
    assert_eq!(server.request("POST", "/api/new/", r#"{"name":"Cy"}"#).status, 201);
    assert_eq!(server.get("/api/new/").header("allow"), Some("POST, OPTIONS"));
    assert_eq!(server.get("/api/new/1/").status, 404);
    assert_eq!(server.get("/api/old/3/").status, 200);
    assert_eq!(server.request("POST", "/api/old/", "{}").header("allow"), Some(ALLOW_READ));
}

/// A base made as `ModelViewSet<M>` is made.
struct CreateListRetrieveViewSet<M>(std::marker::PhantomData<fn() -> M>);

/// A viewset that provides `retrieve`, `create`, and `list` actions.
#[viewset(model = M, mixins = [CreateModelMixin, ListModelMixin, RetrieveModelMixin])]
impl<M: Model> CreateListRetrieveViewSet<M> {}

/// A29, P25.
#[test]
fn a_base_of_the_users_own_serves_any_model() {
    let authors = CreateListRetrieveViewSet::<Author>(std::marker::PhantomData);
    let router = DefaultRouter::new().register("authors", authors).with(database(AUTHORS));
    let server = serve(router);
    assert_eq!(server.get("/api/authors/1/").brief(), (200, ANN));
    assert_eq!(server.request("POST", "/api/authors/", r#"{"name":"Cy"}"#).status, 201);
    assert_eq!(server.get("/api/authors/").json().as_array().map(Vec::len), Some(3));
    let reply = server.request("PUT", "/api/authors/1/", "{}");
    assert_eq!((reply.status, reply.header("allow")), (405, Some(ALLOW_READ)));
}

/// A9, P16, P40.
#[test]
fn the_action_is_known_by_its_name() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
        async fn partial_update(&self, pk: i32) -> StatusCode {
            let _ = pk;
            StatusCode::OK
        }
        #[action(detail = true, methods = ["post"])]
        async fn set_color(&self) -> StatusCode {
            StatusCode::OK
        }
        fn finalize_response(&self, req: &Request, mut response: Response) -> Response {
            let action = req.action().unwrap_or("None").parse().expect("a header");
            response.headers.insert("x-action", action);
            response
        }
    }

    let server = serve(DefaultRouter::new().register_as("things", "thing", ThingViewSet));
    let cases = [
        ("GET", "/api/things/", 200, "list"),
        ("HEAD", "/api/things/", 200, "list"),
        ("PATCH", "/api/things/1/", 200, "partial_update"),
        ("POST", "/api/things/1/set_color/", 200, "set_color"),
        ("OPTIONS", "/api/things/", 200, "metadata"),
        ("POST", "/api/things/", 405, "None"),
        ("FOO", "/api/things/", 405, "None"),
    ];
    for (method, path, status, action) in cases {
        let reply = server.request(method, path, "");
        let seen = (reply.status, reply.header("x-action"));
        assert_eq!(seen, (status, Some(action)), "{method} {path}");
    }
}

/// A13, A14, A15, P14, P16.
#[test]
fn basename_detail_suffix_name_and_description_are_those_of_the_route() {
    struct ThingViewSet;

    /// Things.
    #[viewset]
    impl ThingViewSet {
        async fn list(&self, req: &Request) -> Data<serde_json::Value> {
            Data(attributes(req))
        }
        async fn retrieve(&self, req: &Request) -> Data<serde_json::Value> {
            Data(attributes(req))
        }
        /// Wash it.
        #[action(detail = true)]
        async fn wash_up(&self, req: &Request) -> Data<serde_json::Value> {
            Data(attributes(req))
        }
        #[action(detail = false, suffix = "Attic")]
        async fn attic(&self, req: &Request) -> Data<serde_json::Value> {
            Data(attributes(req))
        }
    }

    fn attributes(req: &Request) -> serde_json::Value {
        json!([req.basename(), req.detail(), req.suffix(), req.name(), req.description()])
    }

    let server = serve(DefaultRouter::new().register_as("things", "thing", ThingViewSet));
    let cases = [
        ("/api/things/", r#"["thing",false,"List",null,null]"#),
        ("/api/things/1/", r#"["thing",true,"Instance",null,null]"#),
        ("/api/things/1/wash_up/", r#"["thing",true,null,"Wash up","Wash it."]"#),
        ("/api/things/attic/", r#"["thing",false,"Attic",null,null]"#),
    ];
    for (path, body) in cases {
        assert_eq!(server.get(path).brief(), (200, body), "{path}");
    }
}

/// A16, O1.
#[test]
fn a_view_is_named_after_its_viewset_and_described_by_its_comment() {
    struct HTTPThingViewSet;

    /// Things.
    ///
    /// All of them.
    #[viewset]
    impl HTTPThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
        async fn retrieve(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", HTTPThingViewSet));
    let body = |name: &str| {
        format!(r#"{{"name":"{name}","description":"Things.\n\nAll of them.","#)
            + r#""renders":["application/json"],"parses":["application/json","application/x-www-form-urlencoded","multipart/form-data"]}"#
    };
    let list = server.request("OPTIONS", "/api/things/", "");
    assert_eq!(list.brief(), (200, body("Http Thing List").as_str()));
    let detail = server.request("OPTIONS", "/api/things/1/", "");
    assert_eq!(detail.brief(), (200, body("Http Thing Instance").as_str()));
}

/// A16.
#[test]
fn the_name_and_the_description_of_a_view_can_be_computed() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
        fn get_view_name(&self, req: &Request) -> String {
            format!("View of {}", req.path())
        }
        fn get_view_description(&self, _req: &Request) -> String {
            "Said at run time.".to_owned()
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    let reply = server.request("OPTIONS", "/api/things/", "").json();
    assert_eq!(reply["name"], "View of /api/things/");
    assert_eq!(reply["description"], "Said at run time.");
}

/// A17, P11.
#[test]
fn the_extra_actions_are_listed_alphabetically() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false)]
        async fn zap(&self) -> StatusCode {
            StatusCode::OK
        }
        #[mapping(zap.delete)]
        async fn unzap(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = true)]
        async fn blow(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let names: Vec<_> =
        ThingViewSet::get_extra_actions().iter().map(|action| action.name).collect();
    assert_eq!(names, ["blow", "zap"]);
}

/// A30, T27.
#[test]
fn head_runs_the_get_and_keeps_its_content_length() {
    let server = serve_authors();
    for path in ["/api/authors/", "/api/authors/1/", "/api/authors/99/"] {
        let (get, head) = (server.get(path), server.request("HEAD", path, ""));
        assert_eq!(head.status, get.status);
        assert_eq!(head.body, "");
        for name in ["content-length", "content-type", "allow"] {
            assert!(get.header(name).is_some(), "{path} has no {name}");
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
}

/// A30, B12.
#[test]
fn head_can_have_an_action_of_its_own() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        #[action(detail = false)]
        async fn size(&self) -> Data<&'static str> {
            Data("large")
        }
        #[mapping(size.head)]
        async fn size_head(&self) -> StatusCode {
            StatusCode::NO_CONTENT
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    assert_eq!(server.get("/api/things/size/").brief(), (200, r#""large""#));
    assert_eq!(server.request("HEAD", "/api/things/size/", "").status, 204);
}

/// A31.
#[test]
fn options_is_answered_everywhere_without_running_an_action() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);

    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        async fn create(&self) -> StatusCode {
            CALLS.fetch_add(1, Ordering::SeqCst);
            StatusCode::CREATED
        }
        #[action(detail = true, methods = ["post"])]
        async fn burn(&self) -> StatusCode {
            CALLS.fetch_add(1, Ordering::SeqCst);
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    for path in ["/api/things/", "/api/things/1/burn/"] {
        let reply = server.request("OPTIONS", path, "");
        assert_eq!((reply.status, reply.header("allow")), (200, Some("POST, OPTIONS")));
        assert_eq!(reply.header("content-type"), Some("application/json"));
    }
    assert_eq!(CALLS.fetch_add(0, Ordering::SeqCst), 0);
}

/// A31, A32.
#[test]
fn http_method_names_restrict_a_viewset() {
    struct AuthorViewSet;

    #[viewset(model = Author, http_method_names = ["get", "patch", "head"])]
    impl AuthorViewSet {}

    let server =
        serve(DefaultRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS)));
    let list = server.get("/api/authors/");
    assert_eq!((list.status, list.header("allow")), (200, Some("GET, HEAD")));
    let detail = server.request("PATCH", "/api/authors/1/", "{}");
    assert_eq!((detail.status, detail.header("allow")), (200, Some("GET, PATCH, HEAD")));
    assert_eq!(server.request("HEAD", "/api/authors/1/", "").status, 200);
    for (method, path) in
        [("OPTIONS", "/api/authors/"), ("POST", "/api/authors/"), ("DELETE", "/api/authors/1/")]
    {
        let reply = server.request(method, path, "{}");
        let body = format!(r#"{{"detail":"Method \"{method}\" not allowed."}}"#);
        assert_eq!(reply.brief(), (405, body.as_str()));
    }
}

/// B8, A32: an action sets any option for its route.
#[test]
fn http_method_names_restrict_an_action() {
    struct ThingViewSet;

    #[viewset(http_method_names = ["get", "post", "options"])]
    impl ThingViewSet {
        #[action(detail = false, methods = ["get", "post"], http_method_names = ["post"])]
        async fn act(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, methods = ["get", "post"])]
        async fn other(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    let allowed = |path: &str| {
        let reply = server.request("POST", path, "");
        (reply.status, reply.header("allow").map(str::to_owned))
    };
    assert_eq!(allowed("/api/things/act/"), (200, Some("POST".to_owned())));
    assert_eq!(server.get("/api/things/act/").status, 405);
    assert_eq!(allowed("/api/things/other/"), (200, Some("GET, POST, OPTIONS".to_owned())));
}

/// A32: HEAD has to be listed as well as GET.
#[test]
fn head_is_answered_only_if_it_is_listed() {
    struct ThingViewSet;

    #[viewset(http_method_names = ["get", "options"])]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    assert_eq!(server.get("/api/things/").header("allow"), Some("GET, OPTIONS"));
    assert_eq!(server.request("HEAD", "/api/things/", "").status, 405);
    assert_eq!(server.request("OPTIONS", "/api/things/", "").status, 200);
}

/// A33, T24.
#[test]
fn an_unknown_method_is_echoed() {
    let server = serve_authors();
    for method in ["FOO", "TRACE", "PROPFIND", "CONNECT"] {
        let reply = server.request(method, "/api/authors/", "");
        let body = format!(r#"{{"detail":"Method \"{method}\" not allowed."}}"#);
        assert_eq!(reply.brief(), (405, body.as_str()));
        assert_eq!(reply.header("allow"), Some(ALLOW_LIST));
    }
}

/// A2: one value serves all requests, and two of one type are two viewsets.
#[test]
fn a_viewset_can_carry_values() {
    struct GreetingViewSet {
        word: &'static str,
    }

    #[viewset]
    impl GreetingViewSet {
        async fn list(&self) -> Data<&'static str> {
            Data(self.word)
        }
    }

    let router = SimpleRouter::new()
        .register_as("de", "de", GreetingViewSet { word: "Guten Tag" })
        .register_as("fr", "fr", GreetingViewSet { word: "Bonjour" });
    let server = serve(router);
    assert_eq!(server.get("/api/de/").body, r#""Guten Tag""#);
    assert_eq!(server.get("/api/fr/").body, r#""Bonjour""#);
}
