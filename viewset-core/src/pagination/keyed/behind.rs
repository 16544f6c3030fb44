//! What is true of the rows that come after a row in an ordering.

use diesel::backend::Backend;

use super::fetch::Term;
use crate::diesel::{Condition, DbConnection, Side};
use crate::pagination::keyset::Keyset;

/// The rows behind a row: those that differ from it first in a column in which they come later. `None` if the
/// token has no such values.
pub(super) fn behind<C: DbConnection>(
    terms: &[Term<C::Backend>],
    start: &Keyset,
) -> Option<Condition<C::Backend>> {
    if terms.len() != start.values.len() {
        return None;
    }
    let mut alternatives = Vec::new();
    for place in 0..terms.len() {
        let value = start.values.get(place)?.as_deref();
        let later = later::<C>(terms.get(place)?, value, start.reverse)?;
        let Some(later) = later else { continue };
        let mut all = same(terms.get(..place)?, start)?;
        all.push(later);
        alternatives.push(Condition::all(all));
    }
    if start.inclusive {
        alternatives.push(Condition::all(same(terms, start)?));
    }
    Some(Condition::any(alternatives))
}

/// The rows with the same values in these columns.
fn same<DB: Backend + 'static>(terms: &[Term<DB>], start: &Keyset) -> Option<Vec<Condition<DB>>> {
    let equals = |(term, value): (&Term<DB>, &Option<String>)| {
        Some(match value {
            None => Condition::is_null(term.sql, false),
            Some(text) => Condition::equals(term.sql, (term.operand)(text).ok()?),
        })
    };
    terms.iter().zip(&start.values).map(equals).collect()
}

/// The rows that come later by one column; `Some(None)` if none can.
#[expect(
    clippy::option_option,
    reason = "a value that cannot be read is another thing than no rows"
)]
fn later<C: DbConnection>(
    term: &Term<C::Backend>,
    value: Option<&str>,
    reverse: bool,
) -> Option<Option<Condition<C::Backend>>> {
    let sql = term.sql;
    let descending = term.descending != reverse;
    let nulls_last = C::NULLS_ARE_LEAST == descending;
    let Some(text) = value else {
        return Some((!nulls_last).then(|| Condition::is_null(sql, true)));
    };
    let operator = if descending { " < " } else { " > " };
    let operand = (term.operand)(text).ok()?;
    let later = Condition::compare(Side::of(sql), operator, operand, "");
    Some(Some(match term.nullable && nulls_last {
        true => Condition::any(vec![later, Condition::is_null(sql, false)]),
        false => later,
    }))
}
