//! From a row to what is shown of it: loading what belongs to it, and writing.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt as _;

use super::row::no_related_field;
use crate::field::args::HyperlinkArg;
use crate::field::expand::{expand_shown, expand_shown_value};
use crate::field::{Field, types};
use crate::serializer::about_model::{
    AboutModel, Member, Shape, TargetShown, Through, ThroughShown, type_span,
};

// Expands to:
//
//     async fn load_related(__rows: &[Note], __req: &__v::Request) -> __v::Result<Self::Related, __v::Error> {
//         let __0 = __v::RelatedRows::<User>::load(
//             __rows.iter().map(|__row| __v::FieldValue::to_position(….get(__row))), __req).await?;
//         let __n0 = <UserRef as __v::ModelSerializer>::load_related(__0.instances(), __req).await?;
//         let __t0 = __v::ThroughRows::<BookTag>::load::<{ … }>(__rows.iter().map(…key), "tag", __req).await?;
//         __v::Ok((__0, __n0, (__t0, ()),))
//     }
//
// and for the rows that the rows in between refer to, `(__t0, (__v::RelatedRows<Tag>, …))`.
pub(super) fn expand_load(about: &AboutModel<'_>) -> TokenStream {
    let names: Vec<_> = (0..about.keys.len()).map(|place| format_ident!("__{place}")).collect();
    let loads = about.keys.iter().zip(&names).map(|(key, name)| {
        let (target, field) = (about.target(key), about.field_at(key));
        quote! {
            let #name = __v::RelatedRows::<#target>::load(
                __rows.iter().map(|__row| __v::FieldValue::to_position(#field::get(__row))),
                __req,
            ).await?;
        }
    });
    let nested: Vec<_> = about.nested().collect();
    let nested_names: Vec<_> = (0..nested.len()).map(|place| format_ident!("__n{place}")).collect();
    let nested_loads = nested.iter().zip(&nested_names).map(|((key, serializer), name)| {
        let rows = &names[about.place_of(key)];
        quote! {
            let #name =
                <#serializer as __v::ModelSerializer>::load_related(#rows.instances(), __req).await?;
        }
    });
    let through_names: Vec<_> =
        about.through().map(|(_, _, through)| format_ident!("__t{}", through.place)).collect();
    let through_loads = about.through().zip(&through_names).map(|((_, _, through), name)| {
        let (model, from) = (through.model, through.index(through.from));
        let (sorted, related) = match through.shown {
            ThroughShown::Key(to) => (to.unraw().to_string(), quote!(())),
            ThroughShown::Rows(serializer) => ("pk".to_owned(), quote! {
                <#serializer as __v::ModelSerializer>::load_related(#name.instances(), __req).await?
            }),
            ThroughShown::Targets(to, ref shown) => {
                let (target, at) = (through.target(to), through.index(to));
                let beside = match shown {
                    TargetShown::Rows(serializer) => quote! {
                        <#serializer as __v::ModelSerializer>::load_related(
                            __targets.instances(),
                            __req,
                        ).await?
                    },
                    TargetShown::Field(_) | TargetShown::Urls(_) => quote!(()),
                };
                (to.unraw().to_string(), quote! {{
                    let __keys = #name.other_keys::<#at>();
                    let __targets =
                        __v::RelatedRows::<#target>::load_in_order(__keys, __req).await?;
                    let __beside = #beside;
                    (__targets, __beside)
                }})
            }
        };
        quote! {
            let #name = __v::ThroughRows::<#model>::load::<#from>(
                __rows.iter().map(__v::Model::key),
                #sorted,
                __req,
            ).await?;
            let __related = #related;
            let #name = (#name, __related);
        }
    });
    let is_idle = about.keys.is_empty() && about.through().next().is_none();
    let nothing = is_idle.then(|| quote!(let _ = (__rows, __req);));
    quote! {
        async fn load_related(
            __rows: &[Self::Model],
            __req: &__v::Request,
        ) -> __v::Result<Self::Related, __v::Error> {
            #nothing
            #(#loads)*
            #(#nested_loads)*
            #(#through_loads)*
            __v::Ok((#(#names,)* #(#nested_names,)* #(#through_names,)*))
        }
    }
}

pub(super) fn expand_represent(about: &AboutModel<'_>) -> TokenStream {
    let shown: Vec<_> = about.members.iter().filter(|member| !member.field.write_only()).collect();
    let (name, count) = (about.ident.to_string(), shown.len());
    let fields = shown.iter().map(|member| expand_member(about, member));
    quote! {
        fn represent<__W: __v::Writer>(
            __row: &Self::Model,
            __related: &Self::Related,
            __req: &__v::Request,
            __writer: __W,
        ) -> __v::Result<__W::Ok, __W::Error> {
            let _ = (__related, __req);
            let mut __struct = __v::Writer::serialize_struct(__writer, #name, #count)?;
            #(#fields)*
            __v::SerializeStruct::end(__struct)
        }
    }
}

/// The value of a field, written into `__struct`.
fn expand_member(about: &AboutModel<'_>, member: &Member<'_>) -> TokenStream {
    let field = member.field;
    let key_of = |key: &Ident| {
        let field = about.field_at(key);
        quote!(__v::FieldValue::to_position(#field::get(__row)).as_deref())
    };
    match &member.shape {
        Shape::Own(source) => {
            let at = about.field_at(source);
            expand_shown(field, &quote!(#at::get(__row)))
        }
        Shape::Method => {
            let (ty, function) = (field.ty, format_ident!("get_{}", field.ident.unraw()));
            let call = quote_spanned!(field.ident.span()=> Self::#function(__row, __req));
            let value = quote_spanned!(type_span(member)=> &{ let __value: #ty = #call; __value });
            expand_shown_value(field, &value)
        }
        Shape::Nested { key, serializer, place } => {
            let rows = Literal::usize_unsuffixed(about.place_of(key));
            let nested = Literal::usize_unsuffixed(about.keys.len() + place);
            let key = key_of(key);
            let row = quote! {
                &__related.#rows.row::<#serializer>(#key, &__related.#nested, __req)
            };
            expand_shown_value(field, &row)
        }
        Shape::Dotted { key, field: source } => {
            let rows = Literal::usize_unsuffixed(about.place_of(key));
            let target = about.target(key);
            let name = source.unraw().to_string();
            let message = no_related_field(key, &name);
            let index = quote_spanned! {source.span()=>
                __v::field_index::<#target>(#name, #message)
            };
            let (key, declared) = (key_of(key), declared(field));
            let value = quote! {
                &__related.#rows.get(#key).map(|__row| {
                    let __value = <#target as __v::FieldAt<{ #index }>>::get(__row);
                    __v::Shown(__v::shown_as::<#declared, _>(__value))
                })
            };
            expand_shown_value(field, &value)
        }
        Shape::Through(through) => {
            let place = about.keys.len() + about.nested().count() + through.place;
            let rows = Literal::usize_unsuffixed(place);
            let value = match through.shown {
                ThroughShown::Key(to) => {
                    let to = through.index(to);
                    let declared = types::item_of(field.ty).unwrap_or(field.ty);
                    quote!(&__related.#rows.0.keys::<#declared, #to>(__v::Model::key(__row)))
                }
                ThroughShown::Rows(serializer) => quote! {
                    &__related.#rows.0.rows::<#serializer>(
                        __v::Model::key(__row), &__related.#rows.1, __req,
                    )
                },
                ThroughShown::Targets(to, ref shown) => {
                    let at = through.index(to);
                    let show = expand_target(field, through, to, shown, &rows);
                    quote! {
                        &__v::Targets::new(
                            __related.#rows.0.targets::<_, #at>(
                                &__v::Model::key(__row), &__related.#rows.1.0,
                            ),
                            |__row| #show,
                        )
                    }
                }
            };
            expand_shown_value(field, &value)
        }
        Shape::LinkTo { key, link } => {
            let rows = Literal::usize_unsuffixed(about.place_of(key));
            let (target, name, key) = (about.target(key), expand_link_name(link), key_of(key));
            let url = quote! {
                &__related.#rows.get(#key).map(|__row| {
                    __v::hyperlink::<#target>(__req, #name, __row)
                })
            };
            expand_shown_value(field, &url)
        }
        Shape::Hyperlink(link) => {
            let (model, name) = (about.model, expand_link_name(link));
            expand_shown_value(field, &quote!(&__v::hyperlink::<#model>(__req, #name, __row)))
        }
    }
}

/// What is shown of `__row`, to which a row in between refers.
fn expand_target(
    field: &Field<'_>,
    through: &Through<'_>,
    key: &Ident,
    shown: &TargetShown<'_>,
    rows: &Literal,
) -> TokenStream {
    let target = through.target(key);
    match shown {
        TargetShown::Rows(serializer) => quote! {
            __v::Row::<#serializer>::new(__row, &__related.#rows.1.1, __req)
        },
        TargetShown::Field(source) => {
            let name = source.unraw().to_string();
            let message = no_related_field(key, &name);
            let index =
                quote_spanned!(source.span()=> __v::field_index::<#target>(#name, #message));
            let declared = types::item_of(field.ty).unwrap_or(field.ty);
            quote! {{
                let __value = <#target as __v::FieldAt<{ #index }>>::get(__row);
                __v::Shown(__v::shown_as::<#declared, _>(__value))
            }}
        }
        TargetShown::Urls(link) => {
            let name = expand_link_name(link);
            quote!(__v::hyperlink::<#target>(__req, #name, __row))
        }
    }
}

/// The type of what a field shows, which may be absent.
fn declared<'a>(field: &Field<'a>) -> &'a Type {
    types::option_of(field.ty).unwrap_or(field.ty)
}

pub(super) fn expand_link_name(link: &HyperlinkArg) -> TokenStream {
    match link {
        HyperlinkArg::Own => quote!(__v::None),
        HyperlinkArg::Named(name) => quote!(__v::Some(#name)),
    }
}
