//! What an attribute or a path is called, under whatever path it was imported.

use syn::ext::IdentExt as _;
use syn::{Attribute, Path};

use crate::words;

/// Whether the attribute is `#[action]` or `#[mapping]`, under any path.
pub(crate) fn is_ours(attribute: &Attribute) -> bool {
    is_named(attribute, words::ACTION) || is_named(attribute, words::MAPPING)
}

/// Whether the last segment of the attribute's path is `name`.
pub(crate) fn is_named(attribute: &Attribute, name: &str) -> bool {
    last_segment(attribute.path()) == name
}

/// The last name of a path.
pub(crate) fn last_segment(path: &Path) -> String {
    path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default()
}
