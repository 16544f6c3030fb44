//! What an e-mail address, a URL and a slug look like: Django's `EmailValidator`, `URLValidator` and
//! `validate_slug`, read by hand, because their patterns look around.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Kind, python};

/// What is wrong with a text of this kind.
pub(super) fn mistake(text: &str, kind: Kind) -> Option<&'static str> {
    let is_right = match kind {
        Kind::Email => is_email(text),
        Kind::Url => is_url(text),
        Kind::Slug => is_slug(text),
        _ => true,
    };
    (!is_right).then(|| invalid(kind))
}

/// The message for what is no text at all, or none of this kind.
pub(super) const fn invalid(kind: Kind) -> &'static str {
    match kind {
        Kind::Email => "Enter a valid email address.",
        Kind::Url => "Enter a valid URL.",
        Kind::Slug => {
            "Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."
        }
        Kind::Regex => "This value does not match the required pattern.",
        _ => "Not a valid string.",
    }
}

fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn is_email(text: &str) -> bool {
    let Some((user, domain)) = text.rsplit_once('@') else { return false };
    text.chars().count() <= 320
        && is_user(user)
        && (is_domain(domain, "localhost") || is_literal(domain))
}

/// An address in place of a domain: `[127.0.0.1]`.
fn is_literal(domain: &str) -> bool {
    let address = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    address.is_some_and(|address| address.parse::<IpAddr>().is_ok())
}

/// The part before the `@`: words between dots, or one quoted string.
fn is_user(user: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(is_char_of_word);
    user.split('.').all(is_word) || is_quoted(user)
}

fn is_char_of_word(char: char) -> bool {
    is_letter(char) || char.is_ascii_digit() || "-!#$%&'*+/=?^_`{}|~".contains(char)
}

/// `[A-Z]` to Python where case does not matter: four letters beyond ASCII fold to one of its own.
const fn is_letter(char: char) -> bool {
    char.is_ascii_alphabetic() || matches!(char, 'ı' | 'İ' | 'ſ' | '\u{212a}')
}

fn is_quoted(user: &str) -> bool {
    let inner = user.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(mut rest) = inner else { return false };
    while let Some(char) = rest.chars().next() {
        let (escaped, after) = match rest.strip_prefix('\\') {
            Some(after) => (after.chars().next(), after),
            None => (None, rest),
        };
        rest = match (char, escaped) {
            ('\\', Some('\x01'..='\x09' | '\x0b' | '\x0c' | '\x0e'..='\x7f')) => &after[1..],
            (
                '\x01'..='\x08'
                | '\x0b'
                | '\x0c'
                | '\x0e'..='\x1f'
                | '!'
                | '#'..='['
                | ']'..='\x7f',
                _,
            ) => &rest[1..],
            _ => return false,
        };
    }
    true
}

/// Labels between dots and a top-level domain, or `alone`.
fn is_domain(domain: &str, alone: &str) -> bool {
    let Some((labels, top)) = domain.rsplit_once('.') else { return domain == alone };
    labels.split('.').all(is_label) && is_top_level(top)
}

fn is_label(label: &str) -> bool {
    let is_inner = |char: char| is_domain_letter(char) || char.is_ascii_digit() || char == '-';
    label.chars().all(is_inner) && has_length(label, 1, 63) && !has_hyphen_at_end(label)
}

fn is_top_level(top: &str) -> bool {
    let is_inner = |char: char| is_domain_letter(char) || char == '-';
    let is_word = top.chars().all(is_inner) && has_length(top, 2, 63) && !has_hyphen_at_end(top);
    let punycode = top.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("xn--"));
    let is_punycode = punycode.and_then(|_| top.get(4..)).is_some_and(|rest| {
        has_length(rest, 1, 59) && rest.chars().all(|char| is_letter(char) || char.is_ascii_digit())
    });
    is_word || is_punycode
}

/// `[a-z\u00a1-\uffff]` where case does not matter.
const fn is_domain_letter(char: char) -> bool {
    char.is_ascii_alphabetic() || matches!(char, '\u{a1}'..='\u{ffff}')
}

fn has_length(text: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&text.chars().count())
}

fn has_hyphen_at_end(text: &str) -> bool {
    text.starts_with('-') || text.ends_with('-')
}

fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let is_scheme = ["http", "https", "ftp", "ftps"].contains(&scheme.to_lowercase().as_str());
    let is_written = text.chars().count() <= 2048 && !text.chars().any(python::is_space);
    let is_like = is_scheme && is_written && has_plain_authority(rest);
    is_like && (has_host(rest) || without_user(rest).is_some_and(has_host))
}

/// What Python's `urlsplit` refuses: letters that others take for a mark of the URL's parts, and brackets around what is no
/// address.
fn has_plain_authority(rest: &str) -> bool {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or_default();
    let has_brackets = match authority.split_once('[') {
        Some((_, rest)) => rest.split_once(']').is_some_and(|(inner, _)| is_bracketed(inner)),
        None => !authority.contains(']'),
    };
    has_brackets && !authority.chars().any(is_compatible_mark)
}

/// An address of version 6, or of a version to come.
fn is_bracketed(inner: &str) -> bool {
    let address = inner.split_once('%').map_or(inner, |(address, _)| address);
    let future = inner.strip_prefix('v').and_then(|rest| rest.split_once('.'));
    let is_future = future.is_some_and(|(version, rest)| {
        let is_hex = version.bytes().all(|byte| byte.is_ascii_hexdigit());
        !version.is_empty() && is_hex && !rest.is_empty()
    });
    is_future || address.parse::<Ipv6Addr>().is_ok()
}

/// Whether Unicode's compatible form (NFKC) of a letter has a `/`, `?`, `#`, `@` or `:` in it.
fn is_compatible_mark(char: char) -> bool {
    "⁇⁈⁉℀℁℅℆⩴︓︖﹕﹖﹟﹫＃／：？＠".contains(char)
}

/// What follows `user:password@`.
fn without_user(rest: &str) -> Option<&str> {
    let (user, rest) = rest.split_once('@')?;
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let is_user = !name.is_empty() && !user.contains('/') && !password.contains(':');
    is_user.then_some(rest)
}

/// A host, a port perhaps, and the rest of the URL.
fn has_host(rest: &str) -> bool {
    let end = match rest.starts_with('[') {
        true => rest.find(']').map_or(0, |end| end + 1),
        false => rest.find([':', '/', '?', '#']).unwrap_or(rest.len()),
    };
    let (host, rest) = rest.split_at(end);
    let rest = match rest.strip_prefix(':') {
        Some(port) => {
            let digits = port.bytes().take_while(u8::is_ascii_digit).count();
            match port.split_at(digits) {
                ("", _) => return false,
                (port, _) if port.len() > 5 => return false,
                (_, rest) => rest,
            }
        }
        None => rest,
    };
    is_host(host) && (rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let is_name = name.contains('.') && is_domain(name, "");
    host.parse::<Ipv4Addr>().is_ok()
        || host.eq_ignore_ascii_case("localhost")
        || (is_name && host.chars().count() <= 253)
}
