//! Relations of many to many (DRF's `ManyRelatedField`): the rows of the table in between that belong to some
//! rows, and what is shown of them. What a client sends is read in [`read`], and stored by [`links`].

use std::collections::HashMap;

use serde::Serialize;
use serde::ser::Serializer as Writer;

use super::model_serializer::rows_in;
use super::{FieldValue, ModelSerializer, RelatedRows, Row, Shown, ShownAs};
use crate::diesel::{FieldAt, Model};
use crate::error::Result;
use crate::request::Request;

mod links;
mod read;

pub use links::Links;
pub use read::{read_links, read_slugs, read_urls};

/// The rows of `T` that belong to some rows of another model.
#[derive(Debug)]
pub struct ThroughRows<T> {
    instances: Vec<T>,
    /// By the key of the row that they belong to, in their order.
    places: HashMap<String, Vec<usize>>,
}

impl<T: Model> ThroughRows<T> {
    /// Loads the rows that belong to these by their field `FROM`, sorted by the field `source` (`pk`, or a Rust
    /// name), in one query.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn load<const FROM: usize>(
        owners: impl Iterator<Item = String>,
        source: &str,
        req: &Request,
    ) -> Result<Self> {
        let from = const { &T::COLUMNS[FROM] };
        let owners: Vec<String> = owners.collect();
        let instances = rows_in(from, &owners, T::column(source), req).await?;
        let mut places: HashMap<_, Vec<_>> = HashMap::new();
        for (place, instance) in instances.iter().enumerate() {
            places.entry((from.text)(instance).unwrap_or_default()).or_default().push(place);
        }
        Ok(Self { instances, places })
    }

    /// All of them.
    #[must_use]
    pub fn instances(&self) -> &[T] {
        &self.instances
    }

    /// The field `TO` of those that belong to a row, which are declared as `D`.
    pub fn keys<D, const TO: usize>(&self, owner: String) -> Keys<'_, T, TO>
    where
        T: FieldAt<TO>,
        D: ShownAs<<T as FieldAt<TO>>::Value>,
    {
        Keys { rows: self, owner }
    }

    /// Those that belong to a row, shown by a serializer.
    pub fn rows<'a, S: ModelSerializer<Model = T>>(
        &'a self,
        owner: String,
        related: &'a S::Related,
        req: &'a Request,
    ) -> Rows<'a, S> {
        Rows { rows: self, owner, related, req }
    }

    /// The other keys of all of them.
    pub fn other_keys<const TO: usize>(&self) -> impl Iterator<Item = Option<String>> {
        self.instances.iter().map(const { &T::COLUMNS[TO] }.text)
    }

    /// The rows that the field `TO` of those that belong to a row refers to, in the order in which they were loaded.
    pub fn targets<'a, R: Model, const TO: usize>(
        &self,
        owner: &str,
        loaded: &'a RelatedRows<R>,
    ) -> Vec<&'a R> {
        let key = const { &T::COLUMNS[TO] }.text;
        let mut places: Vec<_> =
            self.of(owner).filter_map(|row| loaded.place(key(row)?.as_str())).collect();
        places.sort_unstable();
        places.into_iter().filter_map(|place| loaded.instances().get(place)).collect()
    }

    fn of(&self, owner: &str) -> impl Iterator<Item = &T> {
        let places = self.places.get(owner).into_iter().flatten();
        places.filter_map(|place| self.instances.get(*place))
    }
}

/// The field `TO` of the rows that belong to a row, on their way to a writer.
#[derive(Debug)]
pub struct Keys<'a, T, const TO: usize> {
    rows: &'a ThroughRows<T>,
    owner: String,
}

impl<const TO: usize, T> Serialize for Keys<'_, T, TO>
where
    T: Model + FieldAt<TO, Value: FieldValue>,
{
    fn serialize<W: Writer>(&self, writer: W) -> Result<W::Ok, W::Error> {
        let keys = self.rows.of(&self.owner).map(<T as FieldAt<TO>>::get);
        // Nothing is shown of a row that refers to nothing.
        let is_key = |key: &&<T as FieldAt<TO>>::Value| {
            !<T as FieldAt<TO>>::Value::NULLABLE || key.to_position().is_some()
        };
        writer.collect_seq(keys.filter(is_key).map(Shown))
    }
}

/// The rows that belong to a row, on their way to a writer.
pub struct Rows<'a, S: ModelSerializer> {
    rows: &'a ThroughRows<S::Model>,
    owner: String,
    related: &'a S::Related,
    req: &'a Request,
}

impl<S: ModelSerializer> Serialize for Rows<'_, S> {
    fn serialize<W: Writer>(&self, writer: W) -> Result<W::Ok, W::Error> {
        let rows = self.rows.of(&self.owner);
        writer.collect_seq(rows.map(|row| Row::<S>::new(row, self.related, self.req)))
    }
}

/// Rows that the rows in between refer to, each shown by a function, on their way to a writer.
pub struct Targets<'a, R, F> {
    rows: Vec<&'a R>,
    show: F,
}

impl<'a, R, F, V> Targets<'a, R, F>
where
    F: Fn(&'a R) -> V,
{
    /// These rows, shown by `show`.
    pub fn new(rows: Vec<&'a R>, show: F) -> Self {
        Self { rows, show }
    }
}

impl<'a, R, F, V> Serialize for Targets<'a, R, F>
where
    F: Fn(&'a R) -> V,
    V: Serialize,
{
    fn serialize<W: Writer>(&self, writer: W) -> Result<W::Ok, W::Error> {
        writer.collect_seq(self.rows.iter().map(|row| (self.show)(row)))
    }
}
