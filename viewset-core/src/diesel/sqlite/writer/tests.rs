//! Statements that share a transaction, and what one of them does to the others.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;

use diesel::RunQueryDsl as _;
use diesel::connection::SimpleConnection as _;
use diesel::dsl::{sql, sql_query};
use diesel::sql_types::Text;
use diesel::sqlite::SqliteConnection;

use super::*;
use crate::diesel::sqlite::open;
use crate::diesel::sqlite::work::work;

type Tested = Result<(), Box<dyn StdError>>;

const TABLES: &str = "
    CREATE TABLE tags (name TEXT PRIMARY KEY);
    CREATE TABLE uses (tag TEXT REFERENCES tags (name));";

/// A database in a file, which goes with this value; its writer, and the turn to write.
struct Written {
    path: PathBuf,
    writer: Writer,
    turn: Arc<Semaphore>,
}

impl Written {
    fn new() -> Result<Arc<Self>, Box<dyn StdError>> {
        Self::with_wait(Duration::from_secs(60))
    }

    fn with_wait(wait: Duration) -> Result<Arc<Self>, Box<dyn StdError>> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("viewset-writer-{}-{number}.db", std::process::id());
        let path = std::env::temp_dir().join(name);
        let turn = Arc::new(Semaphore::new(1));
        let target = SqliteTarget { path: path.display().to_string(), brief: false };
        let writer = Writer::new(&target, turn.clone(), wait);
        let written = Arc::new(Self { path, writer, turn });
        written.other()?.batch_execute(TABLES)?;
        Ok(written)
    }

    /// A connection as another process has it.
    fn other(&self) -> Result<SqliteConnection, Box<dyn StdError>> {
        Ok(open(&self.path.display().to_string(), false)?)
    }

    fn names(&self) -> Result<Vec<String>, Box<dyn StdError>> {
        Ok(sql::<Text>("SELECT name FROM tags ORDER BY rowid").load(&mut self.other()?)?)
    }

    /// Runs a statement; whether it was stored, as far as is told.
    async fn run(&self, statement: &'static str) -> bool {
        let run = move |conn: &mut _| sql_query(statement).execute(conn);
        let carried = self.writer.carry(work(run)).await;
        carried.is_ok_and(|work| work.error().is_none())
    }

    /// Runs statements that have all come before the first of them has its turn.
    async fn run_together(
        self: &Arc<Self>,
        statements: [&'static str; 3],
    ) -> Result<Vec<bool>, Box<dyn StdError>> {
        let turn = self.turn.clone().acquire_owned().await?;
        let running = statements.map(|statement| {
            let written = self.clone();
            tokio::spawn(async move { written.run(statement).await })
        });
        tokio::task::yield_now().await;
        drop(turn);
        let mut stored = Vec::new();
        for statement in running {
            stored.push(statement.await?);
        }
        Ok(stored)
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            // A file that is gone already is no trouble.
            let _ = std::fs::remove_file(format!("{}{end}", self.path.display()));
        }
    }
}

fn block_on(test: impl Future<Output = Tested>) -> Tested {
    tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(test)
}

/// Constraints that are put off until the commit.
const DEFERRED: &str = "
    DROP TABLE uses;
    CREATE TABLE uses (tag TEXT REFERENCES tags (name) DEFERRABLE INITIALLY DEFERRED)";

const M1: &str = "INSERT INTO tags VALUES ('m1')";
const M2: &str = "INSERT INTO tags VALUES ('m2')";

#[test]
fn a_statement_that_ends_the_transaction_takes_nobody_with_it() -> Tested {
    block_on(async {
        for bad in
            ["INSERT INTO tags VALUES ('bad')", "INSERT OR ROLLBACK INTO tags VALUES ('known')"]
        {
            let written = Written::new()?;
            assert!(written.run("INSERT INTO tags VALUES ('known')").await);
            // Another process does that, while the thread has its connection.
            written.other()?.batch_execute(
                "CREATE TRIGGER bad BEFORE INSERT ON tags WHEN NEW.name = 'bad'
                 BEGIN SELECT RAISE(ROLLBACK, 'a bad tag'); END",
            )?;
            assert_eq!(written.run_together([M1, bad, M2]).await?, [true, false, true], "{bad}");
            assert_eq!(written.names()?, ["known", "m1", "m2"], "{bad}");
        }
        Ok(())
    })
}

#[test]
fn a_constraint_that_is_put_off_until_the_commit_fails_its_own_statement_alone() -> Tested {
    block_on(async {
        let written = Written::new()?;
        assert!(written.run("INSERT INTO tags VALUES ('known')").await);
        written.other()?.batch_execute(DEFERRED)?;
        let orphan = "INSERT INTO uses VALUES ('nothing')";
        assert_eq!(written.run_together([M1, orphan, M2]).await?, [true, false, true]);
        assert_eq!(written.names()?, ["known", "m1", "m2"]);
        Ok(())
    })
}

/// Alone, the first would have failed.
#[test]
fn no_statement_mends_what_another_breaks_once_tables_have_changed() -> Tested {
    block_on(async {
        let written = Written::new()?;
        assert!(written.run("INSERT INTO tags VALUES ('known')").await);
        written.other()?.batch_execute(DEFERRED)?;
        written.writer.tables_changed();
        let orphan = "INSERT INTO uses VALUES ('m1')";
        assert_eq!(written.run_together([orphan, M1, M2]).await?, [false, true, true]);
        assert_eq!(written.names()?, ["known", "m1", "m2"]);
        Ok(())
    })
}

/// Nothing is run that somebody was told was not, and nobody waits longer because others have waited before him.
#[test]
fn who_has_no_turn_in_time_is_turned_away() -> Tested {
    block_on(async {
        let written = Written::with_wait(Duration::from_millis(20))?;
        let turn = written.turn.clone().acquire_owned().await?;
        assert!(!written.run(M1).await);
        assert!(!written.run("INSERT INTO tags VALUES ('late')").await);
        drop(turn);
        assert!(written.run(M2).await);
        assert_eq!(written.names()?, ["m2"]);
        Ok(())
    })
}
