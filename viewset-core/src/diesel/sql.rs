//! Pieces of SQL that are put together at run time: conditions and orderings over columns that are known at
//! compile time.
//!
//! A model's boxed query takes any expression that is true or false; here there is one such type for all
//! columns and lookups, so that a filter costs no further diesel types. What is compared with a column is
//! bound, with the column's own type; nothing that a client sent becomes SQL text.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

use super::operand::{Binds, Operand};
use super::purpose::is_counting;

/// A column or a table, as diesel writes it.
pub type Name<DB> = dyn QueryFragment<DB> + Send + Sync;

/// What a row has to satisfy.
pub struct Condition<DB: Backend + 'static>(Node<DB>);

enum Node<DB: Backend + 'static> {
    /// `column = ?`, or another operator, with what stands behind the value.
    Compare { column: Side<DB>, operator: &'static str, operand: Operand<DB>, end: &'static str },
    /// `column IN (?, ?)`
    In { column: Side<DB>, operands: Vec<Operand<DB>> },
    /// `column BETWEEN ? AND ?`
    Between { column: Side<DB>, low: Operand<DB>, high: Operand<DB> },
    /// `column IS NULL`
    IsNull { column: Side<DB>, negated: bool },
    /// `(a AND b)`; all rows satisfy an empty one.
    All(Vec<Condition<DB>>),
    /// `(a OR b)`; no row satisfies an empty one.
    Any(Vec<Condition<DB>>),
    /// `column IN (SELECT key FROM table WHERE …)`
    Within { column: &'static Name<DB>, relation: Relation<DB>, inner: Box<Condition<DB>> },
}

/// The left side of a comparison: a column, or a function of it.
pub struct Side<DB: Backend + 'static> {
    before: &'static str,
    column: &'static Name<DB>,
    after: &'static str,
}

/// Another table, and the column of it that is compared with one of this table.
pub struct Relation<DB: Backend + 'static> {
    /// The table.
    pub table: &'static Name<DB>,
    /// Its column.
    pub key: &'static Name<DB>,
    /// The name of this column.
    pub key_name: &'static str,
}

impl<DB: Backend> Clone for Relation<DB> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<DB: Backend> Copy for Relation<DB> {}

impl<DB: Backend> Side<DB> {
    /// The column itself.
    pub const fn of(column: &'static Name<DB>) -> Self {
        Self::call("", column, "")
    }

    /// A function of the column: `CAST(strftime('%Y', column) AS INTEGER)`.
    pub const fn call(
        before: &'static str,
        column: &'static Name<DB>,
        after: &'static str,
    ) -> Self {
        Self { before, column, after }
    }

    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.before);
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(self.after);
        Ok(())
    }
}

impl<DB: Backend> Condition<DB> {
    /// `column operator ?`, with `end` behind the value.
    pub fn compare(
        column: Side<DB>,
        operator: &'static str,
        operand: Operand<DB>,
        end: &'static str,
    ) -> Self {
        Self(Node::Compare { column, operator, operand, end })
    }

    /// `column = ?`
    pub fn equals(column: &'static Name<DB>, operand: Operand<DB>) -> Self {
        Self::compare(Side::of(column), " = ", operand, "")
    }

    /// `column <> ?`
    pub fn differs(column: &'static Name<DB>, operand: Operand<DB>) -> Self {
        Self::compare(Side::of(column), " <> ", operand, "")
    }

    /// The column is one of these.
    pub fn is_in(column: &'static Name<DB>, operands: Vec<Operand<DB>>) -> Self {
        Self(Node::In { column: Side::of(column), operands })
    }

    /// The column lies between these, both included.
    pub fn between(column: &'static Name<DB>, low: Operand<DB>, high: Operand<DB>) -> Self {
        Self(Node::Between { column: Side::of(column), low, high })
    }

    /// The column is NULL, or is not.
    pub fn is_null(column: &'static Name<DB>, negated: bool) -> Self {
        Self(Node::IsNull { column: Side::of(column), negated })
    }

    /// All of these.
    pub fn all(conditions: Vec<Self>) -> Self {
        Self(Node::All(conditions))
    }

    /// One of these at least.
    pub fn any(conditions: Vec<Self>) -> Self {
        Self(Node::Any(conditions))
    }

    /// A row of another table satisfies `inner` and has its key in `column`.
    pub fn within(column: &'static Name<DB>, relation: Relation<DB>, inner: Self) -> Self {
        Self(Node::Within { column, relation, inner: Box::new(inner) })
    }
}

impl<DB: Backend> Expression for Condition<DB> {
    type SqlType = Bool;
}

/// The macros name columns of the model's own table only; a relation brings its table along.
impl<DB: Backend, QS> AppearsOnTable<QS> for Condition<DB> {}

impl<DB: Backend> ValidGrouping<()> for Condition<DB> {
    type IsAggregate = is_aggregate::No;
}

impl<DB: Backend> QueryId for Condition<DB> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Binds> QueryFragment<DB> for Condition<DB> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        match &self.0 {
            Node::Compare { column, operator, operand, end } => {
                column.walk(&mut out)?;
                out.push_sql(operator);
                operand.walk_ast(out.reborrow())?;
                out.push_sql(end);
            }
            Node::In { operands, .. } if operands.is_empty() => out.push_sql("1 = 0"),
            Node::In { column, operands } => {
                // Each number of values is a statement of its own; none is worth keeping.
                out.unsafe_to_cache_prepared();
                column.walk(&mut out)?;
                out.push_sql(" IN (");
                separated(operands, ", ", &mut out)?;
                out.push_sql(")");
            }
            Node::Between { column, low, high } => {
                column.walk(&mut out)?;
                out.push_sql(" BETWEEN ");
                low.walk_ast(out.reborrow())?;
                out.push_sql(" AND ");
                high.walk_ast(out.reborrow())?;
            }
            Node::IsNull { column, negated } => {
                column.walk(&mut out)?;
                out.push_sql(if *negated { " IS NOT NULL" } else { " IS NULL" });
            }
            Node::All(conditions) => group(conditions, " AND ", "1 = 1", &mut out)?,
            Node::Any(conditions) => group(conditions, " OR ", "1 = 0", &mut out)?,
            Node::Within { column, relation, inner } => {
                column.walk_ast(out.reborrow())?;
                out.push_sql(" IN (SELECT ");
                relation.key.walk_ast(out.reborrow())?;
                out.push_sql(" FROM ");
                relation.table.walk_ast(out.reborrow())?;
                out.push_sql(" WHERE ");
                inner.walk_ast(out.reborrow())?;
                out.push_sql(")");
            }
        }
        Ok(())
    }
}

/// The conditions in brackets; beyond a few of them the statement is not worth keeping.
fn group<'b, DB: Binds>(
    conditions: &'b [Condition<DB>],
    operator: &str,
    empty: &str,
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    if conditions.is_empty() {
        out.push_sql(empty);
        return Ok(());
    }
    if conditions.len() > 8 {
        out.unsafe_to_cache_prepared();
    }
    out.push_sql("(");
    separated(conditions, operator, out)?;
    out.push_sql(")");
    Ok(())
}

fn separated<'b, DB: Binds, T: QueryFragment<DB>>(
    parts: &'b [T],
    separator: &str,
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            out.push_sql(separator);
        }
        part.walk_ast(out.reborrow())?;
    }
    Ok(())
}

/// What the rows are sorted by.
pub struct Ordering<DB: Backend + 'static>(Vec<Sort<DB>>);

/// A column to sort by.
pub struct Sort<DB: Backend + 'static> {
    column: Sorted<DB>,
    descending: bool,
}

/// Where a column is that is sorted by.
enum Sorted<DB: Backend + 'static> {
    Here(&'static Name<DB>),
    Elsewhere(Step<DB>),
}

/// A column of another table, and how to get there.
pub struct Step<DB: Backend + 'static> {
    /// The column of this table that refers to the other.
    pub from: &'static Name<DB>,
    /// The other table.
    pub table: &'static Name<DB>,
    /// The name of its key.
    pub key: &'static str,
    /// The name of the column.
    pub column: &'static str,
}

impl<DB: Backend> Ordering<DB> {
    /// By these columns.
    pub fn new(terms: Vec<Sort<DB>>) -> Self {
        Self(terms)
    }
}

impl<DB: Backend> Clone for Step<DB> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<DB: Backend> Copy for Step<DB> {}

impl<DB: Backend> Sort<DB> {
    /// By a column of the model's own table.
    pub fn by(column: &'static Name<DB>, descending: bool) -> Self {
        Self { column: Sorted::Here(column), descending }
    }

    /// By a column of another table.
    pub fn by_related(step: Step<DB>, descending: bool) -> Self {
        Self { column: Sorted::Elsewhere(step), descending }
    }

    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()> {
        match &self.column {
            Sorted::Here(column) => column.walk_ast(out.reborrow())?,
            Sorted::Elsewhere(step) => {
                // The other table may be the same one, so it has a name of its own.
                out.push_sql("(SELECT other.");
                out.push_identifier(step.column)?;
                out.push_sql(" FROM ");
                step.table.walk_ast(out.reborrow())?;
                out.push_sql(" AS other WHERE other.");
                out.push_identifier(step.key)?;
                out.push_sql(" = ");
                step.from.walk_ast(out.reborrow())?;
                out.push_sql(")");
            }
        }
        out.push_sql(if self.descending { " DESC" } else { " ASC" });
        Ok(())
    }
}

impl<DB: Backend> Expression for Ordering<DB> {
    type SqlType = Bool;
}

/// As for conditions.
impl<DB: Backend, QS> AppearsOnTable<QS> for Ordering<DB> {}

impl<DB: Backend> ValidGrouping<()> for Ordering<DB> {
    type IsAggregate = is_aggregate::No;
}

impl<DB: Backend> QueryId for Ordering<DB> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> QueryFragment<DB> for Ordering<DB> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if is_counting() {
            // The first column, which is a constant.
            out.push_sql("1");
            return Ok(());
        }
        for (place, term) in self.0.iter().enumerate() {
            if place > 0 {
                out.push_sql(", ");
            }
            term.walk(&mut out)?;
        }
        Ok(())
    }
}
