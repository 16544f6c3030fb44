//! What the attributes of a model mean. Whether it is right is asked by `check`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{DeriveInput, Path};

use super::args::{ModelArgs, UniqueSet};
use super::diesel_attr::{DieselField, DieselStruct};
use crate::diagnostics::Sink;
use crate::field::types::Family;
use crate::field::{self, Field};
use crate::viewset::props;

/// A model, complete or not.
pub(crate) struct Model<'a> {
    pub(crate) input: &'a DeriveInput,
    /// The path of the runtime's `__private`.
    pub(crate) runtime: TokenStream,
    /// The path of the table, which a model must have.
    pub(crate) table: Option<Path>,
    /// The names of the primary key's columns.
    pub(crate) keys: Vec<Ident>,
    /// Whether it is a struct with named fields.
    pub(crate) named: bool,
    pub(crate) columns: Vec<Column<'a>>,
    /// What else `#[viewset(…)]` says.
    pub(crate) args: ModelArgs,
}

/// A field with its column.
pub(crate) struct Column<'a> {
    pub(crate) field: Field<'a>,
    /// The column's name in diesel's `table!`.
    pub(crate) name: Ident,
    /// The word of diesel's attribute that makes it no column.
    pub(crate) no_column: Option<Path>,
}

/// A model with all that the code needs.
pub(crate) struct Complete<'m, 'a> {
    pub(crate) model: &'m Model<'a>,
    pub(crate) table: &'m Path,
    pub(crate) key: &'m Column<'a>,
}

impl<'a> Model<'a> {
    pub(crate) fn new(input: &'a DeriveInput, sink: &Sink<'_>) -> Self {
        let args = ModelArgs::parse(&input.attrs, sink);
        let diesel = DieselStruct::read(&input.attrs);
        let named = field::named_fields(input, "ModelViewSet", sink);
        let mut model = Model {
            input,
            runtime: props::runtime(args.runtime.get()),
            table: diesel.table,
            keys: diesel.keys,
            named: named.is_some(),
            columns: Vec::new(),
            args,
        };
        if model.keys.is_empty() {
            model.keys.push(Ident::new("id", Span::call_site()));
        }
        if let Some(named) = named {
            let fields = field::read_all(named, &input.attrs, sink);
            let fields = fields.into_iter().zip(&named.named);
            model.columns = fields.map(|(field, node)| Column::new(field, node)).collect();
        }
        model.name_internal();
        model
    }

    /// The sets of fields that are unique together.
    fn unique_sets(&self) -> impl Iterator<Item = &UniqueSet> {
        self.args.unique_together.get().into_iter().flatten()
    }

    /// The sets of fields that are unique together, by their places among the visible ones.
    pub(crate) fn unique_places(&self) -> impl Iterator<Item = Vec<usize>> {
        let places: Vec<_> = self.visible().map(|column| column.field.ident).collect();
        self.unique_sets().map(move |set| {
            let place = |name: &Ident| places.iter().position(|known| *known == name);
            set.0.iter().filter_map(place).collect()
        })
    }

    /// Whether a field is in a set of fields that are unique together: then it is asked for, or has its
    /// default, before the row is stored (row U29).
    pub(crate) fn is_in_set(&self, column: &Column<'_>) -> bool {
        self.unique_sets().any(|set| set.0.contains(column.field.ident))
    }

    fn is_key(&self, column: &Column<'_>) -> bool {
        self.keys.contains(&column.name)
    }

    /// Whether it is a key that clients give: no other row may have it, as if the field said `unique`.
    pub(crate) fn is_given_key(&self, column: &Column<'_>) -> bool {
        self.is_key(column) && !column.field.read_only()
    }

    /// Whether the database or the request has a say in what is valid.
    pub(crate) fn has_checks(&self) -> bool {
        let asks = |column: &Column<'_>| {
            let args = &column.field.args;
            self.is_given_key(column)
                || args.unique.get() == Some(&true)
                || args.related.get().is_some()
                || args.validate.get().is_some()
                || args.default_with.get().is_some()
        };
        self.columns.iter().any(asks)
            || self.unique_sets().next().is_some()
            || self.args.validate.get().is_some()
    }

    /// Whether the database can judge an input in the statement that stores it.
    pub(crate) fn is_direct(&self) -> bool {
        let asks = |column: &Column<'_>| {
            column.field.args.related.get().is_some() || column.field.args.validate.get().is_some()
        };
        !self.columns.iter().any(asks) && self.args.validate.get().is_none()
    }

    /// The database counts an integer primary key, and what serde skips is the server's alone.
    fn name_internal(&mut self) {
        for column in &mut self.columns {
            let is_key = self.keys.contains(&column.name);
            let counted = is_key && column.field.family == Family::Integer;
            column.field.internal = counted || column.field.skipped;
        }
    }

    /// The column of a field.
    pub(crate) fn column_of(&self, field: &Ident) -> Option<&Column<'a>> {
        self.columns.iter().find(|column| column.field.ident == field)
    }

    /// The column of the primary key.
    pub(crate) fn key(&self) -> Option<&Column<'a>> {
        self.columns.iter().find(|column| self.keys.contains(&column.name))
    }

    /// The model, if nothing is missing.
    pub(crate) fn complete(&self) -> Option<Complete<'_, 'a>> {
        Some(Complete { model: self, table: self.table.as_ref()?, key: self.key()? })
    }

    /// The columns that a client may set or see, in the order of the fields.
    pub(crate) fn visible(&self) -> impl Iterator<Item = &Column<'a>> {
        self.columns.iter().filter(|column| !(column.field.read_only() && column.field.hidden))
    }

    /// The columns that a client may set, each with its place among the visible ones.
    pub(crate) fn writable(&self) -> impl Iterator<Item = (usize, &Column<'a>)> {
        self.visible().enumerate().filter(|(_, column)| !column.field.read_only())
    }

    /// The columns that the server may set, with their places among the visible ones where a client may
    /// too: all but a key that the database counts.
    pub(crate) fn settable(&self) -> impl Iterator<Item = (Option<usize>, &Column<'a>)> {
        let place = |column: &Column<'a>| {
            let same = |(_, other): &(usize, &Column<'a>)| other.name == column.name;
            self.writable().find(same).map(|(index, _)| index)
        };
        let is_counted = |column: &Column<'a>| {
            self.is_key(column) && column.field.read_only() && !column.field.has_default()
        };
        let settable = self
            .columns
            .iter()
            .filter(move |column| column.no_column.is_none() && !is_counted(column));
        settable.map(move |column| (place(column), column))
    }

    /// The type of the connection.
    pub(crate) fn connection(&self) -> TokenStream {
        match self.args.connection.get() {
            Some(connection) => quote!(#connection),
            None => quote!(__v::DefaultConnection),
        }
    }

    /// The type of the connection's backend.
    pub(crate) fn backend(&self) -> TokenStream {
        match self.args.connection.get() {
            Some(connection) => quote!(__v::BackendOf<#connection>),
            None => quote!(__v::DefaultBackend),
        }
    }
}

impl<'a> Column<'a> {
    fn new(field: Field<'a>, node: &syn::Field) -> Self {
        let diesel = DieselField::read(&node.attrs);
        let name = diesel.column.unwrap_or_else(|| field.ident.clone());
        Column { field, name, no_column: diesel.no_column }
    }
}
