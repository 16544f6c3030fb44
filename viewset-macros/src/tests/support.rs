//! How the tests look at an expansion: its messages, or its text.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Item, LitStr};

/// The messages of the `compile_error!`s in an expansion.
pub(super) fn messages(expansion: TokenStream) -> Vec<String> {
    let tokens: Vec<TokenTree> = expansion.into_iter().collect();
    let calls = tokens.windows(3).filter_map(|window| match window {
        [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Group(group)]
            if name == "compile_error" =>
        {
            syn::parse2::<LitStr>(group.stream()).ok().map(|text| text.value())
        }
        _ => None,
    });
    calls.collect()
}

/// What is left of an expansion without its messages, as rustfmt would show it.
pub(super) fn text(expansion: TokenStream) -> String {
    let mut file: syn::File = match syn::parse2(expansion) {
        Ok(file) => file,
        Err(error) => return format!("not Rust: {error}"),
    };
    file.items.retain(|item| match item {
        Item::Macro(call) => !call.mac.path.segments.iter().any(|it| it.ident == "compile_error"),
        _ => true,
    });
    prettyplease::unparse(&file)
}

/// The messages of `#[viewset(args)] impl XViewSet { body }`.
pub(super) fn viewset_messages(args: TokenStream, body: TokenStream) -> Vec<String> {
    messages(crate::viewset::expand(args, quote::quote!(impl XViewSet { #body })))
}

/// The messages of `#[viewset] impl XViewSet { #[action(args)] async fn act(&self) {} }`.
pub(super) fn action_messages(args: TokenStream) -> Vec<String> {
    let body = quote::quote!(
        #[action(#args)]
        async fn act(&self) {}
    );
    viewset_messages(TokenStream::new(), body)
}
