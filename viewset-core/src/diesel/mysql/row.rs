//! Rows of MySQL, as diesel reads them.

use std::ops::Range;

use diesel::backend::Backend;
use diesel::mysql::data_types::{MysqlTime, MysqlTimestampType};
use diesel::mysql::{Mysql, MysqlType, MysqlValue};
use diesel::row::{Field, PartialRow, Row, RowIndex, RowSealed};
use mysql_async::consts::{ColumnFlags, ColumnType};
use mysql_async::{Column, Value};

/// A row that a query has brought.
#[derive(Debug)]
pub struct MysqlRow(mysql_async::Row);

impl MysqlRow {
    pub(super) fn new(row: mysql_async::Row) -> Self {
        Self(row)
    }

    /// The number in its last column.
    pub(super) fn last_number(&self) -> Option<i64> {
        match self.0.as_ref(self.0.len().checked_sub(1)?)? {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }
}

impl RowSealed for MysqlRow {}

impl RowIndex<usize> for MysqlRow {
    fn idx(&self, place: usize) -> Option<usize> {
        (place < self.0.len()).then_some(place)
    }
}

impl RowIndex<&str> for MysqlRow {
    fn idx(&self, name: &str) -> Option<usize> {
        self.0.columns_ref().iter().position(|column| column.name_ref() == name.as_bytes())
    }
}

impl<'r> Row<'r, Mysql> for MysqlRow {
    type Field<'f>
        = MysqlField<'f>
    where
        'r: 'f,
        Self: 'f;
    type InnerPartialRow = Self;

    fn field_count(&self) -> usize {
        self.0.len()
    }

    fn get<'f, I>(&'f self, place: I) -> Option<MysqlField<'f>>
    where
        'r: 'f,
        Self: RowIndex<I>,
    {
        let place = self.idx(place)?;
        let column = self.0.columns_ref().get(place)?;
        Some(MysqlField { column, value: Held::of(self.0.as_ref(place)?) })
    }

    fn partial_row(&self, range: Range<usize>) -> PartialRow<'_, Self> {
        PartialRow::new(self, range)
    }
}

/// A value in a row.
#[derive(Debug)]
pub struct MysqlField<'r> {
    column: &'r Column,
    value: Option<Held<'r>>,
}

/// The bytes of a value as diesel expects them, which are those of a client in C.
#[derive(Debug)]
enum Held<'r> {
    Sent(&'r [u8]),
    Number([u8; 8]),
    Float([u8; 4]),
    Time([u8; size_of::<MysqlTime>()]),
}

impl<'r> Held<'r> {
    fn of(value: &'r Value) -> Option<Self> {
        Some(match value {
            Value::NULL => return None,
            Value::Bytes(bytes) => Self::Sent(bytes),
            Value::Int(number) => Self::Number(number.to_ne_bytes()),
            Value::UInt(number) => Self::Number(number.to_ne_bytes()),
            Value::Float(number) => Self::Float(number.to_ne_bytes()),
            Value::Double(number) => Self::Number(number.to_ne_bytes()),
            &Value::Date(year, month, day, hour, minute, second, micros) => Self::Time(
                MysqlTime::new(
                    year.into(),
                    month.into(),
                    day.into(),
                    hour.into(),
                    minute.into(),
                    second.into(),
                    micros.into(),
                    false,
                    MysqlTimestampType::MYSQL_TIMESTAMP_DATETIME,
                    0,
                )
                .serialize(),
            ),
            &Value::Time(is_negative, days, hour, minute, second, micros) => Self::Time(
                MysqlTime::new(
                    0,
                    0,
                    0,
                    // As a client in C has it.
                    u32::from(hour).saturating_add(days.saturating_mul(24)),
                    minute.into(),
                    second.into(),
                    micros.into(),
                    is_negative,
                    MysqlTimestampType::MYSQL_TIMESTAMP_TIME,
                    0,
                )
                .serialize(),
            ),
        })
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Sent(bytes) => bytes,
            Self::Number(bytes) => bytes,
            Self::Float(bytes) => bytes,
            Self::Time(bytes) => bytes,
        }
    }
}

impl<'r> Field<'r, Mysql> for MysqlField<'r> {
    fn field_name(&self) -> Option<&str> {
        std::str::from_utf8(self.column.name_ref()).ok()
    }

    fn value(&self) -> Option<<Mysql as Backend>::RawValue<'_>> {
        let kind = kind(self.column);
        self.value.as_ref().map(|value| MysqlValue::new(value.bytes(), kind))
    }
}

/// What diesel calls the type of a column. What it does not know is bytes.
fn kind(column: &Column) -> MysqlType {
    let flags = column.flags();
    let is_unsigned = flags.contains(ColumnFlags::UNSIGNED_FLAG);
    let signed = |signed, unsigned| if is_unsigned { unsigned } else { signed };
    match column.column_type() {
        ColumnType::MYSQL_TYPE_TINY => signed(MysqlType::Tiny, MysqlType::UnsignedTiny),
        ColumnType::MYSQL_TYPE_SHORT | ColumnType::MYSQL_TYPE_YEAR => {
            signed(MysqlType::Short, MysqlType::UnsignedShort)
        }
        ColumnType::MYSQL_TYPE_LONG | ColumnType::MYSQL_TYPE_INT24 => {
            signed(MysqlType::Long, MysqlType::UnsignedLong)
        }
        ColumnType::MYSQL_TYPE_LONGLONG => signed(MysqlType::LongLong, MysqlType::UnsignedLongLong),
        ColumnType::MYSQL_TYPE_FLOAT => MysqlType::Float,
        ColumnType::MYSQL_TYPE_DOUBLE => MysqlType::Double,
        ColumnType::MYSQL_TYPE_DECIMAL | ColumnType::MYSQL_TYPE_NEWDECIMAL => MysqlType::Numeric,
        ColumnType::MYSQL_TYPE_TIMESTAMP | ColumnType::MYSQL_TYPE_TIMESTAMP2 => {
            MysqlType::Timestamp
        }
        ColumnType::MYSQL_TYPE_DATETIME | ColumnType::MYSQL_TYPE_DATETIME2 => MysqlType::DateTime,
        ColumnType::MYSQL_TYPE_DATE | ColumnType::MYSQL_TYPE_NEWDATE => MysqlType::Date,
        ColumnType::MYSQL_TYPE_TIME | ColumnType::MYSQL_TYPE_TIME2 => MysqlType::Time,
        ColumnType::MYSQL_TYPE_BIT => MysqlType::Bit,
        ColumnType::MYSQL_TYPE_JSON => MysqlType::String,
        _ if flags.contains(ColumnFlags::ENUM_FLAG) => MysqlType::Enum,
        _ if flags.contains(ColumnFlags::SET_FLAG) => MysqlType::Set,
        ColumnType::MYSQL_TYPE_ENUM => MysqlType::Enum,
        ColumnType::MYSQL_TYPE_SET => MysqlType::Set,
        ColumnType::MYSQL_TYPE_VARCHAR => MysqlType::String,
        ColumnType::MYSQL_TYPE_VAR_STRING
        | ColumnType::MYSQL_TYPE_STRING
        | ColumnType::MYSQL_TYPE_TINY_BLOB
        | ColumnType::MYSQL_TYPE_MEDIUM_BLOB
        | ColumnType::MYSQL_TYPE_LONG_BLOB
        | ColumnType::MYSQL_TYPE_BLOB
            if !flags.contains(ColumnFlags::BINARY_FLAG) =>
        {
            MysqlType::String
        }
        _ => MysqlType::Blob,
    }
}
