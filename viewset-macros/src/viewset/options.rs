//! The options that a viewset and each of its actions can set: one grammar for both.

use proc_macro2::Ident;
use syn::{Expr, LitStr, Type};

use super::verbs::{Verb, verbs};
use crate::attr::{Attr, Entry};
use crate::diagnostics::Sink;
use crate::permissions::Permission;
use crate::selectors::{FieldPath, FilterField, OrderingTerm, SearchField};
use crate::words::option as options;

/// The options that a viewset and an action share.
//
// option = "permission_classes" "=" "[" { permission "," } "]"        (see `permissions`)
//        | ("authentication_classes" | "throttle_classes" | "parser_classes" | "renderer_classes")
//          "=" "[" { expression "," } "]"
//        | ("versioning_class" | "metadata_class") "=" ("None" | expression)
//        | "content_negotiation_class" "=" expression
//        | "throttle_scope" "=" string
//        | "http_method_names" "=" "[" { method "," } "]"
//        | "serializer_class" "=" type
//        | "pagination_class" "=" ("None" | expression)
//        | "filter_backends" "=" "[" { expression "," } "]"
//        | ("search_fields" | "filterset_fields" | "ordering_fields" | "ordering")
//          "=" "[" … "]"                                             (see `selectors`)
#[derive(Default)]
pub(crate) struct OptionArgs {
    pub(crate) authentication_classes: Attr<Vec<Expr>>,
    pub(crate) permission_classes: Attr<Vec<Permission>>,
    pub(crate) throttle_classes: Attr<Vec<Expr>>,
    pub(crate) throttle_scope: Attr<LitStr>,
    pub(crate) parser_classes: Attr<Vec<Expr>>,
    pub(crate) renderer_classes: Attr<Vec<Expr>>,
    pub(crate) content_negotiation_class: Attr<Expr>,
    pub(crate) versioning_class: Attr<Expr>,
    pub(crate) metadata_class: Attr<Expr>,
    pub(crate) http_method_names: Attr<Vec<Verb>>,
    pub(crate) serializer_class: Attr<Type>,
    pub(crate) pagination_class: Attr<Expr>,
    pub(crate) filter_backends: Attr<Vec<Expr>>,
    pub(crate) search_fields: Attr<Vec<SearchField>>,
    pub(crate) filterset_fields: Attr<Vec<FilterField>>,
    pub(crate) ordering_fields: Attr<Vec<FieldPath>>,
    pub(crate) ordering: Attr<Vec<OrderingTerm>>,
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
        let word = entry.word();
        if let Some(list) = self.list(&word) {
            return list.read(sink, entry, Entry::list);
        }
        if let Some(single) = self.single(&word) {
            return single.read(sink, entry, Entry::single);
        }
        match word.as_str() {
            options::PERMISSION_CLASSES => self.permission_classes.read(sink, entry, Entry::list),
            options::THROTTLE_SCOPE => self.throttle_scope.read(sink, entry, Entry::string),
            options::HTTP_METHOD_NAMES => {
                self.http_method_names.read(sink, entry, |entry| verbs(entry, sink))
            }
            options::SERIALIZER_CLASS => self.serializer_class.read(sink, entry, Entry::value),
            options::SEARCH_FIELDS => self.search_fields.read(sink, entry, Entry::list),
            options::FILTERSET_FIELDS => self.filterset_fields.read(sink, entry, Entry::list),
            options::ORDERING_FIELDS => self.ordering_fields.read(sink, entry, Entry::list),
            options::ORDERING => self.ordering.read(sink, entry, Entry::list),
            options::QUERYSET => Err(entry.fail(format_args!(
                "the rows are those of the model\nhelp: `fn get_queryset(&self, req: &Request) -> Result<Query<M>>` \
                 in the impl block narrows them"
            ))),
            options::PAGE_SIZE => Err(entry.fail(format_args!(
                "the size of a page is the paginator's\n\
                 help: `pagination_class = PageNumberPagination::of(20)`"
            ))),
            _ => Err(entry.unknown(place, known)),
        }
    }

    /// The values of all options but permissions, each with its option.
    pub(crate) fn classes(&self) -> impl Iterator<Item = (&'static str, &Expr)> {
        let lists = [
            (options::AUTHENTICATION_CLASSES, &self.authentication_classes),
            (options::THROTTLE_CLASSES, &self.throttle_classes),
            (options::PARSER_CLASSES, &self.parser_classes),
            (options::RENDERER_CLASSES, &self.renderer_classes),
            (options::FILTER_BACKENDS, &self.filter_backends),
        ];
        let singles = [
            (options::CONTENT_NEGOTIATION_CLASS, &self.content_negotiation_class),
            (options::VERSIONING_CLASS, &self.versioning_class),
            (options::METADATA_CLASS, &self.metadata_class),
            (options::PAGINATION_CLASS, &self.pagination_class),
        ];
        lists
            .into_iter()
            .flat_map(|(option, list)| {
                list.get().into_iter().flatten().map(move |class| (option, class))
            })
            .chain(singles.into_iter().filter_map(|(option, single)| Some((option, single.get()?))))
    }

    /// The keys of the options that are about the model.
    pub(crate) fn about_model(&self) -> impl Iterator<Item = &Ident> {
        let keys = [
            self.pagination_class.key(),
            self.filter_backends.key(),
            self.search_fields.key(),
            self.filterset_fields.key(),
            self.ordering_fields.key(),
            self.ordering.key(),
        ];
        keys.into_iter().flatten()
    }

    /// The slot of a list of policies other than permissions.
    fn list(&mut self, word: &str) -> Option<&mut Attr<Vec<Expr>>> {
        Some(match word {
            options::AUTHENTICATION_CLASSES => &mut self.authentication_classes,
            options::THROTTLE_CLASSES => &mut self.throttle_classes,
            options::PARSER_CLASSES => &mut self.parser_classes,
            options::RENDERER_CLASSES => &mut self.renderer_classes,
            options::FILTER_BACKENDS => &mut self.filter_backends,
            _ => return None,
        })
    }

    /// The slot of a single policy.
    fn single(&mut self, word: &str) -> Option<&mut Attr<Expr>> {
        Some(match word {
            options::CONTENT_NEGOTIATION_CLASS => &mut self.content_negotiation_class,
            options::VERSIONING_CLASS => &mut self.versioning_class,
            options::METADATA_CLASS => &mut self.metadata_class,
            options::PAGINATION_CLASS => &mut self.pagination_class,
            _ => return None,
        })
    }
}
