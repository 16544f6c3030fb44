//! The rows of a table of fields, and how a field is read from the client's data.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned as _;

use super::args::DefaultArg;
use super::{Field, is_literal, serde_attr};

// Expands to:
//
//     __v::Field::new::<String>("username", "username").max_length(150),
pub(crate) fn expand_row(field: &Field<'_>, required: bool) -> TokenStream {
    let (name, source, ty, args) = (&field.name, field.source(), field.ty, &field.args);
    let flag = |on: bool, call: TokenStream| on.then_some(call);
    let text = |text: Option<&syn::LitStr>, call: &str| {
        let call = quote::format_ident!("{call}");
        text.map(|text| quote!(.#call(#text)))
    };
    // A type that is no `Option` is required, unless the row says otherwise.
    let unusual = !field.read_only() && required == field.optional;
    let required = flag(unusual, quote!(.required(#required)));
    let read_only = flag(field.read_only(), quote!(.read_only()));
    let write_only = flag(field.write_only(), quote!(.write_only()));
    let null = args.allow_null.get().map(|allow| quote!(.allow_null(#allow)));
    let blank = flag(args.allow_blank.get() == Some(&true), quote!(.allow_blank()));
    let length = |length: Option<&usize>| length.copied().map(Literal::usize_unsuffixed);
    let min_length = length(args.min_length.get()).map(|length| quote!(.min_length(#length)));
    let max_length = length(args.max_length.get()).map(|length| quote!(.max_length(#length)));
    let min_value = args.min_value.get().map(|bound| quote!(.min_value(#bound)));
    let max_value = args.max_value.get().map(|bound| quote!(.max_value(#bound)));
    let label = text(args.label.get(), "label");
    let help_text = text(args.help_text.get(), "help_text");
    let new = quote_spanned!(ty.span()=> __v::Field::new::<#ty>);
    quote! {
        #new(#name, #source) #required #read_only #write_only #null #blank
            #min_length #max_length #min_value #max_value #label #help_text
    }
}

// Expands to:
//
//     || "draft".into()
//
// A literal need not say that it is a `String` or a `Some`.
pub(crate) fn expand_default(field: &Field<'_>, default: &DefaultArg) -> TokenStream {
    let expr = match default {
        DefaultArg::Own => return quote!(|| __v::Default::default()),
        DefaultArg::Expr(expr) => expr,
    };
    let value = match is_text(expr) {
        true => quote_spanned!(expr.span()=> __v::From::from(#expr)),
        false => quote!(#expr),
    };
    match field.optional && is_literal(expr) {
        true => quote!(|| __v::Some(#value)),
        false => quote!(|| #value),
    }
}

fn is_text(expr: &Expr) -> bool {
    serde_attr::literal(expr).is_some()
}
