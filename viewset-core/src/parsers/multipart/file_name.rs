//! What is kept of the name that a client gives to a file.

use std::borrow::Cow;

use super::entities;

/// How many characters a name may have.
const MAX_CHARS: usize = 255;

/// The base name, without references such as `&#47;` and without what cannot be printed, and at most
/// 255 characters. `None` if nothing is left, or only a name of a directory.
pub(super) fn sanitized(name: &str) -> Option<String> {
    let name: Cow<'_, str> = entities::unescaped(name);
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let printable: String = base.chars().filter(|char| is_printable(*char)).collect();
    match printable.as_str() {
        "" | "." | ".." => None,
        _ => Some(shortened(printable)),
    }
}

/// Python's `str.isprintable`: the blank, and what is neither control, format, separator, private
/// nor unassigned. That is the rule by which Rust escapes text for debugging, behind a first
/// character.
fn is_printable(char: char) -> bool {
    matches!(char, '"' | '\\' | '\'') || {
        let text = String::from_iter(['a', char]);
        text.escape_debug().nth(1) == Some(char)
    }
}

/// Cuts a long name before its extension.
fn shortened(name: String) -> String {
    let count = name.chars().count();
    if count <= MAX_CHARS {
        return name;
    }
    let (stem, extension) = name.split_at(extension(&name));
    let extension: String = extension.chars().take(MAX_CHARS).collect();
    let kept = MAX_CHARS - extension.chars().count();
    stem.chars().take(kept).collect::<String>() + &extension
}

/// Where the extension starts, with its dot. Dots at the start of a name belong to the name.
fn extension(name: &str) -> usize {
    let leading = name.len() - name.trim_start_matches('.').len();
    name.rfind('.').filter(|at| *at > leading).unwrap_or(name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_directories_and_nothing_hidden() {
        let long = "x".repeat(300);
        let table = [
            ("a.txt", "a.txt"),
            ("/etc/passwd", "passwd"),
            (r"C:\dir\a.txt", "a.txt"),
            ("..&#47;a.txt", "a.txt"),
            ("&sol;b&bsol;c&period;txt", "c.txt"),
            ("a&amp;b &ampc.txt", "a&b &c.txt"),
            ("a\u{0}\u{7f}\u{200b}\u{202e}\u{a0}b\n.txt", "ab.txt"),
            ("e\u{301} \u{1f600}'\"", "e\u{301} \u{1f600}'\""),
            ("...", "..."),
            (&format!("{long}.txt"), &format!("{}.txt", "x".repeat(251))),
            (&format!(".{long}"), &format!(".{}", "x".repeat(254))),
            (&format!("a.{long}"), &format!(".{}", "x".repeat(254))),
        ];
        for (name, expected) in table {
            assert_eq!(sanitized(name).as_deref(), Some(expected), "{name}");
        }
        for name in ["", ".", "..", "a/", "a/..", "\\", "\u{200b}", "&#47;", "&#x2e;"] {
            assert_eq!(sanitized(name), None, "{name}");
        }
    }
}
