//! The grammar of `url_path`: literal text with `{name}` or `{name:regex}` between; `{{` and `}}` are
//! braces.

use syn::Ident;
use syn::ext::IdentExt as _;
use syn::parse::Parser as _;

/// The names of the placeholders, or what is wrong with the path.
pub(crate) fn placeholders(path: &str) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some(at) = rest.find(['{', '}']) {
        let (literal, tail) = rest.split_at(at);
        check_literal(literal)?;
        if let Some(after) = tail.strip_prefix("{{").or_else(|| tail.strip_prefix("}}")) {
            rest = after;
            continue;
        }
        let (inside, after) = placeholder(tail)?;
        let name = inside.split_once(':').map_or(inside, |(name, _)| name);
        check_name(name, &names)?;
        names.push(name.to_owned());
        rest = after;
    }
    check_literal(rest)?;
    Ok(names)
}

/// What stands between the braces that `text` begins with, and what comes behind them. A regex may
/// have braces of its own, in pairs.
fn placeholder(text: &str) -> Result<(&str, &str), String> {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return Err(String::from("a `}` without its `{`")),
            '}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            let inside = text.get(1..at).unwrap_or("");
            return Ok((inside, text.get(at + 1..).unwrap_or("")));
        }
    }
    Err(String::from("a `{` without its `}`"))
}

fn check_name(name: &str, others: &[String]) -> Result<(), String> {
    if name.is_empty() {
        return Err(String::from("a placeholder without a name"));
    }
    if !is_name(name) {
        return Err(format!("the placeholder `{name}`, which is not a name"));
    }
    match others.iter().any(|other| other == name) {
        true => Err(format!("the placeholder `{name}` twice")),
        false => Ok(()),
    }
}

/// Whether it is an identifier; a keyword is one too, as `r#type` is.
pub(crate) fn is_name(text: &str) -> bool {
    text != "_" && Ident::parse_any.parse_str(text).is_ok()
}

fn check_literal(text: &str) -> Result<(), String> {
    match text.chars().find(|letter| letter.is_whitespace() || "?#()[]<>^$\\".contains(*letter)) {
        Some(letter) => Err(format!("a `{letter}`, which only a placeholder's regex may have")),
        None => Ok(()),
    }
}
