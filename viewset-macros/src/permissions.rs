//! A list of permissions, with `&`, `|` and `!` between them: in `permission_classes` and in
//! `permissions![…]`.
//!
//! Rust's operators cannot run in constants, so what is written with them is built by name.

use proc_macro2::{Ident, Punct, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{BinOp, Expr, ExprBinary, ExprUnary, Path, Token, UnOp};

use crate::attr;
use crate::diagnostics::{Sink, ends};

/// An element of the list.
//
// permission = permission "|" permission
//            | permission "&" permission
//            | "!" permission
//            | "(" permission ")"
//            | expression                          (with Rust's precedence)
pub(crate) enum Permission {
    Is(Box<Expr>),
    Not(Box<Permission>),
    And(Box<Permission>, Box<Permission>),
    Or(Box<Permission>, Box<Permission>),
}

/// What the macro of the runtime hands over: its own path, then the list.
struct Invocation {
    runtime: Path,
    list: Vec<Permission>,
}

impl Parse for Invocation {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let runtime = input.parse()?;
        input.parse::<Token![,]>()?;
        Ok(Self { runtime, list: attr::elements(input)? })
    }
}

impl Parse for Permission {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (ahead, sink) = (input.fork(), Sink::new());
        let read = input.parse().map(|expr| Self::of(expr, &sink));
        if let (Err(_), Some(tilde)) = (&read, ahead.parse().ok().and_then(first_tilde)) {
            report_operator(tilde, &sink);
        }
        sink.into_result().and(read)
    }
}

impl Permission {
    /// What an expression means; an operator that permissions do not have is reported.
    fn of(expr: Expr, sink: &Sink<'_>) -> Self {
        match expr {
            Expr::Paren(inner) => Self::of(*inner.expr, sink),
            Expr::Group(inner) => Self::of(*inner.expr, sink),
            Expr::Unary(ExprUnary { op: op @ (UnOp::Not(_) | UnOp::Neg(_)), expr, .. }) => {
                if let UnOp::Neg(minus) = op {
                    report_operator(minus, sink);
                }
                Self::Not(Box::new(Self::of(*expr, sink)))
            }
            Expr::Binary(ExprBinary { left, op, right, .. }) => {
                let left = Box::new(Self::of(*left, sink));
                if !matches!(op, BinOp::BitAnd(_) | BinOp::BitOr(_)) {
                    report_operator(op, sink);
                }
                let right = Box::new(Self::of(*right, sink));
                match op {
                    BinOp::BitAnd(_) => Self::And(left, right),
                    _ => Self::Or(left, right),
                }
            }
            class => Self::Is(Box::new(class)),
        }
    }

    /// `__v::Or(__v::Is(A), __v::Not(__v::Is(B)))` for `A | !B`. It stands where the user's does, so that
    /// rustc underlines that.
    fn expand(&self, runtime: &TokenStream) -> TokenStream {
        let (name, parts) = match self {
            Self::Is(class) => ("Is", class.to_token_stream()),
            Self::Not(inner) => ("Not", inner.expand(runtime)),
            Self::And(left, right) => ("And", pair(left.expand(runtime), right.expand(runtime))),
            Self::Or(left, right) => ("Or", pair(left.expand(runtime), right.expand(runtime))),
        };
        let (start, end) = ends(parts.clone());
        let name = Ident::new(name, Span::call_site());
        let name = located_at(start, quote!(#runtime::#name));
        let parts = located_at(end, quote!((#parts)));
        quote!(#name #parts)
    }
}

fn pair(left: TokenStream, right: TokenStream) -> TokenStream {
    quote!(#left, #right)
}

/// The tokens at the place of the user's; what they mean does not change.
fn located_at(place: Span, tokens: TokenStream) -> TokenStream {
    let move_there = |mut token: TokenTree| {
        token.set_span(token.span().located_at(place));
        token
    };
    tokens.into_iter().map(move_there).collect()
}

fn report_operator(operator: impl ToTokens, sink: &Sink<'_>) {
    let text = operator.to_token_stream();
    sink.error(operator, format_args!("permissions have no operator `{text}`"))
        .note("there are `&` (both), `|` (one of the two) and `!` (not)");
}

/// DRF's `~`, which Rust does not have: no expression with it can be read.
fn first_tilde(tokens: TokenStream) -> Option<Punct> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Punct(punct) if punct.as_char() == '~' => Some(punct),
        TokenTree::Group(group) => first_tilde(group.stream()),
        _ => None,
    })
}

// Expands to:
//
//     $crate::__private::Permissions::new(const { &[&$crate::__private::Is(IsAdminUser)] })
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    match syn::parse2::<Invocation>(input) {
        Ok(Invocation { runtime, list }) => {
            let runtime = quote!(#runtime);
            let list = expand_list(&list, &runtime);
            quote!(#runtime::Permissions::new(const { #list }))
        }
        Err(error) => error.into_compile_error(),
    }
}

/// `&[&__v::Is(IsAdminUser)]`
pub(crate) fn expand_list(list: &[Permission], runtime: &TokenStream) -> TokenStream {
    let list = list.iter().map(|permission| {
        let permission = permission.expand(runtime);
        let (start, _) = ends(permission.clone());
        let reference = located_at(start, quote!(&));
        quote!(#reference #permission)
    });
    quote!(&[#(#list),*])
}
