//! The rules about the signature of an action.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, GenericParam, PatType, ReceiverKind, Safety, Type};

use super::arguments::{argument_name, is_request};
use super::model::{Action, Owner, Table};
use crate::diagnostics::Sink;

/// The elements of the longest tuple that the runtime takes for arguments.
const MOST_ARGUMENTS: usize = 12;

/// All rules about the signature of one action.
pub(crate) fn check(table: &Table<'_>, action: &Action<'_>, sink: &Sink<'_>) {
    check_has_a_body(table, action, sink);
    check_qualifiers(action, sink);
    check_generics(action, sink);
    check_receiver(action, sink);
    check_patterns(action, sink);
    check_number(action, sink);
}

/// An action of a mixin has a body: it is what the mixin gives.
fn check_has_a_body(table: &Table<'_>, action: &Action<'_>, sink: &Sink<'_>) {
    if matches!(table.owner, Owner::Trait(_)) && !action.function.has_body {
        let (ident, name) = (&action.function.sig.ident, &action.name);
        sink.error(ident, format_args!("action `{name}` of a mixin needs a body"));
    }
}

/// An action is a plain `fn` or `async fn`.
fn check_qualifiers(action: &Action<'_>, sink: &Sink<'_>) {
    let (sig, name) = (action.function.sig, &action.name);
    let refuse = |tokens: TokenStream, what: &str| {
        sink.error(tokens, format_args!("action `{name}` cannot be {what}"));
    };
    if let Some(keyword) = &sig.constness {
        refuse(quote!(#keyword), "`const`");
    }
    if let Safety::Unsafe(keyword) = &sig.safety {
        refuse(quote!(#keyword), "`unsafe`");
    }
    if let Some(abi) = &sig.abi {
        refuse(quote!(#abi), "`extern`");
    }
    if let Some(variadic) = &sig.variadic {
        refuse(quote!(#variadic), "variadic");
    }
}

/// An action has no generics but lifetimes: the router would not know the types.
fn check_generics(action: &Action<'_>, sink: &Sink<'_>) {
    let (sig, name) = (action.function.sig, &action.name);
    let is_lifetime = |param: &&GenericParam| matches!(param, GenericParam::Lifetime(_));
    if let Some(param) = sig.generics.params.iter().find(|param| !is_lifetime(param)) {
        sink.error(param, format_args!("action `{name}` cannot be generic"))
            .help("name the type, or make the viewset generic");
    }
    for argument in action.function.arguments() {
        if let Type::ImplTrait(ty) = &*argument.ty {
            sink.error(ty, format_args!("action `{name}` cannot take `impl Trait`"))
                .help("name the type");
        }
    }
}

/// An action takes the viewset by `&self`, or not at all.
fn check_receiver(action: &Action<'_>, sink: &Sink<'_>) {
    let Some(FnArg::Receiver(receiver)) = action.function.sig.inputs.first() else {
        return;
    };
    let typed = matches!(receiver.kind, ReceiverKind::Typed(..));
    if !action.function.borrows_self() || typed {
        sink.error(receiver, format_args!("action `{}` must take `&self`", action.name))
            .note("all requests share one viewset");
    }
}

/// The arguments of an action are plain names: the name says which URL kwarg is meant. Only the
/// request needs none.
fn check_patterns(action: &Action<'_>, sink: &Sink<'_>) {
    let named = |it: &PatType| argument_name(it).is_some() || is_request(&it.ty);
    for argument in action.function.arguments().filter(|argument| !named(argument)) {
        let message = format!("an argument of action `{}` must be a plain name", action.name);
        sink.error(&argument.pat, message).help("take it apart in the body");
    }
}

/// An action has twelve arguments at most: for so many the runtime has its impls.
fn check_number(action: &Action<'_>, sink: &Sink<'_>) {
    if let Some(argument) = action.function.sig.inputs.iter().nth(MOST_ARGUMENTS) {
        let name = &action.name;
        sink.error(
            argument,
            format_args!("action `{name}` takes more than {MOST_ARGUMENTS} arguments"),
        )
        .help("make some of them with one extractor; `&self` and the request count too");
    }
}
