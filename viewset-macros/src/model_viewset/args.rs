//! `#[viewset(…)]` on a model, as it was written.

use syn::{Attribute, Path, Type};

use crate::attr::{Attr, Entry};
use crate::diagnostics::Sink;
use crate::field::args::unsupported;
use crate::field::read_attributes;
use crate::words::model as key;

/// The arguments of `#[viewset]` on a model.
//
// viewset = [ entry { "," entry } ]
// entry   = "connection" "=" type
//         | "crate" "=" path
#[derive(Default)]
pub(crate) struct ModelArgs {
    pub(crate) connection: Attr<Type>,
    pub(crate) runtime: Attr<Path>,
}

impl ModelArgs {
    /// Reads all `#[viewset(…)]` among `attrs`.
    pub(crate) fn parse(attrs: &[Attribute], sink: &Sink<'_>) -> Self {
        let mut args = Self::default();
        read_attributes(attrs, "viewset", sink, |entry| match entry.word().as_str() {
            key::CONNECTION => args.connection.read(sink, entry, Entry::value),
            key::CRATE => args.runtime.read(sink, entry, Entry::value),
            word if key::RESERVED.contains(&word) => Err(unsupported(entry)),
            _ => Err(entry.unknown("#[viewset]", key::ALL)),
        });
        args
    }
}
