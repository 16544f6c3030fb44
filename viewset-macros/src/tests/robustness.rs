//! No input makes the macros panic: odd tokens give errors, or pass through.

use proc_macro2::TokenStream;

use super::support::messages;

const ODD: &[&str] = &[
    "",
    ",",
    ",,",
    "=",
    "= =",
    "detail",
    "detail =",
    "detail = ,",
    "detail(true)",
    "detail = true detail",
    "methods = [,]",
    "methods = [\"\"]",
    "methods = [[]]",
    "methods = [a.b()]",
    "url_path = \"{{}}\"",
    "url_path = \"{é}\"",
    "url_path = \"}{\"",
    "url_path = \"{a:{}\"",
    "name = \"\\0\"",
    "1",
    "\"x\"",
    "'a",
    "crate",
    "self",
    "a.b",
    "a.b.c",
    "r#type.get",
    "x.r#get",
    "_",
    "a = b = c",
    "a => b",
    "{}",
    "()",
    "[]",
    "model = <",
    "model = A<B, C>, mixins = [A<B, C>]",
    "permission_classes = [|x| x, if a {} else {}]",
    "lookup_field = \"\"",
    "lookup_field = self",
    "kwargs = [crate]",
    "crate = a::<b>",
    "crate = crate",
    "prefix = \"\", prefix = \"/\"",
    "http_method_names = [GET::<A>]",
    "description = concat!(\"a\")",
    "permission_classes = [!, A &, (), (A | ), ~]",
    "permission_classes = [A && || B, !!!A, -A + B]",
    "throttle_classes = None, throttle_scope",
    "throttle_classes = (A, B), renderer_classes = ()",
    "versioning_class = [], metadata_class = None",
    "content_negotiation_class = !{}",
];

#[test]
fn odd_arguments_never_panic() {
    for args in ODD {
        let Ok(args) = args.parse::<TokenStream>() else {
            continue;
        };
        let method = quote::quote!(
            #[action(#args)]
            async fn a(&self, pk: i32) {}
        );
        let mapping = quote::quote!(
            #[mapping(#args)]
            async fn b(&self) {}
        );
        let block = quote::quote!(impl X { #method #mapping });
        let trait_ = quote::quote!(trait X { #method #mapping });
        crate::viewset::expand(args.clone(), block.clone());
        crate::viewset::expand(TokenStream::new(), trait_.clone());
        crate::mixin::expand(args, trait_);
        crate::mixin::expand(TokenStream::new(), block);
    }
}

#[test]
fn an_item_that_is_no_rust_is_passed_on_with_one_error() {
    let item = quote::quote!(impl X { fn });
    assert_eq!(messages(crate::viewset::expand(TokenStream::new(), item.clone())).len(), 1);
    assert_eq!(messages(crate::mixin::expand(TokenStream::new(), item.clone())).len(), 1);
    assert_eq!(messages(crate::viewset::outside("action", item)).len(), 1);
}

#[test]
fn odd_arguments_of_functions_never_panic() {
    for arguments in
        ["", "self", "&self, _: u8", "&self, (a, b): (u8, u8)", "&self, mut x: u8", "_: &Request"]
    {
        let Ok(arguments) = arguments.parse::<TokenStream>() else {
            continue;
        };
        let block = quote::quote!(impl X { #[action(detail = true)] fn a(#arguments) {} });
        crate::viewset::expand(TokenStream::new(), block);
    }
}

#[test]
fn odd_permissions_never_panic() {
    for list in ["", "x", "x y", "x,", "x, ,", "x, A &", "x, (~A", "x, ~A, B", "x, A B, C", "1, A"]
    {
        if let Ok(list) = list.parse() {
            crate::permissions::expand(list);
        }
    }
}
