//! A serializer about a model: what each of its fields shows, and where that comes from.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Path, Type};

use crate::field::args::{HyperlinkArg, SourcePath};
use crate::field::{Field, types};

/// A serializer with the model that it is about.
pub(super) struct AboutModel<'a> {
    pub(super) ident: &'a Ident,
    pub(super) model: &'a Type,
    pub(super) members: Vec<Member<'a>>,
    /// The hook of the object as a whole.
    pub(super) validate: Option<&'a Path>,
    /// The keys of other models' rows that are loaded, each once.
    pub(super) keys: Vec<Ident>,
}

/// The rows of a table in between, or of one that refers to the model.
pub(super) struct Through<'a> {
    pub(super) model: &'a Type,
    /// Its field with the key of the row that is shown.
    pub(super) from: &'a Ident,
    /// What is shown of them.
    pub(super) shown: ThroughShown<'a>,
    /// The place among those of the serializer.
    pub(super) place: usize,
}

/// What is shown of the rows in between.
pub(super) enum ThroughShown<'a> {
    /// The other key.
    Key(&'a Ident),
    /// The rows themselves, by a serializer.
    Rows(&'a Type),
    /// The rows that the other key refers to.
    Targets(&'a Ident, TargetShown<'a>),
}

/// What is shown of the rows that the other key refers to.
pub(super) enum TargetShown<'a> {
    /// The rows themselves, by a serializer.
    Rows(&'a Type),
    /// One of their fields.
    Field(&'a Ident),
    /// Their URLs.
    Urls(&'a HyperlinkArg),
}

/// A field with what it shows.
pub(super) struct Member<'a> {
    pub(super) field: &'a Field<'a>,
    pub(super) shape: Shape<'a>,
}

/// What a field shows.
pub(super) enum Shape<'a> {
    /// A field of the model: its own name, or `source`.
    Own(Ident),
    /// What a function makes of the row: `Self::get_words(&note, req)`.
    Method,
    /// The row that a key refers to, shown by another serializer.
    Nested { key: Ident, serializer: &'a Type, place: usize },
    /// A field of the row that a key refers to.
    Dotted { key: Ident, field: Ident },
    /// Rows in between.
    Through(Through<'a>),
    /// The URL of the row.
    Hyperlink(&'a HyperlinkArg),
    /// The URL of the row that a key refers to, by which a client names it, too.
    LinkTo { key: Ident, link: &'a HyperlinkArg },
}

impl<'a> AboutModel<'a> {
    pub(super) fn new(
        ident: &'a Ident,
        model: &'a Type,
        fields: &'a [Field<'a>],
        validate: Option<&'a Path>,
    ) -> Self {
        let mut keys: Vec<Ident> = Vec::new();
        let mut count = Count::default();
        let members = fields
            .iter()
            .map(|field| Member { field, shape: Shape::of(field, &mut keys, &mut count) })
            .collect();
        AboutModel { ident, model, members, validate, keys }
    }

    /// The fields of the model that are shown as they are.
    pub(super) fn own(&self) -> impl Iterator<Item = (usize, &Member<'a>, &Ident)> {
        self.members.iter().enumerate().filter_map(|(place, member)| match &member.shape {
            Shape::Own(source) => Some((place, member, source)),
            _ => None,
        })
    }

    /// The fields of other models' rows by which a client names these rows.
    pub(super) fn slugs(&self) -> impl Iterator<Item = (usize, &Ident, &Ident)> {
        self.members.iter().enumerate().filter_map(|(place, member)| match &member.shape {
            Shape::Dotted { key, field } if member.is_slug_related() => Some((place, key, field)),
            _ => None,
        })
    }

    /// The keys of other models' rows that a client names by their URLs.
    pub(super) fn urls(&self) -> impl Iterator<Item = (usize, &Ident, &'a HyperlinkArg)> {
        self.members.iter().enumerate().filter_map(|(place, member)| match &member.shape {
            Shape::LinkTo { key, link } if member.field.args.read_only.get() != Some(&true) => {
                Some((place, key, *link))
            }
            _ => None,
        })
    }

    /// Whether the columns of the fields are all that has to be selected.
    pub(super) fn is_narrow(&self) -> bool {
        self.own().count() == self.members.len() && !self.members.is_empty()
    }

    /// Whether the database can judge an input in the statement that stores it, unless a field of the model's own is
    /// a key of another row.
    pub(super) fn is_direct(&self) -> bool {
        let is_direct = |member: &Member<'_>| {
            let is_plain = match &member.shape {
                Shape::Own(_) | Shape::Method | Shape::Nested { .. } | Shape::Hyperlink(_) => true,
                Shape::Dotted { .. } => !member.is_slug_related(),
                Shape::Through(through) => !member.is_written_through(through),
                Shape::LinkTo { .. } => member.field.args.read_only.get() == Some(&true),
            };
            is_plain && member.field.args.validate.get().is_none()
        };
        self.validate.is_none() && self.members.iter().all(is_direct)
    }

    // Expands to, for each field of the model that is named:
    //
    //     const __AT_SLUG: usize =
    //         __v::field_index::<Note>("slug", "model `Note` has no field `slug`");
    //
    // Only there rustc complains of one that the model lacks.
    pub(super) fn places(&self) -> TokenStream {
        let own = self.own().map(|(_, _, source)| source);
        let mut sources: Vec<&Ident> = Vec::new();
        for source in own.chain(&self.keys) {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        let model = self.model;
        let places = sources.into_iter().map(|source| {
            let (place, name) = (place(source), source.unraw().to_string());
            let message = self.no_field(source);
            let index = quote_spanned!(source.span()=> __v::field_index::<#model>(#name, #message));
            quote!(const #place: usize = #index;)
        });
        quote!(#(#places)*)
    }

    /// `__AT_SLUG`
    pub(super) fn place_const(&self, source: &Ident) -> Ident {
        place(source)
    }

    /// `<Note as __v::FieldAt<__AT_SLUG>>`
    pub(super) fn field_at(&self, source: &Ident) -> TokenStream {
        let (model, place) = (self.model, place(source));
        quote_spanned!(source.span()=> <#model as __v::FieldAt<#place>>)
    }

    /// `<Note as __v::RelationAt<__AT_AUTHOR>>::Target`
    pub(super) fn target(&self, key: &Ident) -> TokenStream {
        let (model, place) = (self.model, place(key));
        quote_spanned!(key.span()=> <#model as __v::RelationAt<#place>>::Target)
    }

    /// The place of a key among those that are loaded.
    pub(super) fn place_of(&self, key: &Ident) -> usize {
        self.keys.iter().position(|known| known == key).unwrap_or_default()
    }

    /// The serializers of nested rows, each with the key that they are found by.
    pub(super) fn nested(&self) -> impl Iterator<Item = (&Ident, &'a Type)> {
        self.members.iter().filter_map(|member| match &member.shape {
            Shape::Nested { key, serializer, .. } => Some((key, *serializer)),
            _ => None,
        })
    }

    /// The rows in between that are loaded.
    pub(super) fn through(&self) -> impl Iterator<Item = (usize, &Member<'a>, &Through<'a>)> {
        self.members.iter().enumerate().filter_map(|(place, member)| match &member.shape {
            Shape::Through(through) => Some((place, member, through)),
            _ => None,
        })
    }

    /// What rustc says of a field that the model lacks.
    pub(super) fn no_field(&self, source: &Ident) -> String {
        no_field(self.model, source)
    }
}

impl Member<'_> {
    /// Whether a client names the row of another model by it.
    pub(super) fn is_slug_related(&self) -> bool {
        self.field.args.slug_related.get() == Some(&true)
    }

    /// Whether a client says which rows there are in between.
    pub(super) fn is_written_through(&self, through: &Through<'_>) -> bool {
        let is_named = match &through.shown {
            ThroughShown::Key(_) | ThroughShown::Targets(_, TargetShown::Urls(_)) => true,
            ThroughShown::Targets(_, TargetShown::Field(_)) => self.is_slug_related(),
            ThroughShown::Rows(_) | ThroughShown::Targets(_, TargetShown::Rows(_)) => false,
        };
        is_named && self.field.args.read_only.get() != Some(&true)
    }
}

/// How many there are of what has a place among its like.
#[derive(Default)]
struct Count {
    nested: usize,
    through: usize,
}

impl Through<'_> {
    /// `{ __v::field_index::<BookTag>("book", "model `BookTag` has no field `book`") }`
    pub(super) fn index(&self, source: &Ident) -> TokenStream {
        let (model, name) = (self.model, source.unraw().to_string());
        let message = no_field(model, source);
        quote_spanned!(source.span()=> { __v::field_index::<#model>(#name, #message) })
    }

    /// `__Target0`: the model that the other key refers to.
    pub(super) fn target(&self, key: &Ident) -> Ident {
        format_ident!("__Target{}", self.place, span = key.span())
    }

    // Expands to:
    //
    //     const _: () = __v::refers_to::<<BookTag as __v::RelationAt<{ … }>>::Target, Book>();
    pub(super) fn refers_to(&self, about: &Type) -> TokenStream {
        let (model, place) = (self.model, self.index(self.from));
        quote_spanned! {self.from.span()=>
            const _: () = __v::refers_to::<<#model as __v::RelationAt<#place>>::Target, #about>();
        }
    }

    // Expands to:
    //
    //     type __Target0 = <BookTag as __v::RelationAt<{ … }>>::Target;
    //
    // Only there rustc complains of a key that refers to nothing.
    pub(super) fn target_type(&self) -> Option<TokenStream> {
        let ThroughShown::Targets(key, _) = &self.shown else { return None };
        let (name, model, place) = (self.target(key), self.model, self.index(key));
        Some(quote_spanned!(key.span()=> type #name = <#model as __v::RelationAt<#place>>::Target;))
    }
}

fn no_field(model: &Type, source: &Ident) -> String {
    let name = match model {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    };
    let name = name.unwrap_or_else(|| quote!(#model).to_string());
    format!("model `{name}` has no field `{source}`")
}

impl<'a> Shape<'a> {
    fn of(field: &'a Field<'a>, keys: &mut Vec<Ident>, count: &mut Count) -> Self {
        let args = &field.args;
        let mut load = |key: &Ident| {
            if !keys.contains(key) {
                keys.push(key.clone());
            }
            key.clone()
        };
        let source = args.source.get();
        if args.method.get() == Some(&true) {
            return Self::Method;
        }
        if let (Some(model), Some(path)) = (args.through.get(), source) {
            count.through += 1;
            let (shown, place) = (ThroughShown::of(field, path), count.through - 1);
            return Self::Through(Through { model, from: &path.first, shown, place });
        }
        if let Some(link) = args.hyperlink.get() {
            return match source {
                Some(path) => Self::LinkTo { key: load(&path.first), link },
                None => Self::Hyperlink(link),
            };
        }
        if args.nested.get() == Some(&true) {
            let key = source.map_or_else(|| field.ident.clone(), |path| path.first.clone());
            count.nested += 1;
            let serializer = types::option_of(field.ty).unwrap_or(field.ty);
            return Self::Nested { key: load(&key), serializer, place: count.nested - 1 };
        }
        match source {
            None => Self::Own(field.ident.clone()),
            Some(path) => match &path.second {
                None => Self::Own(path.first.clone()),
                Some(second) => Self::Dotted { key: load(&path.first), field: second.clone() },
            },
        }
    }
}

impl<'a> ThroughShown<'a> {
    fn of(field: &'a Field<'a>, path: &'a SourcePath) -> Self {
        let item = types::item_of(field.ty).unwrap_or(field.ty);
        let Some(key) = &path.second else { return Self::Rows(item) };
        match (&path.third, field.args.hyperlink.get()) {
            (Some(source), _) => Self::Targets(key, TargetShown::Field(source)),
            (None, Some(link)) => Self::Targets(key, TargetShown::Urls(link)),
            (None, None) if field.args.nested.get() == Some(&true) => {
                Self::Targets(key, TargetShown::Rows(item))
            }
            (None, None) => Self::Key(key),
        }
    }
}

/// The constant with the place of a field of the model.
fn place(source: &Ident) -> Ident {
    format_ident!("__AT_{}", source.unraw().to_string().to_uppercase())
}

/// Where rustc is to complain about a field's type.
pub(super) fn type_span(member: &Member<'_>) -> proc_macro2::Span {
    member.field.ty.span()
}
