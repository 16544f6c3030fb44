//! Queries as PostgreSQL gets them: a text, and the values that are bound in it.
//!
//! Types that a database defines itself have numbers of its own, which may have to be asked for; but what is sent to
//! diesel may not be kept until the answer is there. So it is written twice, with two numbers that are made up, and where
//! these stand the right one is put in later.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diesel::QueryResult;
use diesel::pg::{Pg, PgMetadataLookup, PgQueryBuilder, PgTypeMetadata};
use diesel::query_builder::bind_collector::RawBytesBindCollector;
use diesel::query_builder::{QueryBuilder as _, QueryFragment};
use diesel::result::Error;
use tokio_postgres::Statement;
use tokio_postgres::types::{Kind, Type};

use super::kept::{Kept, Shape, Shaped};
use super::value::{Bound, MANY, Sent};
use crate::diesel::window::{COUNTED, COUNTED_IN_ORDER};

/// The number of a type, and of an array of it.
type Numbers = (u32, u32);

/// The schema of a type, if it is named, and its name.
type TypeName = (Option<String>, String);

/// The types whose numbers are known.
pub(super) type Types = Arc<Mutex<HashMap<TypeName, Numbers>>>;

/// diesel's text grows from nothing: what is written behind this has room for what most statements are, after the first
/// time that it grows.
const ROOM: &str = match std::str::from_utf8(&[b' '; 256]) {
    Ok(room) => room,
    Err(_) => "",
};

/// A query.
pub(super) struct Written<'q> {
    text: Text,
    /// What its text is made of, if the statement is to be remembered by it.
    pub(super) shape: Option<Box<Shape>>,
    /// The statement, if one with this text is kept already.
    pub(super) kept: Option<Statement>,
    /// Whether the same text comes again, so that it pays to keep it.
    pub(super) comes_again: bool,
    pub(super) values: Vec<Bound<'q>>,
    /// What is not known yet.
    unknown: Option<Box<Unknown>>,
}

/// The text of a query.
enum Text {
    /// Behind the [`ROOM`].
    Written(String),
    /// It was written before.
    Kept(Arc<str>),
}

/// Numbers that are not those of any type yet, two by two from here on. No byte of one, from the second on, is its
/// first: what is found in the middle of two of them is none.
const FIRST: u32 = 0xfeed_0000;
const AGAIN: u32 = 0xbead_0000;

/// The types of a query that have to be asked for, and the values once more, with other numbers for them.
struct Unknown {
    types: Vec<TypeName>,
    again: Vec<Option<Vec<u8>>>,
}

impl<'q> Written<'q> {
    /// Writes it.
    pub(super) fn new(
        query: &dyn QueryFragment<Pg>,
        kept: &Mutex<Kept>,
        types: &Types,
    ) -> QueryResult<Self> {
        let text = text_of(query)?;
        let kept = locked(kept).with_text(&text[ROOM.len()..]);
        let comes_again = kept.is_some() || query.is_safe_to_cache_prepared(&Pg)?;
        let written = Self::with_text(query, Text::Written(text), None, types)?;
        Ok(Self { kept, comes_again, ..written })
    }

    /// Writes it, unless one of the same shape is kept.
    pub(super) fn shaped(
        query: &'q dyn Shaped,
        kept: &Mutex<Kept>,
        types: &Types,
    ) -> QueryResult<Self> {
        let shape = query.shape();
        let known = shape.as_ref().and_then(|shape| locked(kept).with_shape(shape));
        let Some((text, statement)) = known else {
            return Ok(Self { shape: shape.map(Box::new), ..Self::new(query, kept, types)? });
        };
        let written = Self::with_text(query, Text::Kept(text), query.values(), types)?;
        Ok(Self { kept: Some(statement), comes_again: true, ..written })
    }

    /// Writes a text by which another statement may have been remembered; it is not run itself.
    pub(super) fn mark(query: &dyn QueryFragment<Pg>, types: &Types) -> QueryResult<Self> {
        Self::with_text(query, Text::Written(text_of(query)?), None, types)
    }

    fn with_text(
        query: &dyn QueryFragment<Pg>,
        text: Text,
        values: Option<Vec<Bound<'q>>>,
        types: &Types,
    ) -> QueryResult<Self> {
        let (values, unknown) = match values {
            Some(values) => (values, None),
            None => written(query, types)?,
        };
        Ok(Self { text, shape: None, kept: None, comes_again: false, values, unknown })
    }

    /// Its text.
    pub(super) fn sql(&self) -> &str {
        match &self.text {
            Text::Written(text) => &text[ROOM.len()..],
            Text::Kept(text) => text,
        }
    }

    /// Becomes the statement that was remembered by this text, if one was.
    pub(super) fn become_what_it_marks(&mut self, kept: &Kept) -> bool {
        let marked = kept.with_mark(self.sql());
        let is_known = marked.is_some();
        if let Some((text, statement)) = marked {
            (self.text, self.kept) = (Text::Kept(text), Some(statement));
            self.comes_again = true;
        }
        is_known
    }

    /// The types whose numbers have to be asked for.
    pub(super) fn unknown(&self) -> &[TypeName] {
        self.unknown.as_ref().map_or(&[], |unknown| &unknown.types)
    }

    /// Whether its values are the first ones of another query, so that its text can be a part of the other's.
    pub(super) fn is_part_of(&self, other: &Self) -> bool {
        self.unknown.is_none() && other.unknown.is_none() && other.values.starts_with(&self.values)
    }

    /// Puts the numbers of the unknown types in, which are as many.
    pub(super) fn complete(&mut self, numbers: &[Numbers]) {
        let Some(unknown) = self.unknown.take() else { return };
        let known = |number: u32| {
            let made_up = usize::try_from(number.checked_sub(FIRST)?).ok()?;
            let (kind, array) = *numbers.get(made_up / 2)?;
            Some(if made_up % 2 == 0 { kind } else { array })
        };
        for bound in &mut self.values {
            bound.kind = known(bound.kind).unwrap_or(bound.kind);
        }
        for (value, again) in self.values.iter_mut().zip(&unknown.again) {
            let (Sent::Written(value), Some(again)) = (&mut value.value, again) else { continue };
            let mut place = 0;
            while let (Some(one), Some(other)) = (number_at(value, place), number_at(again, place))
            {
                let is_made_up = one.wrapping_sub(FIRST) == other.wrapping_sub(AGAIN);
                match known(one).filter(|_| is_made_up) {
                    Some(right) => {
                        value[place..place + 4].copy_from_slice(&right.to_be_bytes());
                        place += 4;
                    }
                    None => place += 1,
                }
            }
        }
    }

    /// The types of the values, for the statement.
    pub(super) fn parameters(&self) -> Vec<Type> {
        self.values.iter().map(|bound| type_of(bound.kind)).collect()
    }

    /// Whether a statement was prepared for values of these types.
    pub(super) fn fits(&self, statement: &Statement) -> bool {
        let parameters = statement.params();
        parameters.len() == self.values.len()
            && parameters.iter().zip(&self.values).all(|(kind, bound)| kind.oid() == bound.kind)
    }
}

fn locked(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The text behind the [`ROOM`].
fn text_of(query: &dyn QueryFragment<Pg>) -> QueryResult<String> {
    let mut text = PgQueryBuilder::new();
    text.push_sql(ROOM);
    query.to_sql(&mut text, &Pg)?;
    let mut text = text.finish();
    if let Some(unsorted) = text.strip_suffix(COUNTED_IN_ORDER) {
        text.truncate(unsorted.len());
        text.push_str(COUNTED);
    }
    Ok(text)
}

fn number(kind: &PgTypeMetadata) -> QueryResult<u32> {
    kind.oid().map_err(|error| Error::SerializationError(Box::new(error)))
}

fn type_of(number: u32) -> Type {
    Type::from_oid(number).unwrap_or_else(|| {
        Type::new(format!("type {number}"), number, Kind::Simple, "public".to_owned())
    })
}

fn number_at(bytes: &[u8], place: usize) -> Option<u32> {
    let bytes = bytes.get(place..)?.first_chunk()?;
    Some(u32::from_be_bytes(*bytes))
}

/// The values of a query as diesel writes them, and what is not known of their types.
fn written<'q>(
    query: &dyn QueryFragment<Pg>,
    types: &Types,
) -> QueryResult<(Vec<Bound<'q>>, Option<Box<Unknown>>)> {
    let (first, unknown) = collected(query, types, FIRST, Vec::new())?;
    let unknown = match unknown.is_empty() {
        true => None,
        false => {
            // Somebody else may have learnt of them in the meantime.
            let (again, unknown) = collected(query, types, AGAIN, unknown)?;
            Some(Box::new(Unknown { types: unknown, again: again.binds }))
        }
    };
    let bound = first
        .binds
        .into_iter()
        .zip(&first.metadata)
        .map(|(bytes, kind)| Ok(Bound { kind: number(kind)?, value: Sent::from(bytes) }));
    Ok((bound.collect::<QueryResult<_>>()?, unknown))
}

/// The values of a query, and the types whose numbers are made up, from `first` on: these at least.
fn collected(
    query: &dyn QueryFragment<Pg>,
    types: &Types,
    first: u32,
    unknown: Vec<TypeName>,
) -> QueryResult<(RawBytesBindCollector<Pg>, Vec<TypeName>)> {
    let mut values = RawBytesBindCollector::<Pg>::new();
    (values.metadata, values.binds) = (Vec::with_capacity(MANY), Vec::with_capacity(MANY));
    let mut lookup = Lookup { types: types.clone(), first, unknown };
    query.collect_binds(&mut values, &mut lookup, &Pg)?;
    Ok((values, lookup.unknown))
}

/// Knows the numbers of types, or makes them up.
struct Lookup {
    types: Types,
    first: u32,
    unknown: Vec<TypeName>,
}

impl PgMetadataLookup for Lookup {
    fn lookup_type(&mut self, name: &str, schema: Option<&str>) -> PgTypeMetadata {
        let name = (schema.map(str::to_owned), name.to_owned());
        let place = self.unknown.iter().position(|other| *other == name);
        let types = self.types.lock().unwrap_or_else(PoisonError::into_inner);
        let place = match (place, types.get(&name)) {
            (Some(place), _) => place,
            (None, Some((kind, array))) => return PgTypeMetadata::new(*kind, *array),
            (None, None) => {
                self.unknown.push(name);
                self.unknown.len() - 1
            }
        };
        // Nobody has so many types in one query.
        let number = self.first + 2 * u32::try_from(place % 0x8000).unwrap_or_default();
        PgTypeMetadata::new(number, number + 1)
    }
}
