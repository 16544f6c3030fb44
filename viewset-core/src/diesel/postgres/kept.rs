//! The prepared statements of a connection: by their text, and by what a text is made of, where it need not be written to be
//! known.

use std::any::TypeId;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use foldhash::fast::RandomState;
use tokio_postgres::Statement;

use super::value::Bound;
use crate::diesel::find::ByKey;
use crate::diesel::statement::Returning;

/// What a text is made of.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Shape {
    /// There is one for each of these types.
    Type(TypeId),
    /// These stand one after another in it, always in the same way.
    Pieces(Pieces),
    /// There is one for each of these texts, in which a mark stands in the place of a part.
    Marked(String),
}

/// A query that may have a shape.
pub(super) trait Shaped: QueryFragment<Pg> {
    fn shape(&self) -> Option<Shape>;

    /// What is bound in it, if diesel need not write that; it is asked of queries that have a shape.
    fn values(&self) -> Option<Vec<Bound<'_>>>;
}

/// A query by a key: all of its type have the same text.
pub(super) struct Typed<'a, Q>(pub(super) &'a Q);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Typed<'_, Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl<Q: QueryFragment<Pg> + QueryId + ByKey<Pg>> Shaped for Typed<'_, Q> {
    fn shape(&self) -> Option<Shape> {
        Q::query_id().map(Shape::Type)
    }

    fn values(&self) -> Option<Vec<Bound<'_>>> {
        Bound::all_plain(std::iter::once(self.0.key()))
    }
}

impl<E> Shaped for Returning<Pg, E> {
    fn shape(&self) -> Option<Shape> {
        self.pieces().map(Shape::Pieces)
    }

    fn values(&self) -> Option<Vec<Bound<'_>>> {
        Bound::all_plain(self.operands())
    }
}

/// Pieces of text, each by where it begins: they stay there as long as the process runs, and no two begin at one place.
#[derive(Debug)]
pub(in crate::diesel) struct Pieces {
    places: [usize; MOST],
    length: usize,
}

/// How many pieces are remembered.
const MOST: usize = 24;

impl Pieces {
    /// None as yet.
    pub(in crate::diesel) fn new() -> Self {
        Self { places: [0; MOST], length: 0 }
    }

    /// One more; `None` if they are too many to be remembered.
    pub(in crate::diesel) fn and(mut self, piece: &'static str) -> Option<Self> {
        *self.places.get_mut(self.length)? = piece.as_ptr().addr();
        self.length += 1;
        Some(self)
    }

    fn places(&self) -> &[usize] {
        &self.places[..self.length]
    }
}

impl PartialEq for Pieces {
    fn eq(&self, other: &Self) -> bool {
        self.places() == other.places()
    }
}

impl Eq for Pieces {}

impl Hash for Pieces {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.places().hash(state);
    }
}

/// The statements.
#[derive(Default)]
pub(super) struct Kept {
    by_text: HashMap<Arc<str>, Statement, RandomState>,
    by_shape: HashMap<Shape, (Arc<str>, Statement), RandomState>,
    by_mark: HashMap<String, (Arc<str>, Statement), RandomState>,
}

impl Kept {
    pub(super) fn with_text(&self, text: &str) -> Option<Statement> {
        self.by_text.get(text).cloned()
    }

    /// With its text.
    pub(super) fn with_shape(&self, shape: &Shape) -> Option<(Arc<str>, Statement)> {
        self.by_shape.get(shape).cloned()
    }

    /// With its text; `mark` is that of its shape.
    pub(super) fn with_mark(&self, mark: &str) -> Option<(Arc<str>, Statement)> {
        self.by_mark.get(mark).cloned()
    }

    /// Keeps one; whether there was none with its text, which has no shape any more.
    pub(super) fn keep(&mut self, text: &str, statement: &Statement) -> bool {
        let before = self.by_text.insert(text.into(), statement.clone());
        if before.is_some() {
            self.forget_shapes(text);
        }
        before.is_none()
    }

    /// Remembers the shape of one that is kept.
    pub(super) fn remember(&mut self, shape: Shape, text: &str) {
        let Some((text, statement)) = self.by_text.get_key_value(text) else { return };
        let kept = (text.clone(), statement.clone());
        match shape {
            Shape::Marked(mark) => self.by_mark.insert(mark, kept),
            shape => self.by_shape.insert(shape, kept),
        };
    }

    pub(super) fn forget(&mut self, text: &str) {
        self.by_text.remove(text);
        self.forget_shapes(text);
    }

    fn forget_shapes(&mut self, text: &str) {
        self.by_shape.retain(|_, (other, _)| **other != *text);
        self.by_mark.retain(|_, (other, _)| **other != *text);
    }

    pub(super) fn forget_all(&mut self) {
        self.by_text.clear();
        self.by_shape.clear();
        self.by_mark.clear();
    }
}
