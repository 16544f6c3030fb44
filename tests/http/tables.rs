//! One table feeds everything: whatever a router lists is reversed, called, and answered by the action
//! that the list names.

use std::collections::BTreeMap;

use viewset_actix::prelude::*;
use viewset_actix::routers::Pattern;
use viewset_tests::Server;

use crate::support::{AUTHORS, Author, build, database, execute};

/// Extra actions on both sides, for any viewset.
#[mixin]
trait StampMixin: ViewSet {
    #[action(detail = true, methods = ["post", "put"])]
    async fn stamp(&self) -> StatusCode {
        StatusCode::OK
    }
    #[mapping(stamp.delete)]
    async fn unstamp(&self) -> StatusCode {
        StatusCode::OK
    }
    #[action(detail = false, url_path = "stamped/{year:[0-9]{4}}")]
    async fn stamped(&self, year: u16) -> Data<u16> {
        Data(year)
    }
}

/// All standard actions without a model.
struct PlainViewSet;

#[viewset(mixins = [StampMixin])]
impl PlainViewSet {
    async fn list(&self) -> StatusCode {
        StatusCode::OK
    }
    async fn create(&self) -> StatusCode {
        StatusCode::CREATED
    }
    async fn retrieve(&self) -> StatusCode {
        StatusCode::OK
    }
    async fn update(&self) -> StatusCode {
        StatusCode::OK
    }
    async fn partial_update(&self) -> StatusCode {
        StatusCode::OK
    }
    async fn destroy(&self) -> StatusCode {
        StatusCode::NO_CONTENT
    }
    #[action(detail = false, methods = ["get", "head", "post", "put", "patch", "delete", "trace"])]
    async fn everything(&self) -> StatusCode {
        StatusCode::OK
    }
    #[action(detail = true, methods = ["patch"], url_path = "a/{a}/b/{b}", url_name = "ab")]
    async fn between(&self, a: String, b: String) -> Data<[String; 2]> {
        Data([a, b])
    }
    fn finalize_response(&self, req: &Request, response: Response) -> Response {
        sign(req, response)
    }
}

/// A model's viewset with an overridden, an extra and a mapped action.
struct ExtendedViewSet;

#[viewset(model = Author, basename = "extended", lookup_field = id)]
impl ExtendedViewSet {
    async fn list(&self, req: &Request) -> Result<Response> {
        ListModelMixin::list(self, req).await
    }
    #[action(detail = true, methods = ["put"], name = "Change Password")]
    async fn password(&self, id: i32) -> Data<i32> {
        Data(id)
    }
    #[mapping(password.delete)]
    async fn delete_password(&self) -> StatusCode {
        StatusCode::NO_CONTENT
    }
    fn finalize_response(&self, req: &Request, response: Response) -> Response {
        sign(req, response)
    }
}

/// Some actions of a model and those of a mixin.
struct MixedViewSet;

#[viewset(model = Author, mixins = [ListModelMixin, DestroyModelMixin, StampMixin], basename = "mixed")]
impl MixedViewSet {
    fn finalize_response(&self, req: &Request, response: Response) -> Response {
        sign(req, response)
    }
}

/// Below an object of another.
struct NestedViewSet;

#[viewset(kwargs = [shop])]
impl NestedViewSet {
    async fn retrieve(&self, shop: String, pk: i32) -> Data<(String, i32)> {
        Data((shop, pk))
    }
    fn finalize_response(&self, req: &Request, response: Response) -> Response {
        sign(req, response)
    }
}

/// Says which action ran.
fn sign(req: &Request, mut response: Response) -> Response {
    let action = req.action().unwrap_or("None").parse().expect("a header");
    response.headers.insert("x-action", action);
    response
}

fn everything(db: &Db) -> Router {
    let by_hand = PlainViewSet.as_view([("get", "retrieve"), ("trace", "everything")]);
    build(
        DefaultRouter::new()
            .register_as("plain", "plain", PlainViewSet)
            .register("extended", ExtendedViewSet)
            .register("mixed", MixedViewSet)
            .register_as("shops/{shop}/nested", "nested", NestedViewSet)
            .path_as("by-hand/{pk}/", "by-hand", by_hand)
            .with(db.clone()),
    )
}

fn replaced(db: &Db) -> Router {
    let object = Route {
        url: "{prefix}/-/{lookup}{trailing_slash}".into(),
        mapping: vec![(Verb::Get, "retrieve"), (Verb::Post, "partial_update"), (Verb::Put, "nope")]
            .into(),
        name: "{basename}-object".into(),
        detail: true,
        suffix: None,
    };
    let extra = DynamicRoute {
        url: "{prefix}/-/{lookup}/-/{url_path}{trailing_slash}".into(),
        name: "{basename}-x-{url_name}".into(),
        detail: true,
    };
    build(
        SimpleRouter::new()
            .trailing_slash(false)
            .routes([object.into(), extra.into()])
            .register_as("plain", "plain", PlainViewSet)
            .register("extended", ExtendedViewSet)
            .with(db.clone()),
    )
}

/// Calls every action that a router lists at its reversed URL; answers which action ran how often.
fn walk(router: Router, db: &Db) -> BTreeMap<String, usize> {
    let server = Server::start(router.clone());
    let mut ran = BTreeMap::new();
    for route in router.routes() {
        let name = route.name().expect("every route here has a name");
        let pattern = Pattern::parse(route.path()).expect("a pattern");
        for (verb, action) in route.actions() {
            let mut reverse = router.reverse(name);
            for kwarg in pattern.names() {
                let value = match kwarg {
                    "year" => "2020",
                    // What is destroyed must not be needed by the next.
                    "pk" | "id" if action == "destroy" => "2",
                    _ => "1",
                };
                reverse = reverse.kwarg(kwarg.to_owned(), value);
            }
            let path = format!("/api{}", reverse.url().expect("the name leads to a URL"));
            let reads_it = name.starts_with("extended") && action.ends_with("ate");
            let body = format!(r#"{{"name":"{name} {action}"}}"#);
            let body = if reads_it { body.as_str() } else { "" };
            let reply = server.request(verb.as_str(), &path, body);
            let call = format!("{} {path}: {reply:?}", verb.as_str());
            assert!((200..300).contains(&reply.status), "{call}");
            if name != "api-root" {
                assert_eq!(reply.header("x-action"), Some(action), "{call}");
            }
            let allow = reply.header("allow").expect("every answer has it");
            assert!(allow.split(", ").any(|name| name == verb.as_str()), "{call}");
            *ran.entry(format!("{name} {action}")).or_default() += 1;
            // The row after it finds what it needs.
            execute(db, "INSERT OR IGNORE INTO authors (id, name) VALUES (2, 'Bob again')");
        }
    }
    ran
}

/// C1, A27, B12, C18: of everything that can be registered.
#[test]
fn every_action_that_a_router_lists_is_the_one_that_runs() {
    let db = database(AUTHORS);
    let ran = walk(everything(&db), &db);
    let count = |basename: &str| {
        ran.iter().filter(|(key, _)| key.starts_with(basename)).map(|row| *row.1).sum::<usize>()
    };
    // Six standard ones, six methods of `everything`, one of `between`, four of the mixin.
    assert_eq!(count("plain"), 6 + 6 + 1 + 4, "{ran:?}");
    assert_eq!(count("extended"), 6 + 2, "{ran:?}");
    assert_eq!(count("mixed"), 2 + 4, "{ran:?}");
    assert_eq!(count("nested"), 1, "{ran:?}");
    assert_eq!(count("by-hand"), 2, "{ran:?}");
    assert_eq!(count("api-root"), 1, "{ran:?}");
}

/// C23: of a router with routes of its own.
#[test]
fn every_action_of_replaced_routes_is_the_one_that_runs() {
    let db = database(AUTHORS);
    let ran = walk(replaced(&db), &db);
    let expected = [
        "extended-object partial_update",
        "extended-object retrieve",
        "extended-x-password delete_password",
        "extended-x-password password",
        "plain-object partial_update",
        "plain-object retrieve",
        "plain-x-ab between",
        "plain-x-stamp stamp",
        "plain-x-stamp unstamp",
    ];
    assert_eq!(ran.keys().collect::<Vec<_>>(), expected);
}

/// C1: a list of routes that is made twice is the same, and so is that of a clone.
#[test]
fn the_table_is_the_same_every_time() {
    let db = database(AUTHORS);
    let router = everything(&db);
    assert_eq!(router.clone().to_string(), router.to_string());
    assert_eq!(everything(&db).to_string(), router.to_string());
}
