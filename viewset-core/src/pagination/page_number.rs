//! Pages by their number (DRF's `PageNumberPagination`, rows J2 to J6), counted or not.

use super::links::RequestUrl;
use super::numbers::{PageNumber, page_size};
use super::page::Links;
use super::plan::{Extent, Plan};
use super::{Page, Pagination};
use crate::diesel::{Slice, Window};
use crate::error::Result;
use crate::request::Request;
use crate::response::Response;

/// `?page=2`: pages of a fixed size, with the number of all rows.
///
/// ```
/// use viewset_core::pagination::PageNumberPagination;
///
/// /// `?page_size=` up to 50, 20 by default.
/// const PAGES: PageNumberPagination =
///     PageNumberPagination::of(20).page_size_query_param("page_size").max_page_size(50);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PageNumberPagination {
    page_size: u64,
    page_query_param: &'static str,
    page_size_query_param: Option<&'static str>,
    max_page_size: Option<u64>,
    counts: bool,
}

impl PageNumberPagination {
    /// Pages of so many rows.
    #[must_use]
    pub const fn of(page_size: u64) -> Self {
        Self {
            page_size,
            page_query_param: "page",
            page_size_query_param: None,
            max_page_size: None,
            counts: true,
        }
    }

    /// The parameter that names the page. Default: `page`.
    #[must_use]
    pub const fn page_query_param(mut self, name: &'static str) -> Self {
        self.page_query_param = name;
        self
    }

    /// The parameter by which clients choose the size of pages. Default: none.
    #[must_use]
    pub const fn page_size_query_param(mut self, name: &'static str) -> Self {
        self.page_size_query_param = Some(name);
        self
    }

    /// The most rows that a client may ask for. Default: no limit.
    #[must_use]
    pub const fn max_page_size(mut self, rows: u64) -> Self {
        self.max_page_size = Some(rows);
        self
    }

    /// Without counting all rows, which is most of the work on a big table: the body has no `count`, `?page=last` is
    /// a 404, and a page beyond the last is empty.
    #[must_use]
    pub const fn without_count(mut self) -> Self {
        self.counts = false;
        self
    }

    fn uncounted(self, req: &Request, number: u64, size: u64) -> Plan {
        let url = RequestUrl::of(req);
        let offset = (number - 1).saturating_mul(size);
        // One row more tells whether there is a next page.
        Plan::with_one_more(Slice { offset, limit: size }, move |has_more| Links {
            next: has_more.then(|| self.neighbour(&url, number.saturating_add(1))),
            previous: (number > 1).then(|| self.neighbour(&url, number - 1)),
        })
    }

    fn neighbour(&self, url: &RequestUrl, number: u64) -> String {
        match number {
            1 => url.with(self.page_query_param, None),
            number => url.with(self.page_query_param, Some(itoa::Buffer::new().format(number))),
        }
    }
}

impl Pagination for PageNumberPagination {
    fn paginate_queryset(&self, req: &Request) -> Result<Option<Plan>> {
        let asked = self.page_size_query_param.and_then(|name| req.query_param(name));
        let size = page_size(asked.as_deref(), self.page_size, self.max_page_size);
        if size == 0 {
            return Ok(None);
        }
        let asked = req.query_param(self.page_query_param);
        let number = PageNumber::read(asked.as_deref()).ok_or_else(super::fetch::invalid_page)?;
        if !self.counts {
            let PageNumber::Number(number) = number else {
                return Err(super::fetch::invalid_page());
            };
            return Ok(Some(self.uncounted(req, number, size)));
        }
        let (settings, url) = (*self, RequestUrl::of(req));
        let window = Window::Counted(Box::new(move |count| {
            let number = number.of(count.div_ceil(size))?;
            Some(Slice { offset: (number - 1).saturating_mul(size), limit: size })
        }));
        Ok(Some(Plan::new(window, move |extent: &Extent| {
            let pages = extent.count.unwrap_or_default().div_ceil(size).max(1);
            let number = number.of(pages).unwrap_or(1);
            Links {
                next: (number < pages).then(|| settings.neighbour(&url, number + 1)),
                previous: (number > 1).then(|| settings.neighbour(&url, number - 1)),
            }
        })))
    }

    fn get_paginated_response(&self, req: &Request, page: Page) -> Result<Response> {
        page.into_envelope(req)
    }

    fn check(&self, _fields: &[crate::serializers::Field]) -> Result<(), String> {
        match self.page_size {
            0 => Err("`PageNumberPagination::of(0)` has pages without rows".to_owned()),
            _ => Ok(()),
        }
    }
}
