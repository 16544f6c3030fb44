//! Relations of many to many that two clients change at once.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection as _;
use viewset_actix::diesel::{Database as Held, DbConnection};
use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::databases::{Database, Kind};
use crate::locks::locked;
use crate::pool::reply;
use crate::{alone, block_on};

macro_rules! books {
    ($connection:ident, $key:literal) => {{
        diesel::table! { books (id) { id -> Integer, title -> Text, } }
        diesel::table! { tags (id) { id -> Integer, name -> Text, } }
        diesel::table! { book_tags (id) { id -> Integer, book_id -> Integer, tag_id -> Integer, } }

        #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
        #[diesel(table_name = books)]
        #[viewset(connection = $connection)]
        struct Book {
            id: i32,
            title: String,
        }

        #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
        #[diesel(table_name = tags)]
        #[viewset(connection = $connection)]
        struct Tag {
            id: i32,
            name: String,
        }

        #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
        #[diesel(table_name = book_tags)]
        #[viewset(connection = $connection)]
        struct BookTag {
            id: i32,
            #[diesel(column_name = book_id)]
            #[field(related = Book)]
            book: i32,
            #[diesel(column_name = tag_id)]
            #[field(related = Tag)]
            tag: i32,
        }

        #[derive(Serializer)]
        #[serializer(model = Book)]
        struct BookWithTags {
            #[field(through = BookTag, source = book.tag)]
            tags: Vec<i32>,
        }

        struct BookViewSet;

        #[viewset(model = Book, serializer_class = BookWithTags)]
        impl BookViewSet {}

        let tables = concat!(
            "CREATE TABLE books (id ",
            $key,
            ", title VARCHAR(9) NOT NULL); INSERT INTO books (title) VALUES ('one');",
            "CREATE TABLE tags (id ",
            $key,
            ", name VARCHAR(9) NOT NULL); INSERT INTO tags (name) VALUES ('a'), ('b');",
            "CREATE TABLE book_tags (id ",
            $key,
            ", book_id INTEGER NOT NULL, tag_id INTEGER NOT NULL, UNIQUE (book_id, tag_id))",
        );
        (tables, SimpleRouter::new().register("books", BookViewSet))
    }};
}

#[test]
fn what_another_client_has_added_meanwhile_is_there_on_postgres() {
    let (tables, router) = books!(PgConn, "SERIAL PRIMARY KEY");
    added_meanwhile::<PgConn>(Kind::Postgres, tables, router);
}

#[test]
fn what_another_client_has_added_meanwhile_is_there_on_mariadb() {
    let (tables, router) = books!(MysqlConn, "INTEGER AUTO_INCREMENT PRIMARY KEY");
    added_meanwhile::<MysqlConn>(Kind::Mariadb, tables, router);
}

fn added_meanwhile<C: DbConnection>(kind: Kind, tables: &str, router: SimpleRouter) {
    let _alone = alone();
    let database = Database::new(kind);
    let (added, refused) = block_on(async {
        let db = Held::<C>::connect(&database.url()).await.unwrap();
        db.batch_execute(tables).await.unwrap();
        let server = Server::start(router.with(db).build().unwrap());
        let add = "INSERT INTO book_tags (book_id, tag_id) VALUES (1, 1)";
        let mut other = locked::<C>(&database, add).await;
        let port = server.addr().port();
        let patch = tokio::spawn(async move {
            reply(port, "PATCH", "/api/books/1/", r#"{"tags": [1, 2]}"#).await
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!patch.is_finished(), "nobody waits");
        other.batch_execute("COMMIT").await.unwrap();
        let added = patch.await.unwrap();
        // What is unique otherwise is told as ever.
        let unique =
            "INSERT INTO books (title) VALUES ('two'); ALTER TABLE book_tags ADD UNIQUE (tag_id)";
        other.batch_execute(unique).await.unwrap();
        (added, reply(port, "PATCH", "/api/books/2/", r#"{"tags": [1]}"#).await)
    });
    assert_eq!(added.status, 200, "{}", added.body);
    let text = r#"{"tag":["book tag with this tag already exists."]}"#;
    assert_eq!(refused.brief(), (400, text));
    let stored = database.ask("SELECT tag_id FROM book_tags ORDER BY book_id, tag_id");
    assert_eq!(stored, ["1", "2"]);
}
