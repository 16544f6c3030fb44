//! A statement is stored once it is committed, and not when its row is sent.

use crate::client::{Answer, note, send};
use crate::databases::{Database, Kind};
use crate::process::Process;
use crate::{alone, block_on};

/// PostgreSQL looks at such a constraint at the very end, when it has sent the row that is to be stored.
const AT_THE_END: &str =
    "ALTER TABLE notes ADD CONSTRAINT once UNIQUE (name) DEFERRABLE INITIALLY DEFERRED";

#[test]
fn what_fails_when_it_is_committed_is_not_acknowledged() {
    let _alone = alone();
    let database = Database::new(Kind::Postgres);
    let process = Process::start(&database.url());
    database.ask(AT_THE_END);
    for path in ["/api/plain/", "/api/hooked/"] {
        for expected in [201, 400] {
            let answer = block_on(send(process.port(), "POST", path, &note(path)));
            let Answer::Reply(reply) = answer else { panic!("no answer") };
            assert_eq!(reply.status, expected, "{path}: {reply:?}");
        }
    }
    assert_eq!(database.ask("SELECT name FROM notes ORDER BY id"), ["/api/plain/", "/api/hooked/"]);
    assert_eq!(database.ask("SELECT name FROM receipts"), ["/api/hooked/"]);
}
