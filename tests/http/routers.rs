//! From registered viewsets to URLs: the routes of both routers, and what a router refuses to build.

use viewset_actix::prelude::*;

use crate::support::{
    ALLOW_READ, ANN, AUTHORS, Author, NOT_FOUND, authors, build, database, problems, serve,
    serve_authors,
};

/// A viewset with every kind of route.
struct ThingViewSet;

#[viewset]
impl ThingViewSet {
    async fn list(&self) -> Data<&'static str> {
        Data("list")
    }
    async fn retrieve(&self, pk: String) -> Data<String> {
        Data(pk)
    }
    #[action(detail = false)]
    async fn zeta(&self) -> Data<&'static str> {
        Data("zeta")
    }
    #[action(detail = false)]
    async fn alpha(&self) -> Data<&'static str> {
        Data("alpha")
    }
    #[action(detail = true)]
    async fn wash(&self, pk: String) -> Data<String> {
        Data(pk)
    }
}

fn routes(router: &Router) -> Vec<(String, Option<String>)> {
    let row = |name: Option<&str>| name.map(str::to_owned);
    router.routes().map(|route| (route.path().to_owned(), row(route.name()))).collect()
}

/// C1, C2, P3.
#[test]
fn a_viewset_gets_the_routes_of_drf_in_their_order() {
    let router = build(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    let expected = [
        ("things/", "thing-list"),
        ("things/alpha/", "thing-alpha"),
        ("things/zeta/", "thing-zeta"),
        ("things/{pk:[^/.]+}/", "thing-detail"),
        ("things/{pk:[^/.]+}/wash/", "thing-wash"),
    ];
    let expected = expected.map(|(path, name)| (path.to_owned(), Some(name.to_owned())));
    assert_eq!(routes(&router), expected);
}

/// C2.
#[test]
fn a_list_action_shadows_the_object_of_its_name() {
    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    assert_eq!(server.get("/api/things/alpha/").brief(), (200, r#""alpha""#));
    assert_eq!(server.get("/api/things/beta/").brief(), (200, r#""beta""#));
}

/// C3, C19.
#[test]
fn registration_order_is_the_order_of_the_root() {
    let router = DefaultRouter::new().register_as("zebras", "zebra", ThingViewSet).register_as(
        "apes",
        "ape",
        ThingViewSet,
    );
    let reply = serve(router).get("/api/");
    let body = r#"{"zebras":"http://testserver/api/zebras/","apes":"http://testserver/api/apes/"}"#;
    assert_eq!(reply.brief(), (200, body));
}

/// C3: nesting by a placeholder in the prefix; such a list has no URL in the root.
#[test]
fn a_prefix_can_have_placeholders() {
    struct BookViewSet;

    #[viewset(kwargs = [author_pk])]
    impl BookViewSet {
        async fn list(&self, author_pk: u8) -> Data<u8> {
            Data(author_pk)
        }
        async fn retrieve(&self, author_pk: u8, pk: u8) -> Data<[u8; 2]> {
            Data([author_pk, pk])
        }
    }

    let router =
        DefaultRouter::new().register_as("authors/{author_pk:[0-9]+}/books", "book", BookViewSet);
    let server = serve(router);
    assert_eq!(server.get("/api/authors/3/books/").brief(), (200, "3"));
    assert_eq!(server.get("/api/authors/3/books/4/").brief(), (200, "[3,4]"));
    assert_eq!(server.get("/api/authors/x/books/").status, 404);
    assert_eq!(server.get("/api/authors/300/books/").brief(), (404, NOT_FOUND));
    assert_eq!(server.get("/api/").brief(), (200, "{}"));
}

/// C4.
#[test]
fn the_basename_is_the_models_name_in_lower_case() {
    struct AuthorViewSet;

    #[viewset(model = Author)]
    impl AuthorViewSet {}

    let router = SimpleRouter::new().register("writers", AuthorViewSet).with(database(AUTHORS));
    assert_eq!(build(router).reverse("author-list").url().as_deref(), Ok("/writers/"));
}

/// C5, P14, P23.
#[test]
fn without_a_model_a_basename_has_to_be_given() {
    let expected = "`ThingViewSet` has no model to take a basename from; register it with `register_as`, \
                    or set `basename` in `#[viewset(...)]`";
    assert_eq!(problems(SimpleRouter::new().register("things", ThingViewSet)), [expected]);

    struct NamedViewSet;

    #[viewset(basename = "named")]
    impl NamedViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let router = build(SimpleRouter::new().register("things", NamedViewSet));
    assert_eq!(router.reverse("named-list").url().as_deref(), Ok("/things/"));
}

/// C6.
#[test]
fn a_basename_is_used_once() {
    let router = SimpleRouter::new().register_as("things", "thing", ThingViewSet).register_as(
        "others",
        "thing",
        ThingViewSet,
    );
    let expected = "router with basename \"thing\" is already registered (for `ThingViewSet`); provide a \
                    unique basename for viewset `ThingViewSet` with `register_as`";
    assert_eq!(problems(router), [expected]);
}

/// C7: DRF lets the first one win in silence; here the second is refused.
#[test]
fn a_prefix_is_used_once() {
    struct OneViewSet;

    #[viewset]
    impl OneViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let router = SimpleRouter::new()
        .register_as("ones", "one", OneViewSet)
        .register_as("ones", "two", OneViewSet);
    let expected = "two routes have the URL `ones/`; the second is of `OneViewSet`: give one of them \
                    another prefix or `url_path`, or serve it with `#[mapping]`";
    assert_eq!(problems(router), [expected]);
}

/// B17, T35: in DRF the alphabetically first of two actions on one URL hides the other; here it is
/// refused, whatever their methods.
#[test]
fn two_actions_on_one_url_are_refused() {
    struct TwiceViewSet;

    #[viewset]
    impl TwiceViewSet {
        #[action(detail = false, url_path = "zeta", methods = ["post"])]
        async fn alpha(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false)]
        async fn zeta(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let expected = "two routes have the URL `twice/zeta/`; the second is of `TwiceViewSet`: give one of \
                    them another prefix or `url_path`, or serve it with `#[mapping]`";
    assert_eq!(
        problems(SimpleRouter::new().register_as("twice", "twice", TwiceViewSet)),
        [expected]
    );
}

/// C8, T33.
#[test]
fn without_trailing_slashes_the_slashed_url_is_unknown() {
    let router =
        DefaultRouter::new().trailing_slash(false).register_as("things", "thing", ThingViewSet);
    let server = serve(router);
    for path in ["/api/things", "/api/things/7", "/api/things/alpha", "/api/things/7/wash"] {
        assert_eq!(server.get(path).status, 200, "{path}");
        let slashed = server.get(&format!("{path}/"));
        assert_eq!((slashed.status, slashed.header("allow")), (404, None), "{path}/");
    }
    assert_eq!(server.get("/api/things/7.json").status, 200);
}

/// C9, D4.
#[test]
fn lookup_field_finds_the_object_and_names_the_argument() {
    struct AuthorViewSet;

    #[viewset(model = Author, lookup_field = name)]
    impl AuthorViewSet {
        #[action(detail = true)]
        async fn shout(&self, name: String) -> Data<String> {
            Data(name.to_uppercase())
        }
    }

    let router =
        build(DefaultRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS)));
    let paths: Vec<_> = routes(&router).into_iter().map(|route| route.0).collect();
    assert!(paths.contains(&"authors/{name:[^/.]+}/".to_owned()), "{paths:?}");
    let server = viewset_tests::Server::start(router);
    assert_eq!(server.get("/api/authors/Ann/").brief(), (200, ANN));
    assert_eq!(server.get("/api/authors/Ann/shout/").brief(), (200, r#""ANN""#));
    assert_eq!(server.get("/api/authors/ann/").status, 404);
    assert_eq!(server.get("/api/authors/1/").status, 404);
}

/// C10.
#[test]
fn lookup_url_kwarg_renames_the_argument_alone() {
    struct AuthorViewSet;

    #[viewset(model = Author, lookup_field = name, lookup_url_kwarg = who)]
    impl AuthorViewSet {
        #[action(detail = true)]
        async fn shout(&self, who: String) -> Data<String> {
            Data(who.to_uppercase())
        }
    }

    let router =
        build(DefaultRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS)));
    let reversed = router.reverse("author-detail").kwarg("who", "Ann").url();
    assert_eq!(reversed.as_deref(), Ok("/authors/Ann/"));
    let server = viewset_tests::Server::start(router);
    assert_eq!(server.get("/api/authors/Ann/").brief(), (200, ANN));
    assert_eq!(server.get("/api/authors/Bob/shout/").brief(), (200, r#""BOB""#));
}

/// C11.
#[test]
fn lookup_value_regex_keeps_other_values_from_the_view() {
    struct AuthorViewSet;

    #[viewset(model = Author, lookup_value_regex = "[0-9]{1,3}")]
    impl AuthorViewSet {}

    let router = DefaultRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS));
    let server = serve(router);
    assert_eq!(server.get("/api/authors/1/").brief(), (200, ANN));
    for path in ["/api/authors/abc/", "/api/authors/1000/"] {
        let reply = server.get(path);
        assert_eq!((reply.status, reply.header("allow"), reply.body.as_str()), (404, None, ""));
    }
}

/// C11, W2: a regex can let dots in.
#[test]
fn a_lookup_value_can_have_dots_if_its_regex_says_so() {
    struct FileViewSet;

    #[viewset(lookup_value_regex = "[a-z.]+")]
    impl FileViewSet {
        async fn retrieve(&self, pk: String) -> Data<String> {
            Data(pk)
        }
    }

    let server = serve(SimpleRouter::new().register_as("files", "file", FileViewSet));
    assert_eq!(server.get("/api/files/read.me.txt/").brief(), (200, r#""read.me.txt""#));
}

/// C13: the longer of two patterns with a common start is found.
#[test]
fn the_longer_of_two_patterns_is_found() {
    struct PairViewSet;

    #[viewset]
    impl PairViewSet {
        #[action(detail = false, url_path = "detail/{a:[0-9]+}")]
        async fn one(&self, a: u8) -> Data<[u8; 1]> {
            Data([a])
        }
        #[action(detail = false, url_path = "detail/{a:[0-9]+}/detail/{b:[0-9]+}")]
        async fn two(&self, a: u8, b: u8) -> Data<[u8; 2]> {
            Data([a, b])
        }
    }

    let server = serve(SimpleRouter::new().register_as("pairs", "pair", PairViewSet));
    assert_eq!(server.get("/api/pairs/detail/1/").brief(), (200, "[1]"));
    assert_eq!(server.get("/api/pairs/detail/1/detail/2/").brief(), (200, "[1,2]"));
}

/// C14.
#[test]
fn a_viewset_can_stand_at_the_routers_own_url() {
    let server = serve(SimpleRouter::new().register_as("", "thing", ThingViewSet));
    assert_eq!(server.get("/api/").brief(), (200, r#""list""#));
    assert_eq!(server.get("/api/7/").brief(), (200, r#""7""#));
    assert_eq!(server.get("/api/alpha/").brief(), (200, r#""alpha""#));
}

/// C18, C21.
#[test]
fn the_api_root_is_a_view_of_its_own() {
    let server = serve(DefaultRouter::new().register_as("things", "thing", ThingViewSet));
    let options = server.request("OPTIONS", "/api/", "");
    let body =
        r#"{"name":"Api Root","description":"The default basic root view for DefaultRouter","#;
    assert!(options.body.starts_with(body), "{}", options.body);
    let post = server.request("POST", "/api/", "{}");
    assert_eq!((post.status, post.header("allow")), (405, Some(ALLOW_READ)));
}

/// C18.
#[test]
fn root_and_suffixes_can_be_left_out_and_the_root_renamed() {
    let things = || DefaultRouter::new().register_as("things", "thing", ThingViewSet);
    let server = serve(things().include_root_view(false));
    assert_eq!(server.get("/api/").status, 404);
    assert_eq!(server.get("/api/things.json").status, 200);
    let server = serve(things().include_format_suffixes(false));
    assert_eq!(server.get("/api/").status, 200);
    assert_eq!(server.get("/api/things.json").status, 404);
    let router = build(things().root_view_name("start"));
    assert_eq!(router.reverse("start").url().as_deref(), Ok("/"));
    assert!(router.reverse("api-root").url().is_err());
}

/// C20.
#[test]
fn the_urls_of_the_root_keep_the_format_that_was_asked_for() {
    let server = serve(DefaultRouter::new().register_as("things", "thing", ThingViewSet));
    let suffix = server.get("/api/.json");
    assert_eq!(suffix.brief(), (200, r#"{"things":"http://testserver/api/things.json"}"#));
    let query = server.get("/api/?format=json");
    assert_eq!(query.brief(), (200, r#"{"things":"http://testserver/api/things/?format=json"}"#));
}

/// C22, W1, T20.
#[test]
fn the_format_suffix_stands_before_the_slash() {
    let server = serve_authors();
    for path in ["/api/authors/1.json", "/api/authors/1.json/"] {
        assert_eq!(server.get(path).brief(), (200, ANN), "{path}");
    }
    assert_eq!(server.get("/api/authors.json").status, 200);
    for path in ["/api/authors/1.JSON", "/api/authors/.json", "/api/authors/1/.json"] {
        let reply = server.get(path);
        assert_eq!((reply.status, reply.header("allow")), (404, None), "{path}");
    }
    let unknown = server.get("/api/authors.xml");
    assert_eq!(unknown.brief(), (404, NOT_FOUND));
    assert!(unknown.header("allow").is_some());
}

/// W2, T20.
#[test]
fn a_dot_in_a_lookup_value_is_read_as_a_format() {
    let reply = serve_authors().get("/api/authors/1.5/");
    assert_eq!(reply.brief(), (404, NOT_FOUND));
}

/// C23: the read-only router of DRF's documentation.
#[test]
fn the_routes_of_a_router_can_be_replaced() {
    let read_only = || {
        SimpleRouter::new().routes([
            Route {
                url: "{prefix}".into(),
                mapping: vec![(Verb::Get, "list")].into(),
                name: "{basename}-list".into(),
                detail: false,
                suffix: Some("List"),
            }
            .into(),
            Route {
                url: "{prefix}/{lookup}".into(),
                mapping: vec![(Verb::Get, "retrieve")].into(),
                name: "{basename}-detail".into(),
                detail: true,
                suffix: Some("Detail"),
            }
            .into(),
            DynamicRoute {
                url: "{prefix}/{lookup}/{url_path}".into(),
                name: "{basename}-{url_name}".into(),
                detail: true,
            }
            .into(),
        ])
    };
    let router = build(read_only().register_as("things", "thing", ThingViewSet));
    let expected = [
        ("things", "thing-list"),
        ("things/{pk:[^/.]+}", "thing-detail"),
        ("things/{pk:[^/.]+}/wash", "thing-wash"),
    ];
    let expected = expected.map(|(path, name)| (path.to_owned(), Some(name.to_owned())));
    assert_eq!(routes(&router), expected);
    let server = viewset_tests::Server::start(router);
    assert_eq!(server.get("/api/things/7").brief(), (200, r#""7""#));
    assert_eq!(server.get("/api/things/7/wash").brief(), (200, r#""7""#));
    assert_eq!(server.get("/api/things/alpha").brief(), (200, r#""alpha""#));
}

/// B15, C23: an extra action must not have the name of an action that a route binds.
#[test]
fn an_extra_action_cannot_be_bound_by_a_route_as_well() {
    let router = SimpleRouter::new()
        .routes([Route {
            url: "{prefix}/wash/".into(),
            mapping: vec![(Verb::Get, "wash")].into(),
            name: "{basename}-washing".into(),
            detail: false,
            suffix: None,
        }
        .into()])
        .register_as("things", "thing", ThingViewSet);
    let expected = "cannot use `#[action]` on the following methods of `ThingViewSet`, as they are existing routes: wash";
    assert_eq!(problems(router), [expected]);
}

/// C27 (with `APPEND_SLASH=False`), C28, T33: what is not the router's is the scope's business.
#[test]
fn an_unknown_url_is_not_answered_by_the_router() {
    let server = serve_authors();
    for path in ["/api/nope/", "/api/authors//", "/api/Authors/", "/api/authors", "/nope/"] {
        let reply = server.get(path);
        assert_eq!(
            (reply.status, reply.header("allow"), reply.body.as_str()),
            (404, None, ""),
            "{path}"
        );
    }
}

/// C3.
#[test]
fn a_prefix_has_no_slash_at_its_ends() {
    for prefix in ["things/", "/things"] {
        let expected = format!(
            "the prefix `{prefix}` of `ThingViewSet` starts or ends with a slash; write it without"
        );
        assert_eq!(
            problems(SimpleRouter::new().register_as(prefix, "thing", ThingViewSet)),
            [expected]
        );
    }
}

#[test]
fn a_model_needs_its_database() {
    let expected = "`ModelViewSet` serves `Author`, but the router has no database for it; \
                    add `.with(Db::connect(…).await?)` of a SQLite database";
    let problems = problems(SimpleRouter::new().register("authors", ModelViewSet::<Author>::new()));
    assert_eq!(problems, [expected]);
}

/// A lookup field that only the model of a use can have.
struct BySlugViewSet<M>(std::marker::PhantomData<fn() -> M>);

#[viewset(model = M, lookup_field = slug, mixins = [RetrieveModelMixin])]
impl<M: Model> BySlugViewSet<M> {}

/// C9.
#[test]
fn a_lookup_field_of_a_generic_viewset_has_to_be_the_models() {
    let viewset = BySlugViewSet::<Author>(std::marker::PhantomData);
    let router = SimpleRouter::new().register("authors", viewset).with(database(AUTHORS));
    let expected = "the lookup field of `BySlugViewSet` is `slug`, but `Author` has no such field";
    assert_eq!(problems(router), [expected]);
}

#[test]
fn a_prefix_has_to_be_a_pattern() {
    let problems = problems(SimpleRouter::new().register_as("things/{a", "thing", ThingViewSet));
    assert!(!problems.is_empty());
    for problem in problems {
        assert!(problem.starts_with("the prefix `things/{a"), "{problem}");
        assert!(problem.contains("` of `ThingViewSet`: "), "{problem}");
    }
}

/// The text before and behind a placeholder is looked at alike.
#[test]
fn a_url_has_no_character_that_no_path_can_have() {
    for prefix in ["c d", "things?", "things/{a}/#b"] {
        let problems = problems(SimpleRouter::new().register_as(prefix, "thing", ThingViewSet));
        assert!(!problems.is_empty(), "{prefix}");
        for problem in problems {
            assert!(
                problem.ends_with("has a character that no path can have as it is"),
                "{problem}"
            );
        }
    }
}

#[test]
fn a_route_name_is_used_once() {
    let view = || ThingViewSet.as_view([("get", "list")]);
    let router = SimpleRouter::new().path_as("a/", "same", view()).path_as("b/", "same", view());
    assert_eq!(problems(router), ["two routes are named `same`; the second is of `ThingViewSet`"]);
}

/// Every mistake is told, in the order of registration, one a line and without a structure.
#[test]
fn all_that_is_wrong_with_a_router_is_said_at_once() {
    let router = || {
        SimpleRouter::new()
            .register("things", ThingViewSet)
            .register_as("a/", "a", ThingViewSet)
            .path("b/", ThingViewSet.as_view([("get", "nope")]))
    };
    let all = problems(router());
    assert_eq!(all.len(), 3);
    let error = router().build().map(drop).expect_err("three mistakes");
    assert_eq!(
        error.to_string(),
        format!("the router cannot be built:\n  - {}", all.join("\n  - "))
    );
    assert_eq!(format!("{error:?}"), error.to_string());
}

/// Found by its prefix, after the one below.
#[derive(Default)]
struct ZooViewSet;

#[viewset(prefix = "zoos", basename = "zoo")]
impl ZooViewSet {
    async fn list(&self) -> Data<&'static str> {
        Data("zoos")
    }
}

#[derive(Default)]
struct DiscoveredAuthorViewSet;

#[viewset(model = Author, prefix = "found/authors")]
impl DiscoveredAuthorViewSet {
    fn get_queryset(&self, _req: &Request) -> Result<Query<Author>> {
        Ok(Author::objects().filter(authors::name.eq("Ann")))
    }
}

#[test]
fn discover_finds_the_viewsets_that_name_their_prefix() {
    let server = serve(DefaultRouter::discover().with(database(AUTHORS)));
    let body = r#"{"found/authors":"http://testserver/api/found/authors/","zoos":"http://testserver/api/zoos/"}"#;
    assert_eq!(server.get("/api/").brief(), (200, body));
    assert_eq!(server.get("/api/zoos/").brief(), (200, r#""zoos""#));
    assert_eq!(server.get("/api/found/authors/").brief(), (200, format!("[{ANN}]").as_str()));
}

/// A router says what it serves, for the log at start.
#[test]
fn a_router_lists_its_routes() {
    let router = build(DefaultRouter::new().register_as("things", "thing", ThingViewSet));
    let text = router.to_string();
    let lines: Vec<Vec<_>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines.len(), 6);
    assert_eq!(lines[0], ["/things/", "thing-list", "GET", "list"]);
    assert_eq!(lines[5], ["/", "api-root", "GET", "list"]);
}
