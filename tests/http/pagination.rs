//! Lists in pages: by number, by limit and offset, by cursor, by keyset, and without a count.

use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::support::{SERVER_ERROR, database, execute, serve};

diesel::table! {
    items (id) { id -> Integer, text -> Text, rank -> Nullable<Integer>, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = items)]
#[viewset(ordering = [id], ordering_fields = [text, rank])]
struct Item {
    id: i32,
    text: String,
    rank: Option<i32>,
}

/// Eleven rows, `t1` to `t11`; ranks 0 to 2 with ties, and one without.
const ITEMS: &str = "
    CREATE TABLE items (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, rank INTEGER);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 11)
        INSERT INTO items (text, rank) SELECT 't' || i, i % 3 FROM n;
    UPDATE items SET rank = NULL WHERE id = 4;";

/// Serves the items with a paginator.
macro_rules! serve_items {
    ($pagination:expr) => {{
        struct ItemViewSet;

        #[viewset(model = Item, mixins = [RetrieveModelMixin, ListModelMixin], pagination_class = $pagination)]
        impl ItemViewSet {}

        let router = DefaultRouter::new().secret_key("0123456789abcdef");
        serve(router.register("items", ItemViewSet).with(database(ITEMS)))
    }};
}

const PAGES: PageNumberPagination =
    PageNumberPagination::of(3).page_size_query_param("page_size").max_page_size(5);

/// The ids of a page, and the URLs of its neighbours behind the host and the path.
fn page(server: &Server, query: &str) -> (Vec<i64>, Option<String>, Option<String>) {
    let reply = server.get(&format!("/api/items/{query}"));
    assert_eq!(reply.status, 200, "{query}: {}", reply.body);
    let body = reply.json();
    let ids = body["results"].as_array().expect("a list").iter().map(|row| row["id"].as_i64());
    let url = |key: &str| {
        let url = body[key].as_str()?;
        Some(url.split_once("/api/items/").expect("the same list").1.to_owned())
    };
    (ids.map(|id| id.expect("an id")).collect(), url("next"), url("previous"))
}

fn some(url: &str) -> Option<String> {
    Some(url.to_owned())
}

/// J1, J10: a list without a paginator is whole, and so is one whose client sets no limit.
#[test]
fn pages_are_asked_for() {
    let router = DefaultRouter::new().register("items", ModelViewSet::<Item>::new());
    let server = serve(router.with(database(ITEMS)));
    assert_eq!(server.get("/api/items/").json().as_array().map(Vec::len), Some(11));
    let server = serve_items!(LimitOffsetPagination::new());
    assert_eq!(server.get("/api/items/").json().as_array().map(Vec::len), Some(11));
    assert_eq!(server.get("/api/items/?limit=0").json().as_array().map(Vec::len), Some(11));
    assert_eq!(server.get("/api/items/?limit=1").json()["count"], 11);
}

/// J2: the keys and their order.
#[test]
fn the_body_of_a_page_has_four_keys() {
    let server = serve_items!(PageNumberPagination::of(11));
    let reply = server.get("/api/items/");
    assert!(
        reply.body.starts_with(r#"{"count":11,"next":null,"previous":null,"results":[{"id":1,"#)
    );
    assert_eq!(reply.header("content-type"), Some("application/json"));
}

/// J2, J3, T74: neighbours keep the other parameters, sorted and encoded again; the first page has no number.
#[test]
fn neighbours_are_links() {
    let server = serve_items!(PAGES);
    assert_eq!(page(&server, ""), (vec![1, 2, 3], some("?page=2"), None));
    assert_eq!(page(&server, "?page=2"), (vec![4, 5, 6], some("?page=3"), some("")));
    let (_, next, previous) = page(&server, "?z=1&page=3&a=b+c&a=d&e=");
    assert_eq!(next, some("?a=b+c&a=d&e=&page=4&z=1"));
    assert_eq!(previous, some("?a=b+c&a=d&e=&page=2&z=1"));
    assert_eq!(page(&server, "?page=4"), (vec![10, 11], None, some("?page=3")));
}

/// J4, T72.
#[test]
fn a_page_that_is_not_there_is_a_404() {
    let server = serve_items!(PAGES);
    for number in ["0", "-1", "abc", "1.5", "1.0", "99", "%00", "Last", "99999999999999999999999"] {
        let reply = server.get(&format!("/api/items/?page={number}"));
        assert_eq!(reply.brief(), (404, r#"{"detail":"Invalid page."}"#), "{number}");
    }
    for (query, first) in [("", 1), ("%201", 1), ("%EF%BC%91", 1), ("last", 10), ("2&page=1", 1)] {
        assert_eq!(page(&server, &format!("?page={query}")).0[0], first, "{query}");
    }
    assert_eq!(page(&server, "?page[]=2").0[0], 1);
}

/// J5, T75.
#[test]
fn an_empty_list_has_one_page() {
    let router = DefaultRouter::new().pagination_class(&PAGES);
    let table = "CREATE TABLE items (id INTEGER PRIMARY KEY, text TEXT NOT NULL, rank INTEGER)";
    let router = router.register("items", ModelViewSet::<Item>::new()).with(database(table));
    let server = serve(router);
    let body = r#"{"count":0,"next":null,"previous":null,"results":[]}"#;
    assert_eq!(server.get("/api/items/").brief(), (200, body));
    assert_eq!(server.get("/api/items/?page=last").brief(), (200, body));
    assert_eq!(server.get("/api/items/?page=2").status, 404);
}

/// J6, T73: the size is the client's within limits; links keep what it sent.
#[test]
fn the_size_of_pages_can_be_the_clients() {
    let server = serve_items!(PAGES);
    assert_eq!(page(&server, "?page_size=2").1, some("?page=2&page_size=2"));
    let (ids, next, _) = page(&server, "?page_size=100");
    assert_eq!((ids.len(), next), (5, some("?page=2&page_size=100")));
    for size in ["0", "-1", "x", ""] {
        let (ids, next, _) = page(&server, &format!("?page_size={size}"));
        assert_eq!((ids.len(), next), (3, Some(format!("?page=2&page_size={size}"))));
    }
}

/// J7, J8, J9, T76: a limit or an offset never fails.
#[test]
fn any_limit_and_offset_is_answered() {
    let server = serve_items!(LimitOffsetPagination::of(3).max_limit(5));
    type Row = (&'static str, &'static [i64], Option<&'static str>, Option<&'static str>);
    let table: [Row; 9] = [
        ("", &[1, 2, 3], Some("?limit=3&offset=3"), None),
        ("?limit=2&offset=2", &[3, 4], Some("?limit=2&offset=4"), Some("?limit=2")),
        ("?limit=-1", &[1, 2, 3], Some("?limit=3&offset=3"), None),
        ("?limit=abc", &[1, 2, 3], Some("?limit=3&offset=3"), None),
        ("?limit=100", &[1, 2, 3, 4, 5], Some("?limit=5&offset=5"), None),
        ("?offset=-5", &[1, 2, 3], Some("?limit=3&offset=3"), None),
        ("?limit=2&offset=1", &[2, 3], Some("?limit=2&offset=3"), Some("?limit=2")),
        ("?limit=2&offset=100", &[], None, Some("?limit=2&offset=98")),
        (
            "?offset=99999999999999999999999",
            &[],
            None,
            Some("?limit=3&offset=99999999999999999999996"),
        ),
    ];
    for (query, ids, next, previous) in table {
        let expected = (ids.to_vec(), next.map(str::to_owned), previous.map(str::to_owned));
        assert_eq!(page(&server, query), expected, "{query}");
    }
}

/// J11 to J13, J18, T78: DRF's tokens; no count; a cursor that is none is a 404, also where DRF has a 500.
#[test]
fn cursors_are_those_of_drf() {
    let server = serve_items!(CursorPagination::of(3).ordering(&["id"]));
    let reply = server.get("/api/items/");
    assert!(reply.body.starts_with(r#"{"next":"http://"#), "{}", reply.body);
    assert_eq!(page(&server, ""), (vec![1, 2, 3], some("?cursor=cD0z"), None));
    let (ids, next, previous) = page(&server, "?cursor=cD0z");
    assert_eq!((ids, next), (vec![4, 5, 6], some("?cursor=cD02")));
    assert_eq!(previous, some("?cursor=cj0xJnA9NA%3D%3D"));
    assert_eq!(page(&server, "?cursor=cj0xJnA9NA%3D%3D").0, [1, 2, 3]);
    for cursor in ["abc", "%C3%A9", "bz0tMQ==", "cj15", "cD1hYmM%3D"] {
        let reply = server.get(&format!("/api/items/?cursor={cursor}"));
        assert_eq!(reply.brief(), (404, r#"{"detail":"Invalid cursor"}"#), "{cursor}");
    }
    assert_eq!(page(&server, "?cursor=").0, [1, 2, 3]);
    assert_eq!(page(&server, "?cursor=!!!!").0, [1, 2, 3]);
}

/// J14: the order of a cursor is the one that the client asks for.
#[test]
fn cursors_follow_the_ordering() {
    let server = serve_items!(CursorPagination::of(4).ordering(&["id"]));
    let (first, next, _) = page(&server, "?ordering=-text");
    assert_eq!(first, [9, 8, 7, 6]);
    let (second, ..) = page(&server, &next.expect("a next page"));
    assert_eq!(second, [5, 4, 3, 2]);
}

/// Follows the links to one side, and answers with all ids in the order of the list.
fn walk(server: &Server, start: &str) -> Vec<i64> {
    let mut seen = Vec::new();
    let mut query = Some(start.to_owned());
    while let Some(here) = query {
        let (ids, next, _) = page(server, &here);
        seen.extend(ids);
        query = next;
    }
    seen
}

/// W10: each row is seen once, over ties and NULLs, in both directions and any order.
#[test]
fn keysets_show_each_row_once() {
    let server = serve_items!(KeysetPagination::of(2));
    for ordering in ["", "rank", "-rank", "rank,text", "-rank,-text", "text"] {
        let whole = walk(&server, &format!("?ordering={ordering}"));
        let mut sorted = whole.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (1..=11).collect::<Vec<_>>(), "{ordering}");
        // Back from the end.
        let mut query = format!("?ordering={ordering}");
        let mut last = page(&server, &query);
        while let Some(next) = last.1 {
            query = next;
            last = page(&server, &query);
        }
        let mut back = last.0.clone();
        let mut previous = last.2;
        while let Some(query) = previous {
            let (ids, _, before) = page(&server, &query);
            back.splice(0..0, ids);
            previous = before;
        }
        assert_eq!(back, whole, "{ordering}");
    }
}

/// A value that another program has spelled otherwise does not compare well, but nobody is led from a page to itself.
#[test]
fn no_page_of_a_keyset_leads_to_itself() {
    diesel::table! {
        visits (id) { id -> Integer, made -> Timestamp, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = visits)]
    struct Visit {
        id: i32,
        made: NaiveDateTime,
    }

    struct VisitViewSet;

    #[viewset(model = Visit, pagination_class = KeysetPagination::of(2).ordering(&["made"]))]
    impl VisitViewSet {}

    let db = database(
        "CREATE TABLE visits (id INTEGER PRIMARY KEY, made TIMESTAMP NOT NULL);
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5)
             INSERT INTO visits SELECT i, '2026-01-02 03:04:05.500000' FROM n;",
    );
    let router = DefaultRouter::new().secret_key("0123456789abcdef");
    let server = serve(router.register("visits", VisitViewSet).with(db.clone()));
    let next = |path: &str| {
        let body = server.get(path).json();
        body["next"].as_str().map(|url| url.split_once("/api").expect("a path").1.to_owned())
    };
    let second = next("/api/visits/").expect("a second page");
    assert_eq!(server.get(&format!("/api{second}")).brief(), (500, SERVER_ERROR));
    execute(&db, "UPDATE visits SET made = substr(made, 1, 23)");
    let third = next(&format!("/api{second}")).expect("a third page");
    assert_eq!(next(&format!("/api{third}")), None);
}

/// A token of another order, a changed one and a foreign one are no tokens.
#[test]
fn a_keyset_is_signed() {
    let server = serve_items!(KeysetPagination::of(2));
    let (_, next, _) = page(&server, "?ordering=text");
    let next = next.expect("a next page");
    let token = next.split_once("cursor=").and_then(|(_, rest)| rest.split('&').next());
    let token = token.expect("a token");
    let mut changed = token.to_owned();
    changed.replace_range(4..5, if &token[4..5] == "A" { "B" } else { "A" });
    for query in [format!("?cursor={token}"), format!("?ordering=text&cursor={changed}")] {
        let reply = server.get(&format!("/api/items/{query}"));
        assert_eq!(reply.brief(), (404, r#"{"detail":"Invalid cursor"}"#), "{query}");
    }
    assert_eq!(server.get("/api/items/?cursor=cD0z").status, 404);
}

/// A page that begins behind a long text is one as well.
#[test]
fn a_link_with_a_long_text_in_it_is_followed() {
    struct ItemViewSet;

    #[viewset(model = Item, mixins = [ListModelMixin], pagination_class = KeysetPagination::of(2))]
    impl ItemViewSet {}

    let router = DefaultRouter::new().secret_key("0123456789abcdef").register("items", ItemViewSet);
    let db = database(ITEMS);
    execute(&db, "UPDATE items SET text = printf('%.*c', 20000, 'x') || id");
    let server = serve(router.with(db));
    let (first, next, _) = page(&server, "?ordering=text");
    let (second, ..) = page(&server, &next.expect("a next page"));
    assert_eq!((first.len(), second.len()), (2, 2));
    assert_ne!(first, second);
}

/// W11: no count, and no query for one.
#[test]
fn pages_can_do_without_a_count() {
    let server = serve_items!(PageNumberPagination::of(4).without_count());
    let reply = server.get("/api/items/");
    assert!(reply.body.starts_with(r#"{"next":"http://"#), "{}", reply.body);
    assert_eq!(page(&server, "?page=2"), (vec![5, 6, 7, 8], some("?page=3"), some("")));
    assert_eq!(page(&server, "?page=3"), (vec![9, 10, 11], None, some("?page=2")));
    assert_eq!(page(&server, "?page=9"), (vec![], None, some("?page=8")));
    assert_eq!(server.get("/api/items/?page=last").status, 404);
}

/// J20: detail routes have no pages; HEAD has the status of GET.
#[test]
fn only_lists_have_pages() {
    let server = serve_items!(PAGES);
    assert_eq!(server.get("/api/items/1/?page=99").status, 200);
    let head = server.request("HEAD", "/api/items/?page=99", "");
    assert_eq!((head.status, head.body.as_str()), (404, ""));
}

/// J21, J22: a style of the user's own, and other names of parameters.
#[test]
fn a_paginator_can_be_the_users() {
    struct Links;

    impl Pagination for Links {
        fn paginate_queryset(&self, req: &Request) -> Result<Option<Plan>> {
            PageNumberPagination::of(5).page_query_param("p").paginate_queryset(req)
        }

        fn get_paginated_response(&self, req: &Request, page: Page) -> Result<Response> {
            let body = json!({"rows": page.results, "more": page.next.is_some()});
            Response::data(req, StatusCode::OK, &body)
        }
    }

    let server = serve_items!(Links);
    let body = server.get("/api/items/?p=3").json();
    assert_eq!((&body["more"], body["rows"].as_array().map(Vec::len)), (&json!(false), Some(1)));
    assert_eq!(server.get("/api/items/").json()["more"], true);
}

/// The mistakes of a paginator show when the router is built.
#[test]
fn a_paginator_is_checked_when_the_router_is_built() {
    struct ItemViewSet;

    #[viewset(model = Item, pagination_class = KeysetPagination::of(2).ordering(&["-nope"]))]
    impl ItemViewSet {}

    let router = DefaultRouter::new().register("items", ItemViewSet).with(database(ITEMS));
    let Err(error) = router.build() else { panic!("the router was built") };
    let secret = "the pages of `ItemViewSet` have signed tokens, but the router has no secret for \
                  them; add `.secret_key(…)`";
    let field = "the `pagination_class` of `ItemViewSet`: its pages are ordered by `nope`, which is \
                 no field of `Item`";
    assert_eq!(error.problems(), [secret, field]);
}

/// D12, D13: three lines of an extra action, as on the guide page.
#[test]
fn an_extra_action_has_pages_too() {
    struct ItemViewSet;

    #[viewset(model = Item, pagination_class = PAGES)]
    impl ItemViewSet {
        #[action(detail = false)]
        async fn latest(&self, req: &Request) -> Result<Response> {
            let latest = Item::objects().order(items::id.desc());
            let page = self.paginate_queryset(req, latest).await?;
            self.get_paginated_response(req, page)
        }

        #[action(detail = false, pagination_class = None)]
        async fn all(&self, req: &Request) -> Result<Response> {
            let page = self.paginate_queryset(req, Item::objects()).await?;
            self.get_paginated_response(req, page)
        }
    }

    let router = DefaultRouter::new().register("items", ItemViewSet).with(database(ITEMS));
    let server = serve(router);
    let body = server.get("/api/items/latest/?page=2").json();
    assert_eq!((&body["count"], &body["results"][0]["id"]), (&json!(11), &json!(8)));
    assert_eq!(server.get("/api/items/all/").json().as_array().map(Vec::len), Some(11));
}
