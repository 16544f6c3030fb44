//! DRF's cursors (`CursorPagination`, rows J11 to J18): the tokens, and where a page's neighbours are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::numbers::positive_int;
use crate::parsers::query::pairs;
use crate::reverse::quote_plus;
use crate::serializers::python_int;

/// The most rows that a cursor may skip, so that nobody makes the database walk far (DRF's `offset_cutoff`).
const OFFSET_CUTOFF: u64 = 1000;

/// A place in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    /// How many rows are skipped behind the position.
    pub(super) offset: u64,
    /// Whether the list is read backwards.
    pub(super) reverse: bool,
    /// The value of the first field of the ordering, behind which the rows are.
    pub(super) position: Option<String>,
}

/// What is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InvalidCursor;

impl Cursor {
    /// Base64 of a query string, read as leniently as Python reads both.
    pub(super) fn decode(token: &str) -> Result<Self, InvalidCursor> {
        let bytes = Some(token).filter(|token| token.is_ascii());
        let bytes = bytes.and_then(|token| crate::base64::decode(token.as_bytes()));
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).filter(|it| it.is_ascii());
        let text = text.ok_or(InvalidCursor)?;
        let first = |name: &str| pairs(&text).find(|(key, _)| key == name).map(|(_, value)| value);
        let offset =
            first("o").map_or(Some(0), |text| positive_int(&text, false, Some(OFFSET_CUTOFF)));
        let reverse = first("r").map_or(Some(0), |text| python_int(&text));
        Ok(Self {
            offset: offset.and_then(|offset| u64::try_from(offset).ok()).ok_or(InvalidCursor)?,
            reverse: reverse.ok_or(InvalidCursor)? != 0,
            position: first("p").map(std::borrow::Cow::into_owned),
        })
    }

    pub(super) fn encode(&self) -> String {
        let mut parts = Vec::new();
        if self.offset != 0 {
            parts.push(format!("o={}", self.offset));
        }
        if self.reverse {
            parts.push("r=1".to_owned());
        }
        if let Some(position) = &self.position {
            parts.push(format!("p={}", quote_plus(position)));
        }
        STANDARD.encode(parts.join("&"))
    }
}

/// A page and what lies beside it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Neighbours {
    pub(super) next: Option<Cursor>,
    pub(super) previous: Option<Cursor>,
}

/// What is known of a page when its neighbours are looked for.
struct Known<'a> {
    cursor: &'a Cursor,
    size: u64,
    /// The positions of the rows, in the order in which they are shown.
    page: &'a [String],
    has_next: bool,
    has_previous: bool,
    next_position: Option<String>,
    previous_position: Option<String>,
}

/// DRF's algorithm. `cursor` is where the page begins (the default one for the first page); `fetched` are the
/// positions of `size + 1` rows at most, as the query had them: sorted the other way round for a reverse
/// cursor, behind its position, without the first `offset` rows.
pub(super) fn neighbours(cursor: &Cursor, size: u64, fetched: &[String]) -> Neighbours {
    let count = usize::try_from(size).unwrap_or(usize::MAX).min(fetched.len());
    let (page, following) = fetched.split_at(count);
    let mut page = page.to_vec();
    let following = following.last().cloned();
    let has_current = cursor.position.is_some() || cursor.offset > 0;
    let current = cursor.position.clone().filter(|_| has_current);
    let known = match cursor.reverse {
        true => {
            page.reverse();
            Known {
                cursor,
                size,
                page: &page,
                has_next: has_current,
                has_previous: following.is_some(),
                next_position: current,
                previous_position: following,
            }
        }
        false => Known {
            cursor,
            size,
            page: &page,
            has_next: following.is_some(),
            has_previous: has_current,
            next_position: following,
            previous_position: current,
        },
    };
    Neighbours { next: known.next(), previous: known.previous() }
}

impl Known<'_> {
    fn next(&self) -> Option<Cursor> {
        if !self.has_next {
            return None;
        }
        let Some(last) = self.page.last() else {
            return Some(Cursor {
                offset: 0,
                reverse: false,
                position: self.next_position.clone(),
            });
        };
        // Where the direction changes, an offset makes the position that was found no marker.
        let compare = match self.cursor.reverse && self.cursor.offset != 0 {
            true => Some(last),
            false => self.next_position.as_ref(),
        };
        let (offset, position) = match marker(compare, self.page.iter().rev()) {
            Some((offset, position)) => (offset, Some(position)),
            None if !self.has_previous => (self.size, None),
            None if self.cursor.reverse => (0, self.previous_position.clone()),
            None => (self.cursor.offset + self.size, self.previous_position.clone()),
        };
        Some(Cursor { offset, reverse: false, position })
    }

    fn previous(&self) -> Option<Cursor> {
        if !self.has_previous {
            return None;
        }
        let Some(first) = self.page.first() else {
            let position = self.previous_position.clone();
            return Some(Cursor { offset: 0, reverse: true, position });
        };
        let compare = match !self.cursor.reverse && self.cursor.offset != 0 {
            true => Some(first),
            false => self.previous_position.as_ref(),
        };
        let (offset, position) = match marker(compare, self.page.iter()) {
            Some((offset, position)) => (offset, Some(position)),
            None if !self.has_next => (self.size, None),
            None if self.cursor.reverse => {
                (self.cursor.offset + self.size, self.next_position.clone())
            }
            None => (0, self.next_position.clone()),
        };
        Some(Cursor { offset, reverse: true, position })
    }
}

/// The first position that is another than the one after it, and how many rows were passed over.
fn marker<'a>(
    compare: Option<&String>,
    rows: impl Iterator<Item = &'a String>,
) -> Option<(u64, String)> {
    let mut compare = compare;
    for (offset, position) in (0..).zip(rows) {
        if Some(position) != compare {
            return Some((offset, position.clone()));
        }
        compare = Some(position);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_those_of_drf() {
        let table = [
            ("cD0z", Cursor { position: Some("3".into()), ..Cursor::default() }),
            ("cj0xJnA9NA==", Cursor { reverse: true, position: Some("4".into()), offset: 0 }),
            ("bz0z", Cursor { offset: 3, ..Cursor::default() }),
        ];
        for (token, cursor) in table {
            assert_eq!(Cursor::decode(token).as_ref(), Ok(&cursor), "{token}");
            assert_eq!(cursor.encode(), token);
        }
    }

    #[test]
    fn what_is_no_token_is_refused_and_foreign_characters_are_overlooked() {
        for token in ["abc", "é", &STANDARD.encode("o=-1"), &STANDARD.encode("r=x")] {
            assert_eq!(Cursor::decode(token), Err(InvalidCursor), "{token}");
        }
        for token in ["", "!!!!"] {
            assert_eq!(Cursor::decode(token), Ok(Cursor::default()), "{token}");
        }
        let far = Cursor::decode(&STANDARD.encode("o=99999")).map(|cursor| cursor.offset);
        assert_eq!(far, Ok(OFFSET_CUTOFF));
    }
}
