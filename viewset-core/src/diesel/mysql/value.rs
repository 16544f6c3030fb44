//! Values that are bound in a statement, as MySQL's driver takes them.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, Timelike as _};
use diesel::QueryResult;
use diesel::deserialize::FromSql;
use diesel::mysql::data_types::MysqlTime;
use diesel::mysql::{Mysql, MysqlType, MysqlValue};
use diesel::query_builder::QueryFragment;
use diesel::query_builder::bind_collector::RawBytesBindCollector;
use diesel::result::Error;
use diesel::sql_types::{Time, Timestamp};
use mysql_async::Value;

use crate::diesel::operand::{Operand, Plain};

/// The values of a query, as diesel writes them.
pub(super) fn written(query: &dyn QueryFragment<Mysql>) -> QueryResult<Vec<Value>> {
    let mut values = RawBytesBindCollector::<Mysql>::new();
    query.collect_binds(&mut values, &mut (), &Mysql)?;
    let all = values.binds.into_iter().zip(values.metadata);
    all.map(|(bytes, kind)| bytes.map_or(Ok(Value::NULL), |bytes| read(bytes, kind))).collect()
}

/// The values of these in their order; `None` if one of them is for diesel to write.
pub(super) fn all_plain<'q>(
    operands: impl Iterator<Item = &'q Operand<Mysql>>,
) -> Option<Vec<Value>> {
    let mut all = Vec::with_capacity(MANY);
    for operand in operands {
        all.push(plain(operand.plain()?)?);
    }
    Some(all)
}

/// How many values most statements have at most.
const MANY: usize = 8;

/// `None` if it is out of the range of its type.
fn plain(plain: &Plain) -> Option<Value> {
    Some(match plain {
        Plain::Text(text) => Value::Bytes(text.as_bytes().to_vec()),
        Plain::Integer(number) => Value::Int((*number).into()),
        Plain::BigInt(number) => Value::Int(*number),
        Plain::Bool(is_true) => Value::Int((*is_true).into()),
        Plain::Moment(moment) => date(moment.0)?,
    })
}

/// A point in time in a year that MySQL knows, and in no leap second.
fn date(moment: NaiveDateTime) -> Option<Value> {
    let year = u16::try_from(moment.year()).ok().filter(|year| *year <= 9999)?;
    let micros = Some(moment.nanosecond() / 1_000).filter(|micros| *micros < 1_000_000)?;
    // All of them are below 60.
    let small = |number: u32| u8::try_from(number).ok();
    Some(Value::Date(
        year,
        small(moment.month())?,
        small(moment.day())?,
        small(moment.hour())?,
        small(moment.minute())?,
        small(moment.second())?,
        micros,
    ))
}

/// Of a point in time in a row, since the year 2000 began; `None` for one that is none.
pub(in crate::diesel) fn microseconds(value: MysqlValue<'_>) -> Option<i64> {
    const DAYS_BEFORE_2000: i32 = 730_120;
    let time: MysqlTime = FromSql::<Timestamp, Mysql>::from_sql(value).ok()?;
    if time.hour > 23 || time.minute > 59 || time.second > 59 || time.second_part > 999_999 {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(time.year.try_into().ok()?, time.month, time.day)?;
    let days = i64::from(day.num_days_from_ce() - DAYS_BEFORE_2000);
    let seconds = i64::from(time.hour) * 3_600 + i64::from(time.minute * 60 + time.second);
    Some((days * 86_400 + seconds) * 1_000_000 + i64::try_from(time.second_part).ok()?)
}

/// What diesel has written as a client in C has it.
fn read(bytes: Vec<u8>, kind: MysqlType) -> QueryResult<Value> {
    let odd = || Error::SerializationError(format!("{kind:?} of {} bytes", bytes.len()).into());
    Ok(match kind {
        MysqlType::Tiny | MysqlType::Short | MysqlType::Long | MysqlType::LongLong => {
            Value::Int(signed(&bytes).ok_or_else(odd)?)
        }
        MysqlType::UnsignedTiny
        | MysqlType::UnsignedShort
        | MysqlType::UnsignedLong
        | MysqlType::UnsignedLongLong => Value::UInt(unsigned(&bytes).ok_or_else(odd)?),
        MysqlType::Float => Value::Float(f32::from_ne_bytes(sized(&bytes).ok_or_else(odd)?)),
        MysqlType::Double => Value::Double(f64::from_ne_bytes(sized(&bytes).ok_or_else(odd)?)),
        MysqlType::Date | MysqlType::DateTime | MysqlType::Timestamp => {
            let time: MysqlTime =
                FromSql::<Timestamp, Mysql>::from_sql(MysqlValue::new(&bytes, kind))
                    .map_err(Error::SerializationError)?;
            point_in_time(&time).ok_or_else(odd)?
        }
        MysqlType::Time => {
            let time: MysqlTime = FromSql::<Time, Mysql>::from_sql(MysqlValue::new(&bytes, kind))
                .map_err(Error::SerializationError)?;
            span_of_time(&time).ok_or_else(odd)?
        }
        _ => Value::Bytes(bytes),
    })
}

fn point_in_time(time: &MysqlTime) -> Option<Value> {
    Some(Value::Date(
        time.year.try_into().ok()?,
        time.month.try_into().ok()?,
        time.day.try_into().ok()?,
        time.hour.try_into().ok()?,
        time.minute.try_into().ok()?,
        time.second.try_into().ok()?,
        time.second_part.try_into().ok()?,
    ))
}

fn span_of_time(time: &MysqlTime) -> Option<Value> {
    Some(Value::Time(
        time.neg,
        time.day + time.hour / 24,
        (time.hour % 24).try_into().ok()?,
        time.minute.try_into().ok()?,
        time.second.try_into().ok()?,
        time.second_part.try_into().ok()?,
    ))
}

fn sized<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok()
}

/// A number of any length: diesel writes a boolean with four bytes and calls it tiny.
fn signed(bytes: &[u8]) -> Option<i64> {
    Some(match bytes.len() {
        1 => i8::from_ne_bytes(sized(bytes)?).into(),
        2 => i16::from_ne_bytes(sized(bytes)?).into(),
        4 => i32::from_ne_bytes(sized(bytes)?).into(),
        _ => i64::from_ne_bytes(sized(bytes)?),
    })
}

fn unsigned(bytes: &[u8]) -> Option<u64> {
    Some(match bytes.len() {
        1 => u8::from_ne_bytes(sized(bytes)?).into(),
        2 => u16::from_ne_bytes(sized(bytes)?).into(),
        4 => u32::from_ne_bytes(sized(bytes)?).into(),
        _ => u64::from_ne_bytes(sized(bytes)?),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use diesel::sql_types::{
        BigInt, Binary, Bool, Double, Float, Integer, Nullable, SmallInt, Text, TinyInt, Unsigned,
    };

    use super::*;
    use crate::diesel::bind;

    fn moment(year: i32, nanosecond: u32) -> NaiveDateTime {
        let day = NaiveDate::from_ymd_opt(year, 2, 28).unwrap();
        day.and_hms_nano_opt(23, 59, 58, nanosecond).unwrap()
    }

    #[test]
    fn plain_values_are_sent_as_diesel_writes_them() {
        let operands: [Operand<Mysql>; 13] = [
            bind::<_, Text, Mysql>("añ\u{1f600}".to_owned()),
            bind::<_, Text, Mysql>(String::new()),
            bind::<_, Nullable<Text>, Mysql>(Some("a".to_owned())),
            bind::<_, Integer, Mysql>(i32::MIN),
            bind::<_, Integer, Mysql>(7),
            bind::<_, Nullable<Integer>, Mysql>(Some(-1)),
            bind::<_, BigInt, Mysql>(i64::MAX),
            bind::<_, Bool, Mysql>(true),
            bind::<_, Bool, Mysql>(false),
            bind::<_, Timestamp, Mysql>(moment(2026, 123_456_789)),
            bind::<_, Timestamp, Mysql>(moment(1, 999_999_999)),
            bind::<_, Timestamp, Mysql>(moment(9999, 0)),
            bind::<_, Nullable<Timestamp>, Mysql>(Some(moment(1970, 1_000))),
        ];
        for operand in &operands {
            let plain = all_plain(std::iter::once(operand)).unwrap();
            assert_eq!(plain, written(operand).unwrap(), "{operand:?}");
        }
    }

    #[test]
    fn other_values_are_read_from_what_diesel_writes() {
        let noon = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap().and_hms_micro_opt(12, 0, 1, 2);
        let (day, time) = (noon.unwrap().date(), noon.unwrap().time());
        let values: [(Operand<Mysql>, Value); 12] = [
            (bind::<_, Nullable<Text>, Mysql>(None::<String>), Value::NULL),
            (bind::<_, TinyInt, Mysql>(-1_i8), Value::Int(-1)),
            (bind::<_, SmallInt, Mysql>(-300_i16), Value::Int(-300)),
            (bind::<_, Unsigned<TinyInt>, Mysql>(255_u8), Value::UInt(255)),
            (bind::<_, Unsigned<SmallInt>, Mysql>(u16::MAX), Value::UInt(65_535)),
            (bind::<_, Unsigned<Integer>, Mysql>(u32::MAX), Value::UInt(u32::MAX.into())),
            (bind::<_, Unsigned<BigInt>, Mysql>(u64::MAX), Value::UInt(u64::MAX)),
            (bind::<_, Float, Mysql>(1.5_f32), Value::Float(1.5)),
            (bind::<_, Double, Mysql>(-2.5_f64), Value::Double(-2.5)),
            (bind::<_, Binary, Mysql>(vec![0, 255]), Value::Bytes(vec![0, 255])),
            (bind::<_, diesel::sql_types::Date, Mysql>(day), Value::Date(2026, 2, 28, 0, 0, 0, 0)),
            (bind::<_, Time, Mysql>(time), Value::Time(false, 0, 12, 0, 1, 2)),
        ];
        for (operand, value) in values {
            assert_eq!(written(&operand).unwrap(), [value], "{operand:?}");
        }
    }

    #[test]
    fn what_mysql_does_not_know_is_for_diesel_to_refuse() {
        let leap = NaiveDate::from_ymd_opt(2016, 12, 31)
            .and_then(|day| day.and_hms_nano_opt(23, 59, 59, 1_000_000_000));
        for odd in [leap.unwrap(), moment(-1, 0), moment(10_000, 0)] {
            let operand = bind::<_, Timestamp, Mysql>(odd);
            assert!(all_plain(std::iter::once(&operand)).is_none(), "{odd}");
        }
    }
}
