//! Rows of PostgreSQL, as diesel reads them.

use std::error::Error;
use std::num::NonZeroU32;
use std::ops::Range;

use diesel::backend::Backend;
use diesel::pg::{Pg, PgValue};
use diesel::row::{Field, PartialRow, Row, RowIndex, RowSealed};
use tokio_postgres::types::{FromSql, Type};

/// A row that a query has brought.
#[derive(Debug)]
pub struct PgRow(tokio_postgres::Row);

impl PgRow {
    pub(super) fn new(row: tokio_postgres::Row) -> Self {
        Self(row)
    }

    /// The number in its last column.
    pub(super) fn last_number(&self) -> Option<i64> {
        self.0.try_get(self.0.len().checked_sub(1)?).ok()
    }
}

impl RowSealed for PgRow {}

impl RowIndex<usize> for PgRow {
    fn idx(&self, place: usize) -> Option<usize> {
        (place < self.0.len()).then_some(place)
    }
}

impl RowIndex<&str> for PgRow {
    fn idx(&self, name: &str) -> Option<usize> {
        self.0.columns().iter().position(|column| column.name() == name)
    }
}

impl<'r> Row<'r, Pg> for PgRow {
    type Field<'f>
        = PgField<'f>
    where
        'r: 'f,
        Self: 'f;
    type InnerPartialRow = Self;

    fn field_count(&self) -> usize {
        self.0.len()
    }

    fn get<'f, I>(&'f self, place: I) -> Option<PgField<'f>>
    where
        'r: 'f,
        Self: RowIndex<I>,
    {
        let place = self.idx(place)?;
        let Raw(value) = self.0.try_get(place).ok()?;
        Some(PgField { row: self, place, value })
    }

    fn partial_row(&self, range: Range<usize>) -> PartialRow<'_, Self> {
        PartialRow::new(self, range)
    }
}

/// A value in a row, as it was sent.
#[derive(Debug)]
pub struct PgField<'r> {
    row: &'r PgRow,
    place: usize,
    value: Option<(&'r [u8], NonZeroU32)>,
}

impl<'r> Field<'r, Pg> for PgField<'r> {
    fn field_name(&self) -> Option<&str> {
        self.row.0.columns().get(self.place).map(|column| column.name())
    }

    fn value(&self) -> Option<<Pg as Backend>::RawValue<'_>> {
        self.value.as_ref().map(|(bytes, kind)| PgValue::new(bytes, kind))
    }
}

/// The bytes of a value, with the number of its type.
struct Raw<'r>(Option<(&'r [u8], NonZeroU32)>);

impl<'r> FromSql<'r> for Raw<'r> {
    fn from_sql(kind: &Type, bytes: &'r [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let kind = NonZeroU32::new(kind.oid()).ok_or("a value without a type")?;
        Ok(Self(Some((bytes, kind))))
    }

    fn from_sql_null(_kind: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_kind: &Type) -> bool {
        true
    }
}
