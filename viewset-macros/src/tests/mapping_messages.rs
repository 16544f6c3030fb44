//! The messages about `#[mapping]`.

use proc_macro2::TokenStream;
use quote::quote;

use super::support::viewset_messages;

/// The messages of a viewset with the PUT action `password`, the standard `list`, and `more`.
fn with_password(more: TokenStream) -> Vec<String> {
    let body = quote! {
        #[action(detail = true, methods = ["put"])] async fn password(&self, pk: i32) {}
        async fn list(&self) {}
        #more
    };
    viewset_messages(quote!(), body)
}

#[test]
fn the_action_is_known() {
    let messages = with_password(quote!(
        #[mapping(pasword.delete)]
        async fn gone(&self) {}
    ));
    assert_eq!(
        messages,
        ["`#[mapping]` to an unknown action `pasword`\nhelp: expected `password`"]
    );
    let body = quote!(
        #[mapping(password.delete)]
        async fn gone(&self) {}
    );
    assert_eq!(
        viewset_messages(quote!(), body),
        [
            "`#[mapping]` to an unknown action `password`\nnote: there is no `#[action]` in this block"
        ]
    );
}

#[test]
fn the_method_is_known() {
    let messages = with_password(quote!(
        #[mapping(password.delet)]
        async fn gone(&self) {}
    ));
    assert_eq!(
        messages,
        ["unknown HTTP method `delet`\n\
          help: expected one of `delete`, `get`, `post`, `put`, `patch`, `head`, `options`, `trace`"]
    );
}

#[test]
fn the_method_is_free() {
    let messages = with_password(quote!(
        #[mapping(password.put)]
        async fn again(&self) {}
    ));
    assert_eq!(messages, ["action `password` has `put` already\nnote: `password` serves it"]);
    let messages = with_password(quote! {
        #[mapping(password.delete)] async fn a(&self) {}
        #[mapping(password.delete)] async fn b(&self) {}
    });
    assert_eq!(messages, ["action `password` has `delete` already\nnote: `a` serves it"]);
}

#[test]
fn the_action_is_not_mapped_itself() {
    let messages = with_password(quote! {
        #[mapping(password.delete)] async fn gone(&self) {}
        #[mapping(gone.post)] async fn back(&self) {}
    });
    assert_eq!(
        messages,
        ["`gone` is itself mapped by `#[mapping]`\nhelp: `#[mapping(password.post)]`"]
    );
}

#[test]
fn the_action_is_not_a_standard_one() {
    let messages = with_password(quote!(
        #[mapping(list.delete)]
        async fn clear(&self) {}
    ));
    assert_eq!(
        messages,
        ["`#[mapping]` cannot extend the standard action `list`\n\
          note: only an `#[action]` has a route of its own"]
    );
}

#[test]
fn there_are_no_other_arguments() {
    let messages = with_password(quote!(
        #[mapping(password.delete, permission_classes = [X])]
        async fn gone(&self) {}
    ));
    assert_eq!(
        messages,
        [
            "`#[mapping]` takes no other arguments\nnote: the action's own hold for all of its methods"
        ]
    );
}

#[test]
fn the_shape_is_action_dot_method() {
    let expected = "`#[mapping]` needs an action and a method\nhelp: `#[mapping(password.delete)]`";
    assert_eq!(
        with_password(quote!(
            #[mapping]
            async fn gone(&self) {}
        )),
        [expected]
    );
    assert_eq!(
        with_password(quote!(
            #[mapping()]
            async fn gone(&self) {}
        )),
        [expected]
    );
    assert_eq!(
        with_password(quote!(
            #[mapping = "x"]
            async fn gone(&self) {}
        )),
        [expected]
    );
    assert_eq!(
        with_password(quote!(
            #[mapping(password)]
            async fn gone(&self) {}
        )),
        ["`#[mapping]` needs a method behind the action\nhelp: `#[mapping(password.delete)]`"]
    );
}

#[test]
fn a_standard_name_takes_no_mapping() {
    let messages = with_password(quote!(
        #[mapping(password.delete)]
        async fn destroy(&self) {}
    ));
    assert_eq!(
        messages,
        ["standard action `destroy` takes no `#[mapping]`\n\
          help: remove the attribute, or rename the method"]
    );
}

#[test]
fn the_kwargs_are_those_of_the_action() {
    let messages = with_password(quote!(
        #[mapping(password.delete)]
        async fn gone(&self, pk: i32, x: i32) {}
    ));
    assert_eq!(
        messages,
        ["no URL kwarg of action `gone` gives `x`\n\
          help: expected one of `pk`, `format`, or name it in the viewset's `kwargs`"]
    );
}

#[test]
fn a_broken_action_gives_no_further_message_at_its_mapping() {
    let body = quote! {
        #[action(detail = tru, methods = ["put"])] async fn password(&self, pk: i32) {}
        #[mapping(password.delete)] async fn gone(&self, pk: i32) {}
    };
    assert_eq!(viewset_messages(quote!(), body), ["`detail` must be `true` or `false`"]);
}

#[test]
fn one_function_may_serve_several_methods() {
    let messages = with_password(quote!(
        #[mapping(password.delete)]
        #[mapping(password.patch)]
        async fn gone(&self) {}
    ));
    assert!(messages.is_empty());
}
