//! The messages about `#[viewset]` itself.

use quote::quote;

use super::support::{messages, text, viewset_messages};
use crate::viewset::expand;

#[test]
fn it_goes_on_an_impl_block() {
    assert_eq!(
        messages(expand(
            quote!(),
            quote!(
                struct X;
            )
        )),
        ["`#[viewset]` goes on an impl block\nhelp: `#[viewset] impl UserViewSet { … }`"]
    );
    assert_eq!(
        messages(expand(
            quote!(),
            quote!(
                trait X {
                    #[action]
                    fn x(&self);
                }
            )
        )),
        ["`#[viewset]` goes on an impl block\nhelp: a trait with actions is a `#[mixin]`"]
    );
    assert_eq!(
        messages(expand(quote!(), quote!(impl Clone for X { #[action] fn x(&self) {} }))).first(),
        Some(&String::from(
            "action `x` needs `detail`\n\
             help: `detail = true` for one object, `detail = false` for the collection"
        ))
    );
    assert_eq!(
        messages(expand(quote!(), quote!(impl Clone for X {}))),
        ["`#[viewset]` goes on an inherent impl block, not on a trait's\n\
          help: move the actions to an `impl` block of the type's own"]
    );
}

#[test]
fn it_needs_a_named_type() {
    for ty in [quote!(&'static X), quote!((A, B)), quote!(<A as B>::C)] {
        assert_eq!(
            messages(expand(quote!(), quote!(impl #ty {}))),
            ["`#[viewset]` needs the impl block of a named type"]
        );
    }
}

#[test]
fn a_key_is_known() {
    assert_eq!(
        viewset_messages(quote!(modle = User), quote!()),
        ["unknown key `modle` in `#[viewset]`\n\
          help: expected one of `model`, `mixins`, `basename`, `prefix`, `lookup_field`, \
          `lookup_url_kwarg`, `lookup_value_regex`, `kwargs`, `crate`, `authentication_classes`, \
          `permission_classes`, `throttle_classes`, `throttle_scope`, `parser_classes`, `renderer_classes`, \
          `content_negotiation_class`, `versioning_class`, `metadata_class`, `serializer_class`, `pagination_class`, \
          `filter_backends`, `search_fields`, `filterset_fields`, `ordering_fields`, `ordering`, \
          `http_method_names`"]
    );
}

#[test]
fn a_key_stands_once() {
    assert_eq!(
        viewset_messages(quote!(model = A, basename = "a", model = B), quote!()),
        ["duplicate key `model`"]
    );
}

#[test]
fn a_value_has_its_kind() {
    for (args, expected) in [
        (quote!(basename = user), "`basename` must be a string literal"),
        (quote!(prefix = 1), "`prefix` must be a string literal"),
        (quote!(prefix), "`prefix` needs a value: `prefix = …`"),
        (quote!(mixins = A), "`mixins` must be a list\nhelp: `mixins = [A]`"),
        (quote!(kwargs = a), "`kwargs` must be a list\nhelp: `kwargs = [a]`"),
        (quote!(lookup_field = "a-b"), "`a-b` is not a name"),
        (quote!(http_method_names = []), "`http_method_names` must not be empty"),
        (
            quote!(permission_classes = IsAdminUser),
            "`permission_classes` must be a list\nhelp: `permission_classes = [IsAdminUser]`",
        ),
        (
            quote!(authentication_classes = (A, B)),
            "`authentication_classes` must be a list\nhelp: `authentication_classes = [A, B]`",
        ),
        (
            quote!(throttle_classes = None),
            "`throttle_classes` must be a list\nhelp: `throttle_classes = []`",
        ),
        (quote!(throttle_scope = Burst), "`throttle_scope` must be a string literal"),
        (
            quote!(versioning_class = [X]),
            "`versioning_class` must be a single value\nhelp: `versioning_class = X`",
        ),
        (quote!(metadata_class = []), "`metadata_class` must be a single value"),
        (
            quote!(content_negotiation_class = None),
            "`content_negotiation_class` cannot be `None`\n\
             help: `content_negotiation_class = DefaultContentNegotiation`",
        ),
    ] {
        assert_eq!(viewset_messages(args, quote!()), [expected]);
    }
}

#[test]
fn a_prefix_has_no_slash_at_its_ends() {
    assert_eq!(
        viewset_messages(quote!(prefix = "/users/"), quote!()),
        ["`prefix` must not begin or end with a slash\nhelp: `prefix = \"users\"`"]
    );
}

#[test]
fn a_generic_viewset_has_no_prefix() {
    assert_eq!(
        messages(expand(
            quote!(prefix = "users"),
            quote!(
                impl<M: Model> XViewSet<M> {}
            )
        )),
        ["a generic viewset cannot have a `prefix`\n\
          help: register each of its types: `router.register(\"users\", …)`"]
    );
}

#[test]
fn kwargs_differ_from_each_other_and_from_the_lookup() {
    assert_eq!(
        viewset_messages(quote!(kwargs = [a, "a"]), quote!()),
        ["kwarg `a` is listed twice"]
    );
    assert_eq!(
        viewset_messages(quote!(kwargs = [pk]), quote!()),
        [
            "`pk` is the lookup's kwarg already\nhelp: give the lookup another: `lookup_url_kwarg = …`"
        ]
    );
}

#[test]
fn a_model_mixin_needs_a_model() {
    assert_eq!(
        viewset_messages(quote!(mixins = [mixins::ListModelMixin, PublishMixin]), quote!()),
        ["mixin `ListModelMixin` needs a model\nhelp: `#[viewset(model = User, …)]`"]
    );
}

#[test]
fn a_mixin_is_listed_once() {
    assert_eq!(
        viewset_messages(quote!(model = User, mixins = [A<u8>, A<u16>, x::A, A<u8>]), quote!()),
        ["mixin `A` is listed twice"]
    );
    assert_eq!(
        viewset_messages(
            quote!(model = User, mixins = [ListModelMixin, m::ListModelMixin]),
            quote!()
        ),
        ["mixin `ListModelMixin` is listed twice"]
    );
}

#[test]
fn a_hook_has_its_trait() {
    let hook = quote!(
        fn get_queryset(&self, req: &Request) {}
    );
    assert_eq!(
        viewset_messages(quote!(), hook.clone()),
        ["hook `get_queryset` needs a model\nhelp: `#[viewset(model = User, …)]`"]
    );
    assert!(viewset_messages(quote!(model = User), hook).is_empty());
    let hook = quote!(
        async fn perform_create(&self) {}
    );
    assert_eq!(
        viewset_messages(quote!(model = User, mixins = [ListModelMixin]), hook),
        ["hook `perform_create` needs the mixin `CreateModelMixin`\n\
          help: add it: `mixins = [ListModelMixin, CreateModelMixin]`"]
    );
}

#[test]
fn broken_mixins_give_no_further_message_at_a_hook() {
    let hook = quote!(
        async fn perform_create(&self) {}
    );
    assert_eq!(
        viewset_messages(quote!(model = User, mixins = A), hook),
        ["`mixins` must be a list\nhelp: `mixins = [A]`"]
    );
}

#[test]
fn a_hook_takes_self_by_reference() {
    for hook in [
        quote!(
            fn get_permissions(req: &Request) {}
        ),
        quote!(
            fn get_permissions(self) {}
        ),
        quote!(
            fn get_permissions(&mut self) {}
        ),
    ] {
        let messages = viewset_messages(quote!(), hook);
        assert_eq!(messages, ["hook `get_permissions` must take `&self`"]);
    }
}

#[test]
fn a_helper_is_not_mistaken_for_a_hook() {
    let block = quote!(
        fn get_permission(&self) {}
        async fn perform_destory(&self) {}
        fn get_serializer_context(&self) {}
        fn get_user(&self) {}
        fn lists(&self) {}
    );
    let help = "help: name it so, or give the helper another name";
    assert_eq!(
        viewset_messages(quote!(), block),
        [
            format!("`get_permission` is nearly the hook `get_permissions`\n{help}"),
            format!("`perform_destory` is nearly the hook `perform_destroy`\n{help}"),
            "hook `get_serializer_context` is not supported by this version of viewset".to_owned(),
        ]
    );
}

#[test]
fn three_mistakes_are_three_messages() {
    let messages = viewset_messages(
        quote!(modle = User, basename = 1),
        quote!(
            #[action(detail = true, methods = ["gte"])]
            async fn act(&self) {}
        ),
    );
    assert_eq!(messages.len(), 3);
}

#[test]
fn the_fallback_keeps_the_impls_and_strips_our_attributes() {
    let item = quote! {
        impl UserViewSet {
            /// Kept.
            #[v::action(detail = 1)]
            pub async fn act(&self) {}
        }
    };
    let expected = "\
impl UserViewSet {
    /// Kept.
    pub async fn act(&self) {}
}
const _: () = {
    use ::viewset_actix::__private as __v;
    impl __v::ViewSet for UserViewSet {
        const META: __v::ViewSetMeta = __v::ViewSetMeta::new(\"UserViewSet\");
        type Object = User;
        const ACTIONS: &'static [&'static [__v::Action<Self>]] = &[];
    }
    impl __v::GenericViewSet for UserViewSet {
        type Model = User;
    }
    impl ListModelMixin for UserViewSet {}
};
";
    let args = quote!(model = User, mixins = [ListModelMixin, ListModelMixin]);
    assert_eq!(text(expand(args, item)), expected);
}

#[test]
fn the_fallback_without_a_model_keeps_the_mixins_that_need_none() {
    let args = quote!(mixins = [PublishMixin, ListModelMixin]);
    let output = text(expand(args, quote!(impl UserViewSet {})));
    assert!(output.contains("impl PublishMixin for UserViewSet {}"), "{output}");
    assert!(!output.contains("ListModelMixin"), "{output}");
}

#[test]
fn the_fallback_of_a_type_that_can_have_no_impl_block_is_nothing() {
    assert_eq!(
        text(expand(
            quote!(),
            quote!(
                impl (u8, u8) {}
            )
        )),
        ""
    );
    assert_eq!(text(expand(quote!(), quote!(impl dyn Any {}))), "impl dyn Any {}\n");
}

#[test]
fn the_fallback_of_a_trait_impl_is_that_impl() {
    let item = quote!(impl Clone for X { #[action] fn clone(&self) {} });
    let expected = "impl Clone for X {\n    fn clone(&self) {}\n}\n";
    assert_eq!(text(expand(quote!(), item)), expected);
}
