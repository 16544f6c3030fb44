//! Whether a transaction is open: SQLite has no statement that tells, and diesel no way to ask.

use diesel::QueryResult;
use diesel::connection::SimpleConnection as _;
use diesel::result::Error;
use diesel::sqlite::SqliteConnection;

use crate::diesel::in_flight::InFlight;

/// What SQLite says where a transaction is open.
const WITHIN: &str = "cannot start a transaction within a transaction";

/// Whether none is: it cannot be begun while one is open.
pub(super) fn is_nothing_open(
    conn: &mut SqliteConnection,
    in_flight: &InFlight,
) -> QueryResult<bool> {
    quietly(conn, in_flight, |conn| match conn.batch_execute("BEGIN") {
        Ok(()) => conn.batch_execute("ROLLBACK").map(|()| true),
        Err(Error::DatabaseError(_, info)) if info.message() == WITHIN => Ok(false),
        Err(error) => Err(error),
    })
}

/// Does what nobody has asked for.
pub(super) fn quietly<R>(
    conn: &mut SqliteConnection,
    in_flight: &InFlight,
    run: impl FnOnce(&mut SqliteConnection) -> R,
) -> R {
    in_flight.set_quiet(true);
    let result = run(conn);
    in_flight.set_quiet(false);
    result
}
