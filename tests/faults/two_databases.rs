//! Rows that refer to rows in a database of another kind.

use viewset_actix::diesel::{Database as Held, MysqlConn, PgConn};
use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::databases::{Database, Kind};
use crate::pool::reply;
use crate::{alone, block_on};

diesel::table! { writers (id) { id -> Integer, name -> Text, } }
diesel::table! { books (id) { id -> Integer, title -> Text, writer_id -> Integer, } }

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = writers)]
#[viewset(connection = PgConn)]
struct Writer {
    id: i32,
    name: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = books)]
#[viewset(connection = MysqlConn)]
struct Book {
    id: i32,
    title: String,
    #[diesel(column_name = writer_id)]
    #[field(related = Writer)]
    writer: i32,
}

#[derive(Serializer)]
#[serializer(model = Book)]
struct BookWithWriter {
    title: String,
    #[field(source = writer.name)]
    by: String,
}

struct BookViewSet;

#[viewset(
    model = Book,
    serializer_class = BookWithWriter,
    filter_backends = [OrderingFilter],
    ordering = [id]
)]
impl BookViewSet {}

/// They are shown, each from its own; a list is sorted by what its database has (row K12).
#[test]
fn rows_of_another_database_are_shown_and_sort_nothing() {
    let _alone = alone();
    let (postgres, mariadb) = (Database::new(Kind::Postgres), Database::new(Kind::Mariadb));
    postgres.ask("CREATE TABLE writers (id SERIAL PRIMARY KEY, name TEXT NOT NULL)");
    postgres.ask("INSERT INTO writers (name) VALUES ('Zoe'), ('Ann')");
    mariadb.ask(
        "CREATE TABLE books (id INTEGER AUTO_INCREMENT PRIMARY KEY, title TEXT NOT NULL, \
         writer_id INTEGER NOT NULL)",
    );
    mariadb.ask("INSERT INTO books (title, writer_id) VALUES ('Dune', 1), ('Emma', 2)");
    block_on(async {
        let writers = Held::<PgConn>::connect(&postgres.url()).await.unwrap();
        let books = Held::<MysqlConn>::connect(&mariadb.url()).await.unwrap();
        let router = SimpleRouter::new().register("books", BookViewSet).with(writers).with(books);
        let server = Server::start(router.build().unwrap());
        let (dune, emma) = (r#"{"title":"Dune","by":"Zoe"}"#, r#"{"title":"Emma","by":"Ann"}"#);
        for (ordering, first, second) in [
            ("-title", emma, dune),
            ("writer__name", dune, emma),
            ("writer__name,-title", emma, dune),
        ] {
            let path = format!("/api/books/?ordering={ordering}");
            let list = reply(server.addr().port(), "GET", &path, "").await;
            assert_eq!(list.brief(), (200, format!("[{first},{second}]").as_str()), "{ordering}");
        }
    });
}
