//! `as_view`: views that are bound to methods by hand.

use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::support::{ALLOW_READ, ANN, AUTHORS, Author, build, database, problems, serve};

struct ThingViewSet;

/// Things.
#[viewset]
impl ThingViewSet {
    async fn list(&self, req: &Request) -> Data<serde_json::Value> {
        Data(json!([req.action(), req.basename(), req.detail(), req.suffix()]))
    }
    async fn create(&self) -> StatusCode {
        StatusCode::CREATED
    }
    #[action(detail = false, permission_classes = [AllowAny])]
    async fn opened(&self) -> StatusCode {
        StatusCode::OK
    }
}

/// A2, A13, A14, P2, P7, P8, P39.
#[test]
fn the_actions_are_bound_as_said() {
    let view = ThingViewSet.as_view([("get", "list"), ("post", "create")]);
    let server = serve(SimpleRouter::new().path("people/", view));
    let get = server.get("/api/people/");
    assert_eq!(get.brief(), (200, r#"["list",null,null,null]"#));
    assert_eq!(get.header("allow"), Some("GET, POST, HEAD, OPTIONS"));
    assert_eq!(server.request("POST", "/api/people/", "").status, 201);
    assert_eq!(server.request("PUT", "/api/people/", "").status, 405);
}

/// P9, P14, A13, A14.
#[test]
fn a_view_can_be_told_what_a_router_would_tell_it() {
    let view =
        ThingViewSet.as_view([("get", "list")]).basename("person").detail(false).suffix("List");
    let server = serve(SimpleRouter::new().path_as("people/", "person-list", view));
    assert_eq!(server.get("/api/people/").brief(), (200, r#"["list","person",false,"List"]"#));
    assert_eq!(server.request("OPTIONS", "/api/people/", "").json()["name"], "Thing List");
}

/// A16.
#[test]
fn a_view_can_be_given_a_name_and_a_description() {
    let view = ThingViewSet.as_view([("get", "list")]).name("People").description("All of them.");
    let options =
        serve(SimpleRouter::new().path("people/", view)).request("OPTIONS", "/api/people/", "");
    assert_eq!(options.json()["name"], "People");
    assert_eq!(options.json()["description"], "All of them.");
}

/// A12: what `**ViewSet.action.kwargs` is in DRF.
#[test]
fn a_view_can_have_what_its_action_says_of_itself() {
    struct GateViewSet;

    #[viewset(permission_classes = [IsAuthenticated])]
    impl GateViewSet {
        /// Nobody is kept out.
        #[action(detail = false, name = "Open Door", permission_classes = [AllowAny])]
        async fn opened(&self) -> StatusCode {
            StatusCode::NO_CONTENT
        }
    }

    let bare = GateViewSet.as_view([("get", "opened")]);
    let view = GateViewSet.as_view([("get", "opened")]).kwargs_of("opened");
    let server = serve(SimpleRouter::new().path("bare/", bare).path("opened/", view));
    assert_eq!(server.get("/api/bare/").status, 403);
    assert_eq!(server.get("/api/opened/").status, 204);
    let options = server.request("OPTIONS", "/api/opened/", "").json();
    assert_eq!(options["name"], "Open Door");
    assert_eq!(options["description"], "Nobody is kept out.");

    let view = GateViewSet.as_view([("get", "opened")]).kwargs_of("closed");
    let problems = problems(SimpleRouter::new().path("closed/", view));
    assert_eq!(problems, ["`GateViewSet` has no action `closed`"]);
}

/// A27: a view of a model, at a pattern with the lookup.
#[test]
fn a_model_viewset_can_be_bound_by_hand() {
    let view = ModelViewSet::<Author>::new().as_view([("get", "retrieve"), ("delete", "destroy")]);
    let server = serve(SimpleRouter::new().path("people/{pk}/", view).with(database(AUTHORS)));
    assert_eq!(server.get("/api/people/1/").brief(), (200, ANN));
    assert_eq!(server.request("DELETE", "/api/people/1/", "").status, 204);
    assert_eq!(server.get("/api/people/1/").header("allow"), Some("GET, DELETE, HEAD, OPTIONS"));
}

/// D7.
#[test]
fn a_view_without_its_lookup_in_the_url_is_a_server_error() {
    let view = ModelViewSet::<Author>::new().as_view([("get", "retrieve")]);
    let server = serve(SimpleRouter::new().path("people/", view).with(database(AUTHORS)));
    let reply = server.get("/api/people/");
    assert_eq!(reply.brief(), (500, r#"{"error": "Server Error (500)"}"#));
}

/// A view stands on a scope of its own, without a router around it.
#[test]
fn a_view_can_be_mounted_on_its_own() {
    let view = ThingViewSet.as_view([("get", "list")]).at("people/").build().expect("a view");
    let server = Server::start(view);
    assert_eq!(server.get("/api/people/").status, 200);
    assert_eq!(server.get("/api/").status, 404);
}

struct Nobody;

impl Permission for Nobody {
    async fn has_permission(&self, _req: &Request) -> Result<bool> {
        Ok(false)
    }
}

/// A12, P10.
#[test]
fn the_options_of_an_action_hold_through_a_router_and_not_through_as_view() {
    struct GuardedViewSet;

    #[viewset(permission_classes = [Nobody])]
    impl GuardedViewSet {
        #[action(detail = false, permission_classes = [AllowAny])]
        async fn opened(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let opened = GuardedViewSet::get_extra_actions()[0].options;
    let view = || GuardedViewSet.as_view([("get", "opened")]);
    let router = SimpleRouter::new()
        .register_as("guarded", "guarded", GuardedViewSet)
        .path("bare/", view())
        .path("with/", view().options(opened));
    let server = serve(router);
    assert_eq!(server.get("/api/guarded/opened/").status, 200);
    assert_eq!(server.get("/api/bare/").status, 403);
    assert_eq!(server.get("/api/with/").status, 200);
}

/// A4, P8.
#[test]
fn the_actions_have_to_be_named() {
    let expected = "the actions of `ThingViewSet` must be named when calling `as_view`: \
                    for example `as_view([(\"get\", \"list\")])`";
    assert_eq!(problems(SimpleRouter::new().path("a/", ThingViewSet.as_view([]))), [expected]);
}

/// A3: DRF fails at the first request.
#[test]
fn an_action_has_to_exist() {
    let expected = "`ThingViewSet` has no action `nope`; its actions are list, create, opened";
    let router = SimpleRouter::new().path("a/", ThingViewSet.as_view([("get", "nope")]));
    assert_eq!(problems(router), [expected]);
    let error = ThingViewSet.as_view([("get", "nope")]).at("a/").build().map(drop);
    assert_eq!(error.map_err(|error| error.problems().to_vec()), Err(vec![expected.to_owned()]));
}

/// A6.
#[test]
fn a_method_has_to_be_one() {
    let expected = "`fetch` is not an HTTP method that a view can answer";
    let router = SimpleRouter::new().path("a/", ThingViewSet.as_view([("fetch", "list")]));
    assert_eq!(problems(router), [expected]);
}

/// A7.
#[test]
fn name_and_suffix_exclude_each_other() {
    let view = ThingViewSet.as_view([("get", "list")]).name("Things").suffix("List");
    let expected = "`ThingViewSet` received both `name` and `suffix`, which are mutually exclusive";
    assert_eq!(problems(SimpleRouter::new().path("a/", view)), [expected]);
}

/// A2: a name may be spelt in any case.
#[test]
fn methods_are_named_in_any_case() {
    let router = build(SimpleRouter::new().path("a/", ThingViewSet.as_view([("GET", "list")])));
    let server = Server::start(router);
    assert_eq!(server.get("/api/a/").header("allow"), Some(ALLOW_READ));
}

/// A12: options that are set beside an action's own are beside them, in either order.
#[test]
fn options_are_added_to_those_of_an_action() {
    struct SecretViewSet;

    #[viewset]
    impl SecretViewSet {
        #[action(detail = false, permission_classes = [IsAdminUser])]
        async fn secret(&self) -> StatusCode {
            StatusCode::NO_CONTENT
        }
    }

    let view = || SecretViewSet.as_view([("get", "secret")]);
    let scope = viewset_actix::settings::Options::new().throttle_scope("x");
    let router = SimpleRouter::new()
        .path("first/", view().kwargs_of("secret").options(scope))
        .path("last/", view().options(scope).kwargs_of("secret"));
    let server = serve(router);
    assert_eq!(server.get("/api/first/").status, 403);
    assert_eq!(server.get("/api/last/").status, 403);
}
