//! A list of permissions, with `&`, `|` and `!` between them: in `permission_classes` and in
//! `permissions![…]`.
//!
//! Rust's operators cannot run in constants, so what is written with them is built by name.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{BinOp, Expr, Path, Token, UnOp};

/// What the macro of the runtime hands over: its own path, then the list.
struct Invocation {
    runtime: Path,
    classes: Punctuated<Expr, Token![,]>,
}

impl Parse for Invocation {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let runtime = input.parse()?;
        input.parse::<Token![,]>()?;
        let classes = Punctuated::parse_terminated(input)?;
        Ok(Self { runtime, classes })
    }
}

// Expands to:
//
//     $crate::__private::Permissions::new(const { &$crate::__private::PermissionList { list: &[…] } })
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    match syn::parse2::<Invocation>(input) {
        Ok(Invocation { runtime, classes }) => {
            let runtime = quote!(#runtime);
            let list = expand_list(&classes.into_iter().collect::<Vec<_>>(), &runtime);
            quote! {
                #runtime::Permissions::new(const { &#runtime::PermissionList { list: #list } })
            }
        }
        Err(error) => error.into_compile_error(),
    }
}

/// `&[&__v::Class(IsAdminUser, __v::PhantomData)]`
pub(crate) fn expand_list(classes: &[Expr], runtime: &TokenStream) -> TokenStream {
    let classes = classes.iter().map(|class| expand_permission(class, runtime));
    quote!(&[#(&#classes),*])
}

/// `A | !B` becomes `__v::Or(…A…, __v::Not(…B…))`.
fn expand_permission(expr: &Expr, runtime: &TokenStream) -> TokenStream {
    match expr {
        Expr::Paren(inner) => expand_permission(&inner.expr, runtime),
        Expr::Group(inner) => expand_permission(&inner.expr, runtime),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
            let inner = expand_permission(&unary.expr, runtime);
            quote!(#runtime::Not(#inner))
        }
        Expr::Binary(binary) if matches!(binary.op, BinOp::BitAnd(_) | BinOp::BitOr(_)) => {
            let left = expand_permission(&binary.left, runtime);
            let right = expand_permission(&binary.right, runtime);
            match binary.op {
                BinOp::BitAnd(_) => quote!(#runtime::And(#left, #right)),
                _ => quote!(#runtime::Or(#left, #right)),
            }
        }
        class => quote!(#runtime::Class(#class, #runtime::PhantomData)),
    }
}
