//! Statements whose text depends on which columns are set. diesel prepares its own anew each time; these
//! have one text for each set of columns, by which their prepared statements are kept.

mod many;
#[cfg(any(feature = "sqlite", feature = "mysql"))]
mod read_back;

use std::cell::RefCell;

use diesel::backend::Backend;
use diesel::expression::Expression;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::fixed::{Fixed, Selection};
use super::operand::{Binds, Operand};
#[cfg(feature = "postgres")]
use super::postgres::Pieces;
use super::sql::Condition;
pub use many::Many;
#[cfg(feature = "mysql")]
pub(super) use read_back::{Alone, NewRow, Returned, ReturnedRow};
#[cfg(any(feature = "sqlite", feature = "mysql"))]
pub(super) use read_back::{RowStoredLast, RowWithKey, Stored, not_found_again};

/// A row that is to be stored: a new one, or a change of one.
pub struct Write<DB: Backend + 'static> {
    table: &'static Fixed,
    /// The name of the primary key without its table.
    key: &'static Fixed,
    /// The key of the row that is changed; `None` for a new row.
    changed: Option<Operand<DB>>,
    /// Whether the database counts the key.
    #[cfg(feature = "sqlite")]
    counted: bool,
    columns: Vec<(&'static Fixed, Operand<DB>)>,
    /// Whether each column that can be set has a value.
    #[cfg(any(feature = "sqlite", feature = "mysql"))]
    is_whole: bool,
    unless: Vec<Condition<DB>>,
}

impl<DB: Backend> Write<DB> {
    /// A new row, as yet without values: each column has its default. `key` is the name of the primary key without its
    /// table, `counted` whether the database counts it.
    #[cfg_attr(
        not(feature = "sqlite"),
        expect(unused_variables, reason = "only SQLite needs to know whether a key is counted")
    )]
    pub fn insert(table: &'static Fixed, key: &'static Fixed, counted: bool) -> Self {
        Self {
            table,
            key,
            changed: None,
            #[cfg(feature = "sqlite")]
            counted,
            columns: Vec::with_capacity(8),
            #[cfg(any(feature = "sqlite", feature = "mysql"))]
            is_whole: true,
            unless: Vec::new(),
        }
    }

    /// A change of the row with a primary key; one column at least is to be set.
    pub fn update(table: &'static Fixed, key: &'static Fixed, value: Operand<DB>) -> Self {
        Self { changed: Some(value), ..Self::insert(table, key, false) }
    }

    /// The same, with the value of a column, if there is one.
    #[must_use]
    pub fn set(mut self, column: &'static Fixed, value: Option<Operand<DB>>) -> Self {
        #[cfg(any(feature = "sqlite", feature = "mysql"))]
        {
            self.is_whole &= value.as_ref().is_some_and(Operand::has_one_text);
        }
        self.columns.extend(value.map(|value| (column, value)));
        self
    }

    /// The same, unless a row of the table satisfies one of these. A new row has a value at least.
    #[must_use]
    pub fn unless(mut self, unless: Vec<Condition<DB>>) -> Self {
        self.unless = unless;
        self
    }

    /// ` WHERE users.id = `
    fn write_key(&self, push: &mut dyn FnMut(&str)) {
        for piece in [" WHERE ", self.table.text(), ".", self.key.text(), " = "] {
            push(piece);
        }
    }

    /// `INSERT INTO users (username, email) VALUES (`
    fn write_insert(&self, no_values: &str, is_conditional: bool, push: &mut dyn FnMut(&str)) {
        push("INSERT INTO ");
        push(self.table.text());
        let mut before = " (";
        for (name, _) in &self.columns {
            push(before);
            push(name.text());
            before = ", ";
        }
        push(match (self.columns.is_empty(), is_conditional) {
            (true, _) => no_values,
            (false, false) => ") VALUES (",
            (false, true) => ") SELECT ",
        });
    }

    /// Whether it is a new row with a value in each column that can be set: for the rows of a type there is one text of it.
    #[cfg(any(feature = "sqlite", feature = "mysql"))]
    pub(super) fn is_known(&self) -> bool {
        self.changed.is_none() && self.is_whole
    }

    /// PostgreSQL knows statements by what they are made of.
    #[cfg(not(any(feature = "sqlite", feature = "mysql")))]
    fn is_known(&self) -> bool {
        false
    }
}

impl<DB: Binds> Write<DB> {
    fn walk<'b>(
        &'b self,
        out: &mut AstPass<'_, 'b, DB>,
        no_values: &str,
        unless: &'b [Condition<DB>],
    ) -> QueryResult<()> {
        match &self.changed {
            Some(key) => self.walk_update(out, key, unless),
            None => self.walk_insert(out, no_values, unless),
        }
    }

    /// `INSERT INTO users (username, email) VALUES (?, ?)`, or `SELECT ?, ? WHERE …` in the place of the values.
    fn walk_insert<'b>(
        &'b self,
        out: &mut AstPass<'_, 'b, DB>,
        no_values: &str,
        unless: &'b [Condition<DB>],
    ) -> QueryResult<()> {
        // Where the statement is found by its type, diesel walks through it for its values alone, and drops the pieces.
        match self.is_known() && unless.is_empty() {
            true => self.write_insert(no_values, false, &mut |piece| out.push_sql(piece)),
            false => at_once(out, |text| {
                let is_conditional = !unless.is_empty();
                self.write_insert(no_values, is_conditional, &mut |piece| text.push_str(piece));
            }),
        }
        if self.columns.is_empty() {
            return Ok(());
        }
        let mut before = "";
        for (_, value) in &self.columns {
            out.push_sql(before);
            value.walk_ast(out.reborrow())?;
            before = ", ";
        }
        if unless.is_empty() {
            out.push_sql(")");
        }
        self.walk_unless(unless, " WHERE ", out)
    }

    /// `UPDATE users SET email = ? WHERE users.id = ?`
    fn walk_update<'b>(
        &'b self,
        out: &mut AstPass<'_, 'b, DB>,
        key: &'b Operand<DB>,
        unless: &'b [Condition<DB>],
    ) -> QueryResult<()> {
        let mut columns = self.columns.iter();
        if let Some((name, value)) = columns.next() {
            at_once(out, |text| {
                text.extend(["UPDATE ", self.table.text(), " SET ", name.text(), " = "]);
            });
            value.walk_ast(out.reborrow())?;
        }
        for (name, value) in columns {
            for part in [", ", name.text(), " = "] {
                out.push_sql(part);
            }
            value.walk_ast(out.reborrow())?;
        }
        at_once(out, |text| self.write_key(&mut |piece| text.push_str(piece)));
        key.walk_ast(out.reborrow())?;
        self.walk_unless(unless, " AND ", out)
    }

    /// ` AND NOT EXISTS (SELECT 1 FROM users WHERE users.username = ?)` for each condition.
    fn walk_unless<'b>(
        &'b self,
        unless: &'b [Condition<DB>],
        mut before: &'static str,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        for condition in unless {
            out.push_sql(before);
            out.push_sql("NOT EXISTS (SELECT 1 FROM ");
            out.push_sql(self.table.text());
            out.push_sql(" WHERE ");
            condition.walk_ast(out.reborrow())?;
            out.push_sql(")");
            before = " AND ";
        }
        Ok(())
    }
}

thread_local! {
    /// Where pieces of statements are put together.
    static PIECES: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Writes several pieces as one: diesel's text grows with each, and allocators are slow at that.
pub(super) fn at_once<DB: Backend>(out: &mut AstPass<'_, '_, DB>, write: impl FnOnce(&mut String)) {
    PIECES.with_borrow_mut(|text| {
        text.clear();
        write(text);
        out.push_sql(text);
    });
}

/// A row that is to be stored, and what `E` selects of it then.
pub struct Returning<DB: Backend + 'static, E> {
    pub(super) write: Write<DB>,
    selection: Selection<E>,
}

impl<DB: Backend, E> Returning<DB, E> {
    /// Of this row.
    pub fn new(write: Write<DB>, selection: Selection<E>) -> Self {
        Self { write, selection }
    }
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
impl<DB: Backend, E> Returning<DB, E> {
    /// What is bound in it, in this order, but in its conditions.
    pub(super) fn operands(&self) -> impl Iterator<Item = &Operand<DB>> {
        self.write.columns.iter().map(|(_, value)| value).chain(&self.write.changed)
    }
}

#[cfg(feature = "postgres")]
impl<E> Returning<diesel::pg::Pg, E> {
    /// What its text is made of; `None` if that is not always the same, or too much to be remembered.
    pub(super) fn pieces(&self) -> Option<Pieces> {
        let Write { table, key, changed, columns, unless, .. } = &self.write;
        if !unless.is_empty() || !self.operands().all(Operand::has_one_text) {
            return None;
        }
        let mut pieces = Pieces::new()
            .and(if changed.is_some() { "UPDATE" } else { "INSERT" })?
            .and(table.text())?
            .and(key.text())?
            .and(self.selection.text())?;
        for (column, _) in columns {
            pieces = pieces.and(column.text())?;
        }
        Some(pieces)
    }
}

impl<DB: Backend, E: Expression> Query for Returning<DB, E> {
    type SqlType = E::SqlType;
}

/// The same text is the same statement, however long it takes to write.
impl<DB: Backend, E> QueryId for Returning<DB, E> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// With ` RETURNING …`
impl<DB: Binds, E> QueryFragment<DB> for Returning<DB, E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.write.walk(&mut out, " DEFAULT VALUES", &self.write.unless)?;
        out.push_sql(" RETURNING ");
        self.selection.walk_ast(out)
    }
}
