//! What the server refuses.

use super::*;
use crate::diesel::constraint::is_refusal;

/// The error of a statement in which the server raises one.
async fn raised(conn: &mut PgConn, options: &str) -> Error {
    let raise = format!("DO $$ BEGIN RAISE EXCEPTION USING {options}; END $$");
    conn.batch_execute(&raise).await.unwrap_err()
}

#[test]
fn what_a_server_refuses_is_told_by_its_code_in_whatever_language() {
    const STATUSES: [(u16, &[&str]); 4] = [
        (400, &["22001", "22003", "22007", "22008", "22021", "22P02", "22P05", "2201B", "54001"]),
        (503, &["08006", "25006", "40001", "40003", "40P01", "53200", "53300", "53400", "55006"]),
        (503, &["55P03", "57014", "57P01", "57P02", "57P03", "57P04", "57P05", "58030"]),
        (507, &["53100"]),
    ];
    run(async |mut conn| {
        for (status, code) in STATUSES
            .iter()
            .flat_map(|(status, codes)| codes.iter().map(move |code| (*status, *code)))
        {
            let error =
                raised(&mut conn, &format!("ERRCODE = '{code}', MESSAGE = 'geht nicht'")).await;
            assert_eq!(error.to_string(), "geht nicht");
            assert_eq!(is_refusal(&error), code.starts_with("22"), "{code}");
            assert_eq!(crate::error::Error::from(error).status().as_u16(), status, "{code}");
        }
        // The connection is none the worse for it.
        assert!(!conn.in_flight.is_lost());
    });
}

#[test]
fn what_a_server_says_is_no_code() {
    run(async |mut conn| {
        for text in ["database is locked", "Too many connections", "database or disk is full"] {
            let error = raised(&mut conn, &format!("MESSAGE = '{text}'")).await;
            assert_eq!(crate::error::Error::from(error).status().as_u16(), 500, "{text}");
        }
    });
}

#[test]
fn a_connection_that_the_server_ends_is_lost_in_whatever_language() {
    run(async |mut conn| {
        let end = sql_query("SELECT pg_terminate_backend(pg_backend_pid())");
        let error = end.execute(&mut conn).await.unwrap_err();
        let kind = DatabaseErrorKind::ClosedConnection;
        assert!(matches!(error, Error::DatabaseError(other, _) if other == kind));
        assert!(conn.in_flight.is_lost());
        assert_eq!(crate::error::Error::from(error).status().as_u16(), 503);
    });
}
