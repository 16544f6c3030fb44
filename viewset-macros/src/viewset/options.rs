//! The options that a viewset and each of its actions can set: one grammar for both.

use syn::Expr;

use super::verbs::{Verb, verbs};
use crate::attr::{Attr, Entry};
use crate::diagnostics::Sink;
use crate::words::option as options;
/// The options that a viewset and an action share.
#[derive(Default)]
pub(crate) struct OptionArgs {
    pub(crate) permission_classes: Attr<Vec<Expr>>,
    pub(crate) renderer_classes: Attr<Vec<Expr>>,
    pub(crate) http_method_names: Attr<Vec<Verb>>,
}

impl OptionArgs {
    /// Reads an option; for any other key the error that `place` does not know it.
    pub(crate) fn read(
        &mut self,
        entry: &Entry<'_>,
        sink: &Sink<'_>,
        place: &str,
        known: &[&str],
    ) -> syn::Result<()> {
        match entry.word().as_str() {
            options::PERMISSION_CLASSES => self.permission_classes.read(sink, entry, Entry::list),
            options::HTTP_METHOD_NAMES => {
                self.http_method_names.read(sink, entry, |entry| verbs(entry, sink))
            }
            options::RENDERER_CLASSES => self.renderer_classes.read(sink, entry, Entry::list),
            word if options::RESERVED.contains(&word) => {
                Err(entry
                    .fail(format_args!("`{word}` is not supported by this version of viewset")))
            }
            _ => Err(entry.unknown(place, known)),
        }
    }
}
