//! Compact JSON on lines, as Python's `json.dumps(indent=…)` writes it.

/// The same JSON with every entry on a line of its own, `indent` blanks deeper than what it stands in.
/// Empty lists and maps stay as they are.
pub(crate) fn indented(compact: &[u8], indent: usize) -> Vec<u8> {
    let mut lines = Lines { out: Vec::with_capacity(compact.len() * 2), indent, depth: 0 };
    let mut bytes = compact.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => {
                lines.out.push(byte);
                lines.string(&mut bytes);
            }
            b'[' | b'{' => {
                lines.out.push(byte);
                if let Some(close) = bytes.next_if(|next| matches!(next, b']' | b'}')) {
                    lines.out.push(close);
                } else {
                    lines.depth += 1;
                    lines.begin();
                }
            }
            b']' | b'}' => {
                lines.depth = lines.depth.saturating_sub(1);
                lines.begin();
                lines.out.push(byte);
            }
            b',' => {
                lines.out.push(byte);
                lines.begin();
            }
            b':' => lines.out.extend_from_slice(b": "),
            other => lines.out.push(other),
        }
    }
    lines.out
}

struct Lines {
    out: Vec<u8>,
    indent: usize,
    depth: usize,
}

impl Lines {
    fn begin(&mut self) {
        self.out.push(b'\n');
        self.out.resize(self.out.len() + self.indent * self.depth, b' ');
    }

    /// Copies a string up to its closing quote.
    fn string(&mut self, bytes: &mut impl Iterator<Item = u8>) {
        while let Some(byte) = bytes.next() {
            self.out.push(byte);
            match byte {
                b'"' => return,
                b'\\' => self.out.extend(bytes.next()),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::indented;

    #[test]
    fn as_python_writes_it() {
        let table = [
            (
                r#"{"a":[1,{}],"b":"x:,\"]","c":[]}"#,
                "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": \"x:,\\\"]\",\n  \"c\": []\n}",
            ),
            ("[]", "[]"),
            ("5", "5"),
        ];
        for (compact, expected) in table {
            let lines = indented(compact.as_bytes(), 2);
            assert_eq!(String::from_utf8_lossy(&lines), expected);
        }
    }
}
