//! What the database is asked: how many statements a request costs, and which columns they name. A binary of its own,
//! since the log is the process's; each test has tables of its own.

use viewset_actix::prelude::*;
use viewset_actix::test::QueryLog;
use viewset_tests::Server;

/// A server on a database in memory after these statements; the log is there before the database is opened.
fn serve(builder: DefaultRouter, sql: &str) -> (Server, QueryLog) {
    let _ = QueryLog::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let db = runtime.expect("a runtime").block_on(async {
        let db = Db::connect("sqlite::memory:").await.expect("a database");
        db.batch_execute(sql).await.expect("the statements run");
        db
    });
    let server = Server::start(builder.with(db).build().expect("a router"));
    (server, QueryLog::start())
}

/// The statements about a table since the last call, without what was bound, and without the question after its indexes,
/// which is asked once.
fn asked(log: &mut QueryLog, table: &str) -> Vec<String> {
    let statements = log.about(table);
    *log = QueryLog::start();
    let text = |sql: String| sql.split(" -- ").next().unwrap_or_default().replace('`', "");
    let statements = statements.into_iter().map(text);
    statements.filter(|sql| !sql.contains("pragma_index_list")).collect()
}

/// D14, S19: the rows of another table come with one query for a page, whatever its length, each once.
#[test]
fn related_rows_are_one_query_a_page() {
    diesel::table! {
        owners (id) { id -> Integer, name -> Text, }
    }

    diesel::table! {
        pets (id) { id -> Integer, name -> Text, owner_id -> Integer, sitter_id -> Nullable<Integer>, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = owners)]
    struct Owner {
        id: i32,
        name: String,
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = pets)]
    #[viewset(ordering = [id])]
    struct Pet {
        id: i32,
        name: String,
        #[diesel(column_name = owner_id)]
        #[field(related = Owner)]
        owner: i32,
        #[diesel(column_name = sitter_id)]
        #[field(related = Owner)]
        sitter: Option<i32>,
    }

    #[derive(Serializer)]
    #[serializer(model = Pet)]
    struct PetOfOwner {
        name: String,
        #[field(nested)]
        owner: Owner,
        #[field(source = sitter.name)]
        sitter: Option<String>,
    }

    struct PetViewSet;

    #[viewset(
        model = Pet,
        serializer_class = PetOfOwner,
        pagination_class = PageNumberPagination::of(50)
    )]
    impl PetViewSet {}

    let sql = "
        CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        INSERT INTO owners VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cy');
        CREATE TABLE pets (id INTEGER PRIMARY KEY, name TEXT NOT NULL, owner_id INTEGER NOT NULL, sitter_id INTEGER);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
            INSERT INTO pets SELECT i, 'pet', 1 + i % 2, NULLIF(i % 3, 0) FROM n;";
    let (server, mut log) = serve(DefaultRouter::new().register("pets", PetViewSet), sql);
    let body = server.get("/api/pets/").json();
    assert_eq!(body["results"].as_array().map(Vec::len), Some(40));
    let first = json!({"name": "pet", "owner": {"id": 2, "name": "Bob"}, "sitter": "Ann"});
    assert_eq!(body["results"][0], first);
    let statements = asked(&mut log, "owners");
    let keys = |count| vec!["?"; count].join(", ");
    let select =
        |keys| format!("SELECT owners.id, owners.name FROM owners WHERE owners.id IN ({keys})");
    assert_eq!(statements, [select(keys(2)), select(keys(2))]);
    assert_eq!(server.get("/api/pets/3/").status, 200);
    assert_eq!(asked(&mut log, "owners").len(), 1, "nobody sits the third pet");
}

/// D14: a list without relations costs its page and its count, and a serializer with fewer fields selects fewer columns.
#[test]
fn only_what_is_shown_is_selected() {
    diesel::table! {
        parcels (id) { id -> Integer, label -> Text, weight -> Integer, contents -> Text, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = parcels)]
    #[viewset(ordering = [id])]
    struct Parcel {
        id: i32,
        label: String,
        weight: i32,
        contents: String,
    }

    #[derive(Serializer)]
    #[serializer(model = Parcel)]
    struct Labelled {
        label: String,
    }

    struct ParcelViewSet;

    #[viewset(model = Parcel, pagination_class = PageNumberPagination::of(2))]
    impl ParcelViewSet {
        fn get_serializer_class(&self, req: &Request) -> SerializerClass<Parcel> {
            match req.action() {
                Some("list") => SerializerClass::new::<Labelled>(),
                _ => SerializerClass::of(req),
            }
        }
    }

    let sql = "
        CREATE TABLE parcels (
            id INTEGER PRIMARY KEY, label TEXT NOT NULL, weight INTEGER NOT NULL, contents TEXT NOT NULL
        );
        INSERT INTO parcels VALUES (1, 'a', 1, 'x'), (2, 'b', 2, 'y'), (3, 'c', 3, 'z');";
    let (server, mut log) = serve(DefaultRouter::new().register("parcels", ParcelViewSet), sql);
    assert_eq!(
        server.get("/api/parcels/").json()["results"],
        json!([{"label": "a"}, {"label": "b"}])
    );
    assert_eq!(
        asked(&mut log, "parcels"),
        [
            "SELECT COUNT(*) FROM parcels ORDER BY 1",
            "SELECT parcels.label FROM parcels ORDER BY parcels.id ASC LIMIT 2"
        ]
    );
    assert_eq!(server.get("/api/parcels/3/").status, 200);
    assert_eq!(
        asked(&mut log, "parcels"),
        [
            "SELECT parcels.id, parcels.label, parcels.weight, parcels.contents FROM parcels WHERE parcels.id = ?"
        ]
    );
    assert_eq!(server.get("/api/parcels/?page=9").status, 404);
    assert_eq!(asked(&mut log, "parcels"), ["SELECT COUNT(*) FROM parcels ORDER BY 1"]);
}

/// E7: a write names the columns that were sent, is one statement where nothing has to see the row before, and tells
/// by a second way why it stored nothing.
#[test]
fn a_write_names_what_was_sent() {
    diesel::table! {
        gauges (id) { id -> Integer, name -> Text, unit -> Nullable<Text>, level -> Integer, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = gauges)]
    struct Gauge {
        id: i32,
        #[field(unique, max_length = 9)]
        name: String,
        unit: Option<String>,
        #[field(default = 0)]
        level: i32,
    }

    struct GaugeViewSet;

    #[viewset(model = Gauge)]
    impl GaugeViewSet {}

    /// It has hooks, which see the row and its transaction.
    struct WatchedGaugeViewSet;

    #[viewset(model = Gauge)]
    impl WatchedGaugeViewSet {
        async fn perform_create(&self, req: &Request, data: Input<Gauge>) -> Result<Gauge> {
            Gauge::create(req, data).await
        }

        async fn perform_update(
            &self,
            req: &Request,
            instance: Gauge,
            data: Input<Gauge>,
        ) -> Result<Gauge> {
            instance.save(req, data).await
        }

        async fn perform_destroy(&self, req: &Request, instance: Gauge) -> Result<()> {
            instance.destroy(req).await
        }
    }

    const ROW: &str = "gauges.id, gauges.name, gauges.unit, gauges.level";
    let sql = "
        CREATE TABLE gauges (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, unit TEXT, level INTEGER NOT NULL);
        INSERT INTO gauges VALUES (1, 'a', 'm', 1), (2, 'b', NULL, 2);";
    let router = DefaultRouter::new().register("gauges", GaugeViewSet).register_as(
        "watched",
        "watched",
        WatchedGaugeViewSet,
    );
    let (server, mut log) = serve(router, sql);
    let write = |method: &str, path: &str, body: &str| {
        let response = server.request(method, &format!("/api/{path}/"), body);
        let json = if response.body.is_empty() { json!(null) } else { response.json() };
        (response.status, json)
    };
    let select = format!("SELECT {ROW} FROM gauges WHERE (gauges.id = ?)");
    let taken_by =
        format!("SELECT {ROW} FROM gauges WHERE (gauges.name = ? AND gauges.id <> ?) LIMIT 1");
    let taken = format!("SELECT {ROW} FROM gauges WHERE gauges.name = ? LIMIT 1");

    assert_eq!(write("PATCH", "gauges/1", r#"{"level": 5}"#).0, 200);
    let set_level = format!("UPDATE gauges SET level = ? WHERE gauges.id = ? RETURNING {ROW}");
    assert_eq!(asked(&mut log, "gauges"), std::slice::from_ref(&set_level));
    assert_eq!(write("PATCH", "watched/1", r#"{"level": 6}"#).0, 200);
    assert_eq!(asked(&mut log, "gauges"), [select.clone(), set_level.clone()]);
    assert_eq!(write("PATCH", "gauges/7", r#"{"level": 5}"#).0, 404);
    assert_eq!(asked(&mut log, "gauges"), [set_level, select.clone()]);

    // What the table keeps unique needs no condition.
    let set_name =
        format!("UPDATE gauges SET name = ?, unit = ? WHERE gauges.id = ? RETURNING {ROW}");
    assert_eq!(write("PATCH", "gauges/1", r#"{"name": "c", "unit": null}"#).0, 200);
    assert_eq!(asked(&mut log, "gauges"), std::slice::from_ref(&set_name));
    let unique = json!({"name": ["gauge with this name already exists."]});
    assert_eq!(write("PATCH", "gauges/1", r#"{"name": "b", "unit": null}"#), (400, unique.clone()));
    assert_eq!(asked(&mut log, "gauges"), [set_name, select.clone(), taken_by.clone()]);
    assert_eq!(write("PATCH", "watched/1", r#"{"name": "d"}"#).0, 200);
    let set_name = format!("UPDATE gauges SET name = ? WHERE gauges.id = ? RETURNING {ROW}");
    assert_eq!(asked(&mut log, "gauges"), [select.clone(), taken_by, set_name]);

    assert_eq!(write("PATCH", "gauges/1", "{}").0, 200);
    assert_eq!(asked(&mut log, "gauges"), std::slice::from_ref(&select));

    let insert = format!("INSERT INTO gauges (name, level) VALUES (?, ?) RETURNING {ROW}");
    assert_eq!(write("POST", "gauges", r#"{"name": "e"}"#).0, 201);
    assert_eq!(asked(&mut log, "gauges"), std::slice::from_ref(&insert));
    assert_eq!(write("POST", "gauges", r#"{"name": "e"}"#), (400, unique));
    assert_eq!(asked(&mut log, "gauges"), [insert, taken.clone()]);
    assert_eq!(write("POST", "watched", r#"{"name": "f", "unit": "s", "level": 7}"#).0, 201);
    let insert = format!("INSERT INTO gauges (name, unit, level) VALUES (?, ?, ?) RETURNING {ROW}");
    assert_eq!(asked(&mut log, "gauges"), [taken, insert]);

    for path in ["gauges", "watched"] {
        assert_eq!(write("POST", path, r#"{"name": "far too long", "level": "x"}"#).0, 400);
        assert_eq!(
            asked(&mut log, "gauges"),
            [""; 0],
            "a body that is wrong by itself asks nothing"
        );
    }

    let delete = "DELETE FROM gauges WHERE gauges.id = ?".to_owned();
    assert_eq!(write("DELETE", "gauges/1", "").0, 204);
    assert_eq!(asked(&mut log, "gauges"), std::slice::from_ref(&delete));
    assert_eq!(write("DELETE", "gauges/1", "").0, 404);
    assert_eq!(asked(&mut log, "gauges"), [delete.clone(), select.clone()]);
    assert_eq!(write("DELETE", "watched/2", "").0, 204);
    assert_eq!(asked(&mut log, "gauges"), [select, delete]);
}

/// U28: what is unique by the model alone is asked in the statement that stores it.
#[test]
fn a_unique_field_without_an_index_is_a_condition_of_the_write() {
    diesel::table! {
        badges (id) { id -> Integer, name -> Text, room -> Integer, desk -> Nullable<Integer>, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = badges)]
    #[viewset(unique_together = [(room, desk)])]
    struct Badge {
        id: i32,
        #[field(unique)]
        name: String,
        room: i32,
        desk: Option<i32>,
    }

    struct BadgeViewSet;

    #[viewset(model = Badge)]
    impl BadgeViewSet {}

    const ROW: &str = "badges.id, badges.name, badges.room, badges.desk";
    const TAKEN: &str = "NOT EXISTS (SELECT 1 FROM badges WHERE";
    let name = format!("{TAKEN} (badges.name = ?))");
    let place = format!("{TAKEN} (badges.room = ? AND badges.desk = ?))");
    let both = format!("{name} AND {place}");
    let start = "CREATE TABLE badges (id INTEGER PRIMARY KEY";
    let columns = "name TEXT NOT NULL, room INTEGER NOT NULL, desk INTEGER";
    let place_index = "CREATE UNIQUE INDEX p ON badges (desk, room)";
    for (sql, conditions) in [
        (format!("{start}, {columns})"), Some(&both)),
        (format!("{start}, {columns}, UNIQUE (name), UNIQUE (room, desk))"), None),
        // Each of these lets through what `=` finds, or the other row is lost.
        (format!("{start}, {columns}, UNIQUE (name COLLATE NOCASE))"), Some(&both)),
        (format!("{start}, {columns}, UNIQUE (name) ON CONFLICT REPLACE)"), Some(&both)),
        (
            format!("{start}, {columns}); CREATE INDEX n ON badges (name); {place_index}"),
            Some(&name),
        ),
        (
            format!(
                "{start}, {columns}); CREATE UNIQUE INDEX n ON badges (name) WHERE id > 9; {place_index}"
            ),
            Some(&name),
        ),
        (
            format!(
                "{start}, {columns}); CREATE UNIQUE INDEX n ON badges (lower(name)); {place_index}"
            ),
            Some(&name),
        ),
        (
            format!(
                "{start}, {columns}); CREATE UNIQUE INDEX n ON badges (name, desk); {place_index}"
            ),
            Some(&name),
        ),
        (format!("{start}, {columns}, UNIQUE (name), UNIQUE (room, desk, id))"), Some(&place)),
    ] {
        let (server, mut log) = serve(DefaultRouter::new().register("badges", BadgeViewSet), &sql);
        let insert = match conditions {
            Some(conditions) => format!("SELECT ?, ?, ? WHERE {conditions}"),
            None => "VALUES (?, ?, ?)".to_owned(),
        };
        let insert = format!("INSERT INTO badges (name, room, desk) {insert} RETURNING {ROW}");
        let body = r#"{"name": "a", "room": 1, "desk": 2}"#;
        asked(&mut log, "badges");
        assert_eq!(server.request("POST", "/api/badges/", body).status, 201);
        assert_eq!(asked(&mut log, "badges"), [insert], "{sql}");
        let refused = server.request("POST", "/api/badges/", body);
        let message = "badge with this name already exists.";
        assert_eq!((refused.status, refused.json()), (400, json!({"name": [message]})), "{sql}");
        let body = r#"{"name": "b", "room": 1, "desk": 2}"#;
        let refused = server.request("POST", "/api/badges/", body);
        let message = "The fields room, desk must make a unique set.";
        let expected = json!({"non_field_errors": [message]});
        assert_eq!((refused.status, refused.json()), (400, expected), "{sql}");
        assert_eq!(server.get("/api/badges/").json().as_array().map(Vec::len), Some(1), "{sql}");
        // NULL is none of the values that are unique.
        for name in ["c", "d"] {
            let body = format!(r#"{{"name": "{name}", "room": 1, "desk": null}}"#);
            assert_eq!(server.request("POST", "/api/badges/", &body).status, 201, "{sql}");
        }
    }
}

/// U25: what belongs into a table in between is stored and deleted by a few statements, however many rows it is.
#[test]
fn links_are_stored_many_at_once() {
    diesel::table! {
        topics (id) { id -> Integer, name -> Text, }
    }

    diesel::table! {
        papers (id) { id -> Integer, title -> Text, }
    }

    diesel::table! {
        paper_topics (id) { id -> Integer, paper_id -> Integer, topic_id -> Integer, weight -> Integer, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = topics)]
    struct Topic {
        id: i32,
        name: String,
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = papers)]
    struct Paper {
        id: i32,
        title: String,
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = paper_topics)]
    struct PaperTopic {
        id: i32,
        #[diesel(column_name = paper_id)]
        #[field(related = Paper)]
        paper: i32,
        #[diesel(column_name = topic_id)]
        #[field(related = Topic)]
        topic: i32,
        #[field(default = 7)]
        weight: i32,
    }

    #[derive(Serializer)]
    #[serializer(model = Paper)]
    struct PaperWithTopics {
        title: String,
        #[field(through = PaperTopic, source = paper.topic)]
        topics: Vec<i32>,
    }

    struct PaperViewSet;

    #[viewset(model = Paper, serializer_class = PaperWithTopics)]
    impl PaperViewSet {}

    let sql = "
        CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
            INSERT INTO topics SELECT i, 'topic' FROM n;
        CREATE TABLE papers (id INTEGER PRIMARY KEY, title TEXT NOT NULL);
        INSERT INTO papers VALUES (1, 'one');
        CREATE TABLE paper_topics (
            id INTEGER PRIMARY KEY, paper_id INTEGER NOT NULL, topic_id INTEGER NOT NULL,
            weight INTEGER NOT NULL CHECK (weight = 7), UNIQUE (paper_id, topic_id)
        );";
    let (server, mut log) = serve(DefaultRouter::new().register("papers", PaperViewSet), sql);
    let mut changed = |topics: std::ops::RangeInclusive<i32>| {
        let topics: Vec<i32> = topics.collect();
        let reply =
            server.request("PATCH", "/api/papers/1/", &json!({"topics": topics}).to_string());
        let mut shown: Vec<i32> =
            serde_json::from_value(reply.json()["topics"].clone()).expect("keys");
        shown.sort_unstable();
        assert_eq!(shown, topics);
        let writes = asked(&mut log, "paper_topics").into_iter();
        writes.filter(|sql| !sql.starts_with("SELECT")).collect::<Vec<_>>()
    };
    let insert = |rows: usize| {
        let rows = vec!["(?, ?, ?)"; rows].join(", ");
        format!("INSERT INTO paper_topics (paper_id, topic_id, weight) VALUES {rows}")
    };
    let delete = |rows: usize| {
        let keys = vec!["?"; rows].join(", ");
        format!("DELETE FROM paper_topics WHERE paper_topics.id IN ({keys})")
    };
    assert_eq!(changed(1..=1200), [insert(500), insert(500), insert(200)]);
    assert_eq!(changed(1..=1200), [""; 0]);
    assert_eq!(changed(600..=600), [delete(500), delete(500), delete(199)]);
    assert_eq!(changed(599..=601), [insert(2)]);
}

/// U26, U27: rows that a client names are asked for together, and so are those that are shown.
#[test]
fn names_of_many_rows_are_one_query() {
    diesel::table! {
        labels (id) { id -> Integer, name -> Text, }
    }

    diesel::table! {
        parcels (id) { id -> Integer, text -> Text, }
    }

    diesel::table! {
        parcel_labels (id) { id -> Integer, parcel_id -> Integer, label_id -> Integer, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = labels)]
    struct Label {
        id: i32,
        name: String,
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = parcels)]
    struct Parcel {
        id: i32,
        text: String,
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = parcel_labels)]
    struct ParcelLabel {
        id: i32,
        #[diesel(column_name = parcel_id)]
        #[field(related = Parcel)]
        parcel: i32,
        #[diesel(column_name = label_id)]
        #[field(related = Label)]
        label: i32,
    }

    #[derive(Serializer)]
    #[serializer(model = Parcel)]
    struct ByName {
        #[field(slug_related, through = ParcelLabel, source = parcel.label.name)]
        labels: Vec<String>,
    }

    #[derive(Serializer)]
    #[serializer(model = Parcel)]
    struct ByUrl {
        #[field(hyperlink, through = ParcelLabel, source = parcel.label)]
        labels: Vec<String>,
    }

    struct ByNameViewSet;
    struct ByUrlViewSet;

    #[viewset(model = Parcel, serializer_class = ByName)]
    impl ByNameViewSet {}

    #[viewset(model = Parcel, serializer_class = ByUrl)]
    impl ByUrlViewSet {}

    let sql = "CREATE TABLE labels (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        INSERT INTO labels VALUES (1, 'a'), (2, 'b'), (3, 'c');
        CREATE TABLE parcels (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
        INSERT INTO parcels VALUES (1, 'one'), (2, 'two');
        CREATE TABLE parcel_labels (
            id INTEGER PRIMARY KEY, parcel_id INTEGER NOT NULL, label_id INTEGER NOT NULL
        )";
    let router = DefaultRouter::new()
        .register_as("names", "names", ByNameViewSet)
        .register_as("urls", "urls", ByUrlViewSet)
        .register("labels", ModelViewSet::<Label>::new());
    let (server, mut log) = serve(router, sql);
    let url = |id: u8| format!("http://testserver/api/labels/{id}/");
    for (path, sent) in [
        ("/api/names/1/", json!({"labels": ["a", "b", "c"]})),
        ("/api/urls/2/", json!({"labels": [url(1), url(2), url(3)]})),
    ] {
        asked(&mut log, "labels");
        let reply = server.request("PATCH", path, &sent.to_string());
        assert_eq!(reply.json(), sent, "{path}");
        let asked = asked(&mut log, "labels");
        let of_labels: Vec<_> = asked.iter().filter(|sql| !sql.contains("parcel_labels")).collect();
        // Those that were sent, and those that are shown.
        assert_eq!(of_labels.len(), 2, "{path}: {asked:#?}");
    }
    asked(&mut log, "labels");
    let list = json!([
        {"labels": ["a", "b", "c"]},
        {"labels": ["a", "b", "c"]}
    ]);
    assert_eq!(server.get("/api/names/").json(), list);
    let asked = asked(&mut log, "labels");
    assert_eq!(asked.len(), 2, "{asked:#?}");
}
