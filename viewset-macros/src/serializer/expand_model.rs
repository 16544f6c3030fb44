//! The code of a serializer about a model. Nothing can fail here.

mod represent;
mod row;
mod validate;

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use super::about_model::{AboutModel, Member, TargetShown, ThroughShown};
use super::in_const;
use crate::field::show::{self, ShownColumn};
use represent::{expand_load, expand_represent};
use row::expand_row;
use validate::expand_validate;

// Expands to:
//
//     const _: () = {
//         use ::viewset_actix::__private as __v;
//         const __AT_SLUG: usize = …;
//         impl __v::ModelSerializer for PublicNote {
//             type Model = Note;
//             type Related = (__v::RelatedRows<User>, <UserRef as __v::ModelSerializer>::Related,);
//             const SERIALIZER_FIELDS: &'static [__v::Field] = &[…];
//             async fn load_related(…) { … }
//             fn represent(…) { … }
//             async fn fetch_represented(…) { … }                    (if it shows columns only)
//             async fn validate(…) { … }
//         }
//         impl __v::SerializerInfo for PublicNote { … }
//         impl __v::ShowRow<…> for PublicNote { … }              (likewise)
//         fn __uses(…) { … }                             (no field is dead code)
//     };
pub(super) fn expand(about: &AboutModel<'_>, runtime: &TokenStream) -> TokenStream {
    let (ident, model) = (about.ident, about.model);
    let related = expand_related(about);
    let rows = about.members.iter().map(|member| expand_row(about, member));
    let load = expand_load(about);
    let represent = expand_represent(about);
    let shown = expand_shown_rows(about);
    let (fetch, show_row) = shown.map(|shown| (shown.fetch, shown.show_row)).unzip();
    let validate = expand_validate(about);
    let uses = expand_uses(about);
    let direct = about.is_direct().then(|| {
        quote! {
            const DIRECT: bool = __v::names_no_rows(<Self as __v::ModelSerializer>::SERIALIZER_FIELDS);
        }
    });
    let places = about.places();
    let assert_shown =
        about.own().filter_map(|(_, member, source)| expand_assert_shown(about, member, source));
    let targets = about.through().filter_map(|(_, _, through)| through.target_type());
    let refers_to = about.through().map(|(_, _, through)| through.refers_to(model));
    let items = quote! {
        #places
        #(#targets)*
        #(#refers_to)*
        #(#assert_shown)*

        #[automatically_derived]
        impl __v::ModelSerializer for #ident {
            type Model = #model;
            type Related = #related;
            const SERIALIZER_FIELDS: &'static [__v::Field] = &[#(#rows),*];
            #direct

            #load
            #represent
            #fetch
            #validate
        }

        #[automatically_derived]
        impl __v::SerializerInfo for #ident {
            const OPTION: &'static dyn __v::SerializerOption = &__v::AboutModel::<#ident>::new();
        }

        #show_row
        #uses
    };
    in_const(runtime, &items)
}

/// The rows of each key, then what each nested serializer needs beside them; then the rows in between, each with
/// what their serializer needs.
fn expand_related(about: &AboutModel<'_>) -> TokenStream {
    let rows = about.keys.iter().map(|key| {
        let target = about.target(key);
        quote!(__v::RelatedRows<#target>)
    });
    let nested = about
        .nested()
        .map(|(_, serializer)| quote!(<#serializer as __v::ModelSerializer>::Related));
    let through = about.through().map(|(_, _, through)| {
        let model = through.model;
        let related = match through.shown {
            ThroughShown::Key(_) => quote!(()),
            ThroughShown::Rows(serializer) => {
                quote!(<#serializer as __v::ModelSerializer>::Related)
            }
            ThroughShown::Targets(key, ref shown) => {
                let target = through.target(key);
                let beside = match shown {
                    TargetShown::Rows(serializer) => {
                        quote!(<#serializer as __v::ModelSerializer>::Related)
                    }
                    TargetShown::Field(_) | TargetShown::Urls(_) => quote!(()),
                };
                quote!((__v::RelatedRows<#target>, #beside))
            }
        };
        quote!((__v::ThroughRows<#model>, #related))
    });
    quote!((#(#rows,)* #(#nested,)* #(#through,)*))
}

/// The columns that it shows, if it shows nothing else.
fn expand_shown_rows(about: &AboutModel<'_>) -> Option<show::Shown> {
    let shown = about.own().filter(|(_, member, _)| !member.field.write_only());
    let columns: Vec<_> = shown
        .map(|(_, member, source)| {
            let at = about.field_at(source);
            ShownColumn { field: member.field, ty: quote!(#at::Value), column: quote!(#at::Column) }
        })
        .collect();
    let model = about.model;
    show::expand(about.ident, &quote!(#model), &columns).filter(|_| about.is_narrow())
}

// Expands to:
//
//     const _: () = __v::assert_shown(&<Note as __v::Model>::FIELDS[__AT_SLUG], "…");
//
/// What the model keeps to itself is not shown by the way.
fn expand_assert_shown(
    about: &AboutModel<'_>,
    member: &Member<'_>,
    source: &Ident,
) -> Option<TokenStream> {
    let field = member.field;
    if field.write_only() || field.args.write_only.get().is_some() {
        return None;
    }
    let (model, at) = (about.model, about.place_const(source));
    let message = format!(
        "field `{source}` of the model is `write_only`: say `#[field(write_only)]` of `{}`, too, or `write_only = false` to \
         show it",
        field.ident,
    );
    Some(quote_spanned! {field.ident.span()=>
        const _: () = __v::assert_shown(&<#model as __v::Model>::FIELDS[#at], #message);
    })
}

/// The struct says what is shown, and need not be made by anybody: rustc would call it dead.
fn expand_uses(about: &AboutModel<'_>) -> TokenStream {
    let (ident, names) = (about.ident, about.members.iter().map(|member| member.field.ident));
    quote! {
        #[allow(dead_code)]
        fn __uses(__it: &#ident) {
            let _ = (#(&__it.#names,)*);
        }
    }
}
