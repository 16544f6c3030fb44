//! Keys that are UUIDs, texts and numbers without a sign, on the servers. MariaDB compares texts without regard to case; a key is one
//! row's all the same.

use viewset_actix::diesel::{Database as Held, DbConnection};
use viewset_actix::prelude::*;
use viewset_actix::serializers::Uuid;
use viewset_tests::Server;

use crate::databases::{Database, Kind};
use crate::pool::reply;
use crate::{alone, block_on};

macro_rules! members {
    ($connection:ident, $uuid:ident, $uuid_column:literal, $key:literal) => {{
        diesel::table! { clubs (id) { id -> $uuid, name -> Text, } }
        diesel::table! { countries (code) { code -> Text, } }
        diesel::table! {
            members (id) { id -> Integer, club_id -> $uuid, country_code -> Text, }
        }

        #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
        #[diesel(table_name = clubs)]
        #[viewset(connection = $connection)]
        struct Club {
            id: Uuid,
            name: String,
        }

        #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
        #[diesel(table_name = countries, primary_key(code))]
        #[viewset(connection = $connection)]
        struct Country {
            code: String,
        }

        #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
        #[diesel(table_name = members)]
        #[viewset(connection = $connection, ordering = [id], filterset_fields = [club, country])]
        struct Member {
            id: i32,
            #[diesel(column_name = club_id)]
            #[field(related = Club)]
            club: Uuid,
            #[diesel(column_name = country_code)]
            #[field(related = Country)]
            country: String,
        }

        #[derive(Serializer)]
        #[serializer(model = Member)]
        struct MemberWithNames {
            club: Uuid,
            country: String,
            #[field(source = club.name)]
            club_name: String,
            #[field(source = country.code)]
            country_code: String,
        }

        struct MemberViewSet;

        #[viewset(model = Member, serializer_class = MemberWithNames)]
        impl MemberViewSet {}

        let tables = concat!(
            "CREATE TABLE clubs (id ",
            $uuid_column,
            " PRIMARY KEY, name VARCHAR(9) NOT NULL);",
            "INSERT INTO clubs VALUES ('12345678123456781234567812345678', 'v');",
            "CREATE TABLE countries (code VARCHAR(4) PRIMARY KEY);",
            "INSERT INTO countries VALUES ('de');",
            "CREATE TABLE members (id ",
            $key,
            ", club_id ",
            $uuid_column,
            " NOT NULL, country_code VARCHAR(4) NOT NULL,
            FOREIGN KEY (club_id) REFERENCES clubs (id),
            FOREIGN KEY (country_code) REFERENCES countries (code))",
        );
        (tables, SimpleRouter::new().register("members", MemberViewSet))
    }};
}

#[test]
fn a_key_is_one_rows_on_postgres() {
    let (tables, router) = members!(PgConn, Uuid, "UUID", "SERIAL PRIMARY KEY");
    a_key_is_one_rows::<PgConn>(Kind::Postgres, tables, router);
}

#[test]
fn a_key_is_one_rows_on_mariadb() {
    let (tables, router) =
        members!(MysqlConn, Text, "CHAR(32)", "INTEGER AUTO_INCREMENT PRIMARY KEY");
    a_key_is_one_rows::<MysqlConn>(Kind::Mariadb, tables, router);
}

fn a_key_is_one_rows<C: DbConnection>(kind: Kind, tables: &str, router: SimpleRouter) {
    let _alone = alone();
    let database = Database::new(kind);
    let uuid = "12345678-1234-5678-1234-567812345678";
    let shown =
        format!(r#"{{"club":"{uuid}","country":"de","club_name":"v","country_code":"de"}}"#);
    let choice = "Select a valid choice. That choice is not one of the available choices.";
    block_on(async {
        let db = Held::<C>::connect(&database.url()).await.unwrap();
        db.batch_execute(tables).await.unwrap();
        let server = Server::start(router.with(db).build().unwrap());
        let port = server.addr().port();
        let posted = async |country: &str| {
            let body = json!({"club": uuid, "country": country}).to_string();
            reply(port, "POST", "/api/members/", &body).await
        };
        let filtered =
            async |query: String| reply(port, "GET", &format!("/api/members/?{query}"), "").await;
        assert_eq!(posted("de").await.brief(), (201, shown.as_str()));
        for other in ["DE", "de ", "a\0"] {
            let message = format!("Invalid pk \"{other}\" - object does not exist.");
            let body = json!({"country": [message]}).to_string();
            assert_eq!(posted(other).await.brief(), (400, body.as_str()), "{other}");
        }
        let list = format!("[{shown}]");
        assert_eq!(filtered("country=de".to_owned()).await.brief(), (200, list.as_str()));
        assert_eq!(filtered(format!("club={uuid}")).await.brief(), (200, list.as_str()));
        let refused = json!({"country": [choice]}).to_string();
        assert_eq!(filtered("country=DE".to_owned()).await.brief(), (400, refused.as_str()));
    });
}

diesel::table! { owners (id) { id -> Unsigned<BigInt>, name -> Text, } }
diesel::table! {
    pets (id) {
        id -> Unsigned<Integer>, owner_id -> Unsigned<BigInt>, age -> Unsigned<TinyInt>,
        size -> Nullable<Unsigned<SmallInt>>, change -> TinyInt, chip -> Unsigned<BigInt>,
    }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = owners)]
#[viewset(connection = MysqlConn)]
struct Owner {
    id: u64,
    name: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = pets)]
#[viewset(connection = MysqlConn, ordering = [id], filterset_fields = [chip(exact, gte, lt), owner])]
struct Pet {
    id: u32,
    #[diesel(column_name = owner_id)]
    #[field(related = Owner)]
    owner: u64,
    age: u8,
    size: Option<u16>,
    change: i8,
    #[field(unique)]
    chip: u64,
}

#[derive(Serializer)]
#[serializer(model = Pet)]
struct PetWithOwner {
    id: u32,
    #[field(source = owner.name)]
    name: String,
}

struct NamedViewSet;

#[viewset(model = Pet, serializer_class = PetWithOwner)]
impl NamedViewSet {}

/// Columns of MySQL's that have no sign: keys, among them, and numbers beyond 63 bits.
#[test]
fn numbers_without_a_sign_are_stored_and_shown_on_mariadb() {
    let _alone = alone();
    let database = Database::new(Kind::Mariadb);
    let tables = "
        CREATE TABLE owners (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(9) NOT NULL);
        INSERT INTO owners VALUES (18446744073709551614, 'Ann');
        CREATE TABLE pets (
            id INTEGER UNSIGNED AUTO_INCREMENT PRIMARY KEY, owner_id BIGINT UNSIGNED NOT NULL,
            age TINYINT UNSIGNED NOT NULL, size SMALLINT UNSIGNED, `change` TINYINT NOT NULL,
            chip BIGINT UNSIGNED NOT NULL UNIQUE, FOREIGN KEY (owner_id) REFERENCES owners (id)
        ) AUTO_INCREMENT = 4000000000";
    block_on(async {
        let db = Held::<MysqlConn>::connect(&database.url()).await.unwrap();
        db.batch_execute(tables).await.unwrap();
        let router = SimpleRouter::new().register("pets", ModelViewSet::<Pet>::new()).register_as(
            "named",
            "named",
            NamedViewSet,
        );
        let server = Server::start(router.with(db).build().unwrap());
        let port = server.addr().port();
        let post = async |body: &str| reply(port, "POST", "/api/pets/", body).await;
        let get = async |path: &str| reply(port, "GET", path, "").await;
        let body = r#"{"owner":18446744073709551614,"age":255,"size":65535,"change":-128,"chip":18446744073709551615}"#;
        let shown = body.replace('{', r#"{"id":4000000000,"#);
        assert_eq!(post(body).await.brief(), (201, shown.as_str()));
        assert_eq!(get("/api/pets/4000000000/").await.brief(), (200, shown.as_str()));
        let list = format!("[{shown}]");
        for query in [
            "chip=18446744073709551615",
            "chip__gte=9223372036854775808",
            "owner=18446744073709551614",
        ] {
            assert_eq!(
                get(&format!("/api/pets/?{query}")).await.brief(),
                (200, list.as_str()),
                "{query}"
            );
        }
        assert_eq!(get("/api/pets/?chip__lt=9223372036854775808").await.body, "[]");
        assert_eq!(get("/api/named/").await.body, r#"[{"id":4000000000,"name":"Ann"}]"#);
        let wrong = r#"{"owner":1,"age":256,"size":-1,"change":128,"chip":18446744073709551616}"#;
        let errors = json!({
            "owner": ["Invalid pk \"1\" - object does not exist."],
            "age": ["Ensure this value is less than or equal to 255."],
            "size": ["Ensure this value is greater than or equal to 0."],
            "change": ["Ensure this value is less than or equal to 127."],
            "chip": ["Ensure this value is less than or equal to 18446744073709551615."],
        });
        assert_eq!(post(wrong).await.json(), errors);
        let taken = r#"{"chip":["pet with this chip already exists."]}"#;
        assert_eq!(post(body).await.brief(), (400, taken));
        let patch = reply(port, "PATCH", "/api/pets/4000000000/", r#"{"size":null,"age":0}"#).await;
        let changed = shown.replace("255", "0").replace("65535", "null");
        assert_eq!(patch.brief(), (200, changed.as_str()));
    });
}
