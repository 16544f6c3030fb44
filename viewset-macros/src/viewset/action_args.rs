//! What was written in `#[action(…)]` and `#[mapping(…)]`.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, LitBool, LitStr, Meta, Token};

use super::options::OptionArgs;
use super::verbs::{Verb, verb, verbs};
use crate::attr::{self, Attr, Entry};
use crate::diagnostics::Sink;
use crate::words::action as key;

/// The arguments of `#[action]`.
//
// action = { entry "," }
// entry  = "detail" "=" ("true" | "false")
//        | "methods" "=" "[" method { "," method } "]"
//        | ("url_path" | "url_name" | "description") "=" string
//        | ("name" | "suffix") "=" string          (one of the two)
//        | option
// method = string | path                           ("post", Method::POST)
pub(crate) struct ActionArgs {
    pub(crate) detail: Option<LitBool>,
    pub(crate) methods: Option<Vec<Verb>>,
    pub(crate) url_path: Option<LitStr>,
    pub(crate) url_name: Option<LitStr>,
    pub(crate) title: Option<Title>,
    pub(crate) description: Option<LitStr>,
    pub(crate) options: OptionArgs,
}

/// What an action is called on a page: its own name, or the viewset's with a suffix.
pub(crate) enum Title {
    Name(LitStr),
    Suffix(LitStr),
}

/// The argument of `#[mapping]`.
//
// mapping = action "." method                      (password.delete)
pub(crate) struct MappingArgs {
    pub(crate) action: Ident,
    pub(crate) verb: Verb,
}

/// The slots of an `#[action]` while it is read.
#[derive(Default)]
struct Slots {
    detail: Attr<LitBool>,
    methods: Attr<Vec<Verb>>,
    url_path: Attr<LitStr>,
    url_name: Attr<LitStr>,
    name: Attr<LitStr>,
    suffix: Attr<LitStr>,
    description: Attr<LitStr>,
    options: OptionArgs,
}

impl ActionArgs {
    /// Reads the `#[action]` of the method called `name`.
    pub(crate) fn parse(attribute: &Attribute, name: &str, sink: &Sink<'_>) -> Self {
        let mut slots = Slots::default();
        attr::read_attribute(attribute, sink, |entry| slots.read(entry, sink));
        if slots.detail.is_missing() {
            sink.error(attribute.path(), format_args!("action `{name}` needs `detail`"))
                .help("`detail = true` for one object, `detail = false` for the collection");
        }
        slots.finish(sink)
    }
}

impl Slots {
    fn read(&mut self, entry: &Entry<'_>, sink: &Sink<'_>) -> syn::Result<()> {
        match entry.word().as_str() {
            key::DETAIL => self.detail.read(sink, entry, Entry::boolean),
            key::METHODS => self.methods.read(sink, entry, |entry| verbs(entry, sink)),
            key::URL_PATH => self.url_path.read(sink, entry, Entry::string),
            key::URL_NAME => self.url_name.read(sink, entry, Entry::string),
            key::NAME => self.name.read(sink, entry, Entry::string),
            key::SUFFIX => self.suffix.read(sink, entry, Entry::string),
            key::DESCRIPTION => self.description.read(sink, entry, Entry::string),
            _ => self.options.read(entry, sink, "#[action]", key::ALL),
        }
    }

    fn finish(self, sink: &Sink<'_>) -> ActionArgs {
        if let (Some(_), Some(suffix)) = (self.name.key(), self.suffix.key()) {
            sink.error(suffix, "`suffix` cannot stand beside `name`")
                .note("`name` replaces the whole display name that a suffix would be added to");
        }
        let suffix = self.suffix.into_inner().map(Title::Suffix);
        ActionArgs {
            detail: self.detail.into_inner(),
            methods: self.methods.into_inner(),
            url_path: self.url_path.into_inner(),
            url_name: self.url_name.into_inner(),
            title: self.name.into_inner().map(Title::Name).or(suffix),
            description: self.description.into_inner(),
            options: self.options,
        }
    }
}

impl MappingArgs {
    /// Reads a `#[mapping]`.
    pub(crate) fn parse(attribute: &Attribute, sink: &Sink<'_>) -> Option<Self> {
        match &attribute.meta {
            Meta::List(list) => {
                let parser = |input: ParseStream<'_>| Self::read(input, sink);
                sink.ok(parser.parse2(list.tokens.clone())).flatten()
            }
            _ => {
                sink.error(attribute.path(), "`#[mapping]` needs an action and a method")
                    .help("`#[mapping(password.delete)]`");
                None
            }
        }
    }

    fn read(input: ParseStream<'_>, sink: &Sink<'_>) -> syn::Result<Option<Self>> {
        if input.is_empty() {
            let message = "`#[mapping]` needs an action and a method";
            let message = format!("{message}\nhelp: `#[mapping(password.delete)]`");
            return Err(syn::Error::new(input.span(), message));
        }
        let action: Ident = input.parse()?;
        if input.parse::<Token![.]>().is_err() {
            let message = "`#[mapping]` needs a method behind the action";
            let help = format!("`#[mapping({action}.delete)]`");
            let _: TokenStream = input.parse()?;
            return Err(syn::Error::new_spanned(action, format_args!("{message}\nhelp: {help}")));
        }
        let method = input.call(Ident::parse_any)?;
        let verb = verb(&method.unraw().to_string(), method.into_token_stream(), sink);
        let rest: TokenStream = input.parse()?;
        if !rest.is_empty() {
            sink.error(rest, "`#[mapping]` takes no other arguments")
                .note("the action's own hold for all of its methods");
        }
        Ok(verb.map(|verb| MappingArgs { action, verb }))
    }
}
