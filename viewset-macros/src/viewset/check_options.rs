//! The rules about the options of a viewset and of an action.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, UnOp};

use super::options::OptionArgs;
use crate::attr::is_none;
use crate::diagnostics::Sink;
use crate::words::option::CONTENT_NEGOTIATION_CLASS;

/// What the options stand on.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum About {
    /// A viewset with a model, or an action of one.
    Model,
    /// A viewset without a model, or an action of one.
    Nothing,
    /// An action of a mixin, whose viewsets have models that it does not know.
    Mixin,
}

/// All rules about options.
pub(crate) fn check(options: &OptionArgs, of: About, sink: &Sink<'_>) {
    check_only_permissions_combine(options, sink);
    check_negotiation_is_some(options, sink);
    if of != About::Model {
        check_nothing_about_a_model(options, of == About::Mixin, sink);
    }
}

/// What is cut into pages, filtered, searched and sorted are the rows of a model.
fn check_nothing_about_a_model(options: &OptionArgs, of_mixin: bool, sink: &Sink<'_>) {
    for key in options.about_model().filter(|key| !(of_mixin && *key == "pagination_class")) {
        sink.error(key, format_args!("`{key}` needs a model"))
            .help("`#[viewset(model = …)]` on the impl block");
    }
}

/// `&`, `|` and `!` combine permissions, and nothing else.
fn check_only_permissions_combine(options: &OptionArgs, sink: &Sink<'_>) {
    for (option, class) in options.classes() {
        if let Some(operator) = operator(class) {
            sink.error(&operator, format_args!("`{option}` has no operator `{operator}`"))
                .note("only permissions can be combined");
        }
    }
}

/// The operator of an expression, but for `*`, which may stand before a constant.
fn operator(expr: &Expr) -> Option<TokenStream> {
    match expr {
        Expr::Paren(inner) => operator(&inner.expr),
        Expr::Group(inner) => operator(&inner.expr),
        Expr::Binary(binary) => Some(binary.op.to_token_stream()),
        Expr::Unary(unary) if !matches!(unary.op, UnOp::Deref(_)) => {
            Some(unary.op.to_token_stream())
        }
        _ => None,
    }
}

/// There is a version or none, but always a content negotiation.
fn check_negotiation_is_some(options: &OptionArgs, sink: &Sink<'_>) {
    let option = CONTENT_NEGOTIATION_CLASS;
    if let Some(class) = options.content_negotiation_class.get().filter(|class| is_none(class)) {
        sink.error(class, format_args!("`{option}` cannot be `None`"))
            .help(format_args!("`{option} = DefaultContentNegotiation`"));
    }
}
