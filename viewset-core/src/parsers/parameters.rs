//! A header's value with its parameters (`form-data; name="a"`), read as Django reads it: with
//! Python's `email` package and RFC 2231. What a parameter means is for the parsers.

use super::charset::{Charset, UnsupportedCharset};
use super::form;

/// A header's value before the first `;`, in small letters, and its parameters (Django's
/// `parse_header_parameters`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) value: String,
    parameters: Vec<(String, String)>,
}

impl Header {
    /// `None` if a parameter is in a charset that does not exist.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        if !line.contains(';') {
            return Some(Self { value: strip(line).to_lowercase(), parameters: Vec::new() });
        }
        let mut pairs = split(line).into_iter().map(|parameter| pair(&parameter));
        let value = pairs.next().unwrap_or_default().0.to_lowercase();
        let mut parameters = Vec::new();
        let mut in_sections: Vec<(String, Vec<Section>)> = Vec::new();
        for (name, text) in pairs {
            let text = unquoted(&text);
            let Some((name, section)) = section(&name, &text) else {
                parameters.push((name, text));
                continue;
            };
            match in_sections.iter_mut().find(|(known, _)| known == name) {
                Some((_, sections)) => sections.push(section),
                None => in_sections.push((name.to_owned(), vec![section])),
            }
        }
        for (name, sections) in in_sections {
            parameters.push((name, joined(sections)?));
        }
        parameters.retain(|(name, _)| !name.is_empty());
        Some(Self { value, parameters })
    }

    /// The last parameter with this name, which is in small letters.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().rev().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The parameters as a Python `dict` has them: each name at its first place, with its last value.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let names = self.parameters.iter().map(|(name, _)| name.as_str()).enumerate();
        let is_first =
            |at: usize, name: &str| self.parameters.iter().take(at).all(|(known, _)| known != name);
        names.filter_map(move |(at, name)| is_first(at, name).then_some((name, self.get(name)?)))
    }
}

/// Without Python's white space at the ends, of which Rust does not count four separators.
pub(super) fn strip(text: &str) -> &str {
    text.trim_matches(|char: char| char.is_whitespace() || matches!(char, '\x1c'..='\x1f'))
}

/// At each `;` that has an even number of quotes before it.
fn split(line: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let (mut start, mut odd, mut escaped) = (0, false, false);
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b';' if !odd => {
                parts.push(line.get(start..at).unwrap_or_default().to_owned());
                start = at + 1;
            }
            b'"' => odd ^= !escaped,
            _ => {}
        }
        escaped = byte == b'\\';
    }
    parts.push(line.get(start..).unwrap_or_default().to_owned());
    parts
}

/// The name, in small letters if a `=` follows, and the value, which may still be in quotes.
fn pair(parameter: &str) -> (String, String) {
    match parameter.split_once('=') {
        Some((name, value)) => (strip(name).to_lowercase(), strip(value).to_owned()),
        None => (strip(parameter).to_owned(), String::new()),
    }
}

/// Python's `email.utils.unquote`.
fn unquoted(text: &str) -> String {
    let within = |open, close| {
        let text = text.strip_prefix(open)?.strip_suffix(close)?;
        Some(text)
    };
    match (within('"', '"'), within('<', '>')) {
        (Some(text), _) => text.replace("\\\\", "\\").replace("\\\"", "\""),
        (None, Some(text)) => text.to_owned(),
        (None, None) => text.to_owned(),
    }
}

/// One of the sections that RFC 2231 lets a parameter have: `filename*1*=…`.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Section {
    /// The number without leading zeros, after its length, so that it sorts as a number.
    number: Option<(usize, String)>,
    text: String,
    encoded: bool,
}

/// The parameter's name and the section, if the name is one of a section (`^\w+\*([0-9]+\*?)?$`).
fn section<'a>(name: &'a str, text: &str) -> Option<(&'a str, Section)> {
    let (word, rest) = name.split_once('*')?;
    let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let digits = rest.strip_suffix('*').unwrap_or(rest);
    let numbered = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if word.is_empty() || !word.chars().all(is_word) || !(numbered || rest.is_empty()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    let number = numbered.then(|| (digits.len(), digits.to_owned()));
    Some((word, Section { number, text: text.to_owned(), encoded: name.ends_with('*') }))
}

/// The value of a parameter in sections. `None` if its charset does not exist.
fn joined(mut sections: Vec<Section>) -> Option<String> {
    sections.sort();
    let encoded = sections.iter().any(|section| section.encoded);
    let text: String = sections.into_iter().map(Section::decoded).collect();
    if !encoded {
        return Some(text);
    }
    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
    let parts: Vec<&str> = quoted.splitn(3, '\'').collect();
    let (charset, text) = match parts[..] {
        [charset, _, text] => (charset, text),
        _ => ("us-ascii", quoted.as_str()),
    };
    let text = unquoted(&format!("\"{text}\""));
    let charset = match charset {
        "" => None,
        // Python has no name for nothing, and takes a codec that makes no text for a missing one.
        name => Charset::named(name).map_or(Some(None), |known| known.map(Some))?,
    };
    match charset {
        Some(charset) => Some(charset.decode_lossy(&octets(&text)).into_owned()),
        None => Some(unquoted(&text)),
    }
}

impl Section {
    /// With one character for each octet.
    fn decoded(self) -> String {
        if self.encoded { form::unquoted(&self.text, Charset::LATIN_1) } else { self.text }
    }
}

/// Python's codec `raw-unicode-escape`: a byte for each character up to U+00FF, and an escape for
/// any other.
fn octets(text: &str) -> Vec<u8> {
    let mut octets = Vec::with_capacity(text.len());
    for char in text.chars() {
        match (u8::try_from(char), u32::from(char)) {
            (Ok(byte), _) => octets.push(byte),
            (_, point @ ..0x1_0000) => octets.extend(format!("\\u{point:04x}").bytes()),
            (_, point) => octets.extend(format!("\\U{point:08x}").bytes()),
        }
    }
    octets
}

impl Charset {
    /// The charset of a body with this `Content-Type`. Without a `charset`, and with one that Python
    /// has no codec for, it is UTF-8.
    ///
    /// # Errors
    ///
    /// A name of a codec that does not make text (`hex`, `rot13`, `bz2`), or of one that only Python
    /// has (`utf-7`, `idna`, `cp437`).
    pub fn of_content_type(content_type: &str) -> Result<Self, UnsupportedCharset> {
        let header = Header::parse(content_type).unwrap_or_default();
        let named = header.get("charset").map(Self::named).transpose()?;
        Ok(named.flatten().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
