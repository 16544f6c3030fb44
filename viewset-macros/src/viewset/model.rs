//! What an impl block or a trait means: its actions, its hooks, its mixins.
//!
//! Borrowed syn nodes with public fields. Questions about them are in `props`, rules in `check`.

use syn::{Attribute, ImplItem, ImplItemFn, ItemImpl, ItemTrait, Path, Signature, TraitItem, Type};

use super::action_args::{ActionArgs, MappingArgs};
use super::args::ViewSetArgs;
use super::names::{is_named, is_ours, last_segment};
use crate::diagnostics::Sink;
use crate::words::{self, Standard};

/// A `#[viewset]`.
pub(crate) struct ViewSet<'a> {
    pub(crate) item: &'a ItemImpl,
    pub(crate) args: &'a ViewSetArgs,
    pub(crate) mixins: Vec<Mixin<'a>>,
    pub(crate) hooks: Vec<Hook<'a>>,
    pub(crate) table: Table<'a>,
}

/// A mixin that a viewset uses.
pub(crate) enum Mixin<'a> {
    /// One of the stock, because the viewset has a model and names none.
    Default(&'static str),
    /// Named by the user.
    Named(&'a Path),
}

/// A method that overrides a method of the trait `of`.
pub(crate) struct Hook<'a> {
    pub(crate) function: &'a ImplItemFn,
    pub(crate) of: &'static str,
}

/// The actions of one block, in the order of the source.
pub(crate) struct Table<'a> {
    pub(crate) actions: Vec<Action<'a>>,
    pub(crate) lookup: Lookup,
    /// URL kwargs that come from outside the block.
    pub(crate) kwargs: Vec<String>,
    /// Whose methods the actions are.
    pub(crate) owner: Owner<'a>,
    /// The model that the actions are about; a mixin does not know it.
    pub(crate) model: Option<&'a Type>,
}

/// Whose methods the actions are.
pub(crate) enum Owner<'a> {
    /// `Self::publish`
    Type,
    /// `<Self as PublishMixin>::publish`
    Trait(&'a ItemTrait),
}

/// The URL kwarg that holds the lookup value.
pub(crate) enum Lookup {
    /// The one of this name.
    Named(String),
    /// `pk` stands for it, because a mixin does not know the viewset's name.
    Any,
}

/// A routable method.
pub(crate) struct Action<'a> {
    pub(crate) name: String,
    pub(crate) function: Function<'a>,
    pub(crate) role: Role,
    /// Whether its attributes could be read; if not, rules about them would only echo the mistake.
    pub(crate) sound: bool,
}

/// A function of an impl block or a trait.
#[derive(Clone, Copy)]
pub(crate) struct Function<'a> {
    pub(crate) attrs: &'a [Attribute],
    pub(crate) sig: &'a Signature,
    pub(crate) has_body: bool,
}

/// How a method comes to be routable.
pub(crate) enum Role {
    /// By its name.
    Standard(&'static Standard),
    /// By `#[action]`.
    Extra(Box<ActionArgs>),
    /// By one or more `#[mapping]`.
    Mapped(Vec<MappingArgs>),
}

impl<'a> ViewSet<'a> {
    /// Sorts the methods of the block into actions, hooks, and the rest.
    pub(crate) fn new(item: &'a ItemImpl, args: &'a ViewSetArgs, sink: &Sink<'_>) -> Self {
        let mut actions = Vec::new();
        let mut hooks = Vec::new();
        for member in &item.items {
            let ImplItem::Fn(function) = member else {
                report_misplaced(attributes(member), sink);
                continue;
            };
            let hook = hook(function);
            match hook {
                Some(hook) => hooks.push(hook),
                None => actions.extend(Action::new(Function::of_impl(function), sink)),
            }
        }
        let kwargs = args.kwargs.get().into_iter().flatten().map(|name| name.text.clone());
        let lookup = lookup_kwarg(args);
        let (kwargs, model) = (kwargs.collect(), args.model.get());
        let table = Table { actions, lookup, kwargs, owner: Owner::Type, model };
        ViewSet { item, args, mixins: mixins(args), hooks, table }
    }
}

impl<'a> Table<'a> {
    /// The actions of a `#[mixin]`.
    pub(crate) fn of_mixin(item: &'a ItemTrait, sink: &Sink<'_>) -> Self {
        let mut actions = Vec::new();
        for member in &item.items {
            match member {
                TraitItem::Fn(function) => {
                    let has_body = function.default.is_some();
                    let function =
                        Function { attrs: &function.attrs, sig: &function.sig, has_body };
                    actions.extend(Action::new(function, sink));
                }
                TraitItem::Const(member) => report_misplaced(&member.attrs, sink),
                TraitItem::Type(member) => report_misplaced(&member.attrs, sink),
                TraitItem::Macro(member) => report_misplaced(&member.attrs, sink),
                _ => {}
            }
        }
        let owner = Owner::Trait(item);
        Table { actions, lookup: Lookup::Any, kwargs: Vec::new(), owner, model: None }
    }
}

impl<'a> Function<'a> {
    /// A method of an impl block.
    pub(crate) fn of_impl(function: &'a ImplItemFn) -> Self {
        Function { attrs: &function.attrs, sig: &function.sig, has_body: true }
    }
}

impl<'a> Action<'a> {
    /// The action that the function is, if it is one.
    fn new(function: Function<'a>, sink: &Sink<'_>) -> Option<Self> {
        let name = function.name();
        let sink = sink.child();
        let ours: Vec<&Attribute> = function.attrs.iter().filter(|one| is_ours(one)).collect();
        let role = match ours.as_slice() {
            [] => Role::Standard(words::standard_action(&name)?),
            [first, rest @ ..] => marked(first, rest, &name, &sink),
        };
        Some(Action { name, function, role, sound: !sink.failed() })
    }
}

/// The role of a function that bears attributes of ours.
fn marked(first: &Attribute, rest: &[&Attribute], name: &str, sink: &Sink<'_>) -> Role {
    if is_named(first, words::ACTION) {
        rest.iter().for_each(|other| report_second(other, words::ACTION, name, sink));
        return Role::Extra(Box::new(ActionArgs::parse(first, name, sink)));
    }
    let (mappings, actions): (Vec<&Attribute>, Vec<&Attribute>) =
        rest.iter().copied().partition(|other| is_named(other, words::MAPPING));
    actions.iter().for_each(|other| report_second(other, words::MAPPING, name, sink));
    let mappings = std::iter::once(first).chain(mappings);
    Role::Mapped(mappings.filter_map(|mapping| MappingArgs::parse(mapping, sink)).collect())
}

fn report_second(other: &Attribute, first: &str, name: &str, sink: &Sink<'_>) {
    let message = match is_named(other, first) {
        true => format!("`#[{first}]` stands twice on `{name}`"),
        false => format!("`{name}` is marked both `#[action]` and `#[mapping]`"),
    };
    sink.error(other, message);
}

fn report_misplaced(attrs: &[Attribute], sink: &Sink<'_>) {
    for attribute in attrs.iter().filter(|one| is_ours(one)) {
        let name = last_segment(attribute.path());
        sink.error(attribute, format_args!("`#[{name}]` goes on a method"));
    }
}

fn attributes(member: &ImplItem) -> &[Attribute] {
    match member {
        ImplItem::Const(member) => &member.attrs,
        ImplItem::Type(member) => &member.attrs,
        ImplItem::Macro(member) => &member.attrs,
        _ => &[],
    }
}

/// A method with a hook's name is a hook, unless an attribute of ours says otherwise.
fn hook(function: &ImplItemFn) -> Option<Hook<'_>> {
    let of = words::hook_trait(&Function::of_impl(function).name())?;
    let marked = function.attrs.iter().any(is_ours);
    (!marked).then_some(Hook { function, of })
}

/// The kwarg of the lookup: `lookup_url_kwarg`, else `lookup_field`, else `pk`.
fn lookup_kwarg(args: &ViewSetArgs) -> Lookup {
    let given = args.lookup_url_kwarg.get().or(args.lookup_field.get());
    Lookup::Named(given.map_or_else(|| String::from("pk"), |name| name.text.clone()))
}

fn mixins(args: &ViewSetArgs) -> Vec<Mixin<'_>> {
    match args.mixins.get() {
        Some(paths) => paths.iter().map(Mixin::Named).collect(),
        None if args.model.get().is_some() && args.mixins.is_missing() => {
            words::MODEL_MIXINS.iter().map(|name| Mixin::Default(name)).collect()
        }
        None => Vec::new(),
    }
}

impl ViewSet<'_> {
    /// The type that the block is for.
    pub(crate) fn self_ty(&self) -> &Type {
        &self.item.self_ty
    }
}
