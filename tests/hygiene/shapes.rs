//! The shapes that an action and its viewset may have.

use std::marker::PhantomData;

use actix_web::{HttpRequest, HttpResponse, web};
use viewset_actix::prelude::*;

use crate::support::serve;

#[test]
fn raw_identifiers_lose_their_mark_in_urls() {
    struct RawViewSet;

    #[viewset(basename = "raw")]
    impl RawViewSet {
        #[action(detail = true, url_path = "by/{type}")]
        async fn r#match(&self, req: &Request, r#type: String) -> Data<serde_json::Value> {
            Data(json!([req.action(), r#type]))
        }

        #[mapping(r#match.delete)]
        async fn r#move(&self, r#type: u8) -> Data<u8> {
            Data(r#type)
        }

        #[action(detail = false)]
        async fn r#type(&self, req: &Request) -> Result<Data<String>> {
            Ok(Data(req.reverse_action("type").url()?))
        }
    }

    let server = serve(SimpleRouter::new().register("raw", RawViewSet));
    assert_eq!(server.get("/api/raw/1/by/x/").brief(), (200, r#"["match","x"]"#));
    assert_eq!(server.request("DELETE", "/api/raw/1/by/5/", "").brief(), (200, "5"));
    assert_eq!(server.get("/api/raw/type/").brief(), (200, r#""http://testserver/api/raw/type/""#));
}

#[test]
fn an_action_that_is_configured_away_is_not_routed() {
    struct CfgViewSet;

    #[viewset(basename = "cfg")]
    impl CfgViewSet {
        #[cfg(any())]
        #[action(detail = false)]
        async fn gone(&self) -> Missing {}

        #[cfg(any())]
        async fn list(&self) -> Missing {}

        #[cfg(test)]
        #[action(detail = false)]
        async fn here(&self) -> Data<u8> {
            Data(1)
        }

        #[cfg(any())]
        #[mapping(here.delete)]
        async fn gone_too(&self) -> Missing {}
    }

    let server = serve(SimpleRouter::new().register("cfg", CfgViewSet));
    assert_eq!(server.get("/api/cfg/here/").brief(), (200, "1"));
    assert_eq!(server.get("/api/cfg/here/").header("allow"), Some("GET, HEAD, OPTIONS"));
    assert_eq!(server.request("DELETE", "/api/cfg/here/", "").status, 405);
    assert_eq!(server.get("/api/cfg/gone/").status, 404);
    assert_eq!(server.get("/api/cfg/").status, 404);
}

#[test]
fn actions_need_neither_a_receiver_nor_async() {
    struct PlainViewSet;

    #[viewset(basename = "plain")]
    impl PlainViewSet {
        #[action(detail = false)]
        async fn without_self() -> Data<u8> {
            Data(1)
        }

        #[action(detail = true)]
        async fn without_self_but_kwarg(pk: u8) -> Data<u8> {
            Data(pk)
        }

        #[action(detail = false)]
        fn at_once(&self) -> Data<u8> {
            Data(2)
        }

        #[action(detail = false)]
        fn bare() -> StatusCode {
            StatusCode::NO_CONTENT
        }

        #[action(detail = false)]
        fn of_actix(http: HttpRequest, query: web::Query<Vec<(String, String)>>) -> HttpResponse {
            HttpResponse::Ok().json((http.path(), query.into_inner()))
        }
    }

    let server = serve(SimpleRouter::new().register("plain", PlainViewSet));
    assert_eq!(server.get("/api/plain/without_self/").brief(), (200, "1"));
    assert_eq!(server.get("/api/plain/9/without_self_but_kwarg/").brief(), (200, "9"));
    assert_eq!(server.get("/api/plain/at_once/").brief(), (200, "2"));
    assert_eq!(server.get("/api/plain/bare/").status, 204);
    let expected = r#"["/api/plain/of_actix/",[["a","b"]]]"#;
    assert_eq!(server.get("/api/plain/of_actix/?a=b").brief(), (200, expected));
}

#[test]
fn an_action_takes_twelve_arguments() {
    struct WideViewSet;

    #[viewset(basename = "wide", kwargs = [a, b, c, d, e, f, g])]
    impl WideViewSet {
        #[action(detail = true, methods = ["post"])]
        #[rustfmt::skip]
        #[expect(clippy::too_many_arguments, reason = "it is the most that an action may have")]
        async fn wide(
            &self, req: &Request, pk: u8, a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: Option<u8>,
            format: Option<String>, body: web::Bytes,
        ) -> Data<serde_json::Value> {
            Data(json!([req.action(), pk, a, b, c, d, e, f, g, format, body.len()]))
        }
    }

    let prefix = "{a}/{b}/{c}/{d}/{e}/{f}/wide";
    let server = serve(DefaultRouter::new().register(prefix, WideViewSet));
    let reply = server.request("POST", "/api/1/2/3/4/5/6/wide/7/wide.json", "body");
    assert_eq!(reply.brief(), (200, r#"["wide",7,1,2,3,4,5,6,null,"json",4]"#));
}

#[test]
fn a_generic_viewset_is_served_for_each_of_its_types() {
    trait Animal: Send + Sync + 'static {
        const SOUND: &'static str;
    }

    struct Cat;
    struct Dog;

    impl Animal for Cat {
        const SOUND: &'static str = "meow";
    }

    impl Animal for Dog {
        const SOUND: &'static str = "woof";
    }

    struct AnimalViewSet<A, const N: usize>(PhantomData<A>)
    where
        A: Animal;

    #[viewset]
    impl<A, const N: usize> AnimalViewSet<A, N>
    where
        A: Animal,
    {
        async fn list(&self) -> Data<String> {
            Data(A::SOUND.repeat(N))
        }

        #[action(detail = true)]
        async fn sound<'a>(&'a self, _req: &'a Request, pk: usize) -> Data<String> {
            Data(A::SOUND.repeat(pk))
        }
    }

    let router = SimpleRouter::new()
        .register_as("cats", "cat", AnimalViewSet::<Cat, 1>(PhantomData))
        .register_as("dogs", "dog", AnimalViewSet::<Dog, 2>(PhantomData));
    let server = serve(router);
    assert_eq!(server.get("/api/cats/").brief(), (200, r#""meow""#));
    assert_eq!(server.get("/api/dogs/").brief(), (200, r#""woofwoof""#));
    assert_eq!(server.get("/api/dogs/3/sound/").brief(), (200, r#""woofwoofwoof""#));
}
