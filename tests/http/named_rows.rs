//! Rows of other models that a client names by a field of theirs, whatever its type, and by their URLs; many to many as well.

use viewset_actix::prelude::*;
use viewset_actix::serializers::Uuid;
use viewset_tests::Server;

use crate::keys::{
    Club, ClubName, Country, FIVE, Member, MemberClub, MemberCountry, TABLES, V, clubs,
    member_clubs,
};
use crate::support::{database, execute, serve};

#[derive(Serializer)]
#[serializer(model = Member)]
struct ByNames {
    #[field(slug_related, through = MemberClub, source = member.club.name, required = false)]
    names: Vec<String>,
    #[field(hyperlink, through = MemberCountry, source = member.country, required = false)]
    urls: Vec<String>,
    #[field(nested, through = MemberClub, source = member.club)]
    clubs: Vec<ClubName>,
    #[field(through = MemberCountry, source = member.country.code)]
    codes: Vec<String>,
}

struct ByNamesViewSet;

#[viewset(model = Member, serializer_class = ByNames)]
impl ByNamesViewSet {}

fn serve_names() -> Server {
    let router = DefaultRouter::new()
        .register("members", ByNamesViewSet)
        .register("countries", ModelViewSet::<Country>::new());
    serve(router.with(database(TABLES)))
}

/// U26, U27: rows of many to many by a unique field of theirs, by their URLs, and as nested objects, in the order of their keys.
#[test]
fn many_rows_are_named_by_a_field_and_by_their_urls() {
    let server = serve_names();
    let patch =
        |body: &serde_json::Value| server.request("PATCH", "/api/members/1/", &body.to_string());
    let url = |code: &str| format!("http://testserver/api/countries/{code}/");
    let shown = |names: &[&str], codes: &[&str]| {
        json!({
            "names": names,
            "urls": codes.iter().map(|code| url(code)).collect::<Vec<_>>(),
            "clubs": names.iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
            "codes": codes,
        })
    };
    let names = json!({"names": ["v", "five", "v"]});
    assert_eq!(patch(&names).json(), shown(&["five", "v"], &[]));
    let urls = json!({"urls": ["http://x/api/countries/AT/", "/api/countries/5/"]});
    assert_eq!(patch(&urls).json(), shown(&["five", "v"], &["5", "AT"]));
    assert_eq!(patch(&json!({"names": []})).json(), shown(&[], &["5", "AT"]));
    let ignored = json!({"clubs": 1, "codes": 2, "names": ["v"]});
    assert_eq!(patch(&ignored).json(), shown(&["v"], &["5", "AT"]));
    let list = json!([shown(&["v"], &["5", "AT"]), shown(&[], &[])]);
    assert_eq!(server.get("/api/members/").json(), list);
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let reply = server.send("PATCH", "/api/members/2/", &form, b"names=v&names=five");
    assert_eq!(reply.json(), shown(&["five", "v"], &[]));
}

/// The first mistake alone is told, in the words of the reference.
#[test]
fn the_first_wrong_name_or_url_is_told() {
    let server = serve_names();
    let missing = |name: &str| format!("Object with name={name} does not exist.");
    let link = |what: &str| format!("Invalid hyperlink - {what}.");
    let of_type = |name: &str| format!("Incorrect type. Expected URL string, received {name}.");
    let no_list = "Expected a list of items but got type \"str\".".to_owned();
    let null = "This field may not be null.".to_owned();
    let country = "/api/countries/de/";
    for (field, sent, message) in [
        ("names", json!(["five", "zz", "yy"]), missing("zz")),
        ("names", json!([null]), missing("None")),
        ("names", json!([""]), missing("")),
        ("names", json!([5]), missing("5")),
        ("names", json!([true]), missing("True")),
        ("names", json!([{}]), missing("{}")),
        ("names", json!(["a\0"]), missing("a\0")),
        ("names", json!("five"), no_list.clone()),
        ("names", json!(null), null.clone()),
        ("urls", json!(["/api/countries/zz/"]), link("Object does not exist")),
        ("urls", json!(["/api/countries/"]), link("Incorrect URL match")),
        ("urls", json!(["/api/members/1/"]), link("Incorrect URL match")),
        ("urls", json!(["nope"]), link("No URL match")),
        ("urls", json!([""]), link("No URL match")),
        ("urls", json!([null]), of_type("NoneType")),
        ("urls", json!([5]), of_type("int")),
        ("urls", json!([country, "zz", 5]), link("No URL match")),
        ("urls", json!(["/api/countries/zz/", 5]), link("Object does not exist")),
        ("urls", json!(country), no_list),
        ("urls", json!(null), null),
    ] {
        let reply = server.request("PATCH", "/api/members/1/", &json!({field: sent}).to_string());
        let body = json!({field: [message]}).to_string();
        assert_eq!(reply.brief(), (400, body.as_str()), "{field}: {sent}");
    }
}

/// Rows are shown in the order that their model has, if it has one.
#[test]
fn rows_behind_others_come_in_the_order_of_their_model() {
    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = clubs)]
    #[viewset(ordering = [-name])]
    struct Ordered {
        id: Uuid,
        name: String,
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = member_clubs)]
    struct Between {
        id: i32,
        #[diesel(column_name = member_id)]
        #[field(related = Member)]
        member: i32,
        #[diesel(column_name = club_id)]
        #[field(related = Ordered)]
        club: Uuid,
    }

    #[derive(Serializer)]
    #[serializer(model = Member)]
    struct Shown {
        #[field(through = Between, source = member.club.name)]
        names: Vec<String>,
    }

    struct ShownViewSet;

    #[viewset(model = Member, serializer_class = Shown)]
    impl ShownViewSet {}

    let db = database(TABLES);
    execute(
        &db,
        "INSERT INTO member_clubs (member_id, club_id) VALUES
            (1, '00000000000000000000000000000005'), (1, '12345678123456781234567812345678')",
    );
    let server = serve(DefaultRouter::new().register("members", ShownViewSet).with(db));
    assert_eq!(server.get("/api/members/1/").body, r#"{"names":["v","five"]}"#);
}

/// U26: a row named by a field that is no text.
#[test]
fn a_row_is_named_by_a_field_of_any_type() {
    #[derive(Serializer)]
    #[serializer(model = Member)]
    struct ById {
        #[field(source = club.id, slug_related)]
        club: Option<Uuid>,
        #[field(slug_related, through = MemberClub, source = member.club.id, required = false)]
        clubs: Vec<Uuid>,
    }

    #[derive(Serializer)]
    #[serializer(model = MemberClub)]
    struct OfMember {
        #[field(source = member.id, slug_related)]
        member: i32,
    }

    struct ByIdViewSet;
    struct OfMemberViewSet;

    #[viewset(model = Member, serializer_class = ById)]
    impl ByIdViewSet {}

    #[viewset(model = MemberClub, serializer_class = OfMember)]
    impl OfMemberViewSet {}

    let db = database(TABLES);
    execute(&db, "INSERT INTO member_clubs VALUES (1, 2, '12345678123456781234567812345678')");
    let router =
        DefaultRouter::new().register("members", ByIdViewSet).register("links", OfMemberViewSet);
    let server = serve(router.with(db));
    let patch = |path: &str, field: &str, sent: &serde_json::Value| {
        server.request("PATCH", path, &json!({field: sent}).to_string())
    };
    let member = "/api/members/1/";
    assert_eq!(patch(member, "club", &json!(5)).json()["club"], FIVE);
    assert_eq!(patch(member, "clubs", &json!([V, 5])).json()["clubs"], json!([FIVE, V]));
    for sent in [json!(2), json!("2"), json!(true), json!(1.5)] {
        assert_eq!(patch("/api/links/1/", "member", &sent).status, 200, "{sent}");
    }
    let invalid = "“x” is not a valid UUID.".to_owned();
    let missing = |sent: &str| format!("Object with id={sent} does not exist.");
    for (path, field, sent, message) in [
        (member, "club", json!("x"), invalid.clone()),
        (member, "club", json!(6), missing("6")),
        (member, "clubs", json!([5, "x"]), invalid),
        (member, "clubs", json!([6, "x"]), missing("6")),
        (member, "clubs", json!([null]), missing("None")),
        ("/api/links/1/", "member", json!("x"), "Invalid value.".to_owned()),
        ("/api/links/1/", "member", json!([]), "Invalid value.".to_owned()),
        ("/api/links/1/", "member", json!(99), missing("99")),
    ] {
        let body = json!({field: [message]}).to_string();
        assert_eq!(patch(path, field, &sent).brief(), (400, body.as_str()), "{field}: {sent}");
    }
}

/// U27: the key in a URL is read as one of its model.
#[test]
fn a_url_of_no_uuid_says_so() {
    #[derive(Serializer)]
    #[serializer(model = Member)]
    struct ByUrl {
        #[field(source = club, hyperlink)]
        club: Option<String>,
        #[field(hyperlink, through = MemberClub, source = member.club, required = false)]
        clubs: Vec<String>,
    }

    struct ByUrlViewSet;

    #[viewset(model = Member, serializer_class = ByUrl)]
    impl ByUrlViewSet {}

    let router = DefaultRouter::new()
        .register("members", ByUrlViewSet)
        .register("clubs", ModelViewSet::<Club>::new());
    let server = serve(router.with(database(TABLES)));
    let patch =
        |body: serde_json::Value| server.request("PATCH", "/api/members/1/", &body.to_string());
    let errors = |field: &str| json!({field: ["“abc” is not a valid UUID."]}).to_string();
    assert_eq!(patch(json!({"club": "/api/clubs/abc/"})).brief(), (400, errors("club").as_str()));
    let reply = patch(json!({"clubs": [format!("/api/clubs/{V}/"), "/api/clubs/abc/"]}));
    assert_eq!(reply.brief(), (400, errors("clubs").as_str()));
    let reply = patch(json!({"clubs": [format!("/api/clubs/{}/", V.to_uppercase())]}));
    assert_eq!(reply.json()["clubs"], json!([format!("http://testserver/api/clubs/{V}/")]));
}
