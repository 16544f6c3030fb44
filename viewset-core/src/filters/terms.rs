//! The terms of `?search=` (DRF's `search_smart_split`, rows K3, K4, K6).

use std::sync::LazyLock;

use regex::Regex;

use crate::error::{Error, ErrorDetail, Result};
use crate::serializers::python_strip;

/// Django's `smart_split_re`: words, with what stands in quotes kept together.
static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let quoted = r#""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"#;
    // What is space to Python.
    let space = r"\s\x1c-\x1f";
    Regex::new(&format!(r#"(?:[^{space}'"]*(?:(?:{quoted})[^{space}'"]*)+)|[^{space}]+"#)).ok()
});

/// The terms of a text of bounded length, in their order.
///
/// # Errors
///
/// 400 with a bare list for a null character.
pub(super) fn search_terms(text: &str) -> Result<Vec<String>> {
    if text.contains('\0') {
        let text = "Null characters are not allowed.";
        let message = ErrorDetail::message(text, "null_characters_not_allowed");
        return Err(Error::validation(ErrorDetail::List(vec![message])));
    }
    let mut terms = Vec::new();
    for word in WORDS.iter().flat_map(|words| words.find_iter(text)) {
        let word = word.as_str().trim_matches(',');
        match quoted(word) {
            Some(phrase) => terms.push(phrase),
            None => {
                let parts = word.split(',').filter(|part| !part.is_empty());
                terms.extend(parts.map(|part| python_strip(part).to_owned()));
            }
        }
    }
    // An empty phrase is in every text.
    terms.retain(|term| !term.is_empty());
    Ok(terms)
}

/// What stands between quotes, with escaped quotes and backslashes as what they are.
fn quoted(word: &str) -> Option<String> {
    let quote = word.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    // A quote alone is the first and the last character at once: Python makes an empty phrase of it.
    let inner = match word.strip_prefix(quote)? {
        "" => "",
        rest => rest.strip_suffix(quote)?,
    };
    Some(inner.replace(&format!("\\{quote}"), &quote.to_string()).replace("\\\\", "\\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_commas_split_and_quotes_group() {
        let table: [(&str, &[&str]); 13] = [
            ("dune ann", &["dune", "ann"]),
            ("\x1cdune\x1fann", &["dune", "ann"]),
            ("dune,ann", &["dune", "ann"]),
            ("hello, world", &["hello", "world"]),
            (r#""hello, world""#, &["hello, world"]),
            (r#""hello, world",bob"#, &["\"hello", "world\"", "bob"]),
            (r#""hello, world", bob"#, &["hello, world", "bob"]),
            ("'hello, world'", &["hello, world"]),
            (r#""dune"#, &["\"dune"]),
            (r#""a \"b\" c""#, &[r#"a "b" c"#]),
            (",", &[]),
            (" ", &[]),
            (r#""""#, &[]),
        ];
        for (text, expected) in table {
            let terms = search_terms(text).map_err(|error| error.to_string());
            let expected = expected.iter().map(|term| (*term).to_owned()).collect();
            assert_eq!(terms, Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_null_character_is_refused_with_a_bare_list() {
        let error = search_terms("a\0").err().map(|error| serde_json::to_string(error.detail()));
        let expected = r#"["Null characters are not allowed."]"#;
        assert_eq!(error.and_then(Result::ok).as_deref(), Some(expected));
    }
}
