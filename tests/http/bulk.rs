//! Lists of rows in one request.

use viewset_actix::prelude::*;

use crate::notes::{NOTES, Person};
use crate::support::{database, serve};

/// S16, E19, W3: lists of rows, all or none, with errors by their places.
#[test]
fn many_rows_are_written_at_once() {
    struct PersonViewSet;

    #[viewset(
        model = Person,
        mixins = [CreateModelMixin, ListModelMixin, UpdateModelMixin, DestroyModelMixin, BulkModelMixin]
    )]
    impl PersonViewSet {}

    let router = DefaultRouter::new().register("people", PersonViewSet).with(database(NOTES));
    let server = serve(router);
    let bulk = |method: &str, body: &str| server.request(method, "/api/people/bulk/", body);
    let names = || {
        let list = server.get("/api/people/").json();
        let rows = list.as_array().expect("a list").iter();
        rows.map(|row| row["name"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };

    let reply = bulk("POST", r#"[{"name": "Di"}, {"name": "Ed", "boss": 1}]"#);
    assert_eq!(
        reply.brief(),
        (201, r#"[{"id":4,"name":"Di","boss":null},{"id":5,"name":"Ed","boss":1}]"#)
    );
    let reply = bulk("POST", r#"[{"name": "Flo"}, {}, null, {"name": "Ann"}]"#);
    let expected = concat!(
        r#"{"1":{"name":["This field is required."]},"2":["This field may not be null."],"#,
        r#""3":{"name":["person with this name already exists."]}}"#
    );
    assert_eq!(reply.brief(), (400, expected));
    let reply = bulk("PATCH", r#"[{"id": 1, "name": "A"}, {"id": 1, "name": "B"}]"#);
    assert_eq!(reply.brief(), (400, r#"{"1":{"id":["This field must be unique."]}}"#));
    let many = format!("[{}]", vec!["99"; 1001].join(","));
    let too_many = r#"{"non_field_errors":["Ensure this field has no more than 1000 elements."]}"#;
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        assert_eq!(bulk(method, &many).brief(), (400, too_many), "{method}");
    }
    // Two equal values inside of one list, which only the database sees.
    let reply = bulk("POST", r#"[{"name": "Gus"}, {"name": "Gus"}]"#);
    assert_eq!(reply.brief(), (400, r#"{"1":{"name":["person with this name already exists."]}}"#));
    assert_eq!(names(), ["Ann", "Bob", "Cy", "Di", "Ed"]);

    let reply = bulk("PATCH", r#"[{"id": 4, "name": "Dina"}, {"id": 5, "boss": 2}]"#);
    assert_eq!(
        reply.brief(),
        (200, r#"[{"id":4,"name":"Dina","boss":null},{"id":5,"name":"Ed","boss":2}]"#)
    );
    let reply = bulk(
        "PATCH",
        r#"[{"id": 4, "name": "Di"}, {"id": 99}, {"name": "x"}, {"id": 5, "name": ""}]"#,
    );
    let expected = concat!(
        r#"{"1":{"id":["Invalid pk \"99\" - object does not exist."]},"#,
        r#""2":{"id":["This field is required."]},"3":{"name":["This field may not be blank."]}}"#
    );
    assert_eq!(reply.brief(), (400, expected));
    assert_eq!(
        bulk("PUT", r#"[{"id": 4}]"#).brief(),
        (400, r#"{"0":{"name":["This field is required."]}}"#)
    );
    assert_eq!(names()[3], "Dina");

    assert_eq!(bulk("DELETE", "[4, 99]").status, 400);
    assert_eq!(names().len(), 5);
    assert_eq!(bulk("DELETE", "[4, 5]").brief(), (204, ""));
    assert_eq!(names(), ["Ann", "Bob", "Cy"]);
    // Ann is the boss of others: a foreign key stands in the way.
    assert_eq!(bulk("DELETE", "[3, 1]").status, 409);
    assert_eq!(names().len(), 3);
    let reply = bulk("DELETE", r#"{"id": 1}"#);
    let expected = r#"{"non_field_errors":["Expected a list of items but got type \"dict\"."]}"#;
    assert_eq!(reply.brief(), (400, expected));
}

/// S15: `many`, by hand.
#[test]
fn a_list_is_validated_item_by_item() {
    struct PersonViewSet;

    #[viewset(model = Person, mixins = [])]
    impl PersonViewSet {
        async fn create(&self, req: &Request) -> Result<Data<usize>> {
            Ok(Data(self.get_serializer(req).validate_many().await?.len()))
        }
    }

    let router = DefaultRouter::new().register("people", PersonViewSet).with(database(NOTES));
    let server = serve(router);
    let post = |body: &str| server.request("POST", "/api/people/", body);
    assert_eq!(post("[]").brief(), (200, "0"));
    let expected = r#"{"non_field_errors":["Expected a list of items but got type \"dict\"."]}"#;
    assert_eq!(post("{}").brief(), (400, expected));
    let expected =
        r#"{"0":{"non_field_errors":["Invalid data. Expected a dictionary, but got str."]}}"#;
    assert_eq!(post(r#"["x"]"#).brief(), (400, expected));
}
