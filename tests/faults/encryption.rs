//! Encrypted connections: to a server whose certificate the system trusts, and to no other.

use crate::client::note;
use crate::databases::{Database, Kind};
use crate::pool::reply;
use crate::process::Process;
use crate::{alone, block_on};

#[test]
fn a_postgres_that_is_trusted_is_used_and_no_other() {
    trusted(
        Kind::Postgres,
        "?sslmode=require",
        "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
         WHERE datname = 'faults' AND pid <> pg_backend_pid()",
        "t",
    );
}

#[test]
fn a_mariadb_that_is_trusted_is_used_and_no_other() {
    trusted(
        Kind::Mariadb,
        "?require_ssl=true&prefer_socket=false",
        "SELECT variable_value > 0 FROM information_schema.global_status \
         WHERE variable_name = 'SSL_FINISHED_ACCEPTS'",
        "1",
    );
}

fn trusted(kind: Kind, parameters: &str, is_encrypted: &str, yes: &str) {
    let _alone = alone();
    let database = Database::encrypted(kind);
    let url = database.url() + parameters;
    assert!(Process::trusting(&url, None).is_none(), "nobody trusts this authority");
    let process = Process::trusting(&url, Some(&database.authority()));
    let process = process.expect("the authority is trusted");
    block_on(async {
        assert_eq!(reply(process.port(), "POST", "/api/plain/", &note("one")).await.status, 201);
    });
    assert_eq!(database.ask(is_encrypted), [yes]);
    assert_eq!(database.ask("SELECT name FROM notes"), ["one"]);
}
