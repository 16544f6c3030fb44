//! What the fuzz targets share: an API on a database in memory, requests to it without a network, and the
//! readers of single values.

use std::any::Any;
use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;
use std::task::{Context, Poll};

use base64::Engine as _;
use bytes::Bytes;
use diesel::connection::SimpleConnection as _;
use diesel::{Identifiable, Queryable, Selectable};
use tokio::runtime::Runtime;
use viewset_core::diesel::Db;
use viewset_core::error::Result;
use viewset_core::mixins::ListModelMixin;
use viewset_core::pagination::{CursorPagination, KeysetPagination, PageNumberPagination};
use viewset_core::request::{HeaderValues, Incoming};
use viewset_core::routers::{DefaultRouter, Router};
use viewset_core::serializers::{Decimal, Field, FieldValue, Value};
use viewset_core::{ModelViewSet, viewset};

diesel::table! {
    things (id) {
        id -> Integer,
        title -> Text,
        size -> BigInt,
        weight -> Nullable<Double>,
        price -> Numeric,
        is_new -> Bool,
        day -> Nullable<Date>,
        made -> Timestamp,
    }
}

/// A column of each kind.
#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = things)]
#[viewset(crate = viewset_core)]
pub struct Thing {
    id: i32,
    #[field(max_length = 20)]
    title: String,
    size: i64,
    weight: Option<f64>,
    price: Decimal<6, 2>,
    is_new: bool,
    day: Option<chrono::NaiveDate>,
    made: chrono::NaiveDateTime,
}

const THINGS: &str = "
    CREATE TABLE things (
        id INTEGER PRIMARY KEY, title TEXT NOT NULL, size BIGINT NOT NULL, weight REAL, price NUMERIC NOT NULL,
        is_new BOOL NOT NULL, day DATE, made TEXT NOT NULL
    );
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9)
        INSERT INTO things
        SELECT i, 'thing ' || i / 2, i % 3, nullif(i / 2.0, 2.0), '1.50', i % 2, nullif('2026-01-0' || i, '2026-01-05'),
               '2026-01-02 03:04:0' || i / 3
        FROM n;";

/// Everything that a list can be asked.
pub struct Filtered;

#[viewset(
    crate = viewset_core,
    model = Thing,
    pagination_class = PageNumberPagination::of(3).page_size_query_param("page_size"),
    search_fields = [title, istartswith(title)],
    filterset_fields = [
        id(exact, in, range), size(exact, gt, lte, isnull), weight(gte, isnull), price(exact, lt), is_new,
        day(exact, year, month, day, range), made(exact, date, gt), title(exact, icontains, startswith, iendswith, regex)
    ],
    ordering_fields = [title, size, weight, day, made]
)]
impl Filtered {}

/// DRF's cursors.
pub struct Cursors;

#[viewset(
    crate = viewset_core,
    model = Thing,
    mixins = [ListModelMixin],
    pagination_class = CursorPagination::of(2).ordering(&["-made"])
)]
impl Cursors {}

/// Cursors over dates, of which some are missing.
pub struct Keysets;

#[viewset(
    crate = viewset_core,
    model = Thing,
    mixins = [ListModelMixin],
    pagination_class = KeysetPagination::of(2).ordering(&["day", "-made"])
)]
impl Keysets {}

struct Api {
    runtime: Runtime,
    db: Db,
    router: Rc<Router>,
}

thread_local! {
    static API: Api = Api::new();
}

impl Api {
    fn new() -> Self {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let db = runtime.block_on(async {
            let db = Db::connect("sqlite::memory:").await.expect("a database");
            db.batch_execute(THINGS).await.expect("a table");
            db
        });
        let router = DefaultRouter::new()
            .register("things", Filtered)
            .register_as("cursors", "cursor", Cursors)
            .register_as("keysets", "keyset", Keysets)
            .secret_key(*b"no secret at all")
            .with(db.clone())
            .build()
            .expect("a router");
        Self { runtime, db, router }
    }
}

/// A request that is all in memory.
struct Sent {
    path: &'static str,
    query: String,
    content_type: String,
    body: Cell<Option<Bytes>>,
    length: String,
}

impl Incoming for Sent {
    fn path(&self) -> &str {
        self.path
    }

    fn query_string(&self) -> &str {
        &self.query
    }

    fn header<'a>(&'a self, name: &str) -> HeaderValues<'a> {
        match name {
            "content-type" => std::iter::once(self.content_type.as_bytes()).collect(),
            "content-length" => std::iter::once(self.length.as_bytes()).collect(),
            _ => HeaderValues::default(),
        }
    }

    fn remote_addr(&self) -> Option<IpAddr> {
        Some(Ipv4Addr::LOCALHOST.into())
    }

    fn scheme(&self) -> Cow<'_, str> {
        "http".into()
    }

    fn host(&self) -> Cow<'_, str> {
        "localhost".into()
    }

    fn mount(&self) -> Cow<'_, str> {
        "/".into()
    }

    fn poll_chunk(&self, _cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        Poll::Ready(Ok(self.body.take()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The status of `GET /{route}/?{query}`.
pub fn get(route: &'static str, query: &str) -> u16 {
    send("GET", route, query, "", &[])
}

/// The status of a POST of a body to the things, which are put back.
pub fn post(content_type: &str, body: &[u8]) -> u16 {
    let status = send("POST", "things/", "", content_type, body);
    if status == 201 {
        API.with(|api| {
            api.runtime.block_on(async {
                let mut conn = api.db.connection().await.expect("a connection");
                let delete = |conn: &mut diesel::SqliteConnection| {
                    conn.batch_execute("DELETE FROM things WHERE id > 9")
                };
                conn.spawn_blocking(delete).await.expect("rows are deleted");
            });
        });
    }
    status
}

fn send(method: &str, path: &'static str, query: &str, content_type: &str, body: &[u8]) -> u16 {
    let body = Bytes::copy_from_slice(body);
    let sent = Sent {
        path,
        query: query.to_owned(),
        content_type: content_type.to_owned(),
        length: body.len().to_string(),
        body: Cell::new(Some(body).filter(|body| !body.is_empty())),
    };
    API.with(|api| {
        let found = api.router.recognize(path).expect("a route");
        let dispatch = api.router.clone().dispatch(method, found, Vec::new(), Rc::new(sent));
        api.runtime.block_on(dispatch.respond()).status.as_u16()
    })
}

/// Base64 with the padding that DRF's cursors have.
pub fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Reads a text as `T`, once as the value of a field and once as the value in a URL; what either accepts is
/// itself again when it is written and read.
pub fn read<T: FieldValue + PartialEq + Debug>(text: &str) {
    let field = Field::new::<T>("value", "value");
    let read = [T::from_value(&Value::Str(text.into()), &field).ok(), T::from_lookup(text).ok()];
    for value in read.into_iter().flatten() {
        let Some(written) = value.to_position() else { continue };
        let again = T::from_lookup(&written);
        assert_eq!(again.as_ref().ok(), Some(&value), "{text:?} was written as {written:?}");
    }
}
