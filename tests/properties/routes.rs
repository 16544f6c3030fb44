//! The properties.

use std::collections::BTreeMap;

use actix_web::{App, test as actix, web};
use proptest::prelude::*;
use proptest::string::string_regex;
use serde_json::Value;
use viewset_actix::prelude::*;
use viewset_actix::routers::{RouterBuilder, decode_path};

use crate::oracle::{Found, Oracle};
use crate::viewsets::register;

/// A router as it was drawn.
#[derive(Clone, Debug)]
struct Plan {
    with_root: bool,
    trailing_slash: bool,
    /// The scope around it; none if it is empty.
    scope: &'static str,
    /// Kinds of viewsets, and their prefixes.
    viewsets: Vec<(usize, String)>,
}

/// A value for each placeholder.
type Values = BTreeMap<&'static str, String>;

fn plans() -> impl Strategy<Value = Plan> {
    let segment =
        prop::sample::select(vec!["a", "b", "c-d", "1", "é", "{x}", "{y:[0-9]+}", "v{z:[a-z]*}"]);
    let prefix = prop::collection::vec(segment, 1..4).prop_map(|segments| segments.join("/"));
    let viewsets = prop::collection::vec((0..4_usize, prefix), 1..4);
    let scope = prop::sample::select(vec!["", "/api", "/{tenant}", "/in/{tenant:[a-z]+}"]);
    (any::<bool>(), any::<bool>(), scope, viewsets).prop_map(
        |(with_root, trailing_slash, scope, viewsets)| Plan {
            with_root,
            trailing_slash,
            scope,
            viewsets,
        },
    )
}

/// The regexes of the placeholders; in a simple URL nothing is encoded.
fn values(simple: bool) -> impl Strategy<Value = Values> {
    let any = |regex, plain| string_regex(if simple { plain } else { regex }).expect("a regex");
    (
        any("[^/.]{1,6}", "[A-Za-z0-9_-]{1,6}"),
        any("[0-9]{1,12}", "[0-9]{1,12}"),
        any("[a-z]{1,3}(-[a-z]{1,3}){0,2}", "[a-z]{1,3}(-[a-z]{1,3}){0,2}"),
        any("[^/]{1,6}", "[A-Za-z0-9_-]{1,6}"),
        any("[0-9]{4}", "[0-9]{4}"),
        any("[^\n]{1,9}", "[a-z0-9]{1,3}/[a-z0-9]{1,3}"),
        any("[^/]{1,6}", "[A-Za-z0-9_]{1,6}"),
        any("[0-9]{1,3}", "[0-9]{1,3}"),
        any("[a-z]{0,3}", "[a-z]{0,3}"),
        any("[^/]{1,6}", "[A-Za-z0-9_]{1,6}"),
    )
        .prop_map(|(pk, number, slug, wide, year, rest, x, y, z, name)| {
            let all = [
                ("pk", pk),
                ("number", number),
                ("slug", slug),
                ("wide", wide),
                ("year", year),
                ("rest", rest),
                ("x", x),
                ("y", y),
                ("z", z),
                ("name", name),
            ];
            all.into()
        })
}

/// Paths that look like those of the routers, but were not made by them. Bytes that are no UTF-8 are
/// not among them: actix-web replaces them before anyone sees the path.
fn paths() -> impl Strategy<Value = Vec<String>> {
    let segments = vec![
        "a", "b", "c-d", "1", "12", "2024", "2024-x", "v", "va", "rest", "x.json", "a.json",
        "%C3%A9", "%2F", "%zz", "+", "%2B", "%25", "%2525", "", ".", "..", "~",
    ];
    let segment = prop::sample::select(segments);
    let path = prop::collection::vec(segment, 0..6).prop_map(|segments| segments.join("/"));
    prop::collection::vec(path, 12)
}

/// The router of a plan. Viewsets whose routes meet those of earlier ones are left out: `build` tells.
fn build(plan: &Plan) -> Router {
    let mut kept: Vec<&(usize, String)> = Vec::new();
    let make = |viewsets: &[&(usize, String)]| match plan.with_root {
        true => add(DefaultRouter::new(), plan, viewsets),
        false => add(SimpleRouter::new(), plan, viewsets),
    };
    for viewset in &plan.viewsets {
        kept.push(viewset);
        if make(&kept).is_none() {
            kept.pop();
        }
    }
    make(&kept).expect("it was built before")
}

fn add<K>(
    router: RouterBuilder<K, Router>,
    plan: &Plan,
    viewsets: &[&(usize, String)],
) -> Option<Router> {
    let router = router.trailing_slash(plan.trailing_slash);
    let viewsets = viewsets.iter().enumerate();
    let router = viewsets.fold(router, |router, (number, (kind, prefix))| {
        register(router, *kind, prefix, &format!("v{number}"))
    });
    router.build().ok()
}

impl Plan {
    /// The path of the scope around the router.
    fn mount(&self) -> &'static str {
        match self.scope {
            "/{tenant}" => "/acme",
            "/in/{tenant:[a-z]+}" => "/in/acme",
            scope => scope,
        }
    }

    /// What the scope catches.
    fn outer(&self) -> Vec<(String, String)> {
        let has_tenant = self.scope.contains("tenant");
        has_tenant.then(|| ("tenant".to_owned(), "acme".to_owned())).into_iter().collect()
    }
}

/// What the app with the router in its scope answers to each of the paths.
fn ask(plan: &Plan, router: &Router, paths: &[String]) -> Vec<(u16, Value)> {
    actix_web::rt::System::new().block_on(async {
        let app = App::new().configure(|config| {
            match plan.scope {
                "" => config.service(router.clone()),
                scope => config.service(web::scope(scope).service(router.clone())),
            };
        });
        let app = actix::init_service(app).await;
        let mut replies = Vec::new();
        for path in paths {
            let request = actix::TestRequest::with_uri(&format!("{}/{path}", plan.mount()));
            let request = request.to_request();
            let response = actix::call_service(&app, request).await;
            let status = response.status().as_u16();
            let body = actix::read_body(response).await;
            replies.push((status, serde_json::from_slice(&body).unwrap_or(Value::Null)));
        }
        replies
    })
}

/// Whether the app answered from where the oracle says.
fn check(
    plan: &Plan,
    path: &str,
    found: Option<&Found<'_>>,
    (status, reply): &(u16, Value),
) -> Result<(), TestCaseError> {
    let Some(found) = found else {
        prop_assert_eq!(*status, 404, "{}: {}", path, reply);
        return Ok(());
    };
    if found.format.as_deref().is_some_and(|format| format != "json") {
        prop_assert_eq!(*status, 404, "{}: {}", path, reply);
        return Ok(());
    }
    prop_assert_eq!(*status, 200, "{}: {} instead of {:?}", path, reply, found);
    if found.name != "api-root" {
        let basename = reply["basename"].as_str().unwrap_or_default();
        prop_assert!(found.name.starts_with(&format!("{basename}-")), "{}: {}", path, reply);
        prop_assert_eq!(&reply["action"], &json!(found.action), "{}", path);
        // A format suffix is the last of them, as in DRF.
        let format = found.format.iter().map(|format| ("format".to_owned(), format.clone()));
        let kwargs = [plan.outer(), found.kwargs.clone(), format.collect()].concat();
        prop_assert_eq!(&reply["kwargs"], &json!(kwargs), "{}", path);
        prop_assert_eq!(&reply["format"], &json!(found.format), "{}", path);
    }
    Ok(())
}

/// A URL for each route that has a name, made of the values.
fn reversed(router: &Router, oracle: &Oracle, values: &Values) -> Vec<String> {
    let routes = oracle.routes().iter();
    let urls = routes.map(|route| {
        let names = route.placeholders.iter();
        let reverse = names.fold(router.reverse(&route.name), |reverse, name| {
            reverse.kwarg(name.clone(), &values[name.as_str()])
        });
        let url = reverse.url().expect("the values fit the placeholders");
        url.strip_prefix('/').expect("a path").to_owned()
    });
    urls.collect()
}

fn config() -> ProptestConfig {
    // Nothing is written beside the tests: what fails is shrunk and printed.
    ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_reverse_makes_leads_back_with_the_same_kwargs(plan in plans(), values in values(false)) {
        let router = build(&plan);
        let oracle = Oracle::new(&router);
        let urls = reversed(&router, &oracle, &values);
        let replies = ask(&plan, &router, &urls);
        for ((route, url), reply) in oracle.routes().iter().zip(&urls).zip(&replies) {
            let path = decode_path(url);
            let found = oracle.find(&path).expect("its own route matches at least");
            check(&plan, url, Some(&found), reply)?;
            let recognized = router.recognize(url).expect("as the oracle");
            let kwargs: Vec<_> = recognized.kwargs().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
            prop_assert_eq!(&kwargs, &found.kwargs);
            // An earlier route may match the URL too, and answers then.
            if found.name == route.name && found.format.is_none() {
                let expected = route.placeholders.iter().map(|name| (name.clone(), values[name.as_str()].clone()));
                prop_assert_eq!(found.kwargs, expected.collect::<Vec<_>>(), "{}", url);
            }
        }
    }

    #[test]
    fn every_path_goes_where_trying_the_routes_in_order_leads(plan in plans(), paths in paths()) {
        let router = build(&plan);
        let oracle = Oracle::new(&router);
        for (path, reply) in paths.iter().zip(ask(&plan, &router, &paths)) {
            let decoded = decode_path(path);
            check(&plan, path, oracle.find(&decoded).as_ref(), &reply)?;
        }
    }

    #[test]
    fn url_for_of_actix_web_agrees(plan in plans(), values in values(true)) {
        let router = build(&plan);
        let oracle = Oracle::new(&router);
        let urls = reversed(&router, &oracle, &values);
        let replies = ask(&plan, &router, &urls);
        for ((route, url), (_, reply)) in oracle.routes().iter().zip(&urls).zip(&replies) {
            let found = oracle.find(&decode_path(url));
            // actix-web looks for the name of a path as it was sent, so an encoded one has none.
            let simple = !url.contains('%') && route.name != "api-root";
            if simple && found.is_some_and(|found| found.name == route.name) {
                prop_assert_eq!(&reply["match_name"], &json!(route.name), "{}", url);
                prop_assert_eq!(&reply["url_for"], &json!(format!("{}/{url}", plan.mount())));
            }
        }
    }

    #[test]
    fn a_format_suffix_leads_to_the_same_route(plan in plans(), values in values(true)) {
        let plan = Plan { with_root: true, ..plan };
        let router = build(&plan);
        let oracle = Oracle::new(&router);
        let urls: Vec<String> = reversed(&router, &oracle, &values)
            .iter()
            .map(|url| format!("{}.json", url.trim_end_matches('/')))
            .collect();
        for (url, reply) in urls.iter().zip(ask(&plan, &router, &urls)) {
            check(&plan, url, oracle.find(&decode_path(url)).as_ref(), &reply)?;
        }
    }
}
