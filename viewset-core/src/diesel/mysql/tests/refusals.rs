//! What clients are told of values that are taken.

use diesel::sql_query;
use diesel_async::TransactionManager as _;

use super::*;
use crate::diesel::constraint::{About, error_of_key};
use crate::diesel::mysql::Manager;
use crate::serializers::Field;

const FIELDS: &[Field] = &[
    Field::new::<i32>("id", "id"),
    Field::new::<i32>("author", "author").column("author_id"),
    Field::new::<String>("title", "title"),
];

const BOOK: About = About { model: "Book", fields: FIELDS, sets: &[&[1, 2]] };

/// What is said of a second book with this title on a table with these keys, in a transaction as well as outside of one.
async fn told(conn: &mut MysqlConn, name: &str, keys: &str, title: &str) -> String {
    let table = format!(
        "DROP TABLE IF EXISTS {name}; CREATE TABLE {name} (id INTEGER, author_id INTEGER, title VARCHAR(300), {keys});
         INSERT INTO {name} VALUES (1, 7, 'a title')"
    );
    conn.batch_execute(&table).await.unwrap();
    let mut told = Vec::new();
    for in_transaction in [false, true] {
        if in_transaction {
            Manager::begin_transaction(conn).await.unwrap();
        }
        let twice = sql_query(format!("INSERT INTO {name} VALUES (1, 7, '{title}')"));
        let error = twice.execute(conn).await.unwrap_err();
        let error = error_of_key(error, conn, &format!("`{name}`"), BOOK).await;
        conn.rollback().await.unwrap();
        assert_eq!(error.status(), 400);
        told.push(serde_json::to_string(error.detail()).unwrap());
    }
    assert_eq!(told[0], told[1]);
    told.swap_remove(0)
}

#[test]
fn a_key_is_about_its_columns_whatever_it_is_called() {
    let both = r#"{"non_field_errors":["The fields author, title must make a unique set."]}"#;
    let author = r#"{"author":["book with this author already exists."]}"#;
    let title = r#"{"title":["book with this title already exists."]}"#;
    let cases = [
        ("UNIQUE (author_id, title)", "a title", both),
        ("UNIQUE (title, author_id)", "a title", both),
        ("UNIQUE (author_id, title(4))", "a tide", both),
        ("UNIQUE (author_id), UNIQUE (author_id, title)", "a title", author),
        ("UNIQUE (author_id, title), UNIQUE (author_id)", "a title", both),
        // The second is called `author_id_2`.
        ("UNIQUE (author_id, title), UNIQUE (author_id)", "another", author),
        ("UNIQUE title (author_id, title)", "a title", both),
        ("UNIQUE books_author_id_uniq (title)", "a title", title),
        ("UNIQUE `it's a.key` (title)", "a title", title),
        ("PRIMARY KEY (id)", "another", r#"{"id":["book with this id already exists."]}"#),
    ];
    run(async |target| {
        let (mut conn, session) = connected(&target).await;
        let name = format!("viewset_refusals_{}", session.id);
        conn.batch_execute(&format!("CREATE DATABASE {name}; USE {name}")).await.unwrap();
        let mut found = Vec::new();
        for (keys, title, _) in cases {
            found.push((keys, told(&mut conn, &name, keys, title).await));
        }
        conn.batch_execute(&format!("DROP DATABASE {name}")).await.unwrap();
        assert_eq!(found, cases.map(|(keys, _, expected)| (keys, expected.to_owned())));
    });
}
