//! `#[action]` and `#[mapping]`: the routes that they make, their options, and their arguments.

use viewset_actix::prelude::*;

use crate::support::{ALLOW_READ, AUTHORS, Author, NO_AUTHOR, NOT_FOUND, authors, database, serve};

/// B1, B3, B5, P26, P28, P29.
#[test]
fn an_action_answers_get_at_its_own_name() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        #[action(detail = false)]
        async fn recent_things(&self) -> Data<&'static str> {
            Data("recent")
        }
        #[action(detail = true)]
        async fn color_of(&self, pk: i32) -> Data<i32> {
            Data(pk)
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    let reply = server.get("/api/things/recent_things/");
    assert_eq!(reply.brief(), (200, r#""recent""#));
    assert_eq!(reply.header("allow"), Some(ALLOW_READ));
    assert_eq!(server.get("/api/things/5/color_of/").brief(), (200, "5"));
    assert_eq!(server.get("/api/things/color_of/").status, 404);
    assert_eq!(server.get("/api/things/5/recent_things/").status, 404);
}

/// B3, B4, P34, P35.
#[test]
fn an_action_can_answer_several_methods_named_by_strings_or_constants() {
    struct UserViewSet;

    #[viewset]
    impl UserViewSet {
        #[action(detail = true, methods = ["post", "delete"])]
        async fn unset_password(&self, req: &Request) -> Data<String> {
            Data(req.method().to_string())
        }
        #[action(detail = true, methods = [Verb::Post, Verb::Delete])]
        async fn unset_name(&self, req: &Request) -> Data<String> {
            Data(req.method().to_string())
        }
    }

    let server = serve(SimpleRouter::new().register_as("users", "user", UserViewSet));
    for path in ["/api/users/1/unset_password/", "/api/users/1/unset_name/"] {
        assert_eq!(server.request("POST", path, "").brief(), (200, r#""POST""#));
        assert_eq!(server.request("DELETE", path, "").brief(), (200, r#""DELETE""#));
        let reply = server.get(path);
        assert_eq!((reply.status, reply.header("allow")), (405, Some("POST, DELETE, OPTIONS")));
    }
}

struct Nobody;

impl Permission for Nobody {
    async fn has_permission(&self, _req: &Request) -> Result<bool> {
        Ok(false)
    }
}

/// B5, B6, P30, P36.
#[test]
fn url_path_and_url_name_are_as_given() {
    struct UserViewSet;

    #[viewset]
    impl UserViewSet {
        #[action(detail = true, methods = ["post"], url_path = "change-password",
                 url_name = "change_password", permission_classes = [AllowAny])]
        async fn set_password(&self, pk: i32) -> Data<i32> {
            Data(pk)
        }
        #[action(detail = false)]
        async fn all_of_them(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let router = DefaultRouter::new().register_as("users", "user", UserViewSet);
    let router = crate::support::build(router);
    assert_eq!(
        router.reverse("user-change_password").arg(1).url().as_deref(),
        Ok("/users/1/change-password/")
    );
    assert_eq!(router.reverse("user-all-of-them").url().as_deref(), Ok("/users/all_of_them/"));
    let server = viewset_tests::Server::start(router);
    assert_eq!(server.request("POST", "/api/users/1/change-password/", "").brief(), (200, "1"));
    assert_eq!(server.request("POST", "/api/users/1/set_password/", "").status, 404);
}

/// B5.
#[test]
fn the_placeholders_of_url_path_are_arguments() {
    struct LogViewSet;

    #[viewset]
    impl LogViewSet {
        #[action(detail = false, url_path = "by/{name:[a-z]+}")]
        async fn by_name(&self, name: String) -> Data<String> {
            Data(name)
        }
        #[action(detail = true, url_path = "on/{year:[0-9]{4}}/{month}")]
        async fn on(&self, month: u8, pk: u64, year: i16) -> Data<(u64, i16, u8)> {
            Data((pk, year, month))
        }
    }

    let server = serve(DefaultRouter::new().register_as("logs", "log", LogViewSet));
    assert_eq!(server.get("/api/logs/by/ann/").brief(), (200, r#""ann""#));
    assert_eq!(server.get("/api/logs/by/Ann/").status, 404);
    assert_eq!(server.get("/api/logs/3/on/2020/12/").brief(), (200, "[3,2020,12]"));
    assert_eq!(server.get("/api/logs/3/on/20/12/").status, 404);
}

/// D4, T17: what the type of an argument cannot read is not found.
#[test]
fn an_argument_of_the_wrong_type_is_not_found() {
    struct LogViewSet;

    #[viewset]
    impl LogViewSet {
        #[action(detail = true, url_path = "on/{month}")]
        async fn on(&self, pk: u64, month: u8) -> Data<(u64, u8)> {
            Data((pk, month))
        }
    }

    let server = serve(SimpleRouter::new().register_as("logs", "log", LogViewSet));
    for path in
        ["/api/logs/x/on/1/", "/api/logs/1/on/x/", "/api/logs/-1/on/1/", "/api/logs/1/on/256/"]
    {
        let reply = server.get(path);
        assert_eq!(reply.brief(), (404, NOT_FOUND), "{path}");
        assert_eq!(reply.header("allow"), Some(ALLOW_READ));
    }
}

/// B8, P31: the permissions of an action replace those of its viewset, on its route alone.
#[test]
fn an_action_can_have_permissions_of_its_own() {
    struct ThingViewSet;

    #[viewset(permission_classes = [Nobody])]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [AllowAny])]
        async fn opened(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [])]
        async fn free(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false)]
        async fn closed(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    assert_eq!(server.get("/api/things/").status, 403);
    assert_eq!(server.get("/api/things/closed/").status, 403);
    assert_eq!(server.get("/api/things/opened/").status, 200);
    assert_eq!(server.get("/api/things/free/").status, 200);
}

/// B9.
#[test]
fn get_permissions_of_a_viewset_makes_those_of_its_actions_void() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        #[action(detail = false, permission_classes = [AllowAny])]
        async fn opened(&self) -> StatusCode {
            StatusCode::OK
        }
        fn get_permissions(&self, _req: &Request) -> Permissions {
            permissions![Nobody]
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    assert_eq!(server.get("/api/things/opened/").status, 403);
}

/// B12, B18, P37, T29.
#[test]
fn a_mapping_serves_a_further_method_under_the_first_actions_name_and_options() {
    struct UserViewSet;

    #[viewset(permission_classes = [Nobody])]
    impl UserViewSet {
        /// Update the user's password.
        #[action(detail = true, methods = ["put"], name = "Change Password", permission_classes = [AllowAny])]
        async fn password(&self, req: &Request, pk: i32) -> Data<serde_json::Value> {
            Data(json!([req.action(), req.name(), req.description(), pk]))
        }
        /// Delete the user's password.
        #[mapping(password.delete)]
        async fn delete_password(&self, req: &Request, pk: i32) -> Data<serde_json::Value> {
            Data(json!([req.action(), req.name(), req.description(), pk]))
        }
    }

    let server = serve(SimpleRouter::new().register_as("users", "user", UserViewSet));
    let path = "/api/users/4/password/";
    let rest = r#""Change Password","Update the user's password.",4]"#;
    let put = server.request("PUT", path, "");
    assert_eq!(put.brief(), (200, format!(r#"["password",{rest}"#).as_str()));
    assert_eq!(put.header("allow"), Some("PUT, DELETE, OPTIONS"));
    let delete = server.request("DELETE", path, "");
    assert_eq!(delete.brief(), (200, format!(r#"["delete_password",{rest}"#).as_str()));
    let options = server.request("OPTIONS", path, "").json();
    assert_eq!(options["name"], "Change Password");
    assert_eq!(options["description"], "Update the user's password.");
}

/// B7, B11, B18: without a comment of its own, an action is described by the viewset's.
#[test]
fn options_names_an_action_by_its_words() {
    struct ThingViewSet;

    /// Things.
    #[viewset]
    impl ThingViewSet {
        #[action(detail = false)]
        async fn do_the_thing(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    let options = server.request("OPTIONS", "/api/things/do_the_thing/", "").json();
    assert_eq!(options["name"], "Do the thing");
    assert_eq!(options["description"], "Things.");
}

/// B16, T28.
#[test]
fn an_action_answers_head_only_if_it_answers_get() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        #[action(detail = false)]
        async fn peek(&self) -> Data<u8> {
            Data(1)
        }
        #[action(detail = false, methods = ["post"])]
        async fn poke(&self) -> Data<u8> {
            Data(1)
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    let peek = server.request("HEAD", "/api/things/peek/", "");
    assert_eq!((peek.status, peek.header("allow")), (200, Some(ALLOW_READ)));
    let poke = server.request("HEAD", "/api/things/poke/", "");
    assert_eq!((poke.status, poke.header("allow")), (405, Some("POST, OPTIONS")));
    assert_eq!(poke.header("content-length"), Some("41"));
}

/// B19, P32.
#[test]
fn the_set_password_of_the_guide() {
    #[derive(Serializer)]
    struct PasswordSerializer {
        password: String,
    }

    struct UserViewSet;

    #[viewset(model = Author)]
    impl UserViewSet {
        #[action(detail = true, methods = ["post"])]
        async fn set_password(
            &self,
            req: &Request,
            data: Validated<PasswordSerializer>,
        ) -> Result<impl IntoResponse> {
            let author = self.get_object(req).await?;
            let input =
                Input::<Author> { email: Some(data.0.password), ..Input::<Author>::default() };
            author.save(req, input).await?;
            Ok(Data(json!({"status": "password set"})))
        }
    }

    let server = serve(DefaultRouter::new().register("users", UserViewSet).with(database(AUTHORS)));
    let path = "/api/users/1/set_password/";
    let good = server.request("POST", path, r#"{"password":"secret"}"#);
    assert_eq!(good.brief(), (200, r#"{"status":"password set"}"#));
    assert_eq!(server.get("/api/users/1/").json()["email"], "secret");
    let bad = server.request("POST", path, "{}");
    assert_eq!(bad.brief(), (400, r#"{"password":["This field is required."]}"#));
    let missing = server.request("POST", "/api/users/99/set_password/", r#"{"password":"x"}"#);
    assert_eq!(missing.brief(), (404, NO_AUTHOR));
    let wrong = server.get(path);
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("POST, OPTIONS")));
}

/// B20, P33: without a pagination class the example of the guide answers a bare list.
#[test]
fn the_recent_users_of_the_guide() {
    struct UserViewSet;

    #[viewset(model = Author)]
    impl UserViewSet {
        #[action(detail = false)]
        async fn recent_users(&self, req: &Request) -> Result<Data<Vec<Author>>> {
            let recent = self.get_queryset(req)?.order(authors::id.desc());
            let mut conn = self.connection(req).await?;
            Ok(Data(Author::fetch(recent, &mut conn).await?))
        }
    }

    let server = serve(DefaultRouter::new().register("users", UserViewSet).with(database(AUTHORS)));
    let reply = server.get("/api/users/recent_users/").json();
    let seen: Vec<_> =
        reply.as_array().into_iter().flatten().map(|row| row["name"].clone()).collect();
    assert_eq!(seen, ["Bob", "Ann"]);
}

/// B21, W1, T36: DRF answers 500 where the function takes no `format`; here it is optional.
#[test]
fn the_format_suffix_is_an_argument_for_those_who_take_it() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        #[action(detail = false)]
        async fn with(&self, format: Option<String>) -> Data<Option<String>> {
            Data(format)
        }
        #[action(detail = false)]
        async fn without(&self) -> Data<u8> {
            Data(1)
        }
    }

    let server = serve(DefaultRouter::new().register_as("things", "thing", ThingViewSet));
    assert_eq!(server.get("/api/things/with.json").brief(), (200, r#""json""#));
    assert_eq!(server.get("/api/things/with/").brief(), (200, "null"));
    assert_eq!(server.get("/api/things/without.json").brief(), (200, "1"));
}

/// Publishing, for any viewset with a model.
#[mixin]
trait PublishMixin: GenericViewSet {
    /// Publish it.
    #[action(detail = true, methods = ["post"])]
    async fn publish(&self, req: &Request, pk: i32) -> Result<impl IntoResponse> {
        self.get_object(req).await?;
        Ok(Data(json!([req.basename(), req.action(), pk])))
    }

    #[mapping(publish.delete)]
    async fn unpublish(&self, req: &Request) -> Data<Option<&'static str>> {
        Data(req.action())
    }
}

/// B22: the actions of a base belong to all that use it.
#[test]
fn a_mixin_brings_its_actions_to_each_viewset() {
    struct AuthorViewSet;

    #[viewset(model = Author, mixins = [RetrieveModelMixin, PublishMixin])]
    impl AuthorViewSet {}

    struct WriterViewSet;

    #[viewset(model = Author, mixins = [PublishMixin], basename = "writer", lookup_url_kwarg = "number")]
    impl WriterViewSet {}

    let router =
        DefaultRouter::new().register("authors", AuthorViewSet).register("writers", WriterViewSet);
    let server = serve(router.with(database(AUTHORS)));
    let reply = server.request("POST", "/api/authors/1/publish/", "");
    assert_eq!(reply.brief(), (200, r#"["author","publish",1]"#));
    let reply = server.request("POST", "/api/writers/2/publish/", "");
    assert_eq!(reply.brief(), (200, r#"["writer","publish",2]"#));
    let reply = server.request("DELETE", "/api/writers/2/publish/", "");
    assert_eq!(reply.brief(), (200, r#""unpublish""#));
    assert_eq!(reply.header("allow"), Some("POST, DELETE, OPTIONS"));
    assert_eq!(server.request("POST", "/api/writers/9/publish/", "").brief(), (404, NO_AUTHOR));
    let options = server.request("OPTIONS", "/api/authors/1/publish/", "").json();
    assert_eq!(options["name"], "Publish");
    assert_eq!(options["description"], "Publish it.");
}

/// B22: a viewset can replace an action of its mixin and call the original.
#[test]
fn an_action_of_a_mixin_can_be_overridden() {
    struct AuthorViewSet;

    #[viewset(model = Author, mixins = [PublishMixin])]
    impl AuthorViewSet {
        #[action(detail = true, methods = ["put"])]
        async fn publish(&self, req: &Request, pk: i32) -> Result<impl IntoResponse> {
            let original = PublishMixin::publish(self, req, pk).await?;
            Ok((StatusCode::ACCEPTED, original))
        }
    }

    let server =
        serve(SimpleRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS)));
    let reply = server.request("PUT", "/api/authors/1/publish/", "");
    assert_eq!(reply.brief(), (202, r#"["author","publish",1]"#));
}

/// A3: an action need not be async, take `self`, or answer the core's types.
#[test]
fn an_action_takes_and_answers_what_it_likes() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        #[action(detail = false)]
        fn plain() -> Data<&'static str> {
            Data("plain")
        }
        #[action(detail = false)]
        async fn optional(&self, req: &Request) -> Result<Data<String>> {
            let name = req.query_param("name").ok_or_else(Error::not_found)?;
            Ok(Data(name.into_owned()))
        }
        #[action(detail = false)]
        async fn word(&self) -> &'static str {
            "text"
        }
        #[action(detail = false)]
        async fn pair(&self) -> (StatusCode, Data<u8>) {
            (StatusCode::ACCEPTED, Data(1))
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    assert_eq!(server.get("/api/things/plain/").brief(), (200, r#""plain""#));
    assert_eq!(server.get("/api/things/optional/?name=x").brief(), (200, r#""x""#));
    assert_eq!(server.get("/api/things/optional/").brief(), (404, NOT_FOUND));
    let word = server.get("/api/things/word/");
    assert_eq!(word.brief(), (200, "text"));
    assert_eq!(word.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(server.get("/api/things/pair/").brief(), (202, "1"));
}

/// B12: several mappings on one method, of one action and of two.
#[test]
fn one_method_can_serve_several_mappings() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        #[action(detail = false)]
        async fn first(&self) -> Data<u8> {
            Data(1)
        }
        #[action(detail = false)]
        async fn second(&self) -> Data<u8> {
            Data(2)
        }
        #[mapping(first.put)]
        #[mapping(first.delete)]
        #[mapping(second.delete)]
        async fn other(&self, req: &Request) -> Data<String> {
            Data(format!("{:?} {:?}", req.action(), req.name()))
        }
    }

    let server = serve(SimpleRouter::new().register_as("x", "x", ThingViewSet));
    for (method, path, body) in [
        ("GET", "/api/x/first/", "1"),
        ("PUT", "/api/x/first/", r#""Some(\"other\") Some(\"First\")""#),
        ("DELETE", "/api/x/first/", r#""Some(\"other\") Some(\"First\")""#),
        ("GET", "/api/x/second/", "2"),
        ("DELETE", "/api/x/second/", r#""Some(\"other\") Some(\"Second\")""#),
    ] {
        assert_eq!(server.request(method, path, "").brief(), (200, body), "{method} {path}");
    }
    assert_eq!(server.request("PUT", "/api/x/second/", "").status, 405);
}
