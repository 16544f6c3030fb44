//! From the model to Rust. It cannot fail.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Attribute, ImplItem, ImplItemFn, ItemImpl, LitByteStr, Type, Visibility};

use super::model::{Mixin, ViewSet};
use super::names::last_segment;
use super::props::runtime;
use super::{rows, strip};
use crate::{doc, words};

// Expands to:
//
//     impl UserViewSet { … }                            (without hooks and our attributes)
//     const _: () = {
//         use ::viewset_actix::__private as __v;
//         impl UserViewSet { const __ACTIONS: … }       (if the block has actions)
//         impl __v::ViewSet for UserViewSet { … }
//         impl __v::GenericViewSet for UserViewSet { … }    (with a model)
//         impl __v::ListModelMixin for UserViewSet { … }    (each mixin)
//     };
pub(crate) fn expand(viewset: &ViewSet<'_>) -> TokenStream {
    let inherent = expand_inherent(viewset);
    let runtime = runtime(viewset.args.runtime.get());
    let attrs = inherited_attributes(viewset.item);
    let table = expand_table(viewset);
    let view_set = expand_view_set(viewset);
    let generic = expand_generic_view_set(viewset);
    let mixins = viewset.mixins.iter().map(|mixin| expand_mixin(viewset, mixin));
    let check = expand_field_check(viewset);
    let discovery = expand_discovery(viewset);
    quote! {
        #inherent
        #(#attrs)*
        const _: () = {
            use #runtime as __v;
            #table
            #view_set
            #generic
            #(#mixins)*
            #check
            #discovery
        };
    }
}

/// The user's block without its hooks.
fn expand_inherent(viewset: &ViewSet<'_>) -> ItemImpl {
    let mut item = viewset.item.clone();
    let hooks: Vec<_> = viewset.hooks.iter().map(|hook| hook.function).collect();
    item.items.retain(|member| match member {
        ImplItem::Fn(function) => !hooks.contains(&function),
        _ => true,
    });
    strip::strip_impl(&mut item);
    item
}

/// What holds for the user's block and so for what is made of it.
pub(super) fn inherited_attributes(item: &ItemImpl) -> impl Iterator<Item = &Attribute> {
    item.attrs.iter().filter(|it| it.path().is_ident("cfg") || it.path().is_ident("allow"))
}

// Expands to:
//
//     impl UserViewSet {
//         #[doc(hidden)]
//         const __ACTIONS: &'static [__v::Action<Self>] = &[ … ];
//     }
fn expand_table(viewset: &ViewSet<'_>) -> TokenStream {
    if viewset.table.actions.is_empty() {
        return TokenStream::new();
    }
    let (generics, _, bounds) = viewset.item.generics.split_for_impl();
    let ty = viewset.self_ty();
    let rows = rows::expand_rows(&viewset.table);
    quote! {
        impl #generics #ty #bounds {
            #[doc(hidden)]
            const __ACTIONS: &'static [__v::Action<Self>] = &[#rows];
        }
    }
}

// Expands to:
//
//     impl __v::ViewSet for UserViewSet {
//         const META: __v::ViewSetMeta = __v::ViewSetMeta::new("UserViewSet").lookup_field("id");
//         const ACTIONS: &'static [&'static [__v::Action<Self>]] =
//             &[<Self as __v::ListModelMixin>::ACTIONS, Self::__ACTIONS];
//         type Object = User;
//         fn requirements(list_: &mut __v::Requirements) { list_.model::<User>(); }
//         …                                             (what else it has of its model)
//         …                                             (its hooks)
//     }
fn expand_view_set(viewset: &ViewSet<'_>) -> TokenStream {
    let meta = expand_meta(viewset);
    let mixins = viewset.mixins.iter().map(|mixin| {
        let path = expand_mixin_path(mixin);
        quote!(<Self as #path>::ACTIONS,)
    });
    let own = (!viewset.table.actions.is_empty()).then(|| quote!(Self::__ACTIONS));
    let of_model = expand_of_model(viewset);
    let hooks = expand_hooks(viewset, words::VIEW_SET);
    let body = quote! {
        const META: __v::ViewSetMeta = #meta;
        const ACTIONS: &'static [&'static [__v::Action<Self>]] = &[#(#mixins)* #own];
        #of_model
        #(#hooks)*
    };
    expand_impl(viewset, &quote!(__v::ViewSet), &body)
}

/// What the viewset has of its model; `type Object = ();` without one.
fn expand_of_model(viewset: &ViewSet<'_>) -> TokenStream {
    let Some(model) = viewset.args.model.get() else {
        return quote!(
            type Object = ();
        );
    };
    let (list, req, class) = (rows::local("list_"), rows::local("r_"), rows::local("class_"));
    let about = viewset
        .args
        .options
        .serializer_class
        .get()
        .map(|class| quote_spanned!(class.span()=> __v::about_model::<#model, #class>();));
    quote! {
        type Object = #model;
        const MODEL_OPTIONS: __v::Options = <#model as __v::Model>::OPTIONS;
        fn serializer_fields(
            &self,
            #req: &__v::Request,
        ) -> __v::Option<&'static [__v::Field]> {
            __v::serializer_fields(self, #req)
        }
        fn requirements(#list: &mut __v::Requirements) {
            #about
            #list.model::<#model>();
        }
        fn fits(#class: &dyn __v::SerializerOption) -> bool {
            __v::fits::<#model>(#class)
        }
        fn sorts_by_relations(#class: &__v::Options) -> bool {
            __v::sorts_by_relations::<#model>(#class)
        }
        async fn find_object(&self, #req: &__v::Request) -> __v::Result<(), __v::Error> {
            __v::find_object(self, #req).await
        }
    }
}

fn expand_meta(viewset: &ViewSet<'_>) -> TokenStream {
    let (args, name) = (viewset.args, viewset.class_name());
    let description = rows::expand_description(doc::text(&viewset.item.attrs));
    let basename = args.basename.get().into_iter();
    let lookup_field = args.lookup_field.get().map(|name| &name.text).into_iter();
    let lookup_url_kwarg = args.lookup_url_kwarg.get().map(|name| &name.text).into_iter();
    let lookup_value_regex = args.lookup_value_regex.get().into_iter();
    let options = rows::expand_options(&args.options, args.model.get(), &quote!(::<Self, _>));
    quote! {
        __v::ViewSetMeta::new(#name)
            #description
            #(.basename(#basename))*
            #(.lookup_field(#lookup_field))*
            #(.lookup_url_kwarg(#lookup_url_kwarg))*
            #(.lookup_value_regex(#lookup_value_regex))*
            #options
    }
}

/// `impl __v::GenericViewSet for UserViewSet { type Model = User; const SERVES_ALL: bool = true; … }`, with a
/// model.
fn expand_generic_view_set(viewset: &ViewSet<'_>) -> TokenStream {
    let Some(model) = viewset.args.model.get() else {
        return TokenStream::new();
    };
    let hooks = expand_hooks(viewset, words::GENERIC_VIEW_SET);
    let narrows =
        |name: &str| ["get_queryset", "filter_queryset", "paginate_queryset"].contains(&name);
    let serves_all =
        !viewset.hooks.iter().any(|hook| narrows(&hook.function.sig.ident.to_string()));
    let is_own = |name: &str| viewset.hooks.iter().any(|hook| hook.function.sig.ident == name);
    let by_key = serves_all && !is_own("get_object");
    let (create, update, destroy) = (
        !is_own("perform_create"),
        by_key && !is_own("perform_update"),
        by_key && !is_own("perform_destroy"),
    );
    let body = quote! {
        type Model = #model;
        const SERVES_ALL: bool = #serves_all;
        const DIRECT: __v::Direct = __v::Direct {
            retrieve: #by_key,
            create: #create,
            update: #update,
            destroy: #destroy,
        };
        #(#hooks)*
    };
    expand_impl(viewset, &quote!(__v::GenericViewSet), &body)
}

/// `impl __v::CreateModelMixin for UserViewSet { … }`
fn expand_mixin(viewset: &ViewSet<'_>, mixin: &Mixin<'_>) -> TokenStream {
    let hooks = expand_hooks(viewset, &mixin.name());
    expand_impl(viewset, &expand_mixin_path(mixin), &quote!(#(#hooks)*))
}

pub(super) fn expand_mixin_path(mixin: &Mixin<'_>) -> TokenStream {
    match mixin {
        Mixin::Named(path) => quote!(#path),
        Mixin::Default(name) => {
            let name = quote::format_ident!("{name}");
            quote!(__v::#name)
        }
    }
}

/// `impl Trait for UserViewSet { … }`, with the generics of the user's block.
pub(super) fn expand_impl(
    viewset: &ViewSet<'_>,
    of: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let (generics, _, bounds) = viewset.item.generics.split_for_impl();
    let ty = viewset.self_ty();
    quote!(impl #generics #of for #ty #bounds { #body })
}

/// The hooks of a trait as they were written; a trait's methods have no visibility.
fn expand_hooks(viewset: &ViewSet<'_>, of: &str) -> Vec<ImplItemFn> {
    let hooks = viewset.hooks.iter().filter(|hook| hook.of == of);
    hooks.map(|hook| ImplItemFn { vis: Visibility::Inherited, ..hook.function.clone() }).collect()
}

// Expands to, with a model and a lookup field other than `pk`:
//
//     const _: () = {
//         let (f_, mut i_) = (<User as __v::Model>::FIELDS, 0);
//         while i_ < f_.len() && !::core::matches!(f_[i_].source.as_bytes(), b"slug") {
//             i_ += 1;
//         }
//         ::core::option::Option::expect(f_.len().checked_sub(i_ + 1), "model `User` has no field `slug`");
//     };
//
// The model's fields are known to rustc alone, and in constants it compares bytes, but no texts. A
// generic viewset learns it from `build()`.
fn expand_field_check(viewset: &ViewSet<'_>) -> TokenStream {
    let (Some(model), Some(field)) = (viewset.args.model.get(), viewset.args.lookup_field.get())
    else {
        return TokenStream::new();
    };
    if !viewset.item.generics.params.is_empty() || field.text == "pk" {
        return TokenStream::new();
    }
    let (name, bytes) = (&field.text, LitByteStr::new(field.text.as_bytes(), Span::call_site()));
    let message = format!("{} has no field `{name}`", model_in_words(model));
    let (fields, index) = (rows::local("f_"), rows::local("i_"));
    let found = quote!(#fields.len().checked_sub(#index + 1));
    // The call stands at the user's word as if it were the user's, and so does rustc's message.
    let claim = quote_spanned!(field.span()=> ::core::option::Option::expect(#found, #message););
    quote! {
        const _: () = {
            let (#fields, mut #index) = (<#model as __v::Model>::FIELDS, 0);
            while #index < #fields.len()
                && !::core::matches!(#fields[#index].source.as_bytes(), #bytes)
            {
                #index += 1;
            }
            #claim
        };
    }
}

fn model_in_words(model: &Type) -> String {
    match model {
        Type::Path(path) => format!("model `{}`", last_segment(&path.path)),
        _ => String::from("the model"),
    }
}

// Expands to, with a prefix:
//
//     __v::inventory::submit! {
//         __v::Discovered::new("users", |__r| __r.register("users", <UserViewSet as __v::Default>::default()))
//     }
fn expand_discovery(viewset: &ViewSet<'_>) -> TokenStream {
    let Some(prefix) = viewset.args.prefix.get() else {
        return TokenStream::new();
    };
    let ty = viewset.self_ty();
    quote! {
        __v::inventory::submit! {
            __v::Discovered::new(#prefix, |__r| {
                __r.register(#prefix, <#ty as __v::Default>::default())
            })
        }
    }
}
