//! Pages that begin at a row, and not at a number: DRF's cursors, and keysets that are exact.

mod behind;
mod fetch;

use super::Pagination;
use super::numbers::page_size;
use super::plan::Plan;
use crate::error::Result;
use crate::request::Request;
use crate::serializers::Field;

pub(super) use fetch::fetch;

/// What a page is fetched by.
pub(super) struct KeyedPlan {
    ordering: &'static [&'static str],
    param: &'static str,
    size: u64,
    style: Style,
}

enum Style {
    Cursor,
    Keyset,
}

/// `?cursor=…`: DRF's cursors, with its own tokens and links, so that the clients of a ported API notice nothing.
///
/// A page begins behind a value of the ordering's first field. Where many rows share one, or have none, rows can be
/// skipped or come twice, as in DRF; [`KeysetPagination`] is exact.
///
/// ```
/// use viewset_core::pagination::CursorPagination;
///
/// const PAGES: CursorPagination = CursorPagination::of(20).ordering(&["-created"]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct CursorPagination(Settings);

/// `?cursor=…`: pages that begin behind a row, exact over any ordering: each row is seen once, whatever is equal,
/// NULL, added or deleted on the way. Tokens are signed with the router's `secret_key`, and hold for one list in one
/// order.
///
/// On SQLite points in time are compared as the texts that are stored. viewset, as diesel, writes fractions of a second with
/// 0, 3, 6 or 9 digits; rows that another program has stored otherwise come twice or not at all, until they are spelled so.
///
/// The ordering is the `OrderingFilter`'s, else the one given here, always with the primary key behind it. A token carries
/// the row's values in it, and a URL takes 64 KiB at most, so let fields that are sorted by have a `max_length`.
///
/// ```
/// use viewset_core::pagination::KeysetPagination;
///
/// const PAGES: KeysetPagination = KeysetPagination::of(20).ordering(&["-created", "title"]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct KeysetPagination(Settings);

#[derive(Clone, Copy, Debug)]
struct Settings {
    page_size: u64,
    ordering: &'static [&'static str],
    param: &'static str,
    page_size_query_param: Option<&'static str>,
    max_page_size: Option<u64>,
}

impl Settings {
    const fn of(page_size: u64, ordering: &'static [&'static str]) -> Self {
        Self {
            page_size,
            ordering,
            param: "cursor",
            page_size_query_param: None,
            max_page_size: None,
        }
    }

    fn plan(&self, req: &Request, style: Style) -> Option<Plan> {
        let asked = self.page_size_query_param.and_then(|name| req.query_param(name));
        let size = page_size(asked.as_deref(), self.page_size, self.max_page_size);
        let Self { ordering, param, .. } = *self;
        (size > 0).then(|| Plan::keyed(KeyedPlan { ordering, param, size, style }))
    }

    fn check(&self, fields: &[Field]) -> Result<(), String> {
        let unknown = self
            .ordering
            .iter()
            .map(|term| term.strip_prefix('-').unwrap_or(term))
            .find(|name| *name != "pk" && !fields.iter().any(|field| field.source == *name));
        match unknown {
            Some(name) => Err(format!("its pages are ordered by `{name}`, which is no field")),
            None => Ok(()),
        }
    }
}

macro_rules! setters {
    ($type:ident) => {
        impl $type {
            /// The fields that the list is sorted by, where the `OrderingFilter` sorts by none: `-` for
            /// downwards.
            #[must_use]
            pub const fn ordering(mut self, ordering: &'static [&'static str]) -> Self {
                self.0.ordering = ordering;
                self
            }

            /// The parameter with the token. Default: `cursor`.
            #[must_use]
            pub const fn cursor_query_param(mut self, name: &'static str) -> Self {
                self.0.param = name;
                self
            }

            /// The parameter by which clients choose the size of pages. Default: none.
            #[must_use]
            pub const fn page_size_query_param(mut self, name: &'static str) -> Self {
                self.0.page_size_query_param = Some(name);
                self
            }

            /// The most rows that a client may ask for. Default: no limit.
            #[must_use]
            pub const fn max_page_size(mut self, rows: u64) -> Self {
                self.0.max_page_size = Some(rows);
                self
            }
        }
    };
}

setters!(CursorPagination);
setters!(KeysetPagination);

impl CursorPagination {
    /// Pages of so many rows, the latest `created` first.
    #[must_use]
    pub const fn of(page_size: u64) -> Self {
        Self(Settings::of(page_size, &["-created"]))
    }
}

impl KeysetPagination {
    /// Pages of so many rows, sorted by the primary key.
    #[must_use]
    pub const fn of(page_size: u64) -> Self {
        Self(Settings::of(page_size, &[]))
    }
}

impl Pagination for CursorPagination {
    fn paginate_queryset(&self, req: &Request) -> Result<Option<Plan>> {
        Ok(self.0.plan(req, Style::Cursor))
    }

    fn check(&self, fields: &[Field]) -> Result<(), String> {
        match self.0.ordering {
            [] => Err("its pages have no ordering".to_owned()),
            _ => self.0.check(fields),
        }
    }

    fn needs_own_columns(&self) -> bool {
        true
    }
}

impl Pagination for KeysetPagination {
    fn paginate_queryset(&self, req: &Request) -> Result<Option<Plan>> {
        Ok(self.0.plan(req, Style::Keyset))
    }

    fn check(&self, fields: &[Field]) -> Result<(), String> {
        self.0.check(fields)
    }

    fn needs_own_columns(&self) -> bool {
        true
    }

    fn needs_secret_key(&self) -> bool {
        true
    }
}
