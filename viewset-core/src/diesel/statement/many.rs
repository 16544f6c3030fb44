//! Statements about many rows of a table at once.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::{Binds, Fixed, Write, at_once};
use crate::diesel::sql::Condition;

/// Rows of one table, for one statement. There may be any number of them, so it is prepared anew each time.
pub enum Many<DB: Backend + 'static> {
    /// These are stored, one row at least; all have values in the same columns, of which there is one at least.
    New(Vec<Write<DB>>),
    /// Those of the table that satisfy the condition are deleted.
    Gone(&'static Fixed, Condition<DB>),
}

impl<DB: Backend> QueryId for Many<DB> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Binds> QueryFragment<DB> for Many<DB> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        match self {
            Self::New(rows) => walk_new(rows, &mut out),
            Self::Gone(table, which) => {
                at_once(&mut out, |text| text.extend(["DELETE FROM ", table.text(), " WHERE "]));
                which.walk_ast(out)
            }
        }
    }
}

/// `INSERT INTO book_tags (book_id, tag_id) VALUES (?, ?), (?, ?)`
fn walk_new<'b, DB: Binds>(
    rows: &'b [Write<DB>],
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    if let Some(first) = rows.first() {
        at_once(out, |text| first.write_insert("", false, &mut |piece| text.push_str(piece)));
    }
    for (place, row) in rows.iter().enumerate() {
        let mut before = if place == 0 { "" } else { "), (" };
        for (_, value) in &row.columns {
            out.push_sql(before);
            value.walk_ast(out.reborrow())?;
            before = ", ";
        }
    }
    out.push_sql(")");
    Ok(())
}
