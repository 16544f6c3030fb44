//! Looking at the text of a regex without understanding all of it.

use regex::Regex;

pub(super) fn anchored(regex: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^(?:{regex})$"))
}

/// Whether the regex asks what stands before or after it.
pub(super) fn looks_around(regex: &str) -> bool {
    regex_tokens(regex).any(|token| {
        let assertion = matches!(token.text, "^" | "$" | r"\A" | r"\z" | r"\B" | r"\<" | r"\>");
        !token.class && (assertion || token.text.starts_with(r"\b"))
    })
}

/// The regex as it is written between braces, its groups without names: two placeholders may have
/// groups of one name, and a router may take every named group for an argument.
pub(super) fn normal(regex: &str) -> Result<String, String> {
    // `a)(b` would compile between the parentheses that are put around it later.
    Regex::new(regex).map_err(|error| one_line(&error))?;
    let mut out = String::new();
    let (mut copied, mut braces) = (0, 0_usize);
    for token in regex_tokens(regex).filter(|token| !token.class) {
        let (len, written) = match token.text {
            "{" => {
                braces += 1;
                continue;
            }
            "}" if braces > 0 => {
                braces -= 1;
                continue;
            }
            // Between parentheses it stands for itself; between braces it would end the regex.
            "}" => (1, r"\}"),
            "(" => match named_group(&regex[token.at..])? {
                Some(len) => (len, "(?:"),
                None => continue,
            },
            _ => continue,
        };
        out.push_str(&regex[copied..token.at]);
        out.push_str(written);
        copied = token.at + len;
    }
    out.push_str(&regex[copied..]);
    Ok(out)
}

/// How long `(?P<name>` is, if the text begins with it.
fn named_group(text: &str) -> Result<Option<usize>, String> {
    let Some(inner) = text.strip_prefix("(?") else {
        return Ok(None);
    };
    if inner.starts_with("P<") || inner.starts_with('<') {
        return Ok(text.find('>').map(|end| end + 1));
    }
    if inner.split([')', ':']).next().is_some_and(|flags| flags.contains('x')) {
        // A comment could swallow what is written after the regex.
        return Err("verbose mode is not supported".to_owned());
    }
    Ok(None)
}

/// A character or an escape of a regex.
#[derive(Clone, Copy, Debug)]
pub struct RegexToken<'a> {
    at: usize,
    /// As it is written.
    pub text: &'a str,
    /// Inside `[…]`, or one of its brackets.
    pub class: bool,
}

/// Cuts a regex, or text that begins with one, into characters and escapes.
pub fn regex_tokens(text: &str) -> impl Iterator<Item = RegexToken<'_>> {
    let (mut at, mut depth, mut first_in_class) = (0, 0_usize, false);
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let len = token_len(rest)?;
        let opens = rest.starts_with('[');
        let class = opens || depth > 0;
        if opens {
            depth += 1;
        } else if rest.starts_with(']') && !first_in_class {
            depth = depth.saturating_sub(1);
        }
        first_in_class = opens;
        at += len;
        Some(RegexToken { at: at - len, text: &rest[..len], class })
    })
}

fn token_len(text: &str) -> Option<usize> {
    let mut chars = text.chars();
    match (chars.next()?, chars.next()) {
        ('[', Some('^')) => Some(2),
        ('\\', Some('x' | 'u' | 'U' | 'p' | 'P' | 'b')) if text[2..].starts_with('{') => {
            Some(text.find('}').map_or(2, |end| end + 1))
        }
        ('\\', Some(escaped)) => Some(1 + escaped.len_utf8()),
        (char, _) => Some(char.len_utf8()),
    }
}

/// Up to where `text` is a regex: the first `close` that it did not open itself.
pub(super) fn regex_end(text: &str, open: &str, close: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for token in regex_tokens(text).filter(|token| !token.class) {
        if token.text == open {
            depth += 1;
        } else if token.text == close && depth == 0 {
            return Some(token.at);
        } else if token.text == close {
            depth -= 1;
        }
    }
    None
}

/// The regex crate draws the regex and an arrow above its message.
pub(super) fn one_line(error: &regex::Error) -> String {
    let message = error.to_string();
    let line = message.lines().last().unwrap_or_default();
    line.trim_start_matches("error: ").trim_end_matches('.').to_owned()
}
