//! Fetching a page that begins at a row, and what lies beside it.

use diesel::backend::Backend as DieselBackend;

use super::behind::behind;
use super::{KeyedPlan, Style};
use crate::diesel::{
    Backend, Condition, LookupError, Model, Name, Operand, Ordering, Query, Side, Slice, Sort,
    Window, connection,
};
use crate::error::{Error, Result};
use crate::filters::requested_ordering;
use crate::pagination::cursor::{Cursor, InvalidCursor, Neighbours, neighbours};
use crate::pagination::keyset::Keyset;
use crate::pagination::links::RequestUrl;
use crate::pagination::page::{Links, Page};
use crate::request::Request;
use crate::serializers::{Field, SerializerClass};

/// A column of the ordering. What is done with it is compiled for a database, and not for each model.
pub(super) struct Term<DB: DieselBackend + 'static> {
    pub(super) sql: &'static Name<DB>,
    pub(super) operand: fn(&str) -> Result<Operand<DB>, LookupError>,
    pub(super) descending: bool,
    pub(super) nullable: bool,
    name: &'static str,
    is_key: bool,
}

/// The columns of the ordering, and what a row has in each.
struct Terms<M: Model> {
    terms: Vec<Term<Backend<M>>>,
    texts: Vec<fn(&M) -> Option<String>>,
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
            let scope = scope(req, &terms.terms);
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

/// What is wrong with a page that leads to itself.
const STUCK: &str = "a page ends at the row that it begins behind: the table has values that compare otherwise than viewset \
                     writes them; on SQLite, points in time need a fraction of 0, 3, 6 or 9 digits";

fn invalid(_: InvalidCursor) -> Error {
    Error::not_found().with_detail("Invalid cursor")
}

/// A token of another list, or of the same in another order, is none of this one's.
fn scope<DB: DieselBackend + 'static>(req: &Request, terms: &[Term<DB>]) -> String {
    let mut scope = req.route_pattern().to_owned();
    for term in terms {
        scope.push_str(if term.descending { " -" } else { " " });
        scope.push_str(term.name);
    }
    scope
}

/// The ordering: what the client asks for and may, or the paginator's own.
fn terms<M: Model>(plan: &KeyedPlan, req: &Request, fields: &'static [Field]) -> Result<Terms<M>> {
    let asked = requested_ordering::<M>(req, fields).filter(|terms| !terms.is_empty());
    let mut terms = Terms { terms: Vec::new(), texts: Vec::new() };
    for (name, descending) in asked.unwrap_or_else(|| own_ordering(plan)) {
        terms.push(name, descending)?;
    }
    if matches!(plan.style, Style::Keyset) && !has_key(&terms.terms) {
        terms.push("pk", false)?;
    }
    Ok(terms)
}

fn own_ordering(plan: &KeyedPlan) -> Vec<(&'static str, bool)> {
    let terms = plan.ordering.iter();
    terms.map(|term| term.strip_prefix('-').map_or((*term, false), |name| (name, true))).collect()
}

impl<M: Model> Terms<M> {
    fn push(&mut self, name: &'static str, descending: bool) -> Result<()> {
        let unknown =
            || Error::internal(format!("pages that begin at a row cannot be ordered by `{name}`"));
        let column = M::column(name).ok_or_else(unknown)?;
        let field = M::FIELDS.iter().find(|field| field.source == name);
        let nullable = field.is_some_and(|field| field.nullable);
        let (sql, operand, is_key) = (column.sql, column.operand, M::is_key(name));
        self.terms.push(Term { sql, operand, descending, nullable, name, is_key });
        self.texts.push(column.text);
        Ok(())
    }
}

fn has_key<DB: DieselBackend + 'static>(terms: &[Term<DB>]) -> bool {
    terms.iter().any(|term| term.is_key)
}

fn sorted<DB: DieselBackend + 'static>(terms: &[Term<DB>], reverse: bool) -> Ordering<DB> {
    let terms = terms.iter().map(|term| Sort::by(term.sql, term.descending != reverse));
    Ordering::new(terms.collect())
}

/// The ordering, and among equal rows that of the key, whichever way the cursor looks: it counts rows with the same
/// value, and a database may bring them in any order. SQLite brings them in that of the key, as DRF's users know it.
fn stable<DB: DieselBackend + 'static>(
    terms: &[Term<DB>],
    reverse: bool,
    key: &'static Name<DB>,
) -> Ordering<DB> {
    let own = terms.iter().map(|term| Sort::by(term.sql, term.descending != reverse));
    Ordering::new(own.chain((!has_key(terms)).then(|| Sort::by(key, false))).collect())
}

/// The rows behind a position.
fn behind_position<DB: DieselBackend + 'static>(
    term: &Term<DB>,
    position: &str,
    reverse: bool,
) -> Result<Condition<DB>> {
    let operand = (term.operand)(position).map_err(|_| invalid(InvalidCursor))?;
    let operator = if reverse == term.descending { " > " } else { " < " };
    Ok(Condition::compare(Side::of(term.sql), operator, operand, ""))
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
    Terms { terms, texts }: &Terms<M>,
    cursor: Option<Cursor>,
) -> Result<(Vec<M>, Neighbours)> {
    let cursor = cursor.unwrap_or_default();
    let key = const { &M::KEY }.column.sql;
    let mut query = M::order_by(query, stable(terms, cursor.reverse, key));
    let Some((first, text)) = terms.first().zip(texts.first()) else {
        return Err(Error::internal("no ordering"));
    };
    if let Some(position) = &cursor.position {
        query = M::filter_by(query, behind_position(first, position, cursor.reverse)?);
    }
    let mut rows = window(req, query, cursor.offset, plan.size).await?;
    let mut positions = Vec::new();
    for row in &rows {
        positions.push(text(row).unwrap_or_else(|| "None".to_owned()));
    }
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
    Terms { terms, texts }: &Terms<M>,
    start: Option<Keyset>,
) -> Result<(Vec<M>, Option<Keyset>, Option<Keyset>)> {
    let reverse = start.as_ref().is_some_and(|start| start.reverse);
    let mut query = M::order_by(query, sorted(terms, reverse));
    if let Some(start) = &start {
        let behind = behind::<M::Connection>(terms, start);
        query = M::filter_by(query, behind.ok_or_else(|| invalid(InvalidCursor))?);
    }
    let mut rows = window(req, query, 0, plan.size).await?;
    let size = usize::try_from(plan.size).unwrap_or(usize::MAX);
    let has_more = rows.len() > size;
    rows.truncate(size);
    if reverse {
        rows.reverse();
    }
    let at = |row: &M, reverse| {
        let mut values = Vec::new();
        for text in texts {
            values.push(text(row));
        }
        Keyset { reverse, inclusive: false, values }
    };
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        // Nothing is left in this direction; the way back includes the row that the page began behind.
        let back = start.map(|start| Keyset { reverse: !reverse, inclusive: true, ..start });
        return Ok(if reverse { (rows, back, None) } else { (rows, None, back) });
    };
    let next = (if reverse { start.is_some() } else { has_more }).then(|| at(last, false));
    let previous = (if reverse { has_more } else { start.is_some() }).then(|| at(first, true));
    // Who follows such links would see the same page without end.
    if [&next, &previous].into_iter().any(|beside| beside.is_some() && *beside == start) {
        return Err(Error::internal(STUCK));
    }
    Ok((rows, next, previous))
}
