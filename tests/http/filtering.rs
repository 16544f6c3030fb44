//! Searching, filtering and sorting: what clients may do with a list.

use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::support::{database, serve};

diesel::table! {
    writers (id) { id -> Integer, name -> Text, }
}

diesel::table! {
    books (id) {
        id -> Integer,
        title -> Text,
        pages -> Integer,
        price -> Nullable<Double>,
        in_stock -> Bool,
        published -> Nullable<Date>,
        added -> Timestamp,
        status -> Text,
        secret -> Text,
        writer_id -> Integer,
    }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = writers)]
struct Writer {
    id: i32,
    name: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = books)]
struct Book {
    id: i32,
    title: String,
    pages: i32,
    price: Option<f64>,
    in_stock: bool,
    published: Option<NaiveDate>,
    added: NaiveDateTime,
    #[field(choices = [("d", "Draft"), ("p", "Published")])]
    status: String,
    #[field(write_only)]
    secret: String,
    #[diesel(column_name = writer_id)]
    #[field(related = Writer)]
    writer: i32,
}

const BOOKS: &str = "
    CREATE TABLE writers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    INSERT INTO writers VALUES (1, 'Ann'), (2, 'Bob');
    CREATE TABLE books (
        id INTEGER PRIMARY KEY, title TEXT NOT NULL, pages INTEGER NOT NULL, price REAL,
        in_stock BOOL NOT NULL, published DATE, added TEXT NOT NULL, status TEXT NOT NULL,
        secret TEXT NOT NULL, writer_id INTEGER NOT NULL REFERENCES writers (id)
    );
    INSERT INTO books VALUES
        (1, 'Dune', 12, 9.5, 1, '2020-01-02', '2020-01-02 03:04:05', 'd', 'z', 1),
        (2, 'Emma', 1, NULL, 1, '2021-05-06', '2021-05-06 00:00:00', 'p', 'y', 1),
        (3, 'F', 1, 1.0, 0, NULL, '2021-05-06 12:00:00', 'd', 'x', 2),
        (4, 'hello, world', 5, 2.0, 1, '2020-12-31', '2022-01-01 00:00:00', 'd', 'w', 2),
        (5, '50%_off', 9, 3.0, 0, '2022-02-02', '2022-02-02 00:00:00', 'p', 'v', 2);";

struct BookViewSet;

#[viewset(
    model = Book,
    search_fields = [title, writer.name],
    filterset_fields = [
        pages(exact, gt, gte, lt, lte, in, range), price(isnull, gte), in_stock, status, writer,
        published(exact, year, month, day, isnull), added(date, lt, year),
        title(exact, iexact, contains, icontains, startswith, istartswith, endswith, iendswith, regex, iregex),
        writer.name(icontains)
    ],
    ordering_fields = [title, pages, writer.name],
    ordering = [id]
)]
impl BookViewSet {}

fn serve_books() -> Server {
    serve(DefaultRouter::new().register("books", BookViewSet).with(database(BOOKS)))
}

fn ids(server: &Server, query: &str) -> Vec<i64> {
    ids_at(server, &format!("/api/books/?{query}"))
}

fn ids_at(server: &Server, path: &str) -> Vec<i64> {
    let reply = server.get(path);
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    let body = reply.json();
    let rows = body.get("results").unwrap_or(&body).as_array().expect("a list");
    rows.iter().filter_map(|row| row["id"].as_i64()).collect()
}

/// K1 to K5, K9, T80.
#[test]
fn terms_are_searched_in_all_fields() {
    let server = serve_books();
    let table: [(&str, &[i64]); 16] = [
        ("search=dune%20ann", &[1]),
        ("search=dune%2Cann", &[1]),
        ("search=dune%2Cemma", &[]),
        ("search=%22hello%2C%20world%22", &[4]),
        ("search=%22hello%2C%20world%22%2Cbob", &[]),
        ("search=hello%2C%20world", &[4]),
        ("search=%22hello", &[]),
        ("search=%27hello%2C%20world%27", &[4]),
        ("search=%2C", &[1, 2, 3, 4, 5]),
        ("search=", &[1, 2, 3, 4, 5]),
        ("search=%20", &[1, 2, 3, 4, 5]),
        ("search=%22%22", &[1, 2, 3, 4, 5]),
        ("search=%25", &[5]),
        ("search=_", &[5]),
        ("search=dune&search=BOB", &[3, 4, 5]),
        ("Search=dune", &[1, 2, 3, 4, 5]),
    ];
    for (query, expected) in table {
        assert_eq!(ids(&server, query), expected, "{query}");
    }
}

/// K6.
#[test]
fn a_null_character_is_searched_for_by_nobody() {
    let reply = serve_books().get("/api/books/?search=%00");
    assert_eq!(reply.brief(), (400, r#"["Null characters are not allowed."]"#));
}

/// K2, K7: other lookups; a regex that is none is a 400 here.
#[test]
fn a_search_field_has_its_lookup() {
    struct Prefixed;

    #[viewset(model = Book, search_fields = [istartswith(title), iregex(status), iexact(secret)], ordering = [id])]
    impl Prefixed {}

    let router = DefaultRouter::new().register("books", Prefixed).with(database(BOOKS));
    let server = serve(router);
    assert_eq!(ids(&server, "search=D"), [1, 3, 4]);
    assert_eq!(ids(&server, "search=%5EP%24"), [2, 5]);
    assert_eq!(ids(&server, "search=Z"), [1]);
    let reply = server.get("/api/books/?search=%5B");
    assert_eq!(reply.brief(), (400, r#"["Enter a valid regular expression."]"#));
}

/// K11 to K13, T79: what cannot be sorted by is dropped without a word; then the default holds.
#[test]
fn lists_are_sorted_by_what_is_allowed() {
    let server = serve_books();
    let table: [(&str, &[i64]); 10] = [
        ("ordering=title", &[5, 1, 2, 3, 4]),
        ("ordering=-pages,%20title", &[1, 5, 4, 2, 3]),
        ("ordering=-title,nope", &[4, 3, 2, 1, 5]),
        ("ordering=nope", &[1, 2, 3, 4, 5]),
        ("ordering=secret", &[1, 2, 3, 4, 5]),
        ("ordering=--title", &[1, 2, 3, 4, 5]),
        ("ordering=Title", &[1, 2, 3, 4, 5]),
        ("ordering=?", &[1, 2, 3, 4, 5]),
        ("ordering=", &[1, 2, 3, 4, 5]),
        ("ordering=-writer__name,-title", &[4, 3, 5, 2, 1]),
    ];
    for (query, expected) in table {
        assert_eq!(ids(&server, query), expected, "{query}");
    }
}

/// K15: parts of dates are compared as the reference does it.
#[test]
fn parts_of_dates_are_compared() {
    diesel::table! {
        events (id) { id -> Integer, at -> Timestamp, day -> Nullable<Date>, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = events)]
    struct Event {
        id: i32,
        at: NaiveDateTime,
        day: Option<NaiveDate>,
    }

    struct EventViewSet;

    #[viewset(
        model = Event,
        ordering = [id],
        filterset_fields = [
            at(year__gt, year__gte, year__lt, year__lte, month__gt, month__gte, month__lt, month__lte),
            at(day__gt, day__lte, date__gt, date__gte, date__lt, date__lte),
            day(year__gte, year__lt, month__gt, month__gte, day__lte)
        ]
    )]
    impl EventViewSet {}

    let events = "CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT NOT NULL, day DATE);
        INSERT INTO events VALUES
            (1, '2019-12-31 23:59:59', '2019-12-31'), (2, '2020-01-01 00:00:00', '2020-01-01'),
            (3, '2020-06-15 12:00:00', NULL), (4, '2021-01-01 00:00:00.500', '2021-01-01'),
            (5, '2021-07-04 10:00:00', '2021-07-04')";
    let server =
        serve(DefaultRouter::new().register("events", EventViewSet).with(database(events)));
    let all: &[i64] = &[1, 2, 3, 4, 5];
    let table: [(&str, &[i64]); 28] = [
        ("at__year__gt=2020", &[4, 5]),
        ("at__year__gte=2020", &[2, 3, 4, 5]),
        ("at__year__lt=2020", &[1]),
        ("at__year__lte=2020", &[1, 2, 3]),
        ("at__year__gte=2020.9", &[2, 3, 4, 5]),
        ("at__year__gt=2020.9", &[4, 5]),
        ("at__year__lt=2020.9", &[1]),
        ("at__year__gte=", all),
        ("at__month__gt=6", &[1, 5]),
        ("at__month__gte=6.5", &[1, 3, 5]),
        ("at__month__lt=6.5", &[2, 4]),
        ("at__month__lte=1", &[2, 4]),
        ("at__day__gt=30", &[1]),
        ("at__day__lte=1", &[2, 4]),
        ("at__date__gt=2020-01-01", &[3, 4, 5]),
        ("at__date__gte=2020-01-01", &[2, 3, 4, 5]),
        ("at__date__lt=2020-01-01", &[1]),
        ("at__date__lte=2020-01-01", &[1, 2]),
        ("day__year__gte=2020", &[2, 4, 5]),
        ("day__year__lt=2021", &[1, 2]),
        ("day__month__gte=7", &[1, 5]),
        ("day__day__lte=1", &[2, 4]),
        ("at__month__gte=99999999999999999999", &[]),
        ("at__month__lt=99999999999999999999", all),
        ("at__month__gte=-99999999999999999999", all),
        ("at__month__gt=-1", all),
        ("day__month__gt=-99999999999999999999", all),
        ("day__month__gt=-1", &[1, 2, 4, 5]),
    ];
    for (query, expected) in table {
        assert_eq!(ids_at(&server, &format!("/api/events/?{query}")), expected, "{query}");
    }
    for (query, body) in [
        ("at__year__gte=x", r#"{"at__year__gte":["Enter a number."]}"#),
        ("at__date__gte=x", r#"{"at__date__gte":["Enter a valid date."]}"#),
    ] {
        assert_eq!(server.get(&format!("/api/events/?{query}")).brief(), (400, body), "{query}");
    }
}

/// K12: without `ordering_fields` every field that a client can see may be sorted by, and no other.
#[test]
fn without_a_list_the_serializer_says_what_may_be_sorted_by() {
    struct Ordered;

    #[viewset(model = Book, filter_backends = [OrderingFilter], ordering = [id])]
    impl Ordered {}

    let router = DefaultRouter::new().register("books", Ordered).with(database(BOOKS));
    let server = serve(router);
    assert_eq!(ids(&server, "ordering=-published"), [5, 2, 4, 1, 3]);
    assert_eq!(ids(&server, "ordering=secret"), [1, 2, 3, 4, 5]);
}

#[derive(Serializer)]
#[serializer(model = Book)]
struct BookWithWriter {
    id: i32,
    #[field(source = title)]
    heading: String,
    #[field(source = writer.name)]
    writer_name: String,
}

/// K12: a field of a related row goes by the way to it, a renamed one by its source.
#[test]
fn without_a_list_what_is_shown_of_related_rows_may_be_sorted_by() {
    struct Ordered;
    struct Paged;

    #[viewset(
        model = Book,
        serializer_class = BookWithWriter,
        filter_backends = [OrderingFilter],
        ordering = [id]
    )]
    impl Ordered {}

    #[viewset(
        model = Book,
        serializer_class = BookWithWriter,
        filter_backends = [OrderingFilter],
        pagination_class = CursorPagination::of(9).ordering(&["-id"])
    )]
    impl Paged {}

    let router =
        DefaultRouter::new().register("books", Ordered).register_as("paged", "paged", Paged);
    let server = serve(router.with(database(BOOKS)));
    let table: [(&str, &[i64]); 7] = [
        ("writer__name,-title", &[2, 1, 4, 3, 5]),
        ("-writer__name,title", &[5, 3, 4, 1, 2]),
        ("-writer__name", &[3, 4, 5, 1, 2]),
        ("-title", &[4, 3, 2, 1, 5]),
        ("heading", &[1, 2, 3, 4, 5]),
        ("writer_name", &[1, 2, 3, 4, 5]),
        ("-pages", &[1, 2, 3, 4, 5]),
    ];
    for (terms, expected) in table {
        assert_eq!(ids(&server, &format!("ordering={terms}")), expected, "{terms}");
    }
    // No cursor stands at another model's row.
    let of_cursor = |terms: &str| ids_at(&server, &format!("/api/paged/?ordering={terms}"));
    assert_eq!(of_cursor("title"), [5, 1, 2, 3, 4]);
    assert_eq!(of_cursor("writer__name"), [5, 4, 3, 2, 1]);
    assert_eq!(of_cursor("writer__name,title"), [5, 1, 2, 3, 4]);
}

/// K15: the lookups, AND-ed; an empty value and an unknown parameter filter nothing.
#[test]
fn parameters_filter() {
    let server = serve_books();
    let table: [(&str, &[i64]); 36] = [
        ("pages=1", &[2, 3]),
        ("pages__gt=5", &[1, 5]),
        ("pages__gte=5", &[1, 4, 5]),
        ("pages__lt=5", &[2, 3]),
        ("pages__lte=5", &[2, 3, 4]),
        ("pages__in=5,9", &[4, 5]),
        ("pages__in=", &[1, 2, 3, 4, 5]),
        ("pages__range=5,9", &[4, 5]),
        ("pages=99999999999", &[]),
        ("pages__lt=99999999999", &[1, 2, 3, 4, 5]),
        ("pages__gt=-99999999999", &[1, 2, 3, 4, 5]),
        ("price__isnull=true", &[2]),
        ("price__isnull=false", &[1, 3, 4, 5]),
        ("price__gte=2.5", &[1, 5]),
        ("in_stock=true", &[1, 2, 4]),
        ("in_stock=False", &[3, 5]),
        ("in_stock=maybe", &[1, 2, 3, 4, 5]),
        ("status=p", &[2, 5]),
        ("writer=2", &[3, 4, 5]),
        ("published=2020-01-02", &[1]),
        ("published=01/02/2020", &[1]),
        ("published__year=2020", &[1, 4]),
        ("published__month=5", &[2]),
        ("published__day=31", &[4]),
        ("published__isnull=1", &[3]),
        ("added__date=2021-05-06", &[2, 3]),
        ("added__year=2022", &[4, 5]),
        ("added__lt=2021-05-06T12:00:00Z", &[1, 2]),
        ("title=dune", &[]),
        ("title__iexact=dune", &[1]),
        ("title__icontains=O", &[4, 5]),
        ("title__startswith=hel", &[4]),
        ("title__iendswith=FF", &[5]),
        ("title__regex=^[DE]", &[1, 2]),
        ("title__iregex=^d", &[1]),
        ("writer__name__icontains=an&pages=1&nope=1&status=", &[2]),
    ];
    for (query, expected) in table {
        assert_eq!(ids(&server, query), expected, "{query}");
    }
}

/// K16, T82: all mistakes at once, in the order of the fields.
#[test]
fn a_value_that_cannot_be_read_is_a_400() {
    let server = serve_books();
    let choice = r#"{"status":["Select a valid choice. z is not one of the available choices."]}"#;
    let row =
        r#"{"writer":["Select a valid choice. That choice is not one of the available choices."]}"#;
    let both = concat!(
        r#"{"pages":["Enter a number."],"#,
        r#""status":["Select a valid choice. z is not one of the available choices."]}"#
    );
    let table = [
        ("pages=x", r#"{"pages":["Enter a number."]}"#),
        ("pages__in=1,x", r#"{"pages__in":["Enter a number."]}"#),
        ("pages__range=5", r#"{"pages__range":["Range query expects two values."]}"#),
        ("status=z", choice),
        ("writer=99", row),
        ("writer=abc", row),
        ("published=x", r#"{"published":["Enter a valid date."]}"#),
        ("added__lt=x", r#"{"added__lt":["Enter a valid date/time."]}"#),
        ("title=%00", r#"{"title":["Null characters are not allowed."]}"#),
        ("title__regex=%5B", r#"{"title__regex":["Enter a valid regular expression."]}"#),
        ("pages=1e51", r#"{"pages":["Ensure this value is less than or equal to 1e+50."]}"#),
        ("status=z&pages=x", both),
    ];
    for (query, body) in table {
        let reply = server.get(&format!("/api/books/?{query}"));
        assert_eq!(reply.brief(), (400, body), "{query}");
    }
}

/// K18, D2, D11: what filters the list filters the object.
#[test]
fn an_object_that_is_filtered_out_is_not_found() {
    let server = serve_books();
    assert_eq!(server.get("/api/books/1/?pages=12").status, 200);
    assert_eq!(server.get("/api/books/1/?pages=1").status, 404);
    assert_eq!(server.get("/api/books/1/?status=z").status, 400);
    assert_eq!(server.get("/api/books/1/?search=emma").status, 404);
}

/// K20: filter, order, paginate.
#[test]
fn everything_goes_together() {
    struct Paged;

    #[viewset(
        model = Book,
        search_fields = [title],
        ordering_fields = [title],
        pagination_class = PageNumberPagination::of(20).page_size_query_param("page_size")
    )]
    impl Paged {}

    let router = DefaultRouter::new().register("books", Paged).with(database(BOOKS));
    let server = serve(router);
    let body = server.get("/api/books/?search=e&ordering=-title&page_size=2&page=2").json();
    assert_eq!((&body["count"], &body["results"][0]["id"]), (&json!(3), &json!(1)));
    let previous = body["previous"].as_str().expect("a previous page");
    assert!(previous.ends_with("?ordering=-title&page_size=2&search=e"), "{previous}");
}

/// D11: backends of the user's own run in their order; none at all is possible, too.
#[test]
fn backends_can_be_the_users() {
    struct InStock;

    impl FilterBackend<Book> for InStock {
        async fn filter_queryset(&self, req: &Request, query: Query<Book>) -> Result<Query<Book>> {
            match req.query_param("all") {
                Some(_) => Ok(query),
                None => Ok(query.filter(books::in_stock.eq(true))),
            }
        }
    }

    struct Own;

    #[viewset(
        model = Book,
        filter_backends = [InStock, SearchFilter],
        search_fields = [title],
        pagination_class = PageNumberPagination::of(2)
    )]
    impl Own {
        #[action(detail = false, filter_backends = [], pagination_class = None)]
        async fn every(&self, req: &Request) -> Result<Response> {
            let query = self.filter_queryset(req, self.get_queryset(req)?).await?;
            let page = self.paginate_queryset(req, query).await?;
            self.get_paginated_response(req, page)
        }
    }

    let router = DefaultRouter::new().register("books", Own).with(database(BOOKS));
    let server = serve(router);
    assert_eq!(server.get("/api/books/").json()["count"], 3);
    assert_eq!(server.get("/api/books/?all=1").json()["count"], 5);
    assert_eq!(server.get("/api/books/?search=emma").json()["count"], 1);
    let every = server.get("/api/books/every/?search=emma").json();
    assert_eq!(every.as_array().map(Vec::len), Some(5));
}

/// K10: SQLite knows the case of ASCII letters only.
#[test]
fn case_is_that_of_the_database() {
    let rows =
        "INSERT INTO books VALUES (6, 'été', 1, 1.0, 1, NULL, '2020-01-01 00:00:00', 'd', '', 1)";
    let script: &'static str = Box::leak(format!("{BOOKS} {rows}").into_boxed_str());
    let router = DefaultRouter::new().register("books", BookViewSet).with(database(script));
    let server = serve(router);
    assert_eq!(ids(&server, "search=%C3%A9T%C3%A9"), [6]);
    assert_eq!(ids(&server, "search=%C3%89t%C3%A9"), [] as [i64; 0]);
}

/// A model's own fields hold for every viewset of it, and a viewset's over them.
#[test]
fn a_model_can_say_what_is_searched() {
    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = writers)]
    #[viewset(search_fields = [name], ordering_fields = [name], ordering = [-id], filterset_fields = [name])]
    struct Author {
        id: i32,
        name: String,
    }

    let router = DefaultRouter::new().register("writers", ModelViewSet::<Author>::new());
    let server = serve(router.with(database(BOOKS)));
    let names = |query: &str| server.get(&format!("/api/writers/?{query}")).body;
    assert_eq!(names(""), r#"[{"id":2,"name":"Bob"},{"id":1,"name":"Ann"}]"#);
    assert_eq!(names("ordering=name"), r#"[{"id":1,"name":"Ann"},{"id":2,"name":"Bob"}]"#);
    assert_eq!(names("search=b"), r#"[{"id":2,"name":"Bob"}]"#);
    assert_eq!(names("name=Ann"), r#"[{"id":1,"name":"Ann"}]"#);
}

/// K19: the parameters have the names that the router gives them.
#[test]
fn the_parameters_can_have_other_names() {
    let router = DefaultRouter::new().search_param("q").ordering_param("sort");
    let server = serve(router.register("books", BookViewSet).with(database(BOOKS)));
    assert_eq!(ids(&server, "q=emma"), [2]);
    assert_eq!(ids(&server, "sort=-pages&q=ann"), [1, 2]);
    assert_eq!(ids(&server, "search=emma&ordering=-title"), [1, 2, 3, 4, 5]);
}

/// Lookups beside `exact` are those of the numbers behind the choices, of every row that a key names, and of both ends.
#[test]
fn choices_of_numbers_keys_and_ranges_are_filtered_as_django_filter_does_it() {
    diesel::table! {
        tasks (id) { id -> Integer, name -> Text, level -> Nullable<Integer>, owner_id -> Nullable<Integer>, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = tasks)]
    struct Task {
        id: i32,
        name: String,
        #[field(choices = [(1, "Low"), (2, "High"), (3, "Top")])]
        level: Option<i32>,
        #[diesel(column_name = owner_id)]
        #[field(related = Writer)]
        owner: Option<i32>,
    }

    struct TaskViewSet;

    #[viewset(
        model = Task,
        filterset_fields = [level(exact, in, gte, lte, range), owner(exact, in), name(in)],
        filter_backends = [DjangoFilterBackend, SearchFilter],
        ordering = [id]
    )]
    impl TaskViewSet {}

    let tables = "
        CREATE TABLE writers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        INSERT INTO writers VALUES (1, 'Ann'), (2, 'Bob');
        CREATE TABLE tasks (id INTEGER PRIMARY KEY, name TEXT NOT NULL, level INTEGER, owner_id INTEGER);
        INSERT INTO tasks VALUES (1, 'a', 1, 1), (2, 'b', 2, 2), (3, '', 3, NULL), (4, 'd', NULL, 1);";
    let server = serve(DefaultRouter::new().register("books", TaskViewSet).with(database(tables)));
    let table: [(&str, &[i64]); 13] = [
        ("level=2", &[2]),
        ("level__in=1,3", &[1, 3]),
        ("level__in=1.0", &[1]),
        ("level__gte=1.5", &[1, 2, 3]),
        ("level__range=2,3", &[2, 3]),
        ("level__range=2,", &[]),
        ("level__range=,2", &[]),
        ("level__range=,", &[]),
        ("level__lte=99999999999999999999", &[1, 2, 3, 4]),
        ("level__gte=99999999999999999999", &[]),
        ("owner__in=2,1", &[1, 2, 4]),
        ("name__in=a,", &[1, 3]),
        ("name__in=,", &[3]),
    ];
    for (query, expected) in table {
        assert_eq!(ids(&server, query), expected, "{query}");
    }
    let number = r#"["Enter a number."]"#;
    let choice = r#"["Select a valid choice. That choice is not one of the available choices."]"#;
    for (query, expected) in [
        ("level__in=x", format!(r#"{{"level__in":{number}}}"#)),
        ("level__gte=n", format!(r#"{{"level__gte":{number}}}"#)),
        ("owner__in=99", format!(r#"{{"owner__in":{choice}}}"#)),
        ("owner__in=1,99", format!(r#"{{"owner__in":{choice}}}"#)),
        ("search=a%00", r#"["Null characters are not allowed."]"#.to_owned()),
    ] {
        let reply = server.get(&format!("/api/books/?{query}"));
        assert_eq!((reply.status, reply.body), (400, expected), "{query}");
    }
}
