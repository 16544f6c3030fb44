//! `#[field(…)]` as it was written.

use std::fmt;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, LitInt, LitStr, Path, Token, Type, parenthesized, token};

use crate::attr::{self, Attr, Entry};
use crate::diagnostics::Sink;
use crate::selectors::FieldPath;
use crate::words::field as key;

/// The arguments of `#[field]`.
//
// field  = [ entry { "," entry } ]
// entry  = flag [ "=" bool ]
//        | "default" [ "=" expression ]
//        | ( "min_length" | "max_length" ) "=" integer
//        | ( "min_value" | "max_value" ) "=" [ "-" ] ( integer | float )
//        | "choices" "=" "[" { "(" string "," string ")" "," } "]"
//        | "child" "(" field ")"
//        | "related" "=" type
//        | ( "label" | "help_text" ) "=" string
//        | "regex" "=" string
//        | "validators" "=" "[" { path "," } "]"
//        | ( "default_with" | "validate" ) "=" path
//        | "through" "=" type
//        | "source" "=" ident [ "." ident [ "." ident ] ]
//        | "hyperlink" [ "=" string ]
// flag   = "read_only" | "write_only" | "required" | "allow_null" | "allow_blank" | "trim_whitespace"
//        | "allow_empty" | "email" | "url" | "slug" | "integer" | "unique" | "slug_related" | "method" | "nested"
#[derive(Default)]
pub(crate) struct FieldArgs {
    pub(crate) read_only: Attr<bool>,
    pub(crate) write_only: Attr<bool>,
    pub(crate) required: Attr<bool>,
    pub(crate) default: Attr<DefaultArg>,
    pub(crate) allow_null: Attr<bool>,
    pub(crate) allow_blank: Attr<bool>,
    pub(crate) trim_whitespace: Attr<bool>,
    pub(crate) min_length: Attr<usize>,
    pub(crate) max_length: Attr<usize>,
    pub(crate) min_value: Attr<Number>,
    pub(crate) max_value: Attr<Number>,
    pub(crate) email: Attr<bool>,
    pub(crate) url: Attr<bool>,
    pub(crate) slug: Attr<bool>,
    pub(crate) choices: Attr<Vec<Choice>>,
    pub(crate) child: Attr<Box<FieldArgs>>,
    pub(crate) related: Attr<Type>,
    pub(crate) label: Attr<LitStr>,
    pub(crate) help_text: Attr<LitStr>,
    pub(crate) regex: Attr<LitStr>,
    pub(crate) integer: Attr<bool>,
    pub(crate) allow_empty: Attr<bool>,
    pub(crate) validators: Attr<Vec<Path>>,
    pub(crate) unique: Attr<bool>,
    pub(crate) default_with: Attr<Path>,
    pub(crate) validate: Attr<Path>,
    pub(crate) source: Attr<SourcePath>,
    pub(crate) slug_related: Attr<bool>,
    pub(crate) method: Attr<bool>,
    pub(crate) nested: Attr<bool>,
    pub(crate) through: Attr<Type>,
    pub(crate) hyperlink: Attr<HyperlinkArg>,
}

/// `hyperlink`, or `hyperlink = "event-detail"`.
pub(crate) enum HyperlinkArg {
    /// The detail route of the viewset.
    Own,
    /// The route of this name.
    Named(LitStr),
}

/// Where a field is found: `title`, `author.name`, or `book.tag.name` behind `through`.
pub(crate) struct SourcePath {
    pub(crate) first: Ident,
    pub(crate) second: Option<Ident>,
    pub(crate) third: Option<Ident>,
}

/// `default`, or `default = expression`.
pub(crate) enum DefaultArg {
    /// The type's own.
    Own,
    Expr(Expr),
}

/// A value that a field can be, and its name for people.
pub(crate) struct Choice {
    pub(crate) value: ChoiceValue,
    pub(crate) display_name: LitStr,
}

/// A text or an integer that a field can be.
pub(crate) enum ChoiceValue {
    Text(LitStr),
    Int(i64),
}

/// A number that a bound can be.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Int(i64),
    Float(f64),
}

impl FieldArgs {
    /// Reads all `#[field(…)]` among `attrs`.
    pub(crate) fn parse(attrs: &[Attribute], sink: &Sink<'_>) -> Self {
        let mut args = Self::default();
        super::read_attributes(attrs, "field", sink, |entry| args.read(entry, sink));
        args
    }

    /// Reads the inside of `child(…)`.
    fn parse_child(entry: &Entry<'_>, sink: &Sink<'_>) -> syn::Result<Box<Self>> {
        let mut args = Box::<Self>::default();
        attr::read_args(entry.group()?, sink, |entry| args.read(entry, sink));
        Ok(args)
    }

    fn read(&mut self, entry: &Entry<'_>, sink: &Sink<'_>) -> syn::Result<()> {
        match entry.word().as_str() {
            key::READ_ONLY => self.read_only.read(sink, entry, flag),
            key::WRITE_ONLY => self.write_only.read(sink, entry, flag),
            key::REQUIRED => self.required.read(sink, entry, flag),
            key::DEFAULT => self.default.read(sink, entry, default),
            key::ALLOW_NULL => self.allow_null.read(sink, entry, flag),
            key::ALLOW_BLANK => self.allow_blank.read(sink, entry, flag),
            key::TRIM_WHITESPACE => self.trim_whitespace.read(sink, entry, flag),
            key::MIN_LENGTH => self.min_length.read(sink, entry, length),
            key::MAX_LENGTH => self.max_length.read(sink, entry, length),
            key::MIN_VALUE => self.min_value.read(sink, entry, Entry::value),
            key::MAX_VALUE => self.max_value.read(sink, entry, Entry::value),
            key::EMAIL => self.email.read(sink, entry, flag),
            key::URL => self.url.read(sink, entry, flag),
            key::SLUG => self.slug.read(sink, entry, flag),
            key::CHOICES => self.choices.read(sink, entry, Entry::list),
            key::CHILD => self.child.read(sink, entry, |entry| Self::parse_child(entry, sink)),
            key::RELATED => self.related.read(sink, entry, Entry::value),
            key::LABEL => self.label.read(sink, entry, Entry::string),
            key::HELP_TEXT => self.help_text.read(sink, entry, Entry::string),
            key::INTEGER => self.integer.read(sink, entry, flag),
            key::UNIQUE => self.unique.read(sink, entry, flag),
            key::DEFAULT_WITH => self.default_with.read(sink, entry, Entry::value),
            key::VALIDATE => self.validate.read(sink, entry, Entry::value),
            key::SOURCE => self.source.read(sink, entry, Entry::value),
            key::SLUG_RELATED => self.slug_related.read(sink, entry, flag),
            key::METHOD => self.method.read(sink, entry, flag),
            key::NESTED => self.nested.read(sink, entry, flag),
            key::THROUGH => self.through.read(sink, entry, Entry::value),
            key::HYPERLINK => self.hyperlink.read(sink, entry, hyperlink),
            key::REGEX => self.regex.read(sink, entry, Entry::string),
            key::ALLOW_EMPTY => self.allow_empty.read(sink, entry, flag),
            key::VALIDATORS => self.validators.read(sink, entry, Entry::list),
            word if key::IN_TYPE.contains(&word) => Err(entry.fail(format_args!(
                "`{word}` is in the type of a decimal\nhelp: `Decimal<12, 2>` has 12 digits, 2 of them \
                 behind the point"
            ))),
            _ => Err(entry.unknown("#[field]", key::ALL)),
        }
    }
}

fn flag(entry: &Entry<'_>) -> syn::Result<bool> {
    match entry.has_value() {
        true => Ok(entry.boolean()?.value),
        false => entry.flag().map(|()| true),
    }
}

fn default(entry: &Entry<'_>) -> syn::Result<DefaultArg> {
    match entry.has_value() {
        true => entry.value().map(DefaultArg::Expr),
        false => entry.flag().map(|()| DefaultArg::Own),
    }
}

fn hyperlink(entry: &Entry<'_>) -> syn::Result<HyperlinkArg> {
    match entry.has_value() {
        true => entry.string().map(HyperlinkArg::Named),
        false => entry.flag().map(|()| HyperlinkArg::Own),
    }
}

fn length(entry: &Entry<'_>) -> syn::Result<usize> {
    entry.value::<LitInt>()?.base10_parse()
}

impl SourcePath {
    /// How many names it has.
    pub(crate) fn steps(&self) -> usize {
        1 + self.second.iter().count() + self.third.iter().count()
    }
}

impl Parse for SourcePath {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let FieldPath { first, second } = FieldPath::parse_start(input)?;
        let dot: Option<Token![.]> = input.parse()?;
        let third = dot.map(|_| input.call(Ident::parse_any)).transpose()?;
        match input.peek(Token![.]) {
            true => Err(input.error("a field is two relations away at most: `book.tag.name`")),
            false => Ok(Self { first, second, third }),
        }
    }
}

impl Parse for Choice {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(token::Paren) {
            return Err(input.error("expected a choice: `(\"value\", \"Name\")`"));
        }
        let content;
        parenthesized!(content in input);
        let parts = Punctuated::<Lit, Token![,]>::parse_terminated(&content);
        let parts = parts.inspect_err(|_| drop(content.parse::<TokenStream>()))?;
        let mut parts = parts.into_iter();
        let value = match parts.next() {
            Some(Lit::Str(text)) => Some(ChoiceValue::Text(text)),
            Some(Lit::Int(number)) => Some(ChoiceValue::Int(number.base10_parse()?)),
            _ => None,
        };
        match (value, parts.next(), parts.next()) {
            (Some(value), Some(Lit::Str(display_name)), None) => Ok(Self { value, display_name }),
            _ => Err(content.error("expected a choice: `(\"value\", \"Name\")`")),
        }
    }
}

impl ToTokens for ChoiceValue {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let text = match self {
            Self::Text(text) => text.value(),
            Self::Int(number) => number.to_string(),
        };
        text.to_tokens(tokens);
    }
}

impl Parse for Number {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let minus: Option<Token![-]> = input.parse()?;
        let literal: Lit = input.parse()?;
        // With the sign, so that the least number is one, too.
        let digits = |digits: &str| format!("{}{digits}", if minus.is_some() { "-" } else { "" });
        let number = match &literal {
            Lit::Int(literal) => digits(literal.base10_digits()).parse().map(Number::Int).ok(),
            Lit::Float(literal) => digits(literal.base10_digits()).parse().map(Number::Float).ok(),
            _ => None,
        };
        let finite = number.filter(|number| number.to_f64().is_finite());
        finite.ok_or_else(|| syn::Error::new_spanned(&literal, "expected a number"))
    }
}

impl Number {
    #[expect(clippy::cast_precision_loss, reason = "only compared with a float")]
    pub(crate) const fn to_f64(self) -> f64 {
        match self {
            Number::Int(number) => number as f64,
            Number::Float(number) => number,
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Int(number) => number.fmt(f),
            Number::Float(number) => number.fmt(f),
        }
    }
}

impl ToTokens for Number {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Number::Int(number) => {
                let number = proc_macro2::Literal::i64_unsuffixed(*number);
                quote!(__v::Bound::Int(#number))
            }
            Number::Float(number) => {
                let number = proc_macro2::Literal::f64_unsuffixed(*number);
                quote!(__v::Bound::Float(#number))
            }
        });
    }
}
