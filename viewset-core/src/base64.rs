//! Base64 as CPython's `binascii` reads it: with anything between the characters, and with nothing
//! read behind the padding.

/// The bytes of a whole text. `None` if it ends in the middle of a group.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut groups = Groups::default();
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    text.iter().for_each(|byte| groups.push(*byte, &mut bytes));
    groups.is_complete().then_some(bytes)
}

/// A text that comes in pieces. As Django does for files, it is cut into fours without its white
/// space, and must be of whole fours.
#[derive(Default)]
pub(crate) struct Base64 {
    groups: Groups,
    four: Vec<u8>,
}

impl Base64 {
    pub(crate) fn decode(&mut self, piece: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(piece.len() / 4 * 3 + 3);
        for byte in piece.iter().filter(|byte| !matches!(byte, b' ' | b'\t'..=b'\r')) {
            self.four.push(*byte);
            if self.four.len() == 4 {
                self.four.drain(..).for_each(|byte| self.groups.push(byte, &mut bytes));
            }
        }
        bytes
    }

    /// Whether the text may end here.
    pub(crate) fn is_complete(&self) -> bool {
        self.four.is_empty() && self.groups.is_complete()
    }
}

/// Groups of four characters, each of which are three bytes.
#[derive(Default)]
struct Groups {
    /// How many characters the group has so far.
    position: u8,
    padding: u8,
    left: u8,
    over: bool,
}

impl Groups {
    fn is_complete(&self) -> bool {
        self.over || self.position == 0
    }

    fn push(&mut self, byte: u8, bytes: &mut Vec<u8>) {
        if self.over {
            return;
        }
        if byte == b'=' {
            if self.position >= 2 {
                self.padding += 1;
                self.over = self.position + self.padding >= 4;
            }
            return;
        }
        let Some(six) = six_bits(byte) else { return };
        self.padding = 0;
        match self.position {
            0 => {}
            1 => bytes.push(self.left << 2 | six >> 4),
            2 => bytes.push(self.left << 4 | six >> 2),
            _ => bytes.push(self.left << 6 | six),
        }
        self.left = six;
        self.position = (self.position + 1) % 4;
    }
}

fn six_bits(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}
