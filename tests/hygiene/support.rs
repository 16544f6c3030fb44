//! Servers and databases for the tests.

use std::future::Future;

use diesel::connection::SimpleConnection as _;
use viewset_actix::prelude::*;
use viewset_actix::routers::RouterBuilder;
use viewset_tests::Server;

/// Serves a router below `/api`.
pub(crate) fn serve<K>(router: RouterBuilder<K, Router>) -> Server {
    Server::start(router.build().expect("the router is in order"))
}

/// A database in memory after these statements.
pub(crate) fn database(sql: &'static str) -> Db {
    block_on(async {
        let db: Db = Db::connect("sqlite::memory:").await.expect("a database");
        let mut conn = db.connection().await.expect("a connection");
        conn.spawn_blocking(move |conn| conn.batch_execute(sql)).await.expect("the statements run");
        drop(conn);
        db
    })
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}
