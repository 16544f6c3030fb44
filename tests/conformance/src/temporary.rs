//! A database file that goes with the value that names it.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process;

/// The path of a SQLite file of this process; whatever is there is removed when this is dropped.
pub struct TemporaryDatabase {
    path: PathBuf,
}

impl TemporaryDatabase {
    /// A path in the directory for temporary files.
    pub fn new() -> Self {
        Self { path: env::temp_dir().join(format!("conformance-{}.db", process::id())) }
    }

    /// The URL of the database.
    pub fn url(&self) -> String {
        format!("sqlite://{}", self.path.display())
    }
}

impl Default for TemporaryDatabase {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TemporaryDatabase {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            // A file that was never made is no trouble.
            let _ = fs::remove_file(format!("{}{end}", self.path.display()));
        }
    }
}
