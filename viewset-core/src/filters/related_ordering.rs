//! Sorting by what a serializer shows of other models' rows, without a word of `ordering_fields` (row K12).

use std::fmt;
use std::marker::PhantomData;

use diesel::backend::Backend as DieselBackend;

use crate::diesel::{Backend, DbConnection, Model, Sort, Step};
use crate::settings::{AnyList, items};

/// How a list is sorted by a field of another model's row.
#[derive(Clone, Copy)]
pub struct RelatedOrdering {
    /// Its name in URLs: `author__name`.
    pub(crate) param: &'static str,
    /// One [`Step`] of the model's database, of which a field knows nothing.
    step: &'static dyn AnyList,
}

impl RelatedOrdering {
    /// By a step, under a name.
    #[must_use]
    pub const fn new(param: &'static str, step: &'static dyn AnyList) -> Self {
        Self { param, step }
    }

    /// As a term of an ordering; `None` for a database of another kind than that of the step.
    pub(crate) fn sort<DB: DieselBackend + 'static>(&self, descending: bool) -> Option<Sort<DB>> {
        items(self.step).next().map(|step| Sort::by_related(*step, descending))
    }
}

impl fmt::Debug for RelatedOrdering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.param)
    }
}

/// Fields are compared, and a step cannot be: of one field, the name tells it.
impl PartialEq for RelatedOrdering {
    fn eq(&self, other: &Self) -> bool {
        self.param == other.param
    }
}

/// The field `SOURCE` of the model `R`, which the field `KEY` of the model `M` refers to.
#[derive(Debug)]
pub struct RelatedColumn<M, R, const KEY: usize, const SOURCE: usize>(PhantomData<(M, R)>);

impl<M, R, const KEY: usize, const SOURCE: usize> RelatedColumn<M, R, KEY, SOURCE>
where
    M: Model,
    R: Model,
    R::Connection: DbConnection<Backend = Backend<M>>,
{
    /// The way to it.
    pub const STEP: Option<&'static dyn AnyList> = Some(&[Step::<Backend<M>> {
        from: M::COLUMNS[KEY].sql,
        table: R::TABLE,
        key: const { &R::KEY }.field.column,
        column: R::FIELDS[SOURCE].column,
    }]);
}

/// What holds for any two models; if they are on one kind of database, the constant above comes first.
pub trait NotBeside {
    /// No statement asks both.
    const STEP: Option<&'static dyn AnyList> = None;
}

impl<M, R, const KEY: usize, const SOURCE: usize> NotBeside for RelatedColumn<M, R, KEY, SOURCE> {}
