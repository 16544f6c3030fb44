//! What was written in `#[viewset(…)]`.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Path, Type};

use super::options::OptionArgs;
use super::url_path::is_name;
use crate::attr::{self, Attr, Entry};
use crate::diagnostics::Sink;
use crate::words::viewset as key;

/// The arguments of `#[viewset]`.
//
// viewset = { entry "," }
// entry   = "model" "=" type
//         | "mixins" "=" "[" { path "," } "]"
//         | ("basename" | "prefix" | "lookup_value_regex") "=" string
//         | ("lookup_field" | "lookup_url_kwarg") "=" name
//         | "kwargs" "=" "[" { name "," } "]"
//         | "crate" "=" path
//         | option                                   (see `options`)
// name    = identifier | string
#[derive(Default)]
pub(crate) struct ViewSetArgs {
    pub(crate) model: Attr<Type>,
    pub(crate) mixins: Attr<Vec<Path>>,
    pub(crate) basename: Attr<LitStr>,
    pub(crate) prefix: Attr<LitStr>,
    pub(crate) lookup_field: Attr<Name>,
    pub(crate) lookup_url_kwarg: Attr<Name>,
    pub(crate) lookup_value_regex: Attr<LitStr>,
    pub(crate) kwargs: Attr<Vec<Name>>,
    pub(crate) runtime: Attr<Path>,
    pub(crate) options: OptionArgs,
}

/// A name, given as an identifier or as a string.
pub(crate) struct Name {
    pub(crate) text: String,
    tokens: TokenStream,
}

impl ViewSetArgs {
    /// Reads what stands between the parentheses.
    pub(crate) fn parse(tokens: TokenStream, sink: &Sink<'_>) -> Self {
        let mut args = Self::default();
        attr::read_args(tokens, sink, |entry| args.read(entry, sink));
        args
    }

    fn read(&mut self, entry: &Entry<'_>, sink: &Sink<'_>) -> syn::Result<()> {
        match entry.word().as_str() {
            key::MODEL => self.model.read(sink, entry, Entry::value),
            key::MIXINS => self.mixins.read(sink, entry, Entry::list),
            key::BASENAME => self.basename.read(sink, entry, Entry::string),
            key::PREFIX => self.prefix.read(sink, entry, Entry::string),
            key::LOOKUP_FIELD => self.lookup_field.read(sink, entry, Entry::value),
            key::LOOKUP_URL_KWARG => self.lookup_url_kwarg.read(sink, entry, Entry::value),
            key::LOOKUP_VALUE_REGEX => self.lookup_value_regex.read(sink, entry, Entry::string),
            key::KWARGS => self.kwargs.read(sink, entry, Entry::list),
            key::CRATE => self.runtime.read(sink, entry, Entry::module),
            _ => self.options.read(entry, sink, "#[viewset]", key::ALL),
        }
    }
}

impl Parse for Name {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(LitStr) {
            let name: Ident = input.parse()?;
            return Ok(Name { text: name.unraw().to_string(), tokens: name.into_token_stream() });
        }
        let literal: LitStr = input.parse()?;
        let text = literal.value();
        match is_name(&text) {
            true => Ok(Name { text, tokens: literal.into_token_stream() }),
            false => Err(syn::Error::new_spanned(literal, format_args!("`{text}` is not a name"))),
        }
    }
}

impl ToTokens for Name {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.tokens.to_tokens(tokens);
    }
}
