//! What a statement is written for, where the pieces of it that are ours have to know: diesel writes them one by one, and
//! the parts of a boxed query cannot be exchanged or taken off again.

#[cfg(any(feature = "postgres", feature = "mysql"))]
use std::borrow::Cow;
use std::cell::RefCell;

#[cfg(any(feature = "postgres", feature = "mysql"))]
use diesel::backend::Backend;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use diesel::query_builder::AstPass;

enum Purpose {
    /// Its rows.
    Rows,
    /// Their number alone, for which no order matters.
    Count,
    /// Its rows, each with the result of another statement in a column more.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    RowsWith { column: Cow<'static, str>, is_written: bool },
}

thread_local! {
    static PURPOSE: RefCell<Purpose> = const { RefCell::new(Purpose::Rows) };
}

/// Statements that are written later are for their rows again, whatever happens.
struct ForRowsAgain;

impl Drop for ForRowsAgain {
    fn drop(&mut self) {
        PURPOSE.set(Purpose::Rows);
    }
}

/// Writes a statement that only counts.
pub(super) fn counting<T>(write: impl FnOnce() -> T) -> T {
    PURPOSE.set(Purpose::Count);
    let _later = ForRowsAgain;
    write()
}

/// Whether the statement that is written only counts.
pub(super) fn is_counting() -> bool {
    PURPOSE.with_borrow(|purpose| matches!(purpose, Purpose::Count))
}

/// Writes a statement that selects a last column more, which begins with its comma; whether it does, since a selection of the
/// user's own has no room for it.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(super) fn selecting_besides<T>(
    column: Cow<'static, str>,
    write: impl FnOnce() -> T,
) -> (T, bool) {
    PURPOSE.set(Purpose::RowsWith { column, is_written: false });
    let _later = ForRowsAgain;
    let written = write();
    let has_column = PURPOSE
        .with_borrow(|purpose| matches!(purpose, Purpose::RowsWith { is_written: true, .. }));
    (written, has_column)
}

/// Writes that column behind the others.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(super) fn write_besides<DB: Backend>(out: &mut AstPass<'_, '_, DB>) {
    PURPOSE.with_borrow_mut(|purpose| {
        if let Purpose::RowsWith { column, is_written } = purpose {
            out.push_sql(column);
            *is_written = true;
        }
    });
}
