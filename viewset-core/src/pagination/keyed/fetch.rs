//! Fetching a page that begins at a row, and what lies beside it.

use super::behind::behind;
use super::{KeyedPlan, Style};
use crate::diesel::{
    Backend, Column, Condition, Model, Ordering, Query, Side, Slice, Sort, Window, connection,
};
use crate::error::{Error, Result};
use crate::filters::requested_ordering;
use crate::pagination::cursor::{Cursor, InvalidCursor, Neighbours, neighbours};
use crate::pagination::keyset::Keyset;
use crate::pagination::links::RequestUrl;
use crate::pagination::page::{Links, Page};
use crate::request::Request;
use crate::serializers::{Field, SerializerClass};

/// A column of the ordering.
pub(super) struct Term<M: Model> {
    pub(super) column: &'static Column<M>,
    name: &'static str,
    pub(super) descending: bool,
    pub(super) nullable: bool,
}

/// Fetches a page, and finds its neighbours.
pub(in crate::pagination) async fn fetch<M: Model>(
    plan: KeyedPlan,
    req: &Request,
    query: Query<M>,
    class: SerializerClass<M>,
) -> Result<Page> {
    let terms = terms::<M>(&plan, req, class.fields())?;
    let token = req.query_param(plan.param);
    let url = RequestUrl::of(req);
    let link = |token: String| url.with(plan.param, Some(&token));
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
    let ends_with_key = terms.iter().any(|term| M::is_key(term.name));
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

/// The ordering, and among equal rows that of the key, whichever way the cursor looks: it counts rows with the same
/// value, and a database may bring them in any order. SQLite brings them in that of the key, as DRF's users know it.
fn stable<M: Model>(terms: &[Term<M>], reverse: bool) -> Ordering<Backend<M>> {
    let own = terms.iter().map(|term| Sort::by(term.column.sql, term.descending != reverse));
    let key = const { &M::KEY }.column.sql;
    let has_key = terms.iter().any(|term| M::is_key(term.name));
    Ordering::new(own.chain((!has_key).then(|| Sort::by(key, false))).collect())
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
) -> Result<(Vec<M>, Neighbours)> {
    let cursor = cursor.unwrap_or_default();
    let mut query = M::order_by(query, stable(terms, cursor.reverse));
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
