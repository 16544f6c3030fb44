//! The fields and files of a form, as Django's `QueryDict` and `MultiValueDict` hold them. How they
//! are read is for the parsers, what they mean for the serializers.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Text, UploadedFile, Value};

/// What a form sent: each name with all its values, in the order in which the names came first, and
/// the files likewise.
///
/// A name may have both values and files. A clone shares the files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FormData(Box<Entries>);

/// What a form has, kept in one place: a value that may be a form has to be small if it is none.
#[derive(Clone, Debug, Default, PartialEq)]
struct Entries {
    fields: MultiMap<Value>,
    files: MultiMap<UploadedFile>,
}

impl FormData {
    /// A form without fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is neither a field nor a file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.fields.entries.is_empty() && self.0.files.entries.is_empty()
    }

    /// The last value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.value(name)?.as_str()
    }

    /// The last value of a field, which is a string.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.get_list(name).last()
    }

    /// All values of a field in their order, each a string; none if the form does not have it.
    #[must_use]
    pub fn get_list(&self, name: &str) -> &[Value] {
        self.0.fields.get(name)
    }

    /// Whether a field was sent, even without a value. A file is no field.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        !self.get_list(name).is_empty()
    }

    /// The fields with their values, which are never none.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Value])> {
        self.0.fields.iter()
    }

    /// The last file of a name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&UploadedFile> {
        self.file_list(name).last()
    }

    /// All files of a name in their order; none if the form does not have it.
    #[must_use]
    pub fn file_list(&self, name: &str) -> &[UploadedFile] {
        self.0.files.get(name)
    }

    /// The names that have files, which are never none.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[UploadedFile])> {
        self.0.files.iter()
    }

    /// Every name with its last value, in the order in which the names came first. A file hides the texts of its name.
    pub(crate) fn last_values(&self) -> impl Iterator<Item = (&str, Value)> {
        let file = |name| self.file(name).cloned().map(Value::File);
        let fields = self.iter().filter_map(move |(name, values)| {
            Some((name, file(name).or_else(|| values.last().cloned())?))
        });
        let alone = self.files().filter(|(name, _)| !self.contains(name));
        fields.chain(alone.filter_map(move |(name, _)| Some((name, file(name)?))))
    }

    /// Adds what a form can have: a text or a file.
    pub(crate) fn push_value(&mut self, name: &str, value: Value) {
        match value {
            Value::File(file) => self.push_file(name, file),
            value => self.0.fields.push(name.to_owned(), value),
        }
    }

    /// Adds a value to a field.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<Text>) {
        self.0.fields.push(name.into(), Value::Str(value.into()));
    }

    /// Adds a file to a name.
    pub fn push_file(&mut self, name: impl Into<String>, file: UploadedFile) {
        self.0.files.push(name.into(), file);
    }
}

/// The entries in the order of their names' first appearance, and where each name stands, so that a
/// form of many names costs no quadratic time.
#[derive(Clone, Debug, PartialEq)]
struct MultiMap<T> {
    entries: Vec<(Arc<str>, Vec<T>)>,
    places: HashMap<Arc<str>, usize>,
}

impl<T> Default for MultiMap<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), places: HashMap::new() }
    }
}

impl<T> MultiMap<T> {
    fn get(&self, name: &str) -> &[T] {
        let entry = self.places.get(name).and_then(|place| self.entries.get(*place));
        entry.map(|(_, values)| values.as_slice()).unwrap_or_default()
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &[T])> {
        self.entries.iter().map(|(name, values)| (&**name, values.as_slice()))
    }

    fn push(&mut self, name: String, value: T) {
        let place = self.places.get(name.as_str()).copied();
        if let Some((_, values)) = place.and_then(|place| self.entries.get_mut(place)) {
            values.push(value);
            return;
        }
        let name: Arc<str> = name.into();
        self.places.insert(Arc::clone(&name), self.entries.len());
        self.entries.push((name, vec![value]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_first_place_and_all_its_values() {
        let mut form = FormData::new();
        assert!(form.is_empty());
        for (name, value) in [("b", "1"), ("a", "2"), ("b", ""), ("", "3")] {
            form.push(name, value);
        }
        let all: Vec<_> = form.iter().collect();
        let [one, two, three, empty] = ["1", "2", "3", ""].map(Value::from);
        assert_eq!(all, [("b", &[one, empty][..]), ("a", &[two]), ("", &[three])]);
        assert_eq!(form.get("b"), Some(""));
        assert_eq!(form.get("c"), None);
        assert!(form.contains("") && !form.contains("c") && form.get_list("c").is_empty());
    }

    #[test]
    fn the_last_value_of_a_name_is_a_file_if_there_is_one() {
        let mut form = FormData::new();
        for (name, value) in [("a", "1"), ("b", "2"), ("a", "3")] {
            form.push(name, value);
        }
        for name in ["c", "b"] {
            form.push_file(name, UploadedFile::from_bytes(name, "text/plain", "x"));
        }
        let shown = |value: Value| value.as_str().map_or_else(|| "file".to_owned(), str::to_owned);
        let all: Vec<_> = form.last_values().map(|(name, value)| (name, shown(value))).collect();
        let expected = [("a", "3"), ("b", "file"), ("c", "file")];
        assert_eq!(all, expected.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn files_are_apart_from_fields() {
        let mut form = FormData::new();
        form.push("a", "text");
        for name in ["1.txt", "2.txt"] {
            form.push_file("a", UploadedFile::from_bytes(name, "text/plain", "x"));
        }
        assert_eq!(form.get_list("a"), [Value::from("text")]);
        assert_eq!(form.file("a").map(UploadedFile::name), Some("2.txt"));
        assert_eq!(form.file_list("a").len(), 2);
        assert_eq!(form.files().map(|(name, _)| name).collect::<Vec<_>>(), ["a"]);
        assert!(form.file("b").is_none() && !form.is_empty());
    }
}
