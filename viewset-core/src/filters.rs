//! What clients may do with a list (DRF's `filters.py`, and django-filter): search it, filter it, sort it.
//!
//! The fields are known at compile time; here the query string is read and becomes conditions on them.

mod backends;
pub(crate) mod form;
mod lookups;
mod ordering;
mod path;
mod related_ordering;
mod terms;

pub use backends::{
    DjangoFilterBackend, ErasedFilterBackend, FilterBackend, OrderingFilter, SearchFilter,
};
pub use form::{Compared, Lookup};
pub use path::{FieldPath, FilterField, OrderingTerm, PathOf, SearchField};
pub use related_ordering::{NotBeside, RelatedColumn, RelatedOrdering};

pub(crate) use backends::{
    filter_queryset, filters_are_idle, requested_ordering, sorts_by_relations,
};
