//! The rows of a table. It cannot fail: `check` has seen the actions before.
//!
//! The length of a row is counted by a test: at most six lines for an action with a path, a name, a
//! kwarg, an extractor and a doc comment.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, LitStr, PatType, ReturnType, Type};

use super::action_args::{ActionArgs, Title};
use super::arguments::Source;
use super::model::{Action, Function, Owner, Role, Table};
use super::options::OptionArgs;
use super::verbs::Verb;

use crate::attr::{Attr, is_none};
use crate::selectors::Of;
use crate::{doc, permissions};

/// The rows, in the order of the source.
pub(crate) fn expand_rows(table: &Table<'_>) -> TokenStream {
    let rows = table.actions.iter().map(|action| expand_row(table, action));
    quote!(#(#rows,)*)
}

// Expands to:
//
//     __v::Action::<Self>::detail("set_password", &[__v::POST])
//         .url("change-password", "change_password")
//         .description("Set the user's password.")
//         .run(|v_, r_| { __v::call(r_, (v_, r_, "pk", ()), Self::set_password) })
fn expand_row(table: &Table<'_>, action: &Action<'_>) -> TokenStream {
    let cfgs = action.function.cfgs();
    let head = expand_head(action);
    let setters = match action.extra() {
        Some(args) => expand_setters(table, action, args),
        None => expand_description(doc::text(action.function.attrs)),
    };
    let run = expand_run(table, action);
    quote!(#(#cfgs)* #head #setters #run)
}

fn expand_head(action: &Action<'_>) -> TokenStream {
    let name = &action.name;
    let args = match &action.role {
        Role::Standard(_) => return quote!(__v::Action::<Self>::standard(#name)),
        Role::Mapped(_) => return quote!(__v::Action::<Self>::mapped(#name)),
        Role::Extra(args) => args,
    };
    let verbs = args.words().into_iter().map(expand_verb);
    let constructor = format_ident!("{}", if args.is_detail() { "detail" } else { "list" });
    quote!(__v::Action::<Self>::#constructor(#name, &[#(#verbs),*]))
}

/// `__v::POST`
pub(super) fn expand_verb(word: &str) -> TokenStream {
    let name = format_ident!("{}", word.to_uppercase());
    quote!(__v::#name)
}

fn expand_setters(table: &Table<'_>, action: &Action<'_>, args: &ActionArgs) -> TokenStream {
    let url = expand_url(&action.name, args);
    let mapping = expand_mapping(table, &action.name);
    let title = match &args.title {
        Some(Title::Name(name)) => quote!(.name(#name)),
        Some(Title::Suffix(suffix)) => quote!(.suffix(#suffix)),
        None => TokenStream::new(),
    };
    let written = args.description.as_ref().map(LitStr::value);
    let description = expand_description(written.or_else(|| doc::text(action.function.attrs)));
    let options = expand_options(&args.options, table.model, &TokenStream::new());
    quote!(#mapping #url #title #description #options)
}

/// `.url("change-password", "change_password")`, if either differs from what the name gives.
fn expand_url(name: &str, args: &ActionArgs) -> TokenStream {
    if args.url_path.is_none() && args.url_name.is_none() {
        return TokenStream::new();
    }
    let (path, name) = (args.url_path(name), args.url_name(name));
    quote!(.url(#path, #name))
}

/// `.mapping(&[(__v::DELETE, "delete_password")])`
fn expand_mapping(table: &Table<'_>, name: &str) -> TokenStream {
    let entries: Vec<TokenStream> = table
        .mapped_to(name)
        .map(|(verb, action)| {
            let (cfgs, verb, name) = (action.function.cfgs(), expand_verb(verb.word), &action.name);
            quote!(#(#cfgs)* (#verb, #name))
        })
        .collect();
    match entries.is_empty() {
        true => TokenStream::new(),
        false => quote!(.mapping(&[#(#entries),*])),
    }
}

/// `.description("Set the user's password.")`
pub(super) fn expand_description(text: Option<String>) -> TokenStream {
    let text = text.into_iter();
    quote!(#(.description(#text))*)
}

/// `.permissions(&[…]).renderer_classes(&[&JsonRenderer])`: those that are given. `of` are the generics of
/// `permissions`, where the objects are not known from the row.
pub(super) fn expand_options(
    options: &OptionArgs,
    model: Option<&Type>,
    of: &TokenStream,
) -> TokenStream {
    let authentication = expand_classes("authentication_classes", &options.authentication_classes);
    let permissions = options.permission_classes.get().map(|list| {
        let list = permissions::expand_list(list, &quote!(__v));
        quote!(.permissions #of(#list))
    });
    let throttles = expand_classes("throttle_classes", &options.throttle_classes);
    let scope = options.throttle_scope.get().map(|scope| quote!(.throttle_scope(#scope)));
    let parsers = expand_classes("parser_classes", &options.parser_classes);
    let renderers = expand_classes("renderer_classes", &options.renderer_classes);
    let negotiation = options.content_negotiation_class.get();
    let negotiation = negotiation.map(|class| {
        let class = expand_reference(class);
        quote!(.content_negotiation_class(#class))
    });
    let versioning = expand_class("versioning_class", &options.versioning_class);
    let metadata = expand_class("metadata_class", &options.metadata_class);
    let names = options.http_method_names.get().map(|verbs| expand_method_names(verbs));
    let pagination = expand_class("pagination_class", &options.pagination_class);
    let serializer = options.serializer_class.get().map(|class| {
        let info = quote_spanned!(class.span()=> <#class as __v::SerializerInfo>);
        quote!(.serializer_class(#info::OPTION))
    });
    let backends = options.filter_backends.get().map(|list| {
        let list = list.iter().map(expand_reference);
        quote!(.backends #of(&[#(#list),*]))
    });
    let fields = model.map(|model| expand_fields(options, model));
    quote! {
        #authentication #permissions #throttles #scope #parsers #renderers #negotiation #versioning
        #metadata #pagination #serializer #backends #fields #names
    }
}

/// `.search_fields(…).ordering(…)`: those that are given.
fn expand_fields(options: &OptionArgs, model: &Type) -> TokenStream {
    let name = match model {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    };
    let of = Of { model: &quote!(#model), name: &name.unwrap_or_default() };
    let search = options.search_fields.get().map(|fields| of.search_fields(fields)).into_iter();
    let filters = options.filterset_fields.get().map(|it| of.filterset_fields(it)).into_iter();
    let fields = options.ordering_fields.get().map(|it| of.ordering_fields(it)).into_iter();
    let ordering = options.ordering.get().map(|terms| of.ordering(terms)).into_iter();
    quote! {
        #(.search_fields(#search))*
        #(.filterset_fields(#filters))*
        #(.ordering_fields(#fields))*
        #(.ordering(#ordering))*
    }
}

/// `.renderer_classes(&[&JsonRenderer])`, if any is given.
fn expand_classes(option: &str, classes: &Attr<Vec<Expr>>) -> Option<TokenStream> {
    let (setter, classes) = (format_ident!("{option}"), classes.get()?);
    let classes = classes.iter().map(expand_reference);
    Some(quote!(.#setter(&[#(#classes),*])))
}

/// `.versioning_class(__v::Some(&AcceptHeaderVersioning::new()))`; `None` stays.
fn expand_class(option: &str, class: &Attr<Expr>) -> Option<TokenStream> {
    let (setter, class) = (format_ident!("{option}"), class.get()?);
    Some(match is_none(class) {
        true => quote!(.#setter(__v::None)),
        false => {
            let class = expand_reference(class);
            quote!(.#setter(__v::Some(#class)))
        }
    })
}

/// `&JsonRenderer`, all of it at the user's place: there rustc says that it is no renderer.
fn expand_reference(class: &Expr) -> TokenStream {
    let at = class.span().resolved_at(Span::call_site());
    quote_spanned!(at=> &#class)
}

fn expand_method_names(verbs: &[Verb]) -> TokenStream {
    let verbs = verbs.iter().map(|verb| expand_verb(verb.word));
    quote!(.http_method_names(&[#(#verbs),*]))
}

// Expands to:
//
//     .run(|v_, r_| { __v::call(r_, (v_, r_, "pk", ()), Self::set_password) })
//
// The tuple says where each argument comes from: the viewset and the request are themselves, a name
// is a URL kwarg, and `()` is made from the request. Each element stands at its argument's type, so
// that rustc's errors do.
fn expand_run(table: &Table<'_>, action: &Action<'_>) -> TokenStream {
    let (view, request) = (local("v_"), local("r_"));
    let function = &action.function;
    let kwargs = table.kwargs(action);
    let receiver = function.sig.receiver().map(|_| view.to_token_stream());
    let arguments = function.arguments().map(|argument| match table.source(argument, &kwargs) {
        Source::Request => request.to_token_stream(),
        source => expand_source(&source, argument),
    });
    let sources = expand_tuple(&receiver.into_iter().chain(arguments).collect::<Vec<_>>());
    let callee = expand_callee(table, function);
    let at = output_span(function);
    let call = match function.sig.asyncness {
        Some(_) => quote_spanned!(at=> { __v::call(#request, #sources, #callee) }),
        None => quote_spanned!(at=> { __v::call_sync(#request, #sources, #callee) }),
    };
    quote!(.run(|#view, #request| #call))
}

fn expand_source(source: &Source, argument: &PatType) -> TokenStream {
    let at = argument.ty.span().resolved_at(Span::call_site());
    match source {
        Source::Kwarg(name) => LitStr::new(name, at).into_token_stream(),
        Source::Lookup => quote_spanned!(at=> __v::LOOKUP),
        Source::Request | Source::Extract => quote_spanned!(at=> ()),
    }
}

/// `(a, b)`; with one element `(a,)`.
fn expand_tuple(elements: &[impl ToTokens]) -> TokenStream {
    match elements {
        [only] => quote!((#only,)),
        _ => quote!((#(#elements),*)),
    }
}

/// `Self::publish`, or in a mixin `PublishMixin::publish`: a trait that it extends may have a method
/// of that name too.
fn expand_callee(table: &Table<'_>, function: &Function<'_>) -> TokenStream {
    let name = &function.sig.ident;
    let Owner::Trait(item) = table.owner else {
        return quote!(Self::#name);
    };
    let (ident, generics) = (&item.ident, item.generics.split_for_impl().1);
    match function.sig.receiver() {
        Some(_) => {
            let generics = generics.as_turbofish();
            quote!(#ident #generics::#name)
        }
        None => quote!(<Self as #ident #generics>::#name),
    }
}

/// Where rustc is to complain that the answer is none: at the type that the method returns.
fn output_span(function: &Function<'_>) -> Span {
    let span = match &function.sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => function.sig.ident.span(),
    };
    span.resolved_at(Span::call_site())
}

/// A local variable of generated code. Its odd name keeps clear of constants: `diesel::table!` makes one of
/// every column, and a user may import them all.
pub(super) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
