//! Statements that share a transaction, and what one of them does to the others.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::connection::SimpleConnection as _;
use diesel::dsl::{sql, sql_query};
use diesel::sql_types::Text;

use super::*;
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

const M1: &str = "INSERT INTO tags VALUES ('m1')";
const M2: &str = "INSERT INTO tags VALUES ('m2')";

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
