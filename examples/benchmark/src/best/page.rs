//! A page of users in DRF's envelope.

use crate::json::{self, User};
use crate::users::Refusal;

/// Rows on a page.
pub(crate) const PAGE_SIZE: i64 = 20;

/// The page that is asked for, and the host in its links.
#[derive(Clone, Copy)]
pub(crate) struct PageRequest<'a> {
    pub(crate) number: i64,
    pub(crate) host: &'a str,
}

impl<'a> PageRequest<'a> {
    /// Reads `page=3`.
    pub(crate) fn parse(query: &str, host: &'a str) -> Result<Self, Refusal> {
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("page="));
        let number = match asked {
            None => 1,
            Some(text) => text.parse().map_err(|_| Refusal::NoPage)?,
        };
        if number < 1 { Err(Refusal::NoPage) } else { Ok(Self { number, host }) }
    }

    pub(crate) fn offset(&self) -> i64 {
        (self.number - 1).saturating_mul(PAGE_SIZE)
    }
}

/// A page on its way into the response.
pub(crate) struct PageWriter {
    out: Vec<u8>,
    is_first: bool,
}

impl PageWriter {
    /// Writes what stands before the rows. A page after the last is none.
    pub(crate) fn begin(page: PageRequest<'_>, count: i64) -> Result<Self, Refusal> {
        if page.number > 1 && page.offset() >= count {
            return Err(Refusal::NoPage);
        }
        let mut out = Vec::with_capacity(256 + PAGE_SIZE as usize * json::USER);
        out.extend_from_slice(b"{\"count\":");
        json::number(count, &mut out);
        out.extend_from_slice(b",\"next\":");
        let has_next = page.offset() + PAGE_SIZE < count;
        link(has_next.then_some(page.number + 1), page.host, &mut out);
        out.extend_from_slice(b",\"previous\":");
        link((page.number > 1).then_some(page.number - 1), page.host, &mut out);
        out.extend_from_slice(b",\"results\":[");
        Ok(Self { out, is_first: true })
    }

    pub(crate) fn push(&mut self, user: &User<'_>) {
        if !self.is_first {
            self.out.push(b',');
        }
        self.is_first = false;
        user.write(&mut self.out);
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.out.extend_from_slice(b"]}");
        self.out
    }
}

/// The first page is the address without a number.
fn link(number: Option<i64>, host: &str, out: &mut Vec<u8>) {
    let Some(number) = number else {
        out.extend_from_slice(b"null");
        return;
    };
    out.extend_from_slice(b"\"http://");
    json::text(host, out);
    out.extend_from_slice(b"/users/");
    if number > 1 {
        out.extend_from_slice(b"?page=");
        json::number(number, out);
    }
    out.push(b'"');
}
