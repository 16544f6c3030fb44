//! A column of a model: its name in SQL, and the ways from text to a bound value and back.

use futures_core::future::LocalBoxFuture;

use super::backend::DbConnection;
use super::model::{Input, Model};
use super::operand::Operand;
use super::sql::Name;
use crate::error::{ErrorDetail, Result};
use crate::request::Request;
use crate::serializers::{Field, FieldValue, Kind, LookupError};

/// The diesel backend of a model.
pub type Backend<M> = <<M as Model>::Connection as DbConnection>::Backend;

/// Whether there is a row with a key, which is asked of another model.
pub type Exists = for<'a> fn(&'a Request, String) -> LocalBoxFuture<'a, Result<bool>>;

/// A column as filters, paginators and validators need it. Values travel as text, which every type of field
/// reads as it writes it (`FieldValue::to_position`, `FieldValue::from_lookup`).
pub struct Column<M: Model> {
    /// Its name.
    pub sql: &'static Name<Backend<M>>,
    /// Binds the value that a text stands for.
    pub operand: fn(&str) -> Result<Operand<Backend<M>>, LookupError>,
    /// The value of a row; `None` for NULL.
    pub text: fn(&M) -> Option<String>,
    /// The value of an input.
    pub given: fn(&Input<M>) -> Given,
    /// For the key of another model's row: whether there is the row.
    pub related: Option<Exists>,
}

/// What an input has for a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// It is not set.
    Absent,
    /// NULL.
    Null,
    /// A value, as text.
    Text(String),
}

impl Given {
    /// The value of a field of an input.
    pub fn of<T: FieldValue>(value: Option<&T>) -> Self {
        match value {
            None => Self::Absent,
            Some(value) => value.to_position().map_or(Self::Null, Self::Text),
        }
    }
}

/// A type that a column of the SQL type `ST` holds.
#[diagnostic::on_unimplemented(
    message = "a column of SQL type `{ST}` does not hold a `{Self}`",
    label = "not the type of this column",
    note = "the docs of `#[derive(ModelViewSet)]` say which type of field goes with which column"
)]
pub trait HeldBy<ST, DB> {}

#[diagnostic::do_not_recommend]
impl<T, ST, DB> HeldBy<ST, DB> for T
where
    DB: diesel::backend::Backend,
    T: diesel::deserialize::FromSqlRow<ST, DB>,
{
}

/// The primary key: a column that not every model shows.
pub struct Key<M: Model> {
    /// Its description.
    pub field: Field,
    /// The column.
    pub column: Column<M>,
}

impl<M: Model> Key<M> {
    /// Not public API. Used by generated code: the key of a model that has a mistake.
    #[must_use]
    pub const fn missing() -> Self {
        let column = Column {
            sql: &NoName,
            operand: |_| Err(LookupError::UnknownField),
            text: |_| None,
            given: |_| Given::Absent,
            related: None,
        };
        Self { field: Field::new::<i32>("", ""), column }
    }
}

/// Not public API. Used by generated code: the name of nothing.
#[derive(Clone, Copy, Debug)]
pub struct NoName;

impl<DB: diesel::backend::Backend> diesel::query_builder::QueryFragment<DB> for NoName {
    fn walk_ast<'b>(
        &'b self,
        _: diesel::query_builder::AstPass<'_, 'b, DB>,
    ) -> diesel::QueryResult<()> {
        Ok(())
    }
}

/// A field of a model by its place, for the serializers that show it.
pub trait FieldAt<const PLACE: usize>: Model {
    /// Its type.
    type Value;
    /// Its column.
    type Column;
    /// The value of a row.
    fn get(&self) -> &Self::Value;
    /// What the model's own validators have to say of a value.
    fn check(_value: &Self::Value) -> Vec<Result<(), ErrorDetail>> {
        Vec::new()
    }
    /// Sets the value of an input; nothing for what no input has.
    fn set(input: &mut Input<Self>, value: Option<Self::Value>);
}

/// A field of a model that is the key of another one's row.
#[diagnostic::on_unimplemented(
    message = "this field of `{Self}` refers to no other model",
    label = "no key of another model's row",
    note = "say so where the model is: `#[field(related = User)]`"
)]
pub trait RelationAt<const PLACE: usize>: Model {
    /// The other model.
    type Target: Model;
}

/// Not public API. Used by generated code: the model that a serializer is about.
#[diagnostic::on_unimplemented(
    message = "the rows in between refer to a `{Self}` by this field, and the serializer is about a `{M}`",
    label = "not the field that refers to the serializer's model",
    note = "`source` begins with it: `through = BookTag, source = book.tag` in a serializer about books"
)]
pub trait Is<M> {}

impl<M> Is<M> for M {}

/// Not public API. Used by generated code.
pub const fn refers_to<T: Is<M>, M>() {}

/// The place of a field among those of a model, by its Rust name.
///
/// # Panics
///
/// With `message`, if there is no such field. It is asked in constants, where that is a compiler error.
#[expect(clippy::panic, reason = "a compiler error wherever it is called")]
pub const fn field_index<M: Model>(source: &str, message: &str) -> usize {
    let mut index = 0;
    while index < M::FIELDS.len() {
        if same(M::FIELDS[index].source, source) {
            return index;
        }
        index += 1;
    }
    panic!("{}", message)
}

/// That a field of a model may be shown by a serializer which does not say so.
///
/// # Panics
///
/// With `message`, if the model keeps it to itself. It is asked in constants, where that is a compiler error.
#[expect(clippy::panic, reason = "a compiler error wherever it is called")]
pub const fn assert_shown(field: &Field, message: &str) {
    if field.write_only {
        panic!("{}", message)
    }
}

/// That a field which refers to rows of a model has the type of its key: both are integers, or of one family.
///
/// # Panics
///
/// With `message`, if they are not. It is asked in constants, where that is a compiler error.
#[expect(clippy::panic, reason = "a compiler error wherever it is called")]
pub const fn assert_key<T: FieldValue, M: Model>(message: &str) {
    const fn is_integer(kind: Kind) -> bool {
        matches!(kind, Kind::Integer | Kind::BigInteger)
    }
    let (own, key) = (T::KIND, <M::Pk as FieldValue>::KIND);
    if own as u8 != key as u8 && !(is_integer(own) && is_integer(key)) {
        panic!("{}", message)
    }
}

/// Whether the values of a field are unique together with others; then they are known before the row is stored (row U29).
pub const fn is_in_set<M: Model>(place: usize) -> bool {
    let mut set = 0;
    while set < M::UNIQUE_TOGETHER.len() {
        let mut member = 0;
        while member < M::UNIQUE_TOGETHER[set].len() {
            if M::UNIQUE_TOGETHER[set][member] == place {
                return true;
            }
            member += 1;
        }
        set += 1;
    }
    false
}

/// Whether two texts are the same; `==` does not work in constants.
pub(crate) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut index = 0;
    while index < a.len() {
        if a[index] != b[index] {
            return false;
        }
        index += 1;
    }
    true
}
