//! Statements whose text depends on which columns are set. diesel prepares its own anew each time; these
//! have one text for each set of columns, by which their prepared statements are kept.

#[cfg(any(feature = "sqlite", feature = "mysql"))]
mod read_back;

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::expression::Expression;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::fixed::Fixed;
use super::sql::{Condition, Name, Operand};
#[cfg(feature = "sqlite")]
pub(super) use read_back::InSteps;
#[cfg(any(feature = "sqlite", feature = "mysql"))]
pub(super) use read_back::{Alone, Stored};

/// Columns with the values that they are set to.
type Values<DB> = Vec<(&'static Fixed, Operand<DB>)>;

/// A row to be stored.
pub struct Insert<DB: Backend + 'static, Returning> {
    table: &'static Name<DB>,
    #[cfg(any(feature = "sqlite", feature = "mysql"))]
    key: &'static Fixed,
    /// Whether the database counts the key.
    #[cfg(feature = "sqlite")]
    counted: bool,
    columns: Values<DB>,
    unless: Vec<Condition<DB>>,
    returning: Returning,
}

impl<DB: Backend, Returning> Insert<DB, Returning> {
    /// A row without values: each column has its default. `key` is the name of the primary key without its table,
    /// `counted` whether the database counts it.
    #[cfg_attr(
        not(feature = "sqlite"),
        expect(
            unused_variables,
            reason = "databases that return what they store find it by no key"
        )
    )]
    pub fn new(
        table: &'static Name<DB>,
        key: &'static Fixed,
        counted: bool,
        returning: Returning,
    ) -> Self {
        Self {
            table,
            #[cfg(any(feature = "sqlite", feature = "mysql"))]
            key,
            #[cfg(feature = "sqlite")]
            counted,
            columns: Vec::new(),
            unless: Vec::new(),
            returning,
        }
    }

    /// The same, with the value of a column, if there is one.
    #[must_use]
    pub fn set(mut self, column: &'static Fixed, value: Option<Operand<DB>>) -> Self {
        self.columns.extend(value.map(|value| (column, value)));
        self
    }

    /// The same, unless a row satisfies one of these. It has a value at least.
    #[must_use]
    pub fn unless(mut self, unless: Vec<Condition<DB>>) -> Self {
        self.unless = unless;
        self
    }
}

/// A changed row.
pub struct Update<DB: Backend + 'static, Returning> {
    table: &'static Name<DB>,
    key: (&'static Fixed, Operand<DB>),
    columns: Values<DB>,
    unless: Vec<Condition<DB>>,
    returning: Returning,
}

impl<DB: Backend, Returning> Update<DB, Returning> {
    /// Of the row with a primary key; one column at least is to be set.
    pub fn new(
        table: &'static Name<DB>,
        key: &'static Fixed,
        value: Operand<DB>,
        returning: Returning,
    ) -> Self {
        Self { table, key: (key, value), columns: Vec::new(), unless: Vec::new(), returning }
    }

    /// The same, with the value of a column, if there is one.
    #[must_use]
    pub fn set(mut self, column: &'static Fixed, value: Option<Operand<DB>>) -> Self {
        self.columns.extend(value.map(|value| (column, value)));
        self
    }

    /// The same, unless a row satisfies one of these.
    #[must_use]
    pub fn unless(mut self, unless: Vec<Condition<DB>>) -> Self {
        self.unless = unless;
        self
    }
}

/// ` AND NOT EXISTS (SELECT 1 FROM users WHERE users.username = ?)` for each condition.
fn walk_unless<'b, DB: Backend>(
    table: &'b Name<DB>,
    unless: &'b [Condition<DB>],
    mut before: &'static str,
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    for condition in unless {
        out.push_sql(before);
        out.push_sql("NOT EXISTS (SELECT 1 FROM ");
        table.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        condition.walk_ast(out.reborrow())?;
        out.push_sql(")");
        before = " AND ";
    }
    Ok(())
}

impl<DB: Backend, Returning: QueryFragment<DB>> Insert<DB, Returning> {
    /// `INSERT INTO users (username, email) VALUES (?, ?)`, or `SELECT ?, ? WHERE …` in the place of the values.
    fn walk<'b>(
        &'b self,
        out: &mut AstPass<'_, 'b, DB>,
        no_values: &str,
        unless: &'b [Condition<DB>],
    ) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        self.table.walk_ast(out.reborrow())?;
        if self.columns.is_empty() {
            out.push_sql(no_values);
            return Ok(());
        }
        let mut before = " (";
        for (name, _) in &self.columns {
            out.push_sql(before);
            name.walk_ast(out.reborrow())?;
            before = ", ";
        }
        before = if unless.is_empty() { ") VALUES (" } else { ") SELECT " };
        for (_, value) in &self.columns {
            out.push_sql(before);
            value.walk_ast(out.reborrow())?;
            before = ", ";
        }
        if unless.is_empty() {
            out.push_sql(")");
        }
        walk_unless(self.table, unless, " WHERE ", out)
    }
}

impl<DB: Backend, Returning> Update<DB, Returning> {
    /// `UPDATE users SET email = ? WHERE id = ?`
    fn walk<'b>(
        &'b self,
        out: &mut AstPass<'_, 'b, DB>,
        unless: &'b [Condition<DB>],
    ) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.table.walk_ast(out.reborrow())?;
        let mut before = " SET ";
        for (name, value) in &self.columns {
            out.push_sql(before);
            name.walk_ast(out.reborrow())?;
            out.push_sql(" = ");
            value.walk_ast(out.reborrow())?;
            before = ", ";
        }
        self.walk_key(out)?;
        walk_unless(self.table, unless, " AND ", out)
    }

    /// ` WHERE users.id = ?`
    fn walk_key<'b>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" WHERE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(".");
        self.key.0.walk_ast(out.reborrow())?;
        out.push_sql(" = ");
        self.key.1.walk_ast(out.reborrow())
    }
}

/// The same text is the same statement, however long it takes to write.
macro_rules! kept_by_its_text {
    ([$($generics:tt)*] $statement:ty) => {
        impl<$($generics)*> QueryId for $statement {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
    };
}

#[cfg(any(feature = "sqlite", feature = "mysql"))]
use kept_by_its_text;

kept_by_its_text!([DB: Backend, Returning] Insert<DB, Returning>);
kept_by_its_text!([DB: Backend, Returning] Update<DB, Returning>);

impl<DB: Backend, Returning: Expression> Query for Insert<DB, Returning> {
    type SqlType = Returning::SqlType;
}

/// With ` RETURNING …`
impl<DB: Backend, Returning: QueryFragment<DB>> QueryFragment<DB> for Insert<DB, Returning> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.walk(&mut out, " DEFAULT VALUES", &self.unless)?;
        out.push_sql(" RETURNING ");
        self.returning.walk_ast(out)
    }
}

impl<DB: Backend, Returning, C> RunQueryDsl<C> for Insert<DB, Returning> {}

impl<DB: Backend, Returning: Expression> Query for Update<DB, Returning> {
    type SqlType = Returning::SqlType;
}

/// With ` RETURNING …`
impl<DB: Backend, Returning: QueryFragment<DB>> QueryFragment<DB> for Update<DB, Returning> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.walk(&mut out, &self.unless)?;
        out.push_sql(" RETURNING ");
        self.returning.walk_ast(out)
    }
}

impl<DB: Backend, Returning, C> RunQueryDsl<C> for Update<DB, Returning> {}
