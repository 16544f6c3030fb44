//! A server that speaks another language than English. (PostgreSQL's has codes beside its words, which are tested where they
//! are read.)

use crate::client::note;
use crate::databases::{Database, Kind};
use crate::pool::reply;
use crate::process::Process;
use crate::{alone, block_on};

#[test]
fn what_a_mariadb_refuses_is_understood_where_its_language_is_german() {
    let _alone = alone();
    let database = Database::new(Kind::Mariadb);
    database.ask("SET GLOBAL lc_messages = 'de_DE'");
    let process = Process::start(&database.url());
    database.ask("ALTER TABLE notes MODIFY name VARCHAR(8) NOT NULL, ADD UNIQUE KEY name (name)");
    let in_german = database.ask("SELECT @@lc_messages");
    assert_eq!(in_german, ["de_DE"], "others keep their language");
    let port = process.port();
    block_on(async {
        let post = async |name| reply(port, "POST", "/api/plain/", &note(name)).await;
        assert_eq!(post("short").await.status, 201);
        let long = r#"["A value does not fit into its column."]"#;
        assert_eq!(post("longer than that").await.brief(), (400, long));
        let twice = r#"{"name":["note with this name already exists."]}"#;
        assert_eq!(post("short").await.brief(), (400, twice));
    });
}
