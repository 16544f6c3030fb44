//! Reading the inside of an attribute: `key`, `key = value`, `key = [list]`.
//!
//! An [`Entry`] is one key with what follows it; an [`Attr`] is the slot that its value goes to.
//! Which keys there are and what they mean is the business of the modules that read them.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::parse::discouraged::Speculative as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{
    Attribute, Expr, ExprArray, ExprLit, Lit, LitBool, LitStr, Meta, Path, Token, Type, bracketed,
    parenthesized, token,
};

use crate::diagnostics::{Sink, join};
use crate::selectors::unquoted;
use crate::words;

/// A typed slot: empty, or filled once together with its key.
pub(crate) struct Attr<T> {
    filled: Option<(Ident, T)>,
    wrong: bool,
}

impl<T> Default for Attr<T> {
    fn default() -> Self {
        Attr { filled: None, wrong: false }
    }
}

impl<T> Attr<T> {
    /// Fills the slot; if it is full already, reports `key` as a duplicate and keeps the first.
    pub(crate) fn set(&mut self, sink: &Sink<'_>, key: &Ident, value: T) {
        match self.filled {
            None => self.filled = Some((key.clone(), value)),
            Some(_) => duplicate(sink, key),
        }
    }

    /// Fills the slot with what `read` makes of the entry.
    pub(crate) fn read<'e>(
        &mut self,
        sink: &Sink<'_>,
        entry: &Entry<'e>,
        read: impl FnOnce(&Entry<'e>) -> syn::Result<T>,
    ) -> syn::Result<()> {
        let value = read(entry).inspect_err(|_| self.wrong = true)?;
        self.set(sink, &entry.key, value);
        Ok(())
    }

    /// What was given.
    pub(crate) fn get(&self) -> Option<&T> {
        self.filled.as_ref().map(|(_, value)| value)
    }

    /// Whether nothing was written, not even something wrong.
    pub(crate) fn is_missing(&self) -> bool {
        self.filled.is_none() && !self.wrong
    }

    /// The key as it stands in the source, for messages about the whole entry.
    pub(crate) fn key(&self) -> Option<&Ident> {
        self.filled.as_ref().map(|(key, _)| key)
    }

    /// What was given, taken out of the slot.
    pub(crate) fn into_inner(self) -> Option<T> {
        self.filled.map(|(_, value)| value)
    }
}

/// A key, and the input right behind it.
pub(crate) struct Entry<'a> {
    /// The key as written.
    pub(crate) key: Ident,
    input: ParseStream<'a>,
}

impl<'a> Entry<'a> {
    /// The key's word, without `r#`.
    pub(crate) fn word(&self) -> String {
        self.key.unraw().to_string()
    }

    /// Reads nothing: `key`.
    pub(crate) fn flag(&self) -> syn::Result<()> {
        match self.input.is_empty() || self.input.peek(Token![,]) {
            true => Ok(()),
            false => Err(self.fail(format_args!("`{}` takes no value", self.key))),
        }
    }

    /// Whether a value follows.
    pub(crate) fn has_value(&self) -> bool {
        self.input.peek(Token![=])
    }

    /// Reads `= value`.
    pub(crate) fn value<T: Parse>(&self) -> syn::Result<T> {
        self.equals()?;
        self.input.parse()
    }

    /// Reads `= some::path`, a path without generics.
    pub(crate) fn module(&self) -> syn::Result<Path> {
        self.equals()?;
        self.input.call(Path::parse_mod_style)
    }

    /// Reads `= "text"`.
    pub(crate) fn string(&self) -> syn::Result<LitStr> {
        self.equals()?;
        match self.input.peek(LitStr) {
            true => self.input.parse(),
            false => Err(self.wrong_value("a string literal")),
        }
    }

    /// Reads `= true` or `= false`.
    pub(crate) fn boolean(&self) -> syn::Result<LitBool> {
        self.equals()?;
        match self.input.peek(LitBool) {
            true => self.input.parse(),
            false => Err(self.wrong_value("`true` or `false`")),
        }
    }

    /// Reads `= [a, b]`.
    pub(crate) fn list<T: Parse>(&self) -> syn::Result<Vec<T>> {
        self.equals()?;
        if !self.input.peek(token::Bracket) {
            return Err(self.not_a_list());
        }
        let content;
        bracketed!(content in self.input);
        elements(&content)
    }

    /// Reads `= value`, which is no list.
    pub(crate) fn single(&self) -> syn::Result<Expr> {
        match self.value()? {
            Expr::Array(list) => Err(self.not_single(&list)),
            value => Ok(value),
        }
    }

    /// Reads `(…)` and hands back what is inside.
    pub(crate) fn group(&self) -> syn::Result<TokenStream> {
        if !self.input.peek(token::Paren) {
            return Err(self.fail(format_args!("`{0}` takes a list: `{0}(…)`", self.key)));
        }
        let content;
        parenthesized!(content in self.input);
        content.parse()
    }

    /// An error at the key.
    pub(crate) fn fail(&self, message: impl std::fmt::Display) -> syn::Error {
        syn::Error::new_spanned(&self.key, message)
    }

    /// The error that the key is none of `known`, in the attribute `place` (`#[action]`).
    pub(crate) fn unknown(&self, place: &str, known: &[&str]) -> syn::Error {
        let word = self.word();
        let list = words::expected_one_of(&word, known);
        self.fail(format_args!("unknown key `{word}` in `{place}`\nhelp: {list}"))
    }

    fn equals(&self) -> syn::Result<()> {
        match self.input.peek(Token![=]) && !self.input.peek(Token![==]) {
            true => self.input.parse::<Token![=]>().map(drop),
            false => Err(self.fail(format_args!("`{0}` needs a value: `{0} = …`", self.key))),
        }
    }

    fn wrong_value(&self, wanted: &str) -> syn::Error {
        let message = format!("`{}` must be {wanted}", self.key);
        syn::Error::new_spanned(self.rest_of_value(), message)
    }

    fn not_a_list(&self) -> syn::Error {
        let value = self.rest_of_value();
        let elements = match syn::parse2(value.clone()) {
            Ok(Expr::Tuple(tuple)) => tuple.elems.iter().map(text).collect::<Vec<_>>().join(", "),
            Ok(value) if is_none(&value) => String::new(),
            Ok(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) if self.names_fields() => {
                unquoted(&text.value())
            }
            _ => text(&value),
        };
        let message = format!("`{0}` must be a list\nhelp: `{0} = [{elements}]`", self.key);
        syn::Error::new_spanned(value, message)
    }

    /// Whether the values are names of fields.
    fn names_fields(&self) -> bool {
        let word = self.word();
        word == "ordering" || word.ends_with("_fields")
    }

    fn not_single(&self, list: &ExprArray) -> syn::Error {
        let message = format!("`{}` must be a single value", self.key);
        let message = match list.elems.first() {
            Some(first) => format!("{message}\nhelp: `{} = {}`", self.key, text(first)),
            None => message,
        };
        syn::Error::new_spanned(list, message)
    }

    /// The value as written, or the key if nothing is there.
    fn rest_of_value(&self) -> TokenStream {
        match self.input.fork().parse::<Expr>() {
            Ok(value) => value.into_token_stream(),
            Err(_) => self
                .input
                .fork()
                .parse::<TokenTree>()
                .map_or_else(|_| self.key.to_token_stream(), |token| quote!(#token)),
        }
    }
}

/// Reads the entries between an attribute macro's parentheses. What `each` returns as an error is
/// reported, and reading goes on behind the next comma.
pub(crate) fn read_args(
    tokens: TokenStream,
    sink: &Sink<'_>,
    each: impl FnMut(&Entry<'_>) -> syn::Result<()>,
) {
    let mut all_read = true;
    let parser = |input: ParseStream<'_>| {
        all_read = read_entries(input, sink, each);
        Ok(())
    };
    let rest = parser.parse2(tokens);
    // Inside of brackets a mistake leaves tokens over, which syn would tell as a second one.
    if all_read {
        sink.ok(rest);
    }
}

/// Reads the entries of `#[name(…)]`; a bare `#[name]` has none.
pub(crate) fn read_attribute(
    attribute: &Attribute,
    sink: &Sink<'_>,
    each: impl FnMut(&Entry<'_>) -> syn::Result<()>,
) {
    match &attribute.meta {
        Meta::Path(_) => {}
        Meta::List(list) => read_args(list.tokens.clone(), sink, each),
        Meta::NameValue(pair) => {
            let name = pair.path.to_token_stream();
            sink.error(pair, format_args!("`{name}` takes a list: `#[{name}(…)]`"));
        }
    }
}

/// Whether each entry could be read.
fn read_entries(
    input: ParseStream<'_>,
    sink: &Sink<'_>,
    mut each: impl FnMut(&Entry<'_>) -> syn::Result<()>,
) -> bool {
    let mut all_read = true;
    while !input.is_empty() {
        let entry = input.call(Ident::parse_any).map(|key| Entry { key, input });
        let read = entry.and_then(|entry| each(&entry)).and_then(|()| end_of_entry(input));
        if sink.ok(read).is_none() {
            skip_entry(input);
            all_read = false;
        }
    }
    all_read
}

fn end_of_entry(input: ParseStream<'_>) -> syn::Result<()> {
    match input.is_empty() {
        true => Ok(()),
        false => input.parse::<Token![,]>().map(drop),
    }
}

/// Goes on behind the next comma that is not part of a value.
fn skip_entry(input: ParseStream<'_>) {
    if input.parse::<Token![=]>().is_ok() && (skip::<Expr>(input) || skip::<Type>(input)) {
        return;
    }
    while !input.is_empty() {
        let comma = input.peek(Token![,]);
        if input.parse::<TokenTree>().is_err() || comma {
            return;
        }
    }
}

/// Skips a whole value and the comma behind it, if that is what the input has.
fn skip<T: Parse>(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let skipped = ahead.parse::<T>().is_ok() && end_of_entry(&ahead).is_ok();
    if skipped {
        input.advance_to(&ahead);
    }
    skipped
}

/// Reads what is left as a list. All elements that are wrong are told; only from the middle of an element
/// there is no way on to the next.
pub(crate) fn elements<T: Parse>(input: ParseStream<'_>) -> syn::Result<Vec<T>> {
    let (mut list, mut errors) = (Vec::new(), Vec::new());
    while !input.is_empty() {
        let element = input.parse();
        let end = end_of_entry(input);
        if end.is_err() {
            input.parse::<TokenStream>()?;
        }
        match element.and_then(|element| end.map(|()| element)) {
            Ok(element) => list.push(element),
            Err(error) => errors.push(error),
        }
    }
    match errors.into_iter().reduce(join) {
        None => Ok(list),
        Some(errors) => Err(errors),
    }
}

fn duplicate(sink: &Sink<'_>, key: &Ident) {
    sink.error(key, format_args!("duplicate key `{key}`"));
}

/// The text of a value for a `help:` line; tokens that were read lose the blanks of the source.
fn text(value: &impl ToTokens) -> String {
    value.to_token_stream().to_string().replace(" :: ", "::")
}

/// Whether a value is `None`.
pub(crate) fn is_none(class: &Expr) -> bool {
    matches!(class, Expr::Path(path) if path.path.is_ident("None"))
}
