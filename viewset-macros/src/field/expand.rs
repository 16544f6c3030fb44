//! The rows of a table of fields, and how a field is read from the client's data.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, Type};

use super::args::{DefaultArg, FieldArgs};
use super::{Field, is_literal, serde_attr};

// Expands to:
//
//     __v::Field::new::<String>("username", "username").max_length(150),
pub(crate) fn expand_row(field: &Field<'_>, required: bool) -> TokenStream {
    let (name, source, ty) = (&field.name, field.source(), field.ty);
    let flag = |on: bool, call: TokenStream| on.then_some(call);
    // A type that is no `Option` is required, unless the row says otherwise.
    let unusual = !field.read_only() && required == field.optional;
    let required = flag(unusual, quote!(.required(#required)));
    let read_only = flag(field.read_only(), quote!(.read_only()));
    let write_only = flag(field.write_only(), quote!(.write_only()));
    let rules = expand_rules(&field.args);
    let child = field.args.child.get().map(|child| expand_child(ty, child));
    let new = quote_spanned!(ty.span()=> __v::Field::new::<#ty>);
    quote!(#new(#name, #source) #required #read_only #write_only #rules #child)
}

// Expands to:
//
//     .child(const { &__v::Field::child_of::<List<String>>().max_length(20) })
fn expand_child(ty: &Type, args: &FieldArgs) -> TokenStream {
    let rules = expand_rules(args);
    quote!(.child(const { &__v::Field::child_of::<#ty>() #rules }))
}

/// What a value has to be like.
fn expand_rules(args: &FieldArgs) -> TokenStream {
    let text = |text: Option<&syn::LitStr>, call: &str| {
        let call = format_ident!("{call}");
        text.map(|text| quote!(.#call(#text)))
    };
    let null = args.allow_null.get().map(|allow| quote!(.allow_null(#allow)));
    let blank = (args.allow_blank.get() == Some(&true)).then(|| quote!(.allow_blank()));
    let trim = args.trim_whitespace.get().map(|trim| quote!(.trim_whitespace(#trim)));
    let length = |length: Option<&usize>| length.copied().map(Literal::usize_unsuffixed);
    let min_length = length(args.min_length.get()).map(|length| quote!(.min_length(#length)));
    let max_length = length(args.max_length.get()).map(|length| quote!(.max_length(#length)));
    let min_value = args.min_value.get().map(|bound| quote!(.min_value(#bound)));
    let max_value = args.max_value.get().map(|bound| quote!(.max_value(#bound)));
    let kind = expand_kind(args);
    let label = text(args.label.get(), "label");
    let help_text = text(args.help_text.get(), "help_text");
    quote! {
        #null #blank #trim #min_length #max_length #min_value #max_value #kind #label #help_text
    }
}

// Expands to one of:
//
//     .kind(__v::Kind::Email)
//     .choices(&[("EUR", "Euro")])
//     .related(<User as __v::Model>::NAME)
fn expand_kind(args: &FieldArgs) -> Option<TokenStream> {
    let formats = [(&args.email, "Email"), (&args.url, "Url"), (&args.slug, "Slug")];
    let format = formats.into_iter().find(|(flag, _)| flag.get() == Some(&true));
    if let Some((_, kind)) = format {
        let kind = format_ident!("{kind}");
        return Some(quote!(.kind(__v::Kind::#kind)));
    }
    if let Some(choices) = args.choices.get() {
        let values = choices.iter().map(|choice| &choice.value);
        let names = choices.iter().map(|choice| &choice.display_name);
        return Some(quote!(.choices(&[#((#values, #names)),*])));
    }
    args.related.get().map(|model| {
        let name = quote_spanned!(model.span()=> <#model as __v::Model>::NAME);
        quote!(.related(#name))
    })
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
