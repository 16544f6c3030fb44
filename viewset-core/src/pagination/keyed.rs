//! Pages that begin at a row, and not at a number: DRF's cursors, and keysets that are exact.

use super::Pagination;
use super::cursor::{Cursor, InvalidCursor, neighbours};
use super::keyset::Keyset;
use super::links::RequestUrl;
use super::numbers::page_size;
use super::page::{Links, Page};
use super::plan::Plan;
use crate::diesel::{
    Backend, Column, Condition, DbConnection, Model, Ordering, Query, Side, Slice, Sort, Window,
    connection,
};
use crate::error::{Error, Result};
use crate::filters::requested_ordering;
use crate::request::Request;
use crate::serializers::{Field, SerializerClass};

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
/// The ordering is the `OrderingFilter`'s, else the one given here, always with the primary key behind it.
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
}

impl Pagination for KeysetPagination {
    fn paginate_queryset(&self, req: &Request) -> Result<Option<Plan>> {
        Ok(self.0.plan(req, Style::Keyset))
    }

    fn check(&self, fields: &[Field]) -> Result<(), String> {
        self.0.check(fields)
    }

    fn needs_secret_key(&self) -> bool {
        true
    }
}

/// A column of the ordering.
struct Term<M: Model> {
    column: &'static Column<M>,
    name: &'static str,
    descending: bool,
    nullable: bool,
}

/// Fetches a page, and finds its neighbours.
pub(super) async fn fetch<M: Model>(
    plan: KeyedPlan,
    req: &Request,
    query: Query<M>,
    class: SerializerClass<M>,
) -> Result<Page> {
    let terms = terms::<M>(&plan, req, class.fields())?;
    let token = req.query_param(plan.param);
    let url = RequestUrl::of(req);
    let link = |token: String| url.clone().replace(plan.param, token).to_string();
    let (rows, links) = match plan.style {
        Style::Cursor => {
            let cursor = token.as_deref().map(Cursor::decode).transpose().map_err(invalid)?;
            let (rows, beside) = by_cursor(&plan, req, query, &terms, cursor).await?;
            let link = |cursor: Cursor| link(cursor.encode());
            (rows, Links { next: beside.next.map(link), previous: beside.previous.map(link) })
        }
        Style::Keyset => {
            let key = req.router().settings.secret_key.as_deref().unwrap_or_default();
            let scope = scope(req, &terms);
            let start = token.filter(|token| !token.is_empty());
            let start = start.map(|token| Keyset::decode(&token, key, &scope)).transpose();
            let start = start.map_err(invalid)?;
            let (rows, next, previous) = by_keyset(&plan, req, query, &terms, start).await?;
            let link = |keyset: Keyset| link(keyset.encode(key, &scope));
            (rows, Links { next: next.map(link), previous: previous.map(link) })
        }
    };
    let results = class.get().many(&rows, req).await?;
    Ok(Page::new(None, links, results))
}

fn invalid(_: InvalidCursor) -> Error {
    Error::not_found().with_detail("Invalid cursor")
}

/// A token of another list, or of the same in another order, is none of this one's.
fn scope<M: Model>(req: &Request, terms: &[Term<M>]) -> String {
    let mut scope = req.route_pattern().to_owned();
    for term in terms {
        scope.push_str(if term.descending { " -" } else { " " });
        scope.push_str(term.name);
    }
    scope
}

/// The ordering: what the client asks for and may, or the paginator's own.
fn terms<M: Model>(
    plan: &KeyedPlan,
    req: &Request,
    fields: &'static [Field],
) -> Result<Vec<Term<M>>> {
    let asked = requested_ordering::<M>(req, fields).filter(|terms| !terms.is_empty());
    let own = || {
        let terms = plan.ordering.iter();
        terms
            .map(|term| term.strip_prefix('-').map_or((*term, false), |name| (name, true)))
            .collect()
    };
    let mut terms: Vec<Term<M>> = asked
        .unwrap_or_else(own)
        .into_iter()
        .map(|(name, descending)| term(name, descending))
        .collect::<Result<_>>()?;
    let key = const { &M::KEY };
    let ends_with_key = terms.iter().any(|term| std::ptr::eq(term.column.sql, key.column.sql));
    if matches!(plan.style, Style::Keyset) && !ends_with_key {
        terms.push(term("pk", false)?);
    }
    Ok(terms)
}

fn term<M: Model>(name: &'static str, descending: bool) -> Result<Term<M>> {
    let unknown =
        || Error::internal(format!("pages that begin at a row cannot be ordered by `{name}`"));
    let column = M::column(name).ok_or_else(unknown)?;
    let field = M::FIELDS.iter().find(|field| field.source == name);
    let nullable = field.is_some_and(|field| field.nullable);
    Ok(Term { column, name, descending, nullable })
}

fn sorted<M: Model>(query: Query<M>, terms: &[Term<M>], reverse: bool) -> Query<M> {
    let terms = terms.iter().map(|term| Sort::by(term.column.sql, term.descending != reverse));
    M::order_by(query, Ordering::new(terms.collect()))
}

async fn window<M: Model>(
    req: &Request,
    query: Query<M>,
    offset: u64,
    size: u64,
) -> Result<Vec<M>> {
    let window = Window::Slice(Slice { offset, limit: size.saturating_add(1) });
    let mut conn = connection::<M::Connection>(req).await?;
    Ok(M::fetch_window(query, window, &mut conn).await?.rows.unwrap_or_default())
}

async fn by_cursor<M: Model>(
    plan: &KeyedPlan,
    req: &Request,
    query: Query<M>,
    terms: &[Term<M>],
    cursor: Option<Cursor>,
) -> Result<(Vec<M>, super::cursor::Neighbours)> {
    let cursor = cursor.unwrap_or_default();
    let mut query = sorted(query, terms, cursor.reverse);
    let Some(first) = terms.first() else { return Err(Error::internal("no ordering")) };
    if let Some(position) = &cursor.position {
        let operand = (first.column.operand)(position).map_err(|_| invalid(InvalidCursor))?;
        let operator = if cursor.reverse == first.descending { " > " } else { " < " };
        let side = Side::of(first.column.sql);
        query = M::filter_by(query, Condition::compare(side, operator, operand, ""));
    }
    let mut rows = window(req, query, cursor.offset, plan.size).await?;
    let position = |row: &M| (first.column.text)(row).unwrap_or_else(|| "None".to_owned());
    let positions: Vec<_> = rows.iter().map(position).collect();
    let beside = neighbours(&cursor, plan.size, &positions);
    rows.truncate(usize::try_from(plan.size).unwrap_or(usize::MAX));
    if cursor.reverse {
        rows.reverse();
    }
    Ok((rows, beside))
}

async fn by_keyset<M: Model>(
    plan: &KeyedPlan,
    req: &Request,
    query: Query<M>,
    terms: &[Term<M>],
    start: Option<Keyset>,
) -> Result<(Vec<M>, Option<Keyset>, Option<Keyset>)> {
    let reverse = start.as_ref().is_some_and(|start| start.reverse);
    let mut query = sorted(query, terms, reverse);
    if let Some(start) = &start {
        query = M::filter_by(query, behind(terms, start).ok_or_else(|| invalid(InvalidCursor))?);
    }
    let mut rows = window(req, query, 0, plan.size).await?;
    let size = usize::try_from(plan.size).unwrap_or(usize::MAX);
    let has_more = rows.len() > size;
    rows.truncate(size);
    if reverse {
        rows.reverse();
    }
    let at = |row: &M, reverse| Keyset {
        reverse,
        inclusive: false,
        values: terms.iter().map(|term| (term.column.text)(row)).collect(),
    };
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        // Nothing is left in this direction; the way back includes the row that the page began behind.
        let back = start.map(|start| Keyset { reverse: !reverse, inclusive: true, ..start });
        return Ok(if reverse { (rows, back, None) } else { (rows, None, back) });
    };
    let next = (if reverse { start.is_some() } else { has_more }).then(|| at(last, false));
    let previous = (if reverse { has_more } else { start.is_some() }).then(|| at(first, true));
    Ok((rows, next, previous))
}

/// The rows behind a row: those that differ from it first in a column in which they come later. `None` if the
/// token has no such values.
fn behind<M: Model>(terms: &[Term<M>], start: &Keyset) -> Option<Condition<Backend<M>>> {
    if terms.len() != start.values.len() {
        return None;
    }
    let mut alternatives = Vec::new();
    for place in 0..terms.len() {
        let later = later(terms.get(place)?, start.values.get(place)?.as_deref(), start.reverse)?;
        let Some(later) = later else { continue };
        let mut all = same(terms.get(..place)?, start)?;
        all.push(later);
        alternatives.push(Condition::all(all));
    }
    if start.inclusive {
        alternatives.push(Condition::all(same(terms, start)?));
    }
    Some(Condition::any(alternatives))
}

/// The rows with the same values in these columns.
fn same<M: Model>(terms: &[Term<M>], start: &Keyset) -> Option<Vec<Condition<Backend<M>>>> {
    let equals = |(term, value): (&Term<M>, &Option<String>)| {
        Some(match value {
            None => Condition::is_null(term.column.sql, false),
            Some(text) => Condition::equals(term.column.sql, (term.column.operand)(text).ok()?),
        })
    };
    terms.iter().zip(&start.values).map(equals).collect()
}

/// The rows that come later by one column; `Some(None)` if none can.
#[expect(
    clippy::option_option,
    reason = "a value that cannot be read is another thing than no rows"
)]
fn later<M: Model>(
    term: &Term<M>,
    value: Option<&str>,
    reverse: bool,
) -> Option<Option<Condition<Backend<M>>>> {
    let sql = term.column.sql;
    let descending = term.descending != reverse;
    let nulls_last = M::Connection::NULLS_ARE_LEAST == descending;
    let Some(text) = value else {
        return Some((!nulls_last).then(|| Condition::is_null(sql, true)));
    };
    let operator = if descending { " < " } else { " > " };
    let operand = (term.column.operand)(text).ok()?;
    let later = Condition::compare(Side::of(sql), operator, operand, "");
    Some(Some(match term.nullable && nulls_last {
        true => Condition::any(vec![later, Condition::is_null(sql, false)]),
        false => later,
    }))
}
