//! The code of a serializer about a model. Nothing can fail here.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::about_model::{AboutModel, Member, Shape, Through, ThroughShown, type_span};
use super::in_const;
use crate::field::args::HyperlinkArg;
use crate::field::expand::{
    expand_default, expand_hook, expand_object_hook, expand_rules, expand_shown,
    expand_shown_value, expand_validators,
};

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
//             async fn fetch_represented(…) { … }                    (if it has plain columns only)
//             async fn validate(…) { … }
//         }
//         impl __v::SerializerInfo for PublicNote { … }
//         fn __uses(…) { … }                             (no field is dead code)
//     };
pub(super) fn expand(about: &AboutModel<'_>, runtime: &TokenStream) -> TokenStream {
    let (ident, model) = (about.ident, about.model);
    let related = expand_related(about);
    let rows = about.members.iter().map(|member| expand_row(about, member));
    let load = expand_load(about);
    let represent = expand_represent(about);
    let fetch = about.is_narrow().then(|| expand_fetch(about));
    let validate = expand_validate(about);
    let uses = expand_uses(about);
    let places = about.places();
    let items = quote! {
        #places

        #[automatically_derived]
        impl __v::ModelSerializer for #ident {
            type Model = #model;
            type Related = #related;
            const SERIALIZER_FIELDS: &'static [__v::Field] = &[#(#rows),*];

            #load
            #represent
            #fetch
            #validate
        }

        #[automatically_derived]
        impl __v::SerializerInfo for #ident {
            const OPTION: &'static dyn __v::SerializerOption = &__v::AboutModel::<#ident>::new();
        }

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
        };
        quote!((__v::ThroughRows<#model>, #related))
    });
    quote!((#(#rows,)* #(#nested,)* #(#through,)*))
}

// Expands to one of:
//
//     __v::Field::of::<Note>("slug", "…").max_length(20)
//     __v::Field::computed("words")
fn expand_row(about: &AboutModel<'_>, member: &Member<'_>) -> TokenStream {
    let (field, name, model) = (member.field, &member.field.name, about.model);
    let rules = expand_rules(&field.args);
    match &member.shape {
        Shape::Own(source) => {
            let text = source.unraw().to_string();
            let at = about.place_const(source);
            let of = quote!(<#model as __v::Model>::FIELDS[#at]);
            let named = (*name != text).then(|| quote!(.named(#name)));
            let read_only =
                (field.args.read_only.get() == Some(&true)).then(|| quote!(.read_only()));
            let write_only = field.write_only().then(|| quote!(.write_only()));
            let is_optional = field.default().is_some();
            let required = field.args.required.get().copied().or(is_optional.then_some(false));
            let required = required.map(|required| quote!(.required(#required)));
            quote!(#of #named #rules #required #read_only #write_only)
        }
        Shape::Nested { serializer, .. } => {
            let fields = quote!(<#serializer as __v::ModelSerializer>::SERIALIZER_FIELDS);
            quote!(__v::Field::nested(#name, #fields) #rules)
        }
        Shape::Dotted { key, field } => {
            let target = about.target(key);
            let source = field.unraw().to_string();
            let message = format!("what `{key}` refers to has no field `{source}`");
            let of = quote_spanned!(field.span()=> __v::Field::of::<#target>(#source, #message));
            match member.is_slug_related() {
                true => {
                    let null = member.field.optional;
                    quote!(#of.slug_related(#name, #null) #rules)
                }
                false => quote!(#of.named(#name).read_only() #rules),
            }
        }
        Shape::Through(through) => expand_through_row(through, member, &rules),
        Shape::LinkTo { .. } => {
            let null = member.field.optional;
            let required = field.args.required.get().map(|required| quote!(.required(#required)));
            let read_only =
                (field.args.read_only.get() == Some(&true)).then(|| quote!(.read_only()));
            let of = quote!(__v::Field::computed(#name).slug_related(#name, #null));
            quote!(#of #rules #required #read_only)
        }
        Shape::Method | Shape::Hyperlink(_) => quote!(__v::Field::computed(#name) #rules),
    }
}

// Expands to one of:
//
//     __v::Field::many_related("tags").required(false)
//     __v::Field::many_nested("loans", const { &__v::Field::nested("", <LoanRef as …>::SERIALIZER_FIELDS) })
fn expand_through_row(
    through: &Through<'_>,
    member: &Member<'_>,
    rules: &TokenStream,
) -> TokenStream {
    let (field, name) = (member.field, &member.field.name);
    match through.shown {
        ThroughShown::Key(_) => {
            let required = field.args.required.get().map(|required| quote!(.required(#required)));
            let read_only =
                (field.args.read_only.get() == Some(&true)).then(|| quote!(.read_only()));
            let write_only = field.write_only().then(|| quote!(.write_only()));
            quote!(__v::Field::many_related(#name) #rules #required #read_only #write_only)
        }
        ThroughShown::Rows(serializer) => {
            let fields = quote!(<#serializer as __v::ModelSerializer>::SERIALIZER_FIELDS);
            quote!(__v::Field::many_nested(#name, const { &__v::Field::nested("", #fields) }) #rules)
        }
    }
}

// Expands to:
//
//     async fn load_related(__rows: &[Note], __req: &__v::Request) -> __v::Result<Self::Related, __v::Error> {
//         let __0 = __v::RelatedRows::<User>::load(
//             __rows.iter().map(|__row| __v::FieldValue::to_position(….get(__row))), __req).await?;
//         let __n0 = <UserRef as __v::ModelSerializer>::load_related(__0.instances(), __req).await?;
//         let __t0 = __v::ThroughRows::<BookTag>::load::<{ … }>(__rows.iter().map(…key), "tag", __req).await?;
//         __v::Ok((__0, __n0, (__t0, ()),))
//     }
fn expand_load(about: &AboutModel<'_>) -> TokenStream {
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

fn expand_represent(about: &AboutModel<'_>) -> TokenStream {
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
            let message = format!("what `{key}` refers to has no field `{name}`");
            let index = quote_spanned! {source.span()=>
                __v::field_index::<#target>(#name, #message)
            };
            let key = key_of(key);
            let value = quote! {
                &__related.#rows.get(#key).map(|__row| {
                    __v::Shown(<#target as __v::FieldAt<{ #index }>>::get(__row))
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
                    quote!(&__related.#rows.0.keys::<#to>(__v::Model::key(__row)))
                }
                ThroughShown::Rows(serializer) => quote! {
                    &__related.#rows.0.rows::<#serializer>(
                        __v::Model::key(__row), &__related.#rows.1, __req,
                    )
                },
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

fn expand_link_name(link: &HyperlinkArg) -> TokenStream {
    match link {
        HyperlinkArg::Own => quote!(__v::None),
        HyperlinkArg::Named(name) => quote!(__v::Some(#name)),
    }
}

// Expands to:
//
//     async fn fetch_represented(
//         __query: <Note as __v::Model>::Query,
//         __window: __v::Window,
//         __req: &__v::Request,
//     ) -> __v::Result<__v::Represented, __v::Error> {
//         struct __Row(String, String);
//         impl __v::Serialize for __Row { … }
//         let mut __conn = __v::connection::<Note>(__req).await?;
//         let __fetched = __conn.spawn_blocking(move |__conn| {
//             __v::run_window::<_, _, _, (String, String), _>(…, |__query| select(columns), __conn)
//         }).await?;
//         __v::represented(__fetched.map(|(__0, __1)| __Row(__0, __1)))
//     }
fn expand_fetch(about: &AboutModel<'_>) -> TokenStream {
    let model = about.model;
    let own: Vec<_> = about.own().collect();
    let types: Vec<_> = own
        .iter()
        .map(|(_, _, source)| {
            let at = about.field_at(source);
            quote!(#at::Value)
        })
        .collect();
    let columns = own.iter().map(|(_, _, source)| {
        let at = about.field_at(source);
        quote!(<#at::Column as __v::Default>::default())
    });
    let names: Vec<_> = (0..own.len()).map(|place| format_ident!("__{place}")).collect();
    let shown: Vec<_> = own.iter().filter(|(_, member, _)| !member.field.write_only()).collect();
    let (name, count) = (about.ident.to_string(), shown.len());
    let fields = shown.iter().map(|(place, member, _)| {
        let place = Literal::usize_unsuffixed(*place);
        expand_shown(member.field, &quote!(&self.#place))
    });
    quote! {
        async fn fetch_represented(
            __query: <Self::Model as __v::Model>::Query,
            __window: __v::Window,
            __req: &__v::Request,
        ) -> __v::Result<__v::Represented, __v::Error> {
            struct __Row(#(#types),*);
            impl __v::Serialize for __Row {
                fn serialize<__W: __v::Writer>(
                    &self,
                    __writer: __W,
                ) -> __v::Result<__W::Ok, __W::Error> {
                    let mut __struct = __v::Writer::serialize_struct(__writer, #name, #count)?;
                    #(#fields)*
                    __v::SerializeStruct::end(__struct)
                }
            }
            let mut __conn = __v::connection_of::<#model>(__req).await?;
            let __fetched = __conn.spawn_blocking(move |__conn| {
                __v::run_window::<_, _, _, (#(#types,)*), _>(
                    __query,
                    __window,
                    |__query| __v::diesel::QueryDsl::count(__query),
                    |__query| __v::diesel::QueryDsl::select(__query, (#(#columns,)*)),
                    __conn,
                )
            }).await?;
            ::core::mem::drop(__conn);
            __v::represented(__fetched.map(|(#(#names,)*)| __Row(#(#names),*)))
        }
    }
}

// Expands to:
//
//     async fn validate(
//         __data: &__v::Value,
//         __ctx: &__v::Context<'_>,
//     ) -> __v::Result<<Note as __v::Model>::Input, __v::Error> {
//         let __fields = Self::SERIALIZER_FIELDS;
//         let mut __reader = __v::Reader::new(__data, __ctx.is_partial())?;
//         let mut __input = <<Note as __v::Model>::Input as __v::Default>::default();
//         let _: fn(String) -> <Note as __v::FieldAt<{ … }>>::Value = |__it| __it;
//         let __value = __reader.read_writable(&__fields[0]);
//         let mut __value = __reader.validated(&__fields[0], __value, |__value| …);
//                                                             (the validators of the model, then its own)
//         …                                                   (the hook of the field)
//         <Note as __v::FieldAt<{ … }>>::set(&mut __input, __value);
//         __v::finish_input::<Note>(__fields, &mut __input, __reader, __ctx).await?;
//         …                                                   (the hook of the object)
//         __v::Ok(__input)
//     }
fn expand_validate(about: &AboutModel<'_>) -> TokenStream {
    let model = about.model;
    let reads = about.own().map(|(place, member, source)| {
        let (field, ty, at) = (member.field, member.field.ty, about.field_at(source));
        let place = Literal::usize_unsuffixed(place);
        let row = quote!(&__fields[#place]);
        let read = match field.default() {
            Some(default) => {
                let default = expand_default(field, default);
                quote!(__reader.read_writable_or(#row, #default))
            }
            None => quote!(__reader.read_writable(#row)),
        };
        // The one place at which rustc compares the types.
        let same = quote_spanned!(type_span(member)=> let _: fn(#ty) -> #at::Value = |__it| __it;);
        let typed = quote!({ let __value: __v::Option<#at::Value> = #read; __value });
        let own = expand_validators(field).map(|own| quote!(__told.extend(#own);));
        let hook = expand_hook(field, &row, &quote!(__value));
        quote! {
            #same
            let __value = #typed;
            #[allow(unused_mut)]
            let mut __value = __reader.validated(#row, __value, |__value| {
                #[allow(unused_mut)]
                let mut __told = #at::check(__value);
                #own
                __told
            });
            #hook
            #at::set(&mut __input, __value);
        }
    });
    let slugs = about.slugs().map(|(place, key, field)| {
        let (place, at) = (Literal::usize_unsuffixed(place), about.field_at(key));
        let (target, source) = (about.target(key), field.unraw().to_string());
        quote! {
            let __found = __v::find_by_slug::<#target, _>(
                &__fields[#place], #source, &mut __reader, __ctx,
            ).await?;
            if __found.is_some() {
                #at::set(&mut __input, __found);
            }
        }
    });
    let urls = about.links().map(|(place, key, link)| {
        let (place, at) = (Literal::usize_unsuffixed(place), about.field_at(key));
        let (target, name) = (about.target(key), expand_link_name(link));
        quote! {
            let __found = __v::find_by_url::<#target, _>(
                &__fields[#place], #name, &mut __reader, __ctx,
            ).await?;
            if __found.is_some() {
                #at::set(&mut __input, __found);
            }
        }
    });
    let links = about.through().filter_map(|(place, member, through)| match through.shown {
        ThroughShown::Key(to) if member.field.args.read_only.get() != Some(&true) => {
            let (place, other) = (Literal::usize_unsuffixed(place), through.model);
            let span = to.span();
            let (from, to) = (through.index(through.from), through.index(to));
            Some(quote_spanned! {span=>
                __v::read_links::<#model, #other, #from, #to>(
                    &__fields[#place], &mut __input, &mut __reader, __ctx,
                ).await?;
            })
        }
        _ => None,
    });
    let hook = about.validate.map(expand_object_hook);
    quote! {
        async fn validate(
            __data: &__v::Value,
            __ctx: &__v::Context<'_>,
        ) -> __v::Result<<Self::Model as __v::Model>::Input, __v::Error> {
            let __fields = <Self as __v::ModelSerializer>::SERIALIZER_FIELDS;
            let mut __reader = __v::Reader::new(__data, __ctx.is_partial())?;
            let mut __input = <<#model as __v::Model>::Input as __v::Default>::default();
            #(#reads)*
            #(#slugs)*
            #(#urls)*
            #(#links)*
            __v::finish_input::<#model>(__fields, &mut __input, __reader, __ctx).await?;
            #hook
            __v::Ok(__input)
        }
    }
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
