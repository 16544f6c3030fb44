//! What viewsets with a model share: the queryset, and the object of a detail route.

use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::support::{
    ALLOW_DETAIL, ANN, AUTHORS, Author, NO_AUTHOR, NOT_FOUND, authors, database, serve,
    serve_authors,
};

/// D1, P22: a queryset that depends on the request.
#[test]
fn get_queryset_decides_what_there_is() {
    struct AuthorViewSet;

    #[viewset(model = Author)]
    impl AuthorViewSet {
        fn get_queryset(&self, req: &Request) -> Result<Query<Author>> {
            match req.query_param("owner") {
                Some(owner) => Ok(Author::objects().filter(authors::name.eq(owner.into_owned()))),
                None => Err(Error::permission_denied()),
            }
        }
    }

    let router = DefaultRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS));
    let server = serve(router);
    assert_eq!(server.get("/api/authors/?owner=Ann").brief(), (200, format!("[{ANN}]").as_str()));
    assert_eq!(server.get("/api/authors/?owner=nobody").brief(), (200, "[]"));
    assert_eq!(server.get("/api/authors/1/?owner=Ann").brief(), (200, ANN));
    for (method, path) in [
        ("GET", "/api/authors/2/?owner=Ann"),
        ("PATCH", "/api/authors/2/?owner=Ann"),
        ("PUT", "/api/authors/2/?owner=Ann"),
        ("DELETE", "/api/authors/2/?owner=Ann"),
    ] {
        assert_eq!(server.request(method, path, "{}").brief(), (404, NO_AUTHOR), "{method}");
    }
    assert_eq!(server.get("/api/authors/").status, 403);
    assert_eq!(server.get("/api/authors/1/").status, 403);
}

/// D2, T23: what filters the list filters the object too.
#[test]
fn filter_queryset_holds_for_lists_and_objects() {
    struct AuthorViewSet;

    #[viewset(model = Author)]
    impl AuthorViewSet {
        async fn filter_queryset(
            &self,
            req: &Request,
            query: Query<Author>,
        ) -> Result<Query<Author>> {
            match req.query_param("name") {
                Some(name) => Ok(query.filter(authors::name.eq(name.into_owned()))),
                None => Ok(query),
            }
        }
    }

    let router = DefaultRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS));
    let server = serve(router);
    assert_eq!(server.get("/api/authors/?name=Ann").brief(), (200, format!("[{ANN}]").as_str()));
    assert_eq!(server.get("/api/authors/1/?name=Ann").brief(), (200, ANN));
    assert_eq!(server.get("/api/authors/1/?name=Bob").brief(), (404, NO_AUTHOR));
    assert_eq!(server.get("/api/authors/1/").brief(), (200, ANN));
}

/// D2: an object can be found in another way, and the default is at hand.
#[test]
fn get_object_can_be_replaced() {
    struct AuthorViewSet;

    #[viewset(model = Author)]
    impl AuthorViewSet {
        async fn get_object(&self, req: &Request) -> Result<Author> {
            let author = generics::get_object(self, req).await?;
            match author.name.as_str() {
                "Bob" => Err(Error::permission_denied()),
                _ => Ok(author),
            }
        }
    }

    let router = DefaultRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS));
    let server = serve(router);
    assert_eq!(server.get("/api/authors/1/").brief(), (200, ANN));
    for method in ["GET", "PATCH", "DELETE"] {
        assert_eq!(server.request(method, "/api/authors/2/", "{}").status, 403, "{method}");
    }
    assert_eq!(server.get("/api/authors/3/").brief(), (404, NO_AUTHOR));
}

/// D3, D4, D6, T17, T18, T25.
#[test]
fn a_missing_object_and_a_lookup_value_of_the_wrong_type_have_texts_of_their_own() {
    let server = serve_authors();
    let cases = [
        ("99", NO_AUTHOR),
        ("0", NO_AUTHOR),
        ("-1", NO_AUTHOR),
        ("99999999999999999999", NO_AUTHOR),
        ("4294967297", NO_AUTHOR),
        ("abc", NOT_FOUND),
        ("1e3", NOT_FOUND),
        ("1;2", NOT_FOUND),
        ("null", NOT_FOUND),
        ("%00", NOT_FOUND),
    ];
    for (pk, body) in cases {
        let reply = server.get(&format!("/api/authors/{pk}/"));
        assert_eq!(reply.brief(), (404, body), "{pk}");
        assert_eq!(reply.header("allow"), Some(ALLOW_DETAIL), "{pk}");
    }
}

/// D5, T19.
#[test]
fn an_integer_in_a_url_is_read_as_python_reads_it() {
    let server = serve_authors();
    for pk in ["%EF%BC%91", "%201", "1%20", "+1", "01", "0_1"] {
        assert_eq!(server.get(&format!("/api/authors/{pk}/")).brief(), (200, ANN), "{pk}");
    }
}

/// D7: DRF fails with 500 at the first request, and so does this, for a view bound by hand. Through a
/// router the lookup is always there.
#[test]
fn a_detail_action_without_a_lookup_in_its_url_is_a_server_error() {
    struct AuthorViewSet;

    #[viewset(model = Author)]
    impl AuthorViewSet {
        #[action(detail = false)]
        async fn any(&self, req: &Request) -> Result<Data<Author>> {
            self.get_object(req).await.map(Data)
        }
    }

    let router = DefaultRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS));
    let server = serve(router);
    assert_eq!(
        server.get("/api/authors/any/").brief(),
        (500, r#"{"error": "Server Error (500)"}"#)
    );
    assert_eq!(server.get("/api/authors/1/").brief(), (200, ANN));
}

/// C9: the object of a lookup field that is not the key, and what it accepts.
#[test]
fn a_lookup_by_text_takes_any_text() {
    struct AuthorViewSet;

    #[viewset(model = Author, lookup_field = name, lookup_value_regex = "[^/]+")]
    impl AuthorViewSet {}

    let router = SimpleRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS));
    let server: Server = serve(router);
    let name = r#"{"name":"Zoé & Co. 100%"}"#;
    assert_eq!(server.request("POST", "/api/authors/", name).status, 201);
    let reply = server.get("/api/authors/Zo%C3%A9%20&%20Co.%20100%25/");
    assert_eq!(reply.json()["name"], "Zoé & Co. 100%");
    assert_eq!(server.get("/api/authors/'%20OR%201=1%20--/").brief(), (404, NO_AUTHOR));
}

/// D1: rows of a parent, from a placeholder of the prefix or of the scope around the router.
#[test]
fn a_queryset_can_depend_on_a_url_argument() {
    struct NamesakeViewSet;

    #[viewset(model = Author, kwargs = [name], mixins = [ListModelMixin])]
    impl NamesakeViewSet {
        fn get_queryset(&self, req: &Request) -> Result<Query<Author>> {
            let name: String = req.parse_kwarg("name")?;
            Ok(Author::objects().filter(authors::name.eq(name)))
        }
    }

    let router = SimpleRouter::new().register("called/{name}/authors", NamesakeViewSet);
    let server = serve(router.with(database(AUTHORS)));
    assert_eq!(server.get("/api/called/Ann/authors/").brief(), (200, format!("[{ANN}]").as_str()));
}
