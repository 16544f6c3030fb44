//! The small parts: words, doc comments, `url_path`, the sink.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

use crate::diagnostics::Sink;
use crate::viewset::url_path::placeholders;
use crate::words::expected_one_of;
use crate::{doc, words};

#[test]
fn the_nearest_word_stands_first() {
    assert_eq!(expected_one_of("c", &["a", "b", "c"]), "expected one of `c`, `a`, `b`");
    assert_eq!(expected_one_of("x", &["a"]), "expected `a`");
    assert_eq!(expected_one_of("x", &[]), "nothing is expected here");
}

#[test]
fn swapped_letters_are_near() {
    assert!(expected_one_of("psot", words::METHODS).starts_with("expected one of `post`"));
    assert!(expected_one_of("gte", words::METHODS).starts_with("expected one of `get`"));
}

#[test]
fn a_doc_comment_is_dedented_and_trimmed() {
    let attrs: Vec<syn::Attribute> = vec![
        parse_quote!(#[doc = ""]),
        parse_quote!(#[doc = " Lists users."]),
        parse_quote!(#[doc = ""]),
        parse_quote!(#[doc = "   - by name  "]),
        parse_quote!(#[doc(hidden)]),
        parse_quote!(#[doc = " Enjoy.\n"]),
    ];
    assert_eq!(doc::text(&attrs).as_deref(), Some("Lists users.\n\n  - by name\nEnjoy."));
    assert_eq!(doc::text(&[]), None);
    assert_eq!(doc::text(&[parse_quote!(#[doc = " "])]), None);
}

#[test]
fn a_doc_comment_may_have_any_letters() {
    let attrs: Vec<syn::Attribute> =
        vec![parse_quote!(#[doc = "\u{a0}é\u{3000}"]), parse_quote!(#[doc = " ü"])];
    assert!(doc::text(&attrs).is_some());
}

#[test]
fn placeholders_may_carry_a_regex_with_braces() {
    assert_eq!(
        placeholders("a/{y:[0-9]{4}}-{m}").as_deref(),
        Ok(["y".into(), "m".into()].as_slice())
    );
    assert_eq!(placeholders("plain"), Ok(Vec::new()));
}

#[test]
fn a_child_hands_its_mistakes_to_its_parent() {
    let sink = Sink::new();
    {
        let child = sink.child();
        assert!(!child.failed());
        child.error(quote!(x), "wrong").help("right");
        assert!(child.failed());
        assert!(!sink.failed());
    }
    let error = sink.into_result().err().map(|error| error.to_string());
    assert_eq!(error.as_deref(), Some("wrong\nhelp: right"));
}

#[test]
fn a_mistake_without_a_place_is_reported_too() {
    let sink = Sink::new();
    sink.error(TokenStream::new(), "wrong").note("a fact");
    assert!(sink.into_result().is_err());
}

#[test]
fn a_sink_that_nobody_reads_is_a_bug() {
    let dropped = std::panic::catch_unwind(|| drop(Sink::new()));
    assert_eq!(dropped.is_err(), cfg!(debug_assertions));
}
