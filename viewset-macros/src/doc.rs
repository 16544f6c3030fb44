//! Doc comments as texts, in the way in which Django REST Framework shows docstrings.

use syn::{Attribute, Expr, Lit, Meta};

/// The text of the doc comment among `attrs`: common leading space removed, and trimmed. `None` if
/// there is no text at all.
pub(crate) fn text(attrs: &[Attribute]) -> Option<String> {
    let parts: Vec<String> = attrs.iter().filter_map(part).collect();
    let whole = parts.join("\n");
    let lines: Vec<&str> = whole.lines().map(str::trim_end).collect();
    let indent = lines.iter().filter(|line| !line.is_empty()).map(|line| leading(line)).min()?;
    let lines: Vec<&str> = lines.iter().map(|line| line.get(indent..).unwrap_or("")).collect();
    Some(lines.join("\n").trim().to_owned())
}

/// What one `#[doc = "…"]` says; `#[doc(hidden)]` and `#[doc = include_str!(…)]` say nothing.
fn part(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn leading(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
