//! From a plan to a page: the rows are fetched, represented, and get their neighbours.

use super::keyed;
use super::page::{Links, Page};
use super::plan::{Extent, Kind};
use crate::diesel::{Model, Query, Slice, Window, connection};
use crate::error::{Error, Result};
use crate::renderers::RawJson;
use crate::request::Request;
use crate::serializers::SerializerClass;

/// The default of `GenericViewSet::paginate_queryset`.
pub(crate) async fn paginate_queryset<M: Model>(
    req: &Request,
    query: Query<M>,
    class: SerializerClass<M>,
) -> Result<Page> {
    let plan = match req.options().pagination_class.flatten() {
        Some(pagination) => pagination.paginate_queryset(req)?,
        None => None,
    };
    let (window, links) = match plan.map(|plan| plan.0) {
        None => {
            let fetched = class.get().fetch(query, Window::All, req).await?;
            return Ok(Page::bare(fetched.results.unwrap_or_else(RawJson::empty_list)));
        }
        Some(Kind::Keyed(plan)) => {
            return Box::pin(keyed::fetch(plan, req, query, class)).await;
        }
        Some(Kind::OneMore { slice, links }) => {
            return Box::pin(one_more(slice, links, req, query, class)).await;
        }
        Some(Kind::Window { window, links }) => (window, links),
    };
    let fetched = class.get().fetch(query, window, req).await?;
    let Some(results) = fetched.results else { return Err(invalid_page()) };
    let extent = Extent { count: fetched.count, length: fetched.length };
    Ok(Page::new(fetched.count, links(&extent), results))
}

async fn one_more<M: Model>(
    slice: Slice,
    links: Box<dyn FnOnce(bool) -> Links>,
    req: &Request,
    query: Query<M>,
    class: SerializerClass<M>,
) -> Result<Page> {
    let window = Window::Slice(Slice { limit: slice.limit.saturating_add(1), ..slice });
    let mut conn = connection::<M::Connection>(req).await?;
    let mut rows = M::fetch_window(query, window, &mut conn).await?.rows.unwrap_or_default();
    drop(conn);
    let size = usize::try_from(slice.limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > size;
    rows.truncate(size);
    let results = class.get().many(&rows, req).await?;
    Ok(Page::new(None, links(has_more), results))
}

/// 404 for a page that is not there.
pub(super) fn invalid_page() -> Error {
    Error::not_found().with_detail("Invalid page.")
}
