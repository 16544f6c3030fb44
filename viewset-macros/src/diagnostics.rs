//! Where mistakes are collected: a [`Sink`] takes any number of them and gives them back together.
//!
//! It knows nothing of rules. A sink that nobody read is a bug of this crate, and a debug build
//! says so; a child sink hands what it holds to its parent.

use std::cell::{Cell, RefCell};
use std::fmt::Display;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

/// Collects the mistakes of one macro call, in the order in which they are found.
pub(crate) struct Sink<'a> {
    parent: Option<&'a Sink<'a>>,
    mistakes: RefCell<Vec<Mistake>>,
    read: Cell<bool>,
}

/// One mistake: where it is, and its message of one or more lines.
struct Mistake {
    start: Span,
    end: Span,
    message: String,
}

/// The mistake just reported, so that a line can be added to its message.
pub(crate) struct Reported<'s, 'a> {
    sink: &'s Sink<'a>,
    index: usize,
}

impl Sink<'_> {
    /// The sink of a whole macro call. It must be read with [`Sink::into_result`].
    pub(crate) fn new() -> Self {
        Sink { parent: None, mistakes: RefCell::default(), read: Cell::new(false) }
    }

    /// A sink for one part, an action for example, that can be asked whether *it* failed. Its
    /// mistakes are the parent's as soon as it is dropped.
    pub(crate) fn child(&self) -> Sink<'_> {
        Sink { parent: Some(self), mistakes: RefCell::default(), read: Cell::new(false) }
    }

    /// Reports a mistake at `at`: the smallest tokens that have to change.
    pub(crate) fn error(&self, at: impl ToTokens, message: impl Display) -> Reported<'_, '_> {
        let (start, end) = ends(at.into_token_stream());
        self.push(Mistake { start, end, message: message.to_string() })
    }

    /// Reports a mistake that syn found.
    pub(crate) fn absorb(&self, error: syn::Error) {
        for error in error {
            let (start, end) = ends(error.to_compile_error());
            self.push(Mistake { start, end, message: error.to_string() });
        }
    }

    /// The value, or its error reported and `None`.
    pub(crate) fn ok<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.absorb(error)).ok()
    }

    /// Whether this sink, or a child that was dropped already, holds a mistake.
    pub(crate) fn failed(&self) -> bool {
        !self.mistakes.borrow().is_empty()
    }

    /// Reads the sink: all mistakes as one error, or nothing at all.
    pub(crate) fn into_result(self) -> syn::Result<()> {
        self.read.set(true);
        let errors = self.mistakes.take().into_iter().map(Mistake::into_error);
        match errors.reduce(join) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn push(&self, mistake: Mistake) -> Reported<'_, '_> {
        let mut mistakes = self.mistakes.borrow_mut();
        mistakes.push(mistake);
        Reported { sink: self, index: mistakes.len() - 1 }
    }
}

impl Drop for Sink<'_> {
    fn drop(&mut self) {
        match self.parent {
            Some(parent) => parent.mistakes.borrow_mut().append(&mut self.mistakes.borrow_mut()),
            None => debug_assert!(
                self.read.get() || std::thread::panicking(),
                "a sink was dropped without being read"
            ),
        }
    }
}

impl Reported<'_, '_> {
    /// Adds the line `help: …`: something to paste.
    pub(crate) fn help(self, text: impl Display) {
        self.line("help", text);
    }

    /// Adds the line `note: …`: a fact.
    pub(crate) fn note(self, text: impl Display) {
        self.line("note", text);
    }

    fn line(self, kind: &str, text: impl Display) {
        if let Some(mistake) = self.sink.mistakes.borrow_mut().get_mut(self.index) {
            mistake.message.push_str(&format!("\n{kind}: {text}"));
        }
    }
}

impl Mistake {
    fn into_error(self) -> syn::Error {
        let start = Ident::new("start", self.start);
        let end = Ident::new("end", self.end);
        syn::Error::new_spanned(quote!(#start #end), self.message)
    }
}

/// Both errors as one.
pub(crate) fn join(mut all: syn::Error, next: syn::Error) -> syn::Error {
    all.combine(next);
    all
}

/// The spans of the first and the last token: stable Rust cannot join them into one.
pub(crate) fn ends(tokens: TokenStream) -> (Span, Span) {
    let mut spans = tokens.into_iter().map(|token| token.span());
    let start = spans.next().unwrap_or_else(Span::call_site);
    (start, spans.last().unwrap_or(start))
}
