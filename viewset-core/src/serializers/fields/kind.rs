//! What kinds of fields there are, and the limits of numbers, as OPTIONS and messages name them.

use std::fmt;

/// The family of a field's type, as OPTIONS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Text.
    String,
    /// An integer of up to 32 bits.
    Integer,
    /// An integer of 64 bits, which has a message of its own.
    BigInteger,
    /// A floating-point number.
    Float,
    /// True or false.
    Boolean,
    /// A date with a time.
    DateTime,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A length of time.
    Duration,
    /// A decimal number of fixed digits.
    Decimal,
    /// A UUID.
    Uuid,
    /// Text that is an e-mail address.
    Email,
    /// Text that is a URL.
    Url,
    /// Text that is a slug.
    Slug,
    /// Text that matches a regex.
    Regex,
    /// An IP address.
    Ip,
    /// One of several values.
    Choice,
    /// Some of several values.
    MultipleChoice,
    /// A list.
    List,
    /// An object with any keys.
    Dict,
    /// Any JSON.
    Json,
    /// A file.
    File,
    /// The key of a row of another model.
    Related,
    /// The keys of rows of another model.
    ManyRelated,
    /// A row of another model, named by a unique field or its URL.
    SlugRelated,
    /// An object with fields of its own.
    Nested,
    /// What is made of the row, and never read.
    Computed,
}

impl Kind {
    /// The `type` in the answer to OPTIONS.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String | Self::Uuid | Self::Ip => "string",
            Self::Integer | Self::BigInteger => "integer",
            Self::Float => "float",
            Self::Boolean => "boolean",
            Self::DateTime => "datetime",
            Self::Date => "date",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Decimal => "decimal",
            Self::Email => "email",
            Self::Url => "url",
            Self::Slug => "slug",
            Self::Choice => "choice",
            Self::List => "list",
            Self::Related | Self::ManyRelated | Self::SlugRelated | Self::Computed | Self::Json => {
                "field"
            }
            Self::Nested | Self::Dict => "nested object",
            Self::Regex => "regex",
            Self::MultipleChoice => "multiple choice",
            Self::File => "file upload",
        }
    }
}

/// The limit of a number, shown in the message as it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// An integer.
    Int(i64),
    /// An integer that may be greater than those.
    Unsigned(u64),
    /// A finite float.
    Float(f64),
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(value) => value.fmt(f),
            Self::Unsigned(value) => value.fmt(f),
            Self::Float(value) => {
                f.write_str(&crate::renderers::json::float_repr(*value, &mut ryu::Buffer::new()))
            }
        }
    }
}
