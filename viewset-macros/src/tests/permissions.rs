//! Permissions with operators: their precedence, and what is told of operators that there are not.

use proc_macro2::TokenStream;
use quote::quote;

use super::support::{action_messages, messages, viewset_messages};
use crate::permissions::expand;

/// What `permissions![list]` expands to, without blanks.
fn expansion(list: TokenStream) -> String {
    expand(quote!(rt, #list)).to_string().replace(' ', "")
}

/// The elements of the expansion, without the path of the runtime.
fn elements(list: TokenStream) -> String {
    let text = expansion(list).replace("rt::", "");
    let inner = text.strip_prefix("Permissions::new(const{&[").unwrap_or(&text);
    inner.strip_suffix("]})").unwrap_or(inner).to_owned()
}

#[test]
fn the_macro_makes_a_constant_list() {
    assert_eq!(
        expansion(quote!(A & !B, C)),
        "rt::Permissions::new(const{&[&rt::And(rt::Is(A),rt::Not(rt::Is(B))),&rt::Is(C)]})"
    );
    assert_eq!(expansion(quote!()), "rt::Permissions::new(const{&[]})");
}

#[test]
fn precedence_is_that_of_rust() {
    for (list, expected) in [
        (quote!(A | B & C), "&Or(Is(A),And(Is(B),Is(C)))"),
        (quote!(A & B | C), "&Or(And(Is(A),Is(B)),Is(C))"),
        (quote!((A | B) & C), "&And(Or(Is(A),Is(B)),Is(C))"),
        (quote!(A & B & C), "&And(And(Is(A),Is(B)),Is(C))"),
        (quote!(!A | B), "&Or(Not(Is(A)),Is(B))"),
        (quote!(!(A | B)), "&Not(Or(Is(A),Is(B)))"),
        (quote!(!!A), "&Not(Not(Is(A)))"),
        (quote!(!Owner::of("a")), "&Not(Is(Owner::of(\"a\")))"),
        (quote!(*A), "&Is(*A)"),
    ] {
        assert_eq!(elements(list), expected);
    }
}

#[test]
fn there_are_three_operators() {
    let note = "note: there are `&` (both), `|` (one of the two) and `!` (not)";
    for (class, operator) in [
        (quote!(A == B), "=="),
        (quote!(A && B), "&&"),
        (quote!(A || B), "||"),
        (quote!(A & B ^ C), "^"),
        (quote!(!(A - B)), "-"),
        (quote!(-A), "-"),
        (quote!(~A), "~"),
        (quote!(A & (B | ~C)), "~"),
    ] {
        let expected = [format!("permissions have no operator `{operator}`\n{note}")];
        let args = quote!(permission_classes = [#class, D]);
        assert_eq!(viewset_messages(args.clone(), quote!()), expected);
        assert_eq!(action_messages(quote!(detail = true, #args)), expected);
        assert_eq!(messages(expand(quote!(rt, #class, D))), expected);
    }
    let args = quote!(permission_classes = [A == B && C, -D], basename = 1);
    assert_eq!(viewset_messages(args, quote!()).len(), 4);
}

#[test]
fn only_permissions_are_combined() {
    for (args, option, operator) in [
        (quote!(throttle_classes = [A, B | C]), "throttle_classes", "|"),
        (quote!(authentication_classes = [(A & B)]), "authentication_classes", "&"),
        (quote!(parser_classes = [!A]), "parser_classes", "!"),
        (quote!(renderer_classes = [A == B]), "renderer_classes", "=="),
        (quote!(versioning_class = A | B), "versioning_class", "|"),
        (quote!(metadata_class = !A), "metadata_class", "!"),
        (quote!(content_negotiation_class = A | B), "content_negotiation_class", "|"),
    ] {
        let expected = [format!(
            "`{option}` has no operator `{operator}`\nnote: only permissions can be combined"
        )];
        assert_eq!(viewset_messages(args.clone(), quote!()), expected);
        assert_eq!(action_messages(quote!(detail = true, #args)), expected);
    }
}
