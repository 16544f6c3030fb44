//! The filter backends: what a request does to a query, each in its turn.

use std::future::Future;

use diesel::backend::Backend as DieselBackend;
use futures_core::future::LocalBoxFuture;

use super::form::{self, FormKind};
use super::path::{FieldPath, FilterField, OrderingTerm, SearchField};
use super::{lookups, ordering, terms};
use crate::data::FormData;
use crate::diesel::{
    Backend, Condition, DbConnection, Model, Name, Ordering, Query, Sort, is_regex,
};
use crate::error::{Error, ErrorDetail, Message, Result, TOO_MUCH};
use crate::request::Request;
use crate::serializers::{Field, Kind};
use crate::settings::{AnyList, Options, items};

/// What narrows a list down, or sorts it (DRF's `BaseFilterBackend`).
///
/// ```text
/// struct OnlyOwn;
///
/// impl FilterBackend<Note> for OnlyOwn {
///     async fn filter_queryset(&self, req: &Request, query: Query<Note>) -> Result<Query<Note>> {
///         Ok(query.filter(notes::author_id.eq(req.require_user::<User>()?.id)))
///     }
/// }
/// ```
///
/// # Compiler errors
///
/// `filter_backends = [X]` wants values, so `X` is a unit struct or any constant expression whose type
/// implements this trait for the viewset's model.
pub trait FilterBackend<M: Model>: Sync {
    /// The query, changed as the request asks for.
    ///
    /// # Errors
    ///
    /// 400 for a value that cannot be read.
    fn filter_queryset(
        &self,
        req: &Request,
        query: Query<M>,
    ) -> impl Future<Output = Result<Query<M>>>;

    /// Not public API: the same, for those that ask for the fields of the serializer.
    #[doc(hidden)]
    fn filter_with(
        &self,
        req: &Request,
        query: Query<M>,
        _fields: &'static [Field],
    ) -> impl Future<Output = Result<Query<M>>> {
        self.filter_queryset(req, query)
    }

    /// Not public API: whether it leaves out no row of this request.
    #[doc(hidden)]
    fn is_idle(&self, _req: &Request) -> bool {
        false
    }

    /// Not public API: whether it sorts by `?ordering=`.
    #[doc(hidden)]
    fn sorts(&self) -> bool {
        false
    }
}

/// The object-safe twin of [`FilterBackend`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a filter backend for `{M}`",
    label = "expected a filter backend",
    note = "implement `FilterBackend<{M}>` for it"
)]
pub trait ErasedFilterBackend<M: Model>: Sync {
    #[doc(hidden)]
    fn filter<'a>(
        &'a self,
        req: &'a Request,
        query: Query<M>,
        fields: &'static [Field],
    ) -> LocalBoxFuture<'a, Result<Query<M>>>;

    #[doc(hidden)]
    fn leaves_all(&self, req: &Request) -> bool;

    #[doc(hidden)]
    fn is_ordering(&self) -> bool;
}

impl<M: Model, T: FilterBackend<M>> ErasedFilterBackend<M> for T {
    fn filter<'a>(
        &'a self,
        req: &'a Request,
        query: Query<M>,
        fields: &'static [Field],
    ) -> LocalBoxFuture<'a, Result<Query<M>>> {
        Box::pin(self.filter_with(req, query, fields))
    }

    fn leaves_all(&self, req: &Request) -> bool {
        self.is_idle(req)
    }

    fn is_ordering(&self) -> bool {
        self.sorts()
    }
}

/// Filters by the parameters of `filterset_fields` (rows K15 to K18).
#[derive(Clone, Copy, Debug)]
pub struct DjangoFilterBackend;

/// Searches `search_fields` for the terms of `?search=` (rows K1 to K10).
#[derive(Clone, Copy, Debug)]
pub struct SearchFilter;

/// Sorts by `?ordering=` as far as `ordering_fields` allow it (rows K11 to K14). Named in
/// `filter_backends`, it takes any field of the serializer where there are no `ordering_fields`.
#[derive(Clone, Copy, Debug)]
pub struct OrderingFilter;

impl<M: Model> FilterBackend<M> for DjangoFilterBackend {
    async fn filter_queryset(&self, req: &Request, query: Query<M>) -> Result<Query<M>> {
        filter_by_fields::<M>(req, query).await
    }

    fn is_idle(&self, req: &Request) -> bool {
        req.query_string().is_empty()
    }
}

impl<M: Model> FilterBackend<M> for SearchFilter {
    async fn filter_queryset(&self, req: &Request, query: Query<M>) -> Result<Query<M>> {
        search::<M>(req, query)
    }

    fn is_idle(&self, req: &Request) -> bool {
        req.query_string().is_empty()
    }
}

impl<M: Model> FilterBackend<M> for OrderingFilter {
    async fn filter_queryset(&self, req: &Request, query: Query<M>) -> Result<Query<M>> {
        Ok(sort::<M>(req, query, M::FIELDS))
    }

    async fn filter_with(
        &self,
        req: &Request,
        query: Query<M>,
        fields: &'static [Field],
    ) -> Result<Query<M>> {
        Ok(sort::<M>(req, query, fields))
    }

    fn is_idle(&self, _req: &Request) -> bool {
        true
    }

    fn sorts(&self) -> bool {
        true
    }
}

/// The backends that a viewset names.
fn backends<M: Model>(
    list: &'static dyn AnyList,
) -> impl Iterator<Item = &'static &'static dyn ErasedFilterBackend<M>> {
    items(list)
}

/// The default of `GenericViewSet::filter_queryset`.
pub(crate) async fn filter_queryset<M: Model>(
    req: &Request,
    query: Query<M>,
    fields: &'static [Field],
) -> Result<Query<M>> {
    let options = req.options();
    if let Some(list) = options.filter_backends {
        let mut query = query;
        for backend in backends::<M>(list) {
            query = backend.filter(req, query, fields).await?;
        }
        return Ok(query);
    }
    let mut query = query;
    if !req.query_string().is_empty() {
        if options.filterset_fields.is_some() {
            query = Box::pin(filter_by_fields::<M>(req, query)).await?;
        }
        query = search::<M>(req, query)?;
    }
    let sorts = options.ordering_fields.is_some() || options.ordering.is_some();
    Ok(if sorts { sort::<M>(req, query, fields) } else { query })
}

/// Whether [`filter_queryset`] leaves all rows in, whatever their order.
pub(crate) fn filters_are_idle<M: Model>(req: &Request) -> bool {
    match req.options().filter_backends {
        Some(list) => backends::<M>(list).all(|backend| backend.leaves_all(req)),
        None => {
            let options = req.options();
            let nothing = options.filterset_fields.is_none() && options.search_fields.is_none();
            nothing || req.query_string().is_empty()
        }
    }
}

/// Whether a list can be sorted by fields of other models.
pub(crate) fn sorts_by_relations<DB: DieselBackend + 'static>(options: &Options) -> bool {
    let fields = options.ordering_fields.into_iter().flat_map(items::<FieldPath<DB>>);
    let default = options.ordering.into_iter().flat_map(items::<OrderingTerm<DB>>);
    fields.chain(default.map(|term| &term.path)).any(|path| path.via.is_some())
}

/// The order that the `OrderingFilter` of this request sorts by, if there is one: names of fields, each
/// downwards or upwards. Cursors ask for it.
pub(crate) fn requested_ordering<M: Model>(
    req: &Request,
    fields: &'static [Field],
) -> Option<Vec<(&'static str, bool)>> {
    let options = req.options();
    let sorts = match options.filter_backends {
        Some(list) => backends::<M>(list).any(|backend| backend.is_ordering()),
        None => options.ordering_fields.is_some() || options.ordering.is_some(),
    };
    if sorts {
        own_names(ordering_terms(req, fields, column_of::<M>), column_of::<M>)
    } else {
        None
    }
}

/// The terms that are columns of the model: no cursor stands at a row of another one.
fn own_names<DB: DieselBackend + 'static>(
    terms: Option<Vec<Term<DB>>>,
    column: fn(&str) -> Option<&'static Name<DB>>,
) -> Option<Vec<(&'static str, bool)>> {
    let names = terms?.into_iter().map(|(_, source, descending)| (source, descending));
    Some(names.filter(|(source, _)| column(source).is_some()).collect())
}

async fn filter_by_fields<M: Model>(req: &Request, mut query: Query<M>) -> Result<Query<M>> {
    for condition in conditions::<M::Connection>(req).await? {
        query = M::filter_by(query, condition);
    }
    Ok(query)
}

/// What the parameters of `filterset_fields` ask for.
async fn conditions<C: DbConnection>(req: &Request) -> Result<Vec<Condition<C::Backend>>> {
    let Some(list) = req.options().filterset_fields else { return Ok(Vec::new()) };
    let params = req.query_params();
    let (mut conditions, mut errors) = (Vec::new(), Vec::new());
    for filter in items::<FilterField<C::Backend>>(list) {
        let values = texts(&params, filter.param);
        let cleaned = match clean(req, filter, &values).await? {
            Ok(cleaned) => cleaned,
            Err(messages) => {
                errors.push((filter.param.into(), ErrorDetail::from(messages)));
                continue;
            }
        };
        conditions.extend(lookups::condition::<C>(&filter.path, filter.lookup, cleaned));
    }
    match errors.is_empty() {
        true => Ok(conditions),
        false => Err(Error::validation(ErrorDetail::Map(errors))),
    }
}

/// A value as the form of the filter reads it; a key has to be one of a row, and a regex one.
async fn clean<DB: DieselBackend + 'static>(
    req: &Request,
    filter: &FilterField<DB>,
    values: &[String],
) -> Result<Result<form::Cleaned, Vec<Message>>> {
    let kind = form_kind(&filter.path.field);
    let cleaned = match form::clean(kind, filter.lookup, values) {
        Ok(cleaned) => cleaned,
        Err(messages) => return Ok(Err(messages)),
    };
    let keys = match &cleaned {
        form::Cleaned::One(text) => std::slice::from_ref(text),
        form::Cleaned::Many(texts) => texts,
        _ => return Ok(Ok(cleaned)),
    };
    if let Some(exists) = filter.path.related.filter(|_| filter.lookup.names_rows()) {
        for key in keys.iter().take(MOST_KEYS) {
            if !exists(req, key.clone()).await? {
                let text =
                    "Select a valid choice. That choice is not one of the available choices.";
                return Ok(Err(vec![Message::new(text, "invalid_choice")]));
            }
        }
    }
    let form::Cleaned::One(text) = &cleaned else { return Ok(Ok(cleaned)) };
    if filter.lookup.is_pattern() && text.chars().count() > lookups::LONGEST {
        return Err(Error::validation(TOO_MUCH));
    }
    if filter.lookup.regex().is_some_and(|case| !is_regex(text, case)) {
        return Ok(Err(vec![Message::new("Enter a valid regular expression.", "invalid")]));
    }
    Ok(Ok(cleaned))
}

/// The form field that django-filter makes of a model's field.
fn form_kind(field: &Field) -> FormKind {
    match (field.kind, field.choices) {
        (_, Some(choices)) => FormKind::Choice { choices, of_numbers: field.range.is_some() },
        (Kind::Boolean, _) => FormKind::Boolean,
        (Kind::Integer | Kind::BigInteger | Kind::Float | Kind::Decimal, _) => FormKind::Number,
        (Kind::DateTime, _) => FormKind::DateTime,
        (Kind::Date, _) => FormKind::Date,
        (Kind::Time, _) => FormKind::Time,
        (Kind::Duration, _) => FormKind::Duration,
        (Kind::Uuid, _) => FormKind::Uuid,
        (Kind::Related, _) => FormKind::ModelChoice(field.related_kind.unwrap_or(Kind::Integer)),
        _ => FormKind::Text,
    }
}

fn texts(params: &FormData, name: &str) -> Vec<String> {
    let values = params.get_list(name).iter();
    values.filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

/// How many keys of a list are asked for, each by a query, as Django does it. Those behind them find nothing if they are none's.
const MOST_KEYS: usize = 1000;

/// How many regexes a search may have: those of a statement are compiled once if they are no more.
const MOST_REGEXES: usize = 16;

fn search<M: Model>(req: &Request, query: Query<M>) -> Result<Query<M>> {
    Ok(match searched::<M::Connection>(req)? {
        Some(condition) => M::filter_by(query, condition),
        None => query,
    })
}

/// What `?search=` asks for.
fn searched<C: DbConnection>(req: &Request) -> Result<Option<Condition<C::Backend>>> {
    let params = req.query_params();
    let Some(text) = params.get(&req.router().settings.search_param) else { return Ok(None) };
    if text.chars().count() > lookups::LONGEST {
        return Err(Error::validation(TOO_MUCH));
    }
    // Read whether or not there is something to search in: a text that is none is one everywhere.
    let terms = terms::search_terms(text)?;
    let Some(list) = req.options().search_fields else { return Ok(None) };
    let fields = || items::<SearchField<C::Backend>>(list);
    let is_found = |term: &String| {
        let conditions = fields().map(|field| match field.lookup.regex() {
            Some(case) if !is_regex(term, case) => {
                Err(Error::validation("Enter a valid regular expression."))
            }
            _ => Ok(lookups::text::<C>(&field.path, field.lookup, term)),
        });
        conditions.collect::<Result<_>>().map(Condition::any)
    };
    if terms.len() > MOST_REGEXES && fields().any(|field| field.lookup.regex().is_some()) {
        return Err(Error::validation(TOO_MUCH));
    }
    // One condition, however many terms there are: diesel would put each into brackets of its own, one in the other.
    let found = terms.iter().map(is_found).collect::<Result<Vec<_>>>()?;
    Ok((!found.is_empty()).then(|| Condition::all(found)))
}

fn sort<M: Model>(req: &Request, query: Query<M>, fields: &'static [Field]) -> Query<M> {
    match ordering_of(ordering_terms(req, fields, column_of::<M>)) {
        Some(ordering) => M::order_by(query, ordering),
        None => query,
    }
}

fn ordering_of<DB: DieselBackend + 'static>(terms: Option<Vec<Term<DB>>>) -> Option<Ordering<DB>> {
    Some(Ordering::new(terms?.into_iter().map(|(sort, ..)| sort).collect()))
}

/// A column, the name by which the model knows it (of another model's: by which URLs do), and whether it is sorted
/// downwards.
type Term<DB> = (Sort<DB>, &'static str, bool);

/// The column of a model's field.
fn column_of<M: Model>(source: &str) -> Option<&'static Name<Backend<M>>> {
    M::column(source).map(|column| column.sql)
}

/// What the request asks for, as far as it is allowed; else the default, if there is one. It is compiled for a database, and not
/// for each model.
fn ordering_terms<DB: DieselBackend + 'static>(
    req: &Request,
    fields: &'static [Field],
    column: fn(&str) -> Option<&'static Name<DB>>,
) -> Option<Vec<Term<DB>>> {
    let options = req.options();
    let params = req.query_params();
    let asked = params.get(&req.router().settings.ordering_param).unwrap_or_default();
    let terms: Vec<Term<DB>> = match options.ordering_fields {
        Some(list) => {
            let paths: Vec<&FieldPath<DB>> = items(list).collect();
            let names: Vec<_> = paths.iter().map(|path| path.param).collect();
            let terms = ordering::parse(asked, &names).into_iter();
            terms
                .filter_map(|(place, descending)| {
                    let path = paths.get(place)?;
                    Some((path.sort(descending), path.param, descending))
                })
                .collect()
        }
        None => by_serializer(asked, fields, column),
    };
    if !terms.is_empty() {
        return Some(terms);
    }
    let default = items::<OrderingTerm<DB>>(options.ordering?);
    let default =
        default.map(|term| (term.path.sort(term.descending), term.path.param, term.descending));
    Some(default.collect())
}

/// Without `ordering_fields`, a client may sort by any field that it can see, under its source (row K12): by `author__name`
/// where that is `author.name`.
fn by_serializer<DB: DieselBackend + 'static>(
    asked: &str,
    fields: &'static [Field],
    column: fn(&str) -> Option<&'static Name<DB>>,
) -> Vec<Term<DB>> {
    let visible = fields.iter().filter(|field| !field.write_only);
    let name_of = |field: &Field| match field.related_ordering {
        Some(ordering) => Some(ordering.param),
        None => column(field.source).map(|_| field.source),
    };
    let named: Vec<_> = visible.filter_map(|field| Some((name_of(field)?, field))).collect();
    let names: Vec<_> = named.iter().map(|(name, _)| *name).collect();
    let terms = ordering::parse(asked, &names).into_iter();
    terms
        .filter_map(|(place, descending)| {
            let (name, field) = *named.get(place)?;
            let sort = match field.related_ordering {
                Some(ordering) => ordering.sort(descending)?,
                None => Sort::by(column(field.source)?, descending),
            };
            Some((sort, name, descending))
        })
        .collect()
}
