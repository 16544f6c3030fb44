//! Texts, most of which need no escapes: they are copied, where a look at each character would take most of the time that a
//! page takes.

use super::write_json;

/// Writes a text behind what is there already.
pub(crate) fn write_text(text: &str, bytes: &mut Vec<u8>) {
    if stands_for_itself(text.as_bytes(), escapes_or_separators) {
        quote(text.as_bytes(), bytes);
    } else {
        // Nothing can go wrong with a text.
        let _ = write_json(text, bytes);
    }
}

/// The same for bytes that are ASCII; whether they are, and none of them needs an escape: else nothing is written.
pub(crate) fn write_ascii(text: &[u8], bytes: &mut Vec<u8>) -> bool {
    let stands_for_itself = stands_for_itself(text, |word| escapes(word) | word & HIGH);
    if stands_for_itself {
        quote(text, bytes);
    }
    stands_for_itself
}

#[inline(always)]
fn quote(text: &[u8], bytes: &mut Vec<u8>) {
    bytes.push(b'"');
    bytes.extend_from_slice(text);
    bytes.push(b'"');
}

const ONES: u64 = u64::MAX / 255;

/// The highest bit of each byte.
const HIGH: u64 = ONES << 7;

/// Not zero if a byte of a word is less than so much.
fn below(word: u64, limit: u64) -> u64 {
    word.wrapping_sub(ONES * limit) & !word & HIGH
}

/// Not zero if a byte of a word is this one.
fn has(word: u64, byte: u8) -> u64 {
    below(word ^ (ONES * u64::from(byte)), 1)
}

/// Not zero if a byte of a word may not stand for itself in a text of JSON. The lowest bit that is set is of the first such
/// byte, if the word was read with its first byte as the lowest.
pub(crate) fn escapes(word: u64) -> u64 {
    below(word, u64::from(b' ')) | has(word, b'"') | has(word, b'\\')
}

/// The same, or is the first byte of U+2028 and U+2029, which are escaped, and of many that are not.
fn escapes_or_separators(word: u64) -> u64 {
    escapes(word) | has(word, 0xe2)
}

/// Whether a test finds nothing in a text. Eight bytes are looked at at a time, and all of them: it takes less than to stop
/// where something is.
fn stands_for_itself(text: &[u8], test: impl Fn(u64) -> u64) -> bool {
    let (words, rest) = text.as_chunks::<8>();
    let mut found = words.iter().fold(0, |found, word| found | test(u64::from_le_bytes(*word)));
    if !rest.is_empty() {
        let last = match text.last_chunk::<8>() {
            // Some of it for the second time.
            Some(last) => *last,
            None => {
                let mut last = [b' '; 8];
                last.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
                last
            }
        };
        found |= test(u64::from_le_bytes(last));
    }
    found == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_serde_writes_them_wherever_an_escape_is() {
        let bytes = (0..=0x7f_u8).map(|byte| char::from(byte).to_string());
        let others = ["", "é", "ÿ", "\u{2027}", "\u{2028}", "\u{2029}", "€", "\u{1f600}", "â"];
        for odd in bytes.chain(others.map(str::to_owned)) {
            for (before, after) in
                (0..20).flat_map(|before| (0..10).map(move |after| (before, after)))
            {
                let text = ["a".repeat(before), odd.clone(), "~".repeat(after)].concat();
                let (mut expected, mut written, mut ascii) = (Vec::new(), vec![b','], vec![b',']);
                let _ = write_json(&text, &mut expected);
                write_text(&text, &mut written);
                assert_eq!(written[1..], expected, "{text:?}");
                let is_plain = text.is_ascii() && expected.len() == text.len() + 2;
                assert_eq!(write_ascii(text.as_bytes(), &mut ascii), is_plain, "{text:?}");
                assert_eq!(ascii[1..], expected[..if is_plain { expected.len() } else { 0 }]);
            }
        }
    }
}
