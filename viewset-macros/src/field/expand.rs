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
pub(crate) fn expand_rules(args: &FieldArgs) -> TokenStream {
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
    let regex = args.regex.get().map(|regex| {
        quote! {
            .regex(__v::Pattern::new(#regex, || {
                static __REGEX: __v::LazyLock<__v::Option<__v::Regex>> =
                    __v::LazyLock::new(|| __v::Regex::new(#regex).ok());
                __REGEX.as_ref()
            }))
        }
    });
    let allow_empty = args.allow_empty.get().map(|allow| quote!(.allow_empty(#allow)));
    let unique = (args.unique.get() == Some(&true)).then(|| quote!(.unique()));
    let label = text(args.label.get(), "label");
    let help_text = text(args.help_text.get(), "help_text");
    quote! {
        #null #blank #trim #min_length #max_length #min_value #max_value #kind #regex #allow_empty #unique #label #help_text
    }
}

// Expands to one of:
//
//     .kind(__v::Kind::Email)
//     .choices(&[("EUR", "Euro")])
//     .related(<User as __v::Model>::NAME)
fn expand_kind(args: &FieldArgs) -> Option<TokenStream> {
    let formats = [
        (&args.email, "Email"),
        (&args.url, "Url"),
        (&args.slug, "Slug"),
        (&args.integer, "Integer"),
    ];
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

// Expands to:
//
//     __v::SerializeStruct::serialize_field(&mut __struct, "id", &__v::Shown(&__row.id))?;
//
// What serde was told about the field holds here, too.
pub(crate) fn expand_shown(field: &Field<'_>, value: &TokenStream) -> TokenStream {
    let ty = field.ty;
    let shown = match &field.serialize_with {
        None => quote_spanned!(ty.span()=> &__v::Shown(#value)),
        Some(path) => quote! {{
            struct __With<'a>(&'a #ty);
            impl __v::Serialize for __With<'_> {
                fn serialize<__S: __v::Writer>(
                    &self,
                    __to: __S,
                ) -> __v::Result<__S::Ok, __S::Error> {
                    #path(self.0, __to)
                }
            }
            &__With(#value)
        }},
    };
    let write = expand_shown_value(field, &shown);
    match &field.skip_serializing_if {
        None => write,
        Some(path) => quote!(if !#path(#value) { #write }),
    }
}

/// The same for a value that knows how to write itself.
pub(crate) fn expand_shown_value(field: &Field<'_>, shown: &TokenStream) -> TokenStream {
    let name = &field.name;
    quote!(__v::SerializeStruct::serialize_field(&mut __struct, #name, #shown)?;)
}

// Expands to:
//
//     if let __v::Some(__value) = __input.title.take() {
//         match no_spam(__value, __ctx).await {
//             __v::Ok(__value) => __input.title = __v::Some(__value),
//             __v::Err(__error) => __reader.fail_with(&Self::FIELDS[1], __error)?,
//         }
//     }
pub(crate) fn expand_hook(
    field: &Field<'_>,
    row: &TokenStream,
    slot: &TokenStream,
) -> Option<TokenStream> {
    let path = field.args.validate.get()?;
    Some(quote! {
        if !__reader.has_failed(#row) {
            if let __v::Some(__value) = #slot.take() {
                match #path(__value, __ctx).await {
                    __v::Ok(__value) => #slot = __v::Some(__value),
                    __v::Err(__error) => __reader.fail_with(#row, __error)?,
                }
            }
        }
    })
}

// Expands to, around `read`:
//
//     {
//         let __value = __reader.read(&Self::FIELDS[0]);
//         __reader.validated(&Self::FIELDS[0], __value, |__value| __v::Vec::from([no_spam(__value)]))
//     }
//
// Null is nothing to validate.
pub(crate) fn expand_validated(
    field: &Field<'_>,
    row: &TokenStream,
    read: TokenStream,
) -> TokenStream {
    let Some(validators) = expand_validators(field) else { return read };
    quote! {
        {
            let __value = #read;
            __reader.validated(#row, __value, |__value| #validators)
        }
    }
}

/// What the validators of a field have to say of `__value`, a reference; nothing where there are none.
pub(crate) fn expand_validators(field: &Field<'_>) -> Option<TokenStream> {
    let validators = field.args.validators.get()?;
    let calls = quote!(__v::Vec::from([#(#validators(__value)),*]));
    Some(match field.optional {
        true => quote!(match __value {
            __v::Some(__value) => #calls,
            __v::None => __v::Vec::new(),
        }),
        false => calls,
    })
}

/// The hook of an object as a whole, over `__input`.
pub(crate) fn expand_object_hook(path: &syn::Path) -> TokenStream {
    quote! {
        let __input = #path(__input, __ctx).await.map_err(__v::Error::of_object)?;
    }
}

/// The function that has a text written once.
pub(crate) fn expand_once(text: &TokenStream) -> TokenStream {
    quote! {
        || {
            static __TEXT: __v::OnceText = __v::OnceText::new();
            __TEXT.get_or_write(|| #text)
        }
    }
}
