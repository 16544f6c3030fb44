//! Lists in pages (DRF's `pagination.py`, rows J1 to J22).
//!
//! A paginator reads the request and says which rows are wanted; the rows are fetched and represented
//! without it; then it makes the body.

mod cursor;
mod fetch;
mod keyed;
mod keyset;
mod limit_offset;
mod links;
mod numbers;
mod page;
mod page_number;
mod plan;

pub use keyed::{CursorPagination, KeysetPagination};
pub use limit_offset::LimitOffsetPagination;
pub use links::RequestUrl;
pub use page::{Links, Page};
pub use page_number::PageNumberPagination;
pub use plan::{Extent, Plan};

pub(crate) use fetch::paginate_queryset;

use crate::error::Result;
use crate::request::Request;
use crate::response::Response;
use crate::serializers::Field;

/// How a list is cut into pages (DRF's `BasePagination`).
///
/// A style of your own mostly changes the body, and leaves the rest to a stock paginator:
///
/// ```text
/// const PAGES: PageNumberPagination = PageNumberPagination::of(20);
///
/// /// The bare list, with its neighbours in the `Link` header.
/// struct LinkHeaderPagination;
///
/// impl Pagination for LinkHeaderPagination {
///     fn paginate_queryset(&self, req: &Request) -> Result<Option<Plan>> {
///         PAGES.paginate_queryset(req)
///     }
///     fn get_paginated_response(&self, req: &Request, page: Page) -> Result<Response> {
///         let next = page.next.as_deref().map(|url| format!("<{url}>; rel=\"next\""));
///         let response = Response::raw(req, StatusCode::OK, page.results)?;
///         …
///     }
/// }
/// ```
///
/// # Compiler errors
///
/// `pagination_class = X` wants a value, so `X` is a unit struct or any constant expression whose type
/// implements this trait; or `None`, and lists are whole.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a paginator",
    label = "expected a paginator, or `None`",
    note = "implement `Pagination` for it, or use `PageNumberPagination::of(20)`"
)]
pub trait Pagination: Sync {
    /// Which rows the request asks for; `None` for all of them, as a bare list.
    ///
    /// # Errors
    ///
    /// 404 for a page that cannot be.
    fn paginate_queryset(&self, req: &Request) -> Result<Option<Plan>>;

    /// The response with a page. Default: [`Page::into_envelope`].
    ///
    /// # Errors
    ///
    /// Data that the client's format cannot express.
    fn get_paginated_response(&self, req: &Request, page: Page) -> Result<Response> {
        page.into_envelope(req)
    }

    /// What is wrong with its settings for a model with these fields; told by `build()`. Default: nothing.
    ///
    /// # Errors
    ///
    /// The mistake in words.
    fn check(&self, _fields: &[Field]) -> Result<(), String> {
        Ok(())
    }

    /// Whether its pages begin at a row, and so can be sorted by the model's own columns alone. Default: no.
    fn needs_own_columns(&self) -> bool {
        false
    }

    /// Whether it signs its tokens with the router's `secret_key`. Default: no.
    fn needs_secret_key(&self) -> bool {
        false
    }
}
