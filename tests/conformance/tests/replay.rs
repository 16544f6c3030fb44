//! The reference application answers as the reference did, but for what `expected-differences.txt` lists.

use std::collections::BTreeSet;
use std::env;
use std::path::Path;

use conformance::app::Application;
use conformance::replay::{Outcome, replay};
use conformance::temporary::TemporaryDatabase;
use viewset_tests::Server;

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// What is known to differ: `group/name #index` a line, below a `# reason`.
const EXPECTED: &str = include_str!("../expected-differences.txt");

/// What is known to differ because the database does.
const EXPECTED_HERE: &str = if cfg!(feature = "postgres") {
    include_str!("../expected-differences-postgres.txt")
} else if cfg!(feature = "mysql") {
    include_str!("../expected-differences-mysql.txt")
} else {
    ""
};

#[test]
fn recorded_exchanges_are_answered_as_the_reference_answered_them() {
    let temporary = TemporaryDatabase::new();
    let server = serve(&database_url(&temporary));

    let outcome = replayed(&server, &Path::new(FOLDER).join("scenarios"));
    let differing: BTreeSet<_> = outcome.differences.iter().map(|found| found.key()).collect();
    let listed: BTreeSet<_> = EXPECTED
        .lines()
        .chain(EXPECTED_HERE.lines())
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect();
    let news: Vec<_> = differing.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&differing).collect();
    assert!(news.is_empty(), "these differ and are not listed: {news:#?}");
    assert!(gone.is_empty(), "these are listed and do not differ, take them off: {gone:#?}");

    // Further scenarios are held to no list.
    if let Some(folder) = env::var_os("VIEWSET_SCENARIOS") {
        let outcome = replayed(&server, Path::new(&folder));
        assert!(outcome.differences.is_empty(), "exchanges of {} differ", folder.display());
    }
}

/// A temporary file of SQLite, or the database that is asked for.
fn database_url(temporary: &TemporaryDatabase) -> String {
    match cfg!(any(feature = "postgres", feature = "mysql")) {
        true => env::var("DATABASE_URL").expect("DATABASE_URL names the database"),
        false => temporary.url(),
    }
}

fn serve(database_url: &str) -> Server {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let application = runtime.unwrap().block_on(Application::start(database_url)).unwrap();
    Server::start_with(move |config| application.configure(config))
}

fn replayed(server: &Server, folder: &Path) -> Outcome {
    let outcome = replay(server.addr(), folder).unwrap();
    println!("{}", outcome.report());
    outcome
}
