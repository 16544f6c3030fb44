//! A tolerant reader of `#[serde(…)]`: it takes what it knows, and leaves the complaints to serde.

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, Meta, Path, Token};

/// What serde was told about a struct.
#[derive(Default)]
pub(crate) struct SerdeStruct {
    rename_all: Option<String>,
}

/// What serde was told about a field.
#[derive(Default)]
pub(crate) struct SerdeField {
    pub(crate) name: Option<String>,
    /// `skip` or `skip_serializing`.
    pub(crate) hidden: bool,
    /// `skip`.
    pub(crate) skipped: bool,
    pub(crate) flatten: Option<Path>,
    /// `serialize_with`, or the function of `with`.
    pub(crate) serialize_with: Option<Path>,
    pub(crate) skip_serializing_if: Option<Path>,
}

impl SerdeStruct {
    pub(crate) fn read(attrs: &[Attribute]) -> Self {
        let mut serde = Self::default();
        for meta in metas(attrs, "serde") {
            if meta.path().is_ident("rename_all") {
                serde.rename_all = text_of(&meta).or(serde.rename_all);
            }
        }
        serde
    }

    /// The name that serde shows for a field without a name of its own.
    pub(crate) fn rename(&self, field: &str) -> String {
        match self.rename_all.as_deref() {
            Some("UPPERCASE" | "SCREAMING_SNAKE_CASE") => field.to_ascii_uppercase(),
            Some("PascalCase") => pascal(field),
            Some("camelCase") => camel(field),
            Some("kebab-case") => field.replace('_', "-"),
            Some("SCREAMING-KEBAB-CASE") => field.to_ascii_uppercase().replace('_', "-"),
            _ => field.to_owned(),
        }
    }
}

impl SerdeField {
    pub(crate) fn read(attrs: &[Attribute]) -> Self {
        let mut serde = Self::default();
        for meta in metas(attrs, "serde") {
            let path = meta.path();
            if path.is_ident("rename") {
                serde.name = text_of(&meta).or(serde.name);
            } else if path.is_ident("skip") || path.is_ident("skip_serializing") {
                serde.hidden = true;
                serde.skipped |= path.is_ident("skip");
            } else if path.is_ident("flatten") {
                serde.flatten = Some(path.clone());
            } else if path.is_ident("serialize_with") {
                serde.serialize_with = path_of(&meta, "");
            } else if path.is_ident("with") {
                serde.serialize_with = path_of(&meta, "::serialize");
            } else if path.is_ident("skip_serializing_if") {
                serde.skip_serializing_if = path_of(&meta, "");
            }
        }
        serde
    }
}

/// The entries of all `#[name(…)]`; an attribute that cannot be read has none.
pub(crate) fn metas(attrs: &[Attribute], name: &str) -> Vec<Meta> {
    let read = |attribute: &Attribute| {
        attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()
    };
    let named = attrs.iter().filter(|attribute| attribute.path().is_ident(name));
    named.filter_map(read).flatten().collect()
}

/// The text of `key = "text"` or of `key(serialize = "text")`.
fn text_of(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(pair) => literal(&pair.value),
        Meta::List(list) => {
            let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
            let entries = list.parse_args_with(parser).ok()?;
            entries.iter().find(|entry| entry.path().is_ident("serialize")).and_then(text_of)
        }
        Meta::Path(_) => None,
    }
}

/// The path that `key = "path"` names, with something behind it.
fn path_of(meta: &Meta, behind: &str) -> Option<Path> {
    syn::parse_str(&(text_of(meta)? + behind)).ok()
}

/// The text of a string literal.
pub(crate) fn literal(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn pascal(field: &str) -> String {
    field.split('_').map(capitalised).collect()
}

fn camel(field: &str) -> String {
    let pascal = pascal(field);
    let (first, rest) = pascal.split_at(pascal.chars().next().map_or(0, char::len_utf8));
    first.to_ascii_lowercase() + rest
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
    first.to_ascii_uppercase() + rest
}
