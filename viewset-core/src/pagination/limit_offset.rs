//! Stretches of a list (DRF's `LimitOffsetPagination`, rows J7 to J10).

use super::Pagination;
use super::links::RequestUrl;
use super::numbers::positive_int;
use super::page::Links;
use super::plan::{Extent, Plan};
use crate::diesel::{Slice, Window};
use crate::error::Result;
use crate::request::Request;

/// `?limit=100&offset=400`: any stretch of the list, with the number of all rows. A limit or an offset that is
/// no number is as good as none; nothing is ever a 404.
#[derive(Clone, Copy, Debug)]
pub struct LimitOffsetPagination {
    default_limit: Option<u64>,
    max_limit: Option<u64>,
    limit_query_param: &'static str,
    offset_query_param: &'static str,
}

impl LimitOffsetPagination {
    /// So many rows, unless the client says otherwise.
    #[must_use]
    pub const fn of(default_limit: u64) -> Self {
        Self { default_limit: Some(default_limit), ..Self::new() }
    }

    /// The whole list, unless the client sets a limit.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            default_limit: None,
            max_limit: None,
            limit_query_param: "limit",
            offset_query_param: "offset",
        }
    }

    /// The most rows that a client may ask for. Default: no limit.
    #[must_use]
    pub const fn max_limit(mut self, rows: u64) -> Self {
        self.max_limit = Some(rows);
        self
    }

    /// The parameter with the number of rows. Default: `limit`.
    #[must_use]
    pub const fn limit_query_param(mut self, name: &'static str) -> Self {
        self.limit_query_param = name;
        self
    }

    /// The parameter with the number of rows that are left out. Default: `offset`.
    #[must_use]
    pub const fn offset_query_param(mut self, name: &'static str) -> Self {
        self.offset_query_param = name;
        self
    }

    fn links(&self, url: &RequestUrl, limit: u128, offset: u128, count: u128) -> Links {
        let limited = || url.clone().replace(self.limit_query_param, limit);
        let at = |offset: u128| {
            limited().with(self.offset_query_param, Some(itoa::Buffer::new().format(offset)))
        };
        let end = offset.saturating_add(limit);
        Links {
            next: (end < count).then(|| at(end)),
            previous: (offset > 0).then(|| match offset.checked_sub(limit) {
                None | Some(0) => limited().with(self.offset_query_param, None),
                Some(offset) => at(offset),
            }),
        }
    }
}

impl Default for LimitOffsetPagination {
    fn default() -> Self {
        Self::new()
    }
}

impl Pagination for LimitOffsetPagination {
    fn paginate_queryset(&self, req: &Request) -> Result<Option<Plan>> {
        let number = |name, strict, cutoff| {
            let text = req.query_param(name);
            text.and_then(|text| positive_int(&text, strict, cutoff))
        };
        let limit = number(self.limit_query_param, true, self.max_limit);
        let Some(limit) = limit.or(self.default_limit.map(u128::from)) else { return Ok(None) };
        let offset = number(self.offset_query_param, false, None).unwrap_or(0);
        let near = |number: u128| u64::try_from(number).unwrap_or(u64::MAX);
        // SQL has integers of 64 bits with a sign.
        let rows = near(limit).min(i64::MAX.unsigned_abs());
        let window = Window::counted(Slice { offset: near(offset), limit: rows });
        let (settings, url) = (*self, RequestUrl::of(req));
        Ok(Some(Plan::new(window, move |extent: &Extent| {
            let count = extent.count.unwrap_or_default().into();
            settings.links(&url, limit, offset, count)
        })))
    }
}
