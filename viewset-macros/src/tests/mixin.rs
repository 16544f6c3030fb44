//! `#[mixin]`: its messages and its expansion.

use quote::quote;

use super::support::{messages, text};
use crate::mixin::expand;

#[test]
fn it_goes_on_a_trait() {
    assert_eq!(
        messages(expand(quote!(), quote!(impl X {}))),
        ["`#[mixin]` goes on a trait\nhelp: an impl block with actions is a `#[viewset]`"]
    );
    assert_eq!(
        messages(expand(
            quote!(),
            quote!(
                struct X;
            )
        )),
        ["`#[mixin]` goes on a trait\nhelp: `#[mixin] trait PublishMixin: GenericViewSet { … }`"]
    );
}

#[test]
fn it_needs_a_supertrait() {
    assert_eq!(
        messages(expand(
            quote!(),
            quote!(
                trait X {
                    async fn list(&self) {}
                }
            )
        )),
        [
            "a mixin needs `ViewSet` or `GenericViewSet` as a supertrait\nhelp: `trait X: GenericViewSet`"
        ]
    );
}

#[test]
fn it_knows_one_key() {
    assert_eq!(
        messages(expand(
            quote!(create = a),
            quote!(
                trait X: ViewSet {}
            )
        )),
        ["unknown key `create` in `#[mixin]`\nhelp: expected `crate`"]
    );
}

#[test]
fn an_action_has_a_body() {
    let item = quote!(
        trait X: ViewSet {
            #[action(detail = true)]
            async fn a(&self);
        }
    );
    assert_eq!(messages(expand(quote!(), item)), ["action `a` of a mixin needs a body"]);
}

#[test]
fn an_action_is_a_method() {
    let item = quote!(
        trait X: ViewSet {
            #[action]
            const A: u8;
            #[mapping(x.get)]
            type B;
        }
    );
    assert_eq!(
        messages(expand(quote!(), item)),
        ["`#[action]` goes on a method", "`#[mapping]` goes on a method"]
    );
}

#[test]
fn a_placeholder_is_not_the_lookup() {
    let item = quote! {
        trait X: ViewSet {
            #[action(detail = true, url_path = "a/{pk}")]
            async fn a(&self, pk: i32) {}
        }
    };
    assert_eq!(
        messages(expand(quote!(), item)),
        ["placeholder `pk` is the lookup's kwarg already\n\
          note: the URL of a detail action begins with `{pk}`"]
    );
}

#[test]
fn it_expands_to_the_trait_with_a_table() {
    let item = quote! {
        /// Publishing.
        pub trait PublishMixin<T>: GenericViewSet {
            /// Publish it.
            #[action(detail = true, methods = ["post"])]
            async fn publish(&self, req: &Request, pk: i32) -> Result<impl IntoResponse> {
                todo()
            }
            async fn list(&self, req: &Request) -> Result<Response> {
                todo()
            }
            fn get_permissions(&self) -> bool {
                true
            }
        }
    };
    let expected = r#"/// Publishing.
#[allow(async_fn_in_trait)]
pub trait PublishMixin<T>: GenericViewSet {
    /// Publish it.
    async fn publish(&self, req: &Request, pk: i32) -> Result<impl IntoResponse> {
        todo()
    }
    async fn list(&self, req: &Request) -> Result<Response> {
        todo()
    }
    fn get_permissions(&self) -> bool {
        true
    }
    #[doc(hidden)]
    const ACTIONS: &'static [crate::__private::Action<Self>] = {
        #[allow(unused_imports)]
        use crate::__private as __v;
        &[
            __v::Action::<Self>::detail("publish", &[__v::POST])
                .description("Publish it.")
                .run(|v_, r_| {
                    __v::call(r_, (v_, r_, __v::LOOKUP), PublishMixin::<T>::publish)
                }),
            __v::Action::<Self>::standard("list")
                .run(|v_, r_| { __v::call(r_, (v_, r_), PublishMixin::<T>::list) }),
        ]
    };
}
"#;
    assert_eq!(text(expand(quote!(crate = crate), item)), expected);
}

#[test]
fn the_fallback_is_a_viewset_s_trait_with_an_empty_table() {
    let item = quote!(
        trait X {
            #[action(detail = 1)]
            async fn a(&self) {}
        }
    );
    let expected = "#[allow(async_fn_in_trait)]
trait X: ::viewset_actix::__private::ViewSet {
    async fn a(&self) {}
    #[doc(hidden)]
    const ACTIONS: &'static [::viewset_actix::__private::Action<Self>] = {
        #[allow(unused_imports)]
        use ::viewset_actix::__private as __v;
        &[]
    };
}
";
    assert_eq!(text(expand(quote!(), item)), expected);
}
