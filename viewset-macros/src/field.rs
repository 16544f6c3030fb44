//! One field of a struct, as both derives see it: what `#[field(…)]`, serde and the type say.
//!
//! What is special to a model (columns, the primary key) stands in `model_viewset`.

pub(crate) mod args;
pub(crate) mod check;
pub(crate) mod expand;
pub(crate) mod show;
pub(crate) mod serde_attr;
pub(crate) mod types;

use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::{Attribute, Data, DeriveInput, Expr, Fields, FieldsNamed, Path, Type};

use crate::attr::{self, Entry};
use crate::diagnostics::Sink;
use args::{DefaultArg, FieldArgs};
use serde_attr::{SerdeField, SerdeStruct};
use types::Family;

/// A field: what was written, and its type taken apart.
pub(crate) struct Field<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) args: FieldArgs,
    /// The name in the client's data.
    pub(crate) name: String,
    /// Whether serde leaves it out of the output.
    pub(crate) hidden: bool,
    /// Whether serde dissolves it in its struct.
    pub(crate) flatten: Option<Path>,
    /// What serde writes it with.
    pub(crate) serialize_with: Option<Path>,
    /// When serde leaves it out.
    pub(crate) skip_serializing_if: Option<Path>,
    pub(crate) family: Family,
    pub(crate) optional: bool,
    /// Whether serde knows nothing of it.
    pub(crate) skipped: bool,
    /// Whether it is `read_only` if nothing else is said.
    pub(crate) internal: bool,
}

impl<'a> Field<'a> {
    fn new(field: &'a syn::Field, ident: &'a Ident, outer: &SerdeStruct, sink: &Sink<'_>) -> Self {
        let serde = SerdeField::read(&field.attrs);
        let inner = types::option_of(&field.ty);
        Field {
            ident,
            ty: &field.ty,
            args: FieldArgs::parse(&field.attrs, sink),
            name: serde.name.unwrap_or_else(|| outer.rename(&ident.unraw().to_string())),
            hidden: serde.hidden,
            flatten: serde.flatten,
            serialize_with: serde.serialize_with,
            skip_serializing_if: serde.skip_serializing_if,
            family: types::family(inner.unwrap_or(&field.ty)),
            optional: inner.is_some(),
            skipped: serde.skipped,
            internal: false,
        }
    }

    /// The name of the Rust field.
    pub(crate) fn source(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// Whether the client cannot set it.
    pub(crate) fn read_only(&self) -> bool {
        self.args.read_only.get().copied().unwrap_or(self.internal)
    }

    /// Whether the client can set it and never sees it.
    pub(crate) fn write_only(&self) -> bool {
        let write_only = self.args.write_only.get().copied();
        write_only.unwrap_or(self.hidden && !self.read_only())
    }

    /// Whether the client must send it.
    pub(crate) fn required(&self) -> bool {
        let blank = self.args.allow_blank.get() == Some(&true);
        let given = self.args.required.get().copied();
        !self.read_only() && given.unwrap_or(!self.optional && !self.has_default() && !blank)
    }

    /// Whether there is a value when the client sends none.
    pub(crate) fn has_default(&self) -> bool {
        self.args.default.get().is_some() || self.args.default_with.get().is_some()
    }

    /// The value when the client sends none.
    pub(crate) fn default(&self) -> Option<&DefaultArg> {
        self.args.default.get()
    }
}

/// All fields of a struct, in their order.
pub(crate) fn read_all<'a>(
    fields: &'a FieldsNamed,
    attrs: &[Attribute],
    sink: &Sink<'_>,
) -> Vec<Field<'a>> {
    let outer = SerdeStruct::read(attrs);
    let named = fields.named.iter().filter_map(|field| Some((field, field.ident.as_ref()?)));
    named.map(|(field, ident)| Field::new(field, ident, &outer, sink)).collect()
}

/// The fields of a struct that has names for them, and no generics; `derive` is for the message.
pub(crate) fn named_fields<'a>(
    input: &'a DeriveInput,
    derive: &str,
    sink: &Sink<'_>,
) -> Option<&'a FieldsNamed> {
    if !input.generics.params.is_empty() {
        let message = format!("`#[derive({derive})]` takes no generics");
        sink.error(&input.generics.params, message);
    }
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(fields),
            Fields::Unnamed(_) | Fields::Unit => {}
        },
        Data::Enum(_) | Data::Union(_) => {}
    }
    let message = format!("`#[derive({derive})]` goes on a struct with named fields");
    sink.error(&input.ident, message);
    None
}

/// Reads the attribute `name` among `attrs`, however often it is there.
pub(crate) fn read_attributes(
    attrs: &[Attribute],
    name: &str,
    sink: &Sink<'_>,
    mut each: impl FnMut(&Entry<'_>) -> syn::Result<()>,
) {
    for attribute in attrs.iter().filter(|attribute| attribute.path().is_ident(name)) {
        attr::read_attribute(attribute, sink, &mut each);
    }
}

/// Whether an expression is a literal, with or without a minus.
pub(crate) fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Unary(unary) => matches!(*unary.expr, Expr::Lit(_)),
        _ => false,
    }
}
