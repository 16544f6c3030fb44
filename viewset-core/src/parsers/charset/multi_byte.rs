//! The charsets of East Asia, as the web's standard reads them: mostly more characters than
//! CPython's codec of the same name has.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding};

use super::{DecodeError, Fix, Malformed};

pub(super) fn run(
    bytes: &[u8],
    encoding: &'static Encoding,
    codec: &'static str,
    fix: Fix<'_>,
) -> Result<Cow<'static, str>, DecodeError> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::new();
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        // As much as the rest could become, so that the output is never full.
        let needed = decoder.max_utf8_buffer_length_without_replacement(rest.len());
        text.reserve(needed.unwrap_or_default());
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return Ok(Cow::Owned(text)),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(bad, after) => {
                let (length, start) =
                    (usize::from(bad), at - usize::from(bad) - usize::from(after));
                let reason = "illegal multibyte sequence";
                fix(&mut text, Malformed { codec, start, length, reason, cut_off: false })?;
            }
        }
    }
}
