//! What `#[field(…)]` says of a field, as data.

use super::{Bound, FieldValue, Kind, Pattern};
use crate::diesel::{Model, field_index, same};
use crate::filters::RelatedOrdering;
use crate::settings::AnyList;

/// The description of a field, as `#[field(…)]` gave it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// The key in the client's data.
    pub name: &'static str,
    /// The Rust field; `author.name` for one of another model's row.
    pub source: &'static str,
    /// The column of a model's field, as the database names it.
    pub column: &'static str,
    /// The family of types.
    pub kind: Kind,
    /// Absent is an error, except in a partial update.
    pub required: bool,
    /// In the output only; what a client sends for it is ignored.
    pub read_only: bool,
    /// In the input only.
    pub write_only: bool,
    /// `null` is a value.
    pub allow_null: bool,
    /// Whether the column holds NULL.
    pub nullable: bool,
    /// The empty string is a value.
    pub allow_blank: bool,
    /// Whether a list, an object or a file may be empty; `None` is the default of its kind: files may not.
    pub allow_empty: Option<bool>,
    /// The regex that a text has to match somewhere.
    pub regex: Option<Pattern>,
    /// Whether blanks around a text are taken off.
    pub trim_whitespace: bool,
    /// The fewest characters (code points) of a text, or items of a list.
    pub min_length: Option<usize>,
    /// The most characters (code points) of a text, or items of a list.
    pub max_length: Option<usize>,
    /// The least number.
    pub min_value: Option<Bound>,
    /// The greatest number.
    pub max_value: Option<Bound>,
    /// The least and the greatest value that the type can hold, for an integer.
    pub range: Option<(Bound, Bound)>,
    /// The most digits of a decimal number, and how many of them stand behind the point.
    pub digits: Option<(u32, u32)>,
    /// The field of each item of a list.
    pub child: Option<&'static Field>,
    /// The fields of a nested object.
    pub children: Option<&'static [Field]>,
    /// The values that there are, each with its name for people.
    pub choices: Option<&'static [(&'static str, &'static str)]>,
    /// The model of whose rows the value is a key.
    pub related: Option<&'static str>,
    /// The family of the key's type.
    pub related_kind: Option<Kind>,
    /// Whether no other row may have the value.
    pub unique: bool,
    /// The name for people.
    pub label: Option<&'static str>,
    /// A sentence on what the field is for.
    pub help_text: Option<&'static str>,
    /// How lists are sorted by it, if it is one of another model's row.
    pub related_ordering: Option<RelatedOrdering>,
}

impl Field {
    /// A field of the type `T`: required, or nullable and not required if `T` is an `Option`.
    #[must_use]
    pub const fn new<T: FieldValue>(name: &'static str, source: &'static str) -> Self {
        Self {
            name,
            source,
            column: source,
            kind: T::KIND,
            required: !T::NULLABLE,
            read_only: false,
            write_only: false,
            allow_null: T::NULLABLE,
            nullable: T::NULLABLE,
            allow_blank: false,
            allow_empty: None,
            regex: None,
            trim_whitespace: true,
            min_length: None,
            max_length: None,
            min_value: None,
            max_value: None,
            range: T::RANGE,
            digits: T::DIGITS,
            child: T::CHILD,
            children: T::CHILDREN,
            choices: None,
            related: None,
            related_kind: None,
            unique: false,
            label: None,
            help_text: None,
            related_ordering: None,
        }
    }

    /// The field `source` of a model; `message` is the compiler error if there is none.
    ///
    /// # Panics
    ///
    /// Only in constants.
    #[must_use]
    pub const fn of<M: Model>(source: &str, message: &str) -> Self {
        let key = const { &M::KEY.field };
        if same(source, key.source) {
            return *key;
        }
        M::FIELDS[field_index::<M>(source, message)]
    }

    /// The row of another model, named by this unique field of it (DRF's `SlugRelatedField`).
    #[must_use]
    pub const fn slug_related(self, name: &'static str, null: bool) -> Self {
        Self::url_related(name, null)
    }

    /// The row of another model, named by its URL (DRF's `HyperlinkedRelatedField`).
    #[must_use]
    pub const fn url_related(name: &'static str, null: bool) -> Self {
        let mut field = Self::new::<String>(name, name).required(!null).allow_null(null);
        field.kind = Kind::SlugRelated;
        field
    }

    /// A field of the output that is made of the row.
    #[must_use]
    pub const fn computed(name: &'static str) -> Self {
        let mut field = Self::new::<String>(name, name).read_only();
        field.kind = Kind::Computed;
        field
    }

    /// A row of another model, shown by a serializer with these fields.
    #[must_use]
    pub const fn nested(name: &'static str, fields: &'static [Self]) -> Self {
        let mut field = Self::new::<String>(name, name).read_only();
        field.kind = Kind::Nested;
        field.children = Some(fields);
        field
    }

    /// The keys of rows of another model, by the rows of a third in between.
    #[must_use]
    pub const fn many_related(name: &'static str) -> Self {
        let mut field = Self::new::<Vec<String>>(name, name);
        field.kind = Kind::ManyRelated;
        field.child = None;
        field
    }

    /// Rows of another model that belong to the row, each shown by a serializer.
    #[must_use]
    pub const fn many_nested(name: &'static str, child: &'static Self) -> Self {
        Self::many_related(name).read_only().child(child)
    }

    /// The name in the client's data.
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Whether it is a list whose items have fields of their own.
    pub(crate) fn is_of_objects(&self) -> bool {
        self.child.is_some_and(|child| child.kind == Kind::Nested)
    }

    /// Where it is found, if that has another name: `author`, or `author.name` in another model's row.
    #[must_use]
    pub const fn found_at(mut self, source: &'static str) -> Self {
        self.source = source;
        self
    }

    /// The way to it for those who sort by it, under the name `param`; none if it is on another kind of database.
    #[must_use]
    pub const fn sorted_as(
        mut self,
        param: &'static str,
        step: Option<&'static dyn AnyList>,
    ) -> Self {
        if let Some(step) = step {
            self.related_ordering = Some(RelatedOrdering::new(param, step));
        }
        self
    }

    /// The column, where it has another name than the Rust field.
    #[must_use]
    pub const fn column(mut self, column: &'static str) -> Self {
        self.column = column;
        self
    }

    /// Whether absent is an error.
    #[must_use]
    pub const fn required(mut self, required: bool) -> Self {
        self.required = required;
        self
    }

    /// For the output only, and so never required.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self.required = false;
        self
    }

    /// For the input only.
    #[must_use]
    pub const fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// For the output as well.
    #[must_use]
    pub const fn shown(mut self) -> Self {
        self.write_only = false;
        self
    }

    /// Whether `null` is a value.
    #[must_use]
    pub const fn allow_null(mut self, allow_null: bool) -> Self {
        self.allow_null = allow_null;
        self
    }

    /// The empty string is a value.
    #[must_use]
    pub const fn allow_blank(mut self) -> Self {
        self.allow_blank = true;
        self
    }

    /// Whether blanks around a text are taken off; they are by default. Not those of a password.
    #[must_use]
    pub const fn trim_whitespace(mut self, trim: bool) -> Self {
        self.trim_whitespace = trim;
        self
    }

    /// The fewest characters of a text.
    #[must_use]
    pub const fn min_length(mut self, length: usize) -> Self {
        self.min_length = Some(length);
        self
    }

    /// The most characters of a text.
    #[must_use]
    pub const fn max_length(mut self, length: usize) -> Self {
        self.max_length = Some(length);
        self
    }

    /// The least number.
    #[must_use]
    pub const fn min_value(mut self, bound: Bound) -> Self {
        self.min_value = Some(bound);
        self
    }

    /// The greatest number.
    #[must_use]
    pub const fn max_value(mut self, bound: Bound) -> Self {
        self.max_value = Some(bound);
        self
    }

    /// A text that is an e-mail address, a URL or a slug.
    #[must_use]
    pub const fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Whether a list, an object or a file may be empty.
    #[must_use]
    pub const fn allow_empty(mut self, allow_empty: bool) -> Self {
        self.allow_empty = Some(allow_empty);
        self
    }

    /// A text that matches a regex somewhere.
    #[must_use]
    pub const fn regex(mut self, pattern: Pattern) -> Self {
        self.kind = Kind::Regex;
        self.regex = Some(pattern);
        self
    }

    /// One of these, each with its name for people; for a list, some of these.
    #[must_use]
    pub const fn choices(mut self, choices: &'static [(&'static str, &'static str)]) -> Self {
        self.kind = match self.kind {
            Kind::List => Kind::MultipleChoice,
            _ => Kind::Choice,
        };
        self.choices = Some(choices);
        self
    }

    /// The key of a row of the model of this name.
    #[must_use]
    pub const fn related(mut self, model: &'static str) -> Self {
        self.related_kind = Some(self.kind);
        self.kind = Kind::Related;
        self.related = Some(model);
        self.range = None;
        self
    }

    /// No other row may have the value.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// The field of each item of a list, where it has rules of its own.
    #[must_use]
    pub const fn child(mut self, child: &'static Field) -> Self {
        self.child = Some(child);
        self
    }

    /// The field of each item of the list `T`, to be given further rules.
    #[must_use]
    pub const fn child_of<T: FieldValue>() -> Self {
        match T::CHILD {
            Some(child) => *child,
            None => Self::new::<T>("", ""),
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(mut self, label: &'static str) -> Self {
        self.label = Some(label);
        self
    }

    /// A sentence on what the field is for.
    #[must_use]
    pub const fn help_text(mut self, text: &'static str) -> Self {
        self.help_text = Some(text);
        self
    }
}
