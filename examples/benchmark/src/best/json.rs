//! JSON, written into a buffer.

use crate::moment::Moment;

/// A row of the table, borrowed from wherever it is.
pub(crate) struct User<'a> {
    pub(crate) id: i32,
    pub(crate) username: &'a str,
    pub(crate) email: &'a str,
    pub(crate) first_name: &'a str,
    pub(crate) is_active: bool,
    pub(crate) date_joined: Moment,
}

/// What a user takes mostly, in bytes.
pub(crate) const USER: usize = 224;

impl User<'_> {
    pub(crate) fn to_json(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(USER);
        self.write(&mut out);
        out
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"id\":");
        number(self.id, out);
        out.extend_from_slice(b",\"username\":\"");
        text(self.username, out);
        out.extend_from_slice(b"\",\"email\":\"");
        text(self.email, out);
        out.extend_from_slice(b"\",\"first_name\":\"");
        text(self.first_name, out);
        out.extend_from_slice(match self.is_active {
            true => b"\",\"is_active\":true,\"date_joined\":\"",
            false => b"\",\"is_active\":false,\"date_joined\":\"",
        });
        out.extend_from_slice(self.date_joined.shown());
        out.extend_from_slice(b"\"}");
    }
}

pub(crate) fn number(number: impl itoa::Integer, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// The inside of a string. Most have nothing to be escaped, and that is seen many bytes at a time.
pub(crate) fn text(text: &str, out: &mut Vec<u8>) {
    let is_special = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    if !text.bytes().fold(false, |found, byte| found | is_special(byte)) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
}
