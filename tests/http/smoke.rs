use viewset_actix::prelude::*;
use viewset_tests::Server;
use actix_web::{web, HttpResponse, HttpRequest};

struct ThingViewSet;

/// Things.
#[viewset]
impl ThingViewSet {
    async fn list(&self, req: &Request) -> Data<serde_json::Value> {
        Data(json!({"action": req.action(), "urls": req.get_extra_action_url_map()}))
    }
    async fn retrieve(&self, pk: i32, req: &Request) -> Result<impl IntoResponse> {
        Ok(Data(json!({"pk": pk, "url": req.reverse_action("detail").arg(pk).url()?})))
    }
    #[action(detail = true, methods = ["post"], url_path = "change-it/{year:[0-9]{4}}")]
    async fn change(&self, year: u16, pk: i32, format: Option<String>, body: Validated<Null>) -> Result<impl IntoResponse> {
        let _ = body;
        Ok((StatusCode::ACCEPTED, Data(json!({"pk": pk, "year": year, "format": format}))))
    }
    #[action(detail = false)]
    fn plain(q: web::Query<std::collections::BTreeMap<String, String>>, http: HttpRequest, p: web::Path<()>) -> HttpResponse {
        let _ = p;
        HttpResponse::Ok().json(json!({"q": q.0, "pattern": http.match_pattern(), "name": http.match_name()}))
    }
    #[viewset_actix::mapping(plain.delete)]
    async fn remove_plain() -> StatusCode { StatusCode::NO_CONTENT }
}

struct Null;
impl viewset_actix::serializers::Serializer for Null {
    const FIELDS: &'static [viewset_actix::serializers::Field] = &[];
    fn run_validation(_: &viewset_actix::serializers::Value, _: bool) -> Result<Self, ErrorDetail> { Ok(Null) }
}

#[test]
fn it_works() {
    let router = DefaultRouter::new().register_as("things", "thing", ThingViewSet).build().unwrap();
    print!("{router}");
    let server = Server::start_with(move |c| {
        c.service(web::scope("/shops/{shop}").service(router.clone()).route("/other", web::get().to(|| async {"other"})));
    });
    for (m, p, b) in [("GET", "/shops/1/things/", ""), ("GET", "/shops/1/things.json", ""), ("GET", "/shops/1/", ""), ("GET", "/shops/1", ""),("GET", "/shops/1/things/7/", ""),
      ("GET", "/shops/1/things/x/", ""),
      ("POST", "/shops/1/things/7/change-it/2020/", "{}"), ("POST", "/shops/1/things/7/change-it/2020.json", "{}"), ("GET", "/shops/1/things/7/change-it/2020/", ""), ("GET", "/shops/1/things/plain/?a=b", ""), ("DELETE", "/shops/1/things/plain/", ""),
      ("OPTIONS", "/shops/1/things/", ""), ("OPTIONS", "/shops/1/things/plain/", ""), ("HEAD", "/shops/1/things/", ""), ("FOO", "/shops/1/things/", ""), ("GET", "/shops/1/other", ""), ("GET", "/shops/1/nope", "")] {
        println!("{m} {p} {:?}", server.request(m, p, b));
    }
}
