//! Statements on PostgreSQL. What does not depend on one another is sent at once.

use diesel::deserialize::FromSqlRow;
use diesel::pg::Pg;
use diesel::query_builder::{AsQuery, Query, QueryFragment, QueryId};
use diesel::query_dsl::CompatibleType;
use diesel::sql_types::BigInt;
use diesel::{OptionalExtension as _, QueryResult};
use diesel_async::AsyncConnectionCore;
use diesel_async::methods::LoadQuery;
use futures_util::future::try_join;

use super::PgConn;
use crate::diesel::networked::{collect, run_by_diesel_async, total};
use crate::diesel::pool::out_of_reach;
use crate::diesel::window::{CountOf, Fetched, Limited, Slice, Window};
use crate::diesel::{Load as _, LoadWindow, Store, Via};

run_by_diesel_async!(PgConn, Pg);

/// What comes back for a query.
type Answer<'c> = <&'c PgConn as AsyncConnectionCore>::LoadFuture<'c, 'c>;

/// Sends a query. Its text and its values are taken from it at once.
fn send<'c, Q>(conn: &'c PgConn, query: Q) -> Answer<'c>
where
    Q: AsQuery,
    Q::Query: QueryFragment<Pg> + QueryId,
{
    let mut conn = conn;
    AsyncConnectionCore::load(&mut conn, query)
}

/// The rows in an answer.
async fn rows<T: FromSqlRow<ST, Pg>, ST>(answer: Answer<'_>) -> QueryResult<Vec<T>> {
    collect(answer.await?, |row| T::build_from_row(row)).await
}

impl<Counting, Selecting, T, ST> LoadWindow<Counting, Selecting, T> for PgConn
where
    Counting: Send + 'static,
    for<'a> CountOf<'a, Counting>: QueryFragment<Pg> + QueryId + Query<SqlType = BigInt>,
    Limited<Selecting>: QueryFragment<Pg> + QueryId + Query,
    <Limited<Selecting> as Query>::SqlType: CompatibleType<T, Pg, SqlType = ST>,
    T: FromSqlRow<ST, Pg>,
{
    async fn load_window(
        &mut self,
        counting: Counting,
        window: Window,
        select: impl FnOnce(Counting) -> Selecting + Send + 'static,
    ) -> QueryResult<Fetched<T>> {
        let conn: &Self = self;
        let slice = match window {
            Window::All => None,
            Window::Slice(slice) => Some(slice),
            Window::Counted(choose) => {
                let counted = rows::<i64, BigInt>(send(conn, CountOf(&counting)));
                return match choose(u64::MAX).filter(Slice::is_near) {
                    // Which page it is does not depend on the count: both are asked at once.
                    Some(guess) => {
                        let page = send(conn, Limited::new(select(counting), Some(guess)));
                        let (counted, rows) = try_join(counted, rows::<T, ST>(page)).await?;
                        let total = total(counted)?;
                        Ok(match choose(total) {
                            Some(slice) if slice == guess => {
                                Fetched { rows: Some(rows), count: Some(total) }
                            }
                            Some(_) => Fetched::nothing(total),
                            None => Fetched::no_page(total),
                        })
                    }
                    None => {
                        let total = total(counted.await?)?;
                        match choose(total) {
                            None => Ok(Fetched::no_page(total)),
                            Some(slice) if slice.offset >= total => Ok(Fetched::nothing(total)),
                            slice => {
                                let page = send(conn, Limited::new(select(counting), slice));
                                let rows = Some(rows::<T, ST>(page).await?);
                                Ok(Fetched { rows, count: Some(total) })
                            }
                        }
                    }
                };
            }
        };
        let rows = rows::<T, ST>(send(conn, Limited::new(select(counting), slice))).await?;
        Ok(Fetched { rows: Some(rows), count: None })
    }
}

impl<S, T> Store<S, T> for PgConn
where
    S: for<'q> LoadQuery<'q, PgConn, T> + Send + 'static,
    T: Send + 'static,
{
    async fn store(via: Via<'_, Self>, statement: S) -> QueryResult<Option<T>> {
        match via {
            Via::Connection(conn) => conn.get_result(statement).await.optional(),
            Via::Database(db) => {
                out_of_reach(db.connection().await)?.get_result(statement).await.optional()
            }
        }
    }
}
