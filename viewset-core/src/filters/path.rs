//! The fields that clients search, filter and sort by: a model's own, or those of a model that it refers to.

use diesel::backend::Backend;

use crate::diesel::{
    Backend as BackendOf, Condition, Exists, Model, Name, Operand, Relation, Sort, Step,
    field_index, same,
};
use crate::serializers::{Field, LookupError};

use super::form::Lookup;

/// A field, as `search_fields`, `filterset_fields` and `ordering_fields` name it: `username`, or
/// `author.username`.
pub struct FieldPath<DB: Backend + 'static> {
    /// Its name in URLs: `author__username`.
    pub(crate) param: &'static str,
    pub(crate) field: Field,
    pub(crate) sql: &'static Name<DB>,
    pub(crate) operand: fn(&str) -> Result<Operand<DB>, LookupError>,
    pub(crate) related: Option<Exists>,
    pub(crate) via: Option<Via<DB>>,
}

/// The column that refers to another table.
pub(crate) struct Via<DB: Backend + 'static> {
    pub(crate) key: &'static Name<DB>,
    pub(crate) relation: Relation<DB>,
}

impl<DB: Backend> FieldPath<DB> {
    /// The field `source` of the model `M`; `message` is the compiler error if there is none.
    ///
    /// # Panics
    ///
    /// Only in constants.
    pub const fn new<M: Model>(source: &str, param: &'static str, message: &str) -> FieldPath<DB>
    where
        M::Connection: crate::diesel::DbConnection<Backend = DB>,
    {
        let key = const { &M::KEY };
        if same(source, key.field.source) || same(source, "pk") {
            let column = &key.column;
            return FieldPath {
                param,
                field: key.field,
                sql: column.sql,
                operand: column.operand,
                related: None,
                via: None,
            };
        }
        let index = field_index::<M>(source, message);
        let column = &M::COLUMNS[index];
        FieldPath {
            param,
            field: M::FIELDS[index],
            sql: column.sql,
            operand: column.operand,
            related: column.related,
            via: None,
        }
    }

    /// The field `source` of the model `R`, which the field `key` of the model `M` refers to.
    ///
    /// # Panics
    ///
    /// Only in constants.
    pub const fn related<M: Model, R: Model>(
        key: &str,
        source: &str,
        param: &'static str,
        message: &str,
    ) -> FieldPath<DB>
    where
        M::Connection: crate::diesel::DbConnection<Backend = DB>,
        R::Connection: crate::diesel::DbConnection<Backend = DB>,
    {
        let mut path = Self::new::<R>(source, param, message);
        let key_of = const { &R::KEY };
        let relation =
            Relation { table: R::TABLE, key: key_of.column.sql, key_name: key_of.field.column };
        path.via = Some(Via { key: M::COLUMNS[field_index::<M>(key, message)].sql, relation });
        path
    }

    /// A condition on this field, as one on the model.
    pub(crate) fn condition(&self, condition: Condition<DB>) -> Condition<DB> {
        match &self.via {
            None => condition,
            Some(via) => Condition::within(via.key, via.relation, condition),
        }
    }

    /// As a term of an ordering.
    pub(crate) fn sort(&self, descending: bool) -> Sort<DB> {
        let Some(via) = &self.via else { return Sort::by(self.sql, descending) };
        let step = Step {
            from: via.key,
            table: via.relation.table,
            key: via.relation.key_name,
            column: self.field.column,
        };
        Sort::by_related(step, descending)
    }
}

/// A field that texts are searched in.
pub struct SearchField<DB: Backend + 'static> {
    pub(crate) path: FieldPath<DB>,
    pub(crate) lookup: Lookup,
}

impl<DB: Backend> SearchField<DB> {
    /// Not public API. Used by generated code.
    ///
    /// # Panics
    ///
    /// Only in constants, with `message`, if the field is no text.
    #[expect(clippy::panic, reason = "a compiler error wherever it is called")]
    pub const fn new(path: FieldPath<DB>, lookup: Lookup, message: &str) -> Self {
        if !lookup.fits(path.field.kind) {
            panic!("{}", message)
        }
        Self { path, lookup }
    }
}

/// A parameter that filters: a field with a lookup.
pub struct FilterField<DB: Backend + 'static> {
    /// The name of the parameter: `username__icontains`.
    pub(crate) param: &'static str,
    pub(crate) path: FieldPath<DB>,
    pub(crate) lookup: Lookup,
}

impl<DB: Backend> FilterField<DB> {
    /// Not public API. Used by generated code.
    ///
    /// # Panics
    ///
    /// Only in constants, with `message`, if the field cannot be compared so.
    #[expect(clippy::panic, reason = "a compiler error wherever it is called")]
    pub const fn new(
        param: &'static str,
        path: FieldPath<DB>,
        lookup: Lookup,
        message: &str,
    ) -> Self {
        if !lookup.fits(path.field.kind) {
            panic!("{}", message)
        }
        Self { param, path, lookup }
    }
}

/// A term of the default ordering.
pub struct OrderingTerm<DB: Backend + 'static> {
    pub(crate) path: FieldPath<DB>,
    pub(crate) descending: bool,
}

impl<DB: Backend> OrderingTerm<DB> {
    /// Not public API. Used by generated code.
    pub const fn new(path: FieldPath<DB>, descending: bool) -> Self {
        Self { path, descending }
    }
}

/// The paths of a model.
pub type PathOf<M> = FieldPath<BackendOf<M>>;
