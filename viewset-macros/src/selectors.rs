//! The fields that `search_fields`, `filterset_fields`, `ordering_fields` and `ordering` name: as written, and
//! as rows of a model's static data.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Token, parenthesized, token};

use crate::attr;
use crate::words::{self, lookup};

/// A field, or a field of the model that a field refers to.
//
// path = ident [ "." ident ]
#[derive(Clone)]
pub(crate) struct FieldPath {
    pub(crate) first: Ident,
    pub(crate) second: Option<Ident>,
}

/// A field with the way it is searched.
//
// search = path | lookup "(" path ")"
pub(crate) struct SearchField {
    pub(crate) path: FieldPath,
    lookup: Option<Ident>,
}

/// A field with the lookups of its parameters; without any it is `exact`.
//
// filter = path [ "(" lookup { "," lookup } ")" ]
pub(crate) struct FilterField {
    pub(crate) path: FieldPath,
    lookups: Vec<Ident>,
}

/// A field to sort by.
//
// term = [ "-" ] path
pub(crate) struct OrderingTerm {
    pub(crate) path: FieldPath,
    pub(crate) descending: bool,
}

impl FieldPath {
    /// Reads one or two names, whatever follows them.
    pub(crate) fn parse_start(input: ParseStream<'_>) -> syn::Result<Self> {
        if let Some(text) = input.fork().parse::<Option<LitStr>>()? {
            return Err(quoted(&text));
        }
        let first = input.call(Ident::parse_any)?;
        let dot: Option<Token![.]> = input.parse()?;
        let second = dot.map(|_| input.call(Ident::parse_any)).transpose()?;
        Ok(Self { first, second })
    }
}

impl Parse for FieldPath {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path = Self::parse_start(input)?;
        match input.peek(Token![.]) {
            true => Err(input.error("a field is one relation away at most: `author.username`")),
            false => Ok(path),
        }
    }
}

impl Parse for SearchField {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path: FieldPath = input.parse()?;
        if !input.peek(token::Paren) {
            return Ok(Self { path, lookup: None });
        }
        let lookup = known_lookup(&path.first, lookup::SEARCH)?;
        let content;
        parenthesized!(content in input);
        let path = content.parse()?;
        match content.is_empty() {
            true => Ok(Self { path, lookup: Some(lookup) }),
            false => Err(content.error("expected one field")),
        }
    }
}

impl Parse for FilterField {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path = input.parse()?;
        if !input.peek(token::Paren) {
            return Ok(Self { path, lookups: Vec::new() });
        }
        let content;
        parenthesized!(content in input);
        let lookups: Vec<Lookup> = attr::elements(&content)?;
        Ok(Self { path, lookups: lookups.into_iter().map(|lookup| lookup.0).collect() })
    }
}

struct Lookup(Ident);

impl Parse for Lookup {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // `in` is a keyword of Rust.
        known_lookup(&input.call(Ident::parse_any)?, lookup::ALL).map(Self)
    }
}

impl Parse for OrderingTerm {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let minus: Option<Token![-]> = input.parse()?;
        Ok(Self { path: input.parse()?, descending: minus.is_some() })
    }
}

/// DRF's spelling of a field, with ours beside it.
fn quoted(text: &LitStr) -> syn::Error {
    let name = unquoted(&text.value());
    syn::Error::new_spanned(text, format!("a field is named without quotes\nhelp: `{name}`"))
}

/// `-created`, `author.name` and `istartswith(name)` for DRF's `-created`, `author__name` and `^name`.
pub(crate) fn unquoted(text: &str) -> String {
    let prefixes = [('^', "istartswith"), ('=', "iexact"), ('$', "iregex"), ('@', "icontains")];
    let path = |text: &str| text.replace("__", ".");
    let lookup =
        prefixes.iter().find_map(|(sign, lookup)| Some((lookup, text.strip_prefix(*sign)?)));
    match lookup {
        Some((lookup, text)) => format!("{lookup}({})", path(text)),
        None => path(text),
    }
}

fn known_lookup(word: &Ident, known: &[&str]) -> syn::Result<Ident> {
    let text = word.unraw().to_string();
    if known.contains(&text.as_str()) {
        return Ok(word.clone());
    }
    let list = match text.split_once("__") {
        Some((part, compared))
            if known.contains(&part) && variant(lookup::PARTS, part).is_some() =>
        {
            if variant(lookup::COMPARED, compared).is_some() {
                return Ok(word.clone());
            }
            let with: Vec<_> =
                lookup::COMPARED.iter().map(|(word, _)| format!("{part}__{word}")).collect();
            let with: Vec<_> = with.iter().map(String::as_str).collect();
            words::expected_one_of(&text, &with)
        }
        _ => words::expected_one_of(&text, known),
    };
    Err(syn::Error::new_spanned(word, format!("unknown lookup `{text}`\nhelp: {list}")))
}

/// The name of a word's variant in the runtime.
fn variant(known: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    known.iter().find(|(other, _)| *other == word).map(|(_, variant)| *variant)
}

/// The model whose fields are named: its type, and its name in messages.
pub(crate) struct Of<'a> {
    pub(crate) model: &'a TokenStream,
    pub(crate) name: &'a str,
}

impl Of<'_> {
    /// `const { &[__v::SearchField::new(…), …] }`
    pub(crate) fn search_fields(&self, fields: &[SearchField]) -> TokenStream {
        list(fields.iter().map(|field| {
            let word = field.lookup.as_ref().map_or("icontains".to_owned(), plain);
            let (path, lookup) = (self.path(&field.path), expand_lookup(&word));
            let message = self.no_lookup(&field.path, &word);
            quote_spanned!(field.path.first.span()=> __v::SearchField::new(#path, #lookup, #message))
        }))
    }

    /// `const { &[__v::FilterField::new("username__icontains", …), …] }`
    pub(crate) fn filterset_fields(&self, fields: &[FilterField]) -> TokenStream {
        list(fields.iter().flat_map(|field| {
            let words: Vec<_> = field.lookups.iter().map(plain).collect();
            let words = if words.is_empty() { vec!["exact".to_owned()] } else { words };
            words.into_iter().map(|word| {
                let param = match word.as_str() {
                    "exact" => field.path.param(),
                    word => format!("{}__{word}", field.path.param()),
                };
                let (path, lookup) = (self.path(&field.path), expand_lookup(&word));
                let message = self.no_lookup(&field.path, &word);
                quote_spanned! {field.path.first.span()=>
                    __v::FilterField::new(#param, #path, #lookup, #message)
                }
            })
        }))
    }

    /// `const { &[__v::FieldPath::new::<User>("username", …), …] }`
    pub(crate) fn ordering_fields(&self, fields: &[FieldPath]) -> TokenStream {
        list(fields.iter().map(|path| self.path(path)))
    }

    /// `const { &[__v::OrderingTerm::new(…, true), …] }`
    pub(crate) fn ordering(&self, terms: &[OrderingTerm]) -> TokenStream {
        list(terms.iter().map(|term| {
            let (path, descending) = (self.path(&term.path), term.descending);
            quote!(__v::OrderingTerm::new(#path, #descending))
        }))
    }

    // Expands to one of:
    //
    //     __v::FieldPath::new::<User>("username", "username", "model `User` has no field `username`")
    //     __v::FieldPath::related::<Note, <Note as __v::RelationAt<{ … }>>::Target>(
    //         "author", "username", "author__username", "…")
    fn path(&self, path: &FieldPath) -> TokenStream {
        let (model, param) = (self.model, path.param());
        let (first, at) = (plain(&path.first), path.first.span());
        let message = format!("model `{}` has no field `{first}`", self.name);
        let Some(second) = &path.second else {
            return quote_spanned!(at=> __v::FieldPath::new::<#model>(#first, #param, #message));
        };
        let source = plain(second);
        let index = quote_spanned!(at=> __v::field_index::<#model>(#first, #message));
        let target = quote_spanned!(at=> <#model as __v::RelationAt<{ #index }>>::Target);
        let message = format!("what `{first}` refers to has no field `{source}`");
        quote_spanned! {second.span()=>
            __v::FieldPath::related::<#model, #target>(#first, #source, #param, #message)
        }
    }

    fn no_lookup(&self, path: &FieldPath, word: &str) -> String {
        let name = path.to_token_stream().to_string().replace(' ', "");
        format!("field `{name}` of model `{}` has no lookup `{word}`", self.name)
    }
}

impl FieldPath {
    /// The name in URLs: `author__username`.
    fn param(&self) -> String {
        match &self.second {
            Some(second) => format!("{}__{}", plain(&self.first), plain(second)),
            None => plain(&self.first),
        }
    }
}

impl ToTokens for FieldPath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { first, second } = self;
        let second = second.iter();
        tokens.extend(quote!(#first #(.#second)*));
    }
}

fn list(items: impl Iterator<Item = TokenStream>) -> TokenStream {
    quote!(const { &[#(#items),*] })
}

fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// `__v::Lookup::IContains`, or `__v::Lookup::Year(__v::Compared::Gte)`
fn expand_lookup(word: &str) -> TokenStream {
    let (part, compared) = word.split_once("__").unwrap_or((word, ""));
    if let Some(part) = variant(lookup::PARTS, part) {
        let compared = variant(lookup::COMPARED, compared).unwrap_or("Exact");
        let (part, compared) = (format_ident!("{part}"), format_ident!("{compared}"));
        return quote!(__v::Lookup::#part(__v::Compared::#compared));
    }
    let variant = format_ident!("{}", variant(lookup::VARIANTS, word).unwrap_or("Exact"));
    quote!(__v::Lookup::#variant)
}
