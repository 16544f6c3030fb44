//! The budget: an action costs six lines of generated code, or fewer.

use proc_macro2::TokenStream;
use quote::quote;

use super::support::text;
use crate::viewset::expand;

/// How many lines the method adds to a viewset, beside the lines that the user has written.
fn cost(method: TokenStream, written: usize) -> usize {
    let first = quote! {
        /// The first.
        #[action(detail = true)]
        async fn first(&self, req: &Request) -> Result<Response> {}
    };
    let with = expand(quote!(), quote!(impl UserViewSet { #first #method }));
    let without = expand(quote!(), quote!(impl UserViewSet { #first }));
    text(with).lines().count() - text(without).lines().count() - written
}

#[test]
fn an_action_with_everything_usual_costs_six_lines() {
    let method = quote! {
        /// Set the user's password.
        #[action(detail = true, methods = ["post"], url_path = "change-password", url_name = "change_password")]
        async fn set_password(&self, req: &Request, pk: i32, data: Validated<PasswordSerializer>) -> Result<Response> {}
    };
    // The user's: a doc comment, and a signature with an argument a line.
    let written = 1 + 6;
    assert!(cost(method.clone(), written) <= 6, "{}", cost(method, written));
}

#[test]
fn an_action_with_permissions_and_two_methods_costs_six_lines() {
    for permissions in
        [quote!(IsAdminOrIsSelf), quote!(A | !B), quote!(IsAuthenticated, IsAdminUser)]
    {
        let method = quote! {
            #[action(detail = true, methods = ["post", "delete"], permission_classes = [#permissions])]
            async fn unset_password(&self, req: &Request, pk: i32) -> Result<Response> {}
        };
        assert!(cost(method.clone(), 1) <= 6, "{}", cost(method, 1));
    }
}

#[test]
fn a_standard_action_costs_four_lines() {
    let method = quote!(
        async fn list(&self, req: &Request) -> Result<Response> {}
    );
    assert!(cost(method.clone(), 1) <= 4, "{}", cost(method, 1));
    let method = quote!(
        async fn retrieve(&self, req: &Request, pk: i32) -> Result<Response> {}
    );
    assert!(cost(method.clone(), 1) <= 4, "{}", cost(method, 1));
}

#[test]
fn a_mapping_costs_six_lines_with_its_entry() {
    let method = quote! {
        #[mapping(first.delete)]
        async fn delete_first(&self, req: &Request, pk: i32) -> Result<Response> {}
    };
    assert!(cost(method.clone(), 1) <= 6, "{}", cost(method, 1));
}

/// Each key that is written beyond the usual ones costs a line, and nothing multiplies.
#[test]
fn an_action_that_sets_everything_costs_a_line_for_each_setting() {
    let method = quote! {
        /// Set the user's password.
        #[action(detail = true, methods = ["post"], url_path = "change-password", url_name = "change_password",
                 name = "Change Password", permission_classes = [IsAdminOrIsSelf])]
        async fn set_password(&self, req: &Request, pk: i32) -> Result<Response> {}
        #[mapping(set_password.delete)]
        async fn delete_password(&self, req: &Request, pk: i32) -> Result<Response> {}
    };
    // Seven lines for `detail`, `mapping`, `url`, `name`, `description`, `permissions` and `run`, and two for the
    // mapping's own row.
    assert!(cost(method.clone(), 2 + 1) <= 9, "{}", cost(method, 2 + 1));
}

#[test]
fn each_option_costs_a_line() {
    let method = quote! {
        #[action(detail = true,
                 authentication_classes = [TokenAuthentication::<Token>::new()],
                 permission_classes = [IsAuthenticated | IsAdminUser],
                 throttle_classes = [AnonRateThrottle::rate("9/min")],
                 throttle_scope = "burst",
                 parser_classes = [JsonParser],
                 renderer_classes = [JsonRenderer, PrettyJsonRenderer],
                 content_negotiation_class = DefaultContentNegotiation,
                 versioning_class = AcceptHeaderVersioning::new(),
                 metadata_class = None,
                 http_method_names = ["get", "post"])]
        async fn act(&self, pk: i32) -> Result<Response> {}
    };
    // Ten options, `detail` and `run`.
    assert!(cost(method.clone(), 1) <= 12, "{}", cost(method, 1));
}
