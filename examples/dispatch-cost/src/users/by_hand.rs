//! The same API as a careful engineer writes it on actix-web and diesel: one trip to the blocking pool a request, a
//! LIMIT that SQLite need not plan anew, all mistakes of the body at once.

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Utc;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;
use serde::Serialize;
use serde_json::{Map, Value, json};
use viewset_actix::prelude::NaiveDateTime;

use super::users;

/// The connection that all handlers share.
pub(crate) type Shared = Arc<Mutex<SqliteConnection>>;

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct Row {
    id: i32,
    username: String,
    email: String,
    first_name: String,
    is_active: bool,
    date_joined: NaiveDateTime,
}

/// A row as it is shown.
#[derive(Serialize)]
struct Shown {
    id: i32,
    username: String,
    email: String,
    first_name: String,
    is_active: bool,
    date_joined: String,
}

#[derive(Serialize)]
struct Page {
    count: i64,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<Shown>,
}

impl From<Row> for Shown {
    fn from(row: Row) -> Self {
        let Row { id, username, email, first_name, is_active, date_joined } = row;
        let date_joined = date_joined.format("%Y-%m-%dT%H:%M:%S%.6f").to_string();
        Self { id, username, email, first_name, is_active, date_joined }
    }
}

/// A page of a query: the limit is text, since SQLite plans a statement anew for one that is bound.
struct Limited<Q> {
    query: Q,
    offset: i64,
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> QueryId for Limited<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Limited<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT 20 OFFSET ");
        out.push_bind_param::<diesel::sql_types::BigInt, _>(&self.offset)
    }
}

impl<Q> RunQueryDsl<SqliteConnection> for Limited<Q> {}

/// New values, as far as they were sent.
#[derive(Default)]
struct Changes {
    username: Option<String>,
    email: Option<String>,
    first_name: Option<String>,
    is_active: Option<bool>,
}

type Errors = Map<String, Value>;

/// What a handler answers: a status and a body.
enum Answer {
    Page(Page),
    Row(u16, Shown),
    Errors(Errors),
    NotFound,
}

impl Answer {
    fn respond(self) -> HttpResponse {
        match self {
            Self::Page(page) => HttpResponse::Ok().json(page),
            Self::Row(201, row) => HttpResponse::Created().json(row),
            Self::Row(_, row) => HttpResponse::Ok().json(row),
            Self::Errors(errors) => HttpResponse::BadRequest().json(errors),
            Self::NotFound => {
                HttpResponse::NotFound().json(json!({"detail": "No User matches the given query."}))
            }
        }
    }
}

async fn run(
    db: web::Data<Shared>,
    work: impl FnOnce(&mut SqliteConnection) -> QueryResult<Answer> + Send + 'static,
) -> HttpResponse {
    let shared = Arc::clone(&db);
    let done = web::block(move || work(&mut shared.lock().unwrap_or_else(PoisonError::into_inner)));
    match done.await {
        Ok(Ok(answer)) => answer.respond(),
        _ => HttpResponse::InternalServerError().finish(),
    }
}

async fn list(req: HttpRequest, db: web::Data<Shared>) -> HttpResponse {
    let base = {
        let info = req.connection_info();
        format!("{}://{}{}", info.scheme(), info.host(), req.path())
    };
    let asked = req.query_string().split('&').find_map(|pair| pair.strip_prefix("page="));
    let page: i64 = asked.and_then(|text| text.parse().ok()).unwrap_or(1);
    run(db, move |conn| {
        let count: i64 = users::table.count().get_result(conn)?;
        let query = users::table.order(users::id.asc()).select(Row::as_select()).into_boxed();
        let rows: Vec<Row> = Limited { query, offset: (page - 1) * 20 }.load(conn)?;
        let url = |page: i64| format!("{base}?page={page}");
        Ok(Answer::Page(Page {
            count,
            next: (page * 20 < count).then(|| url(page + 1)),
            previous: (page > 1).then(|| if page == 2 { base.clone() } else { url(page - 1) }),
            results: rows.into_iter().map(Shown::from).collect(),
        }))
    })
    .await
}

async fn retrieve(id: web::Path<i32>, db: web::Data<Shared>) -> HttpResponse {
    run(db, move |conn| {
        let row = find(conn, *id)?;
        Ok(row.map_or(Answer::NotFound, |row| Answer::Row(200, row.into())))
    })
    .await
}

async fn create(body: web::Bytes, db: web::Data<Shared>) -> HttpResponse {
    let (changes, mut errors) = match parse(&body, false) {
        Ok(parsed) => parsed,
        Err(response) => return response,
    };
    run(db, move |conn| {
        check_username(conn, changes.username.as_deref(), None, &mut errors)?;
        let Changes { username: Some(username), email: Some(email), first_name, is_active } =
            changes
        else {
            return Ok(Answer::Errors(errors));
        };
        if !errors.is_empty() {
            return Ok(Answer::Errors(errors));
        }
        let values = (
            users::username.eq(username),
            users::email.eq(email),
            users::first_name.eq(first_name.unwrap_or_default()),
            users::is_active.eq(is_active.unwrap_or(true)),
            users::date_joined.eq(Utc::now().naive_utc()),
        );
        let insert = diesel::insert_into(users::table).values(values);
        let row = conn
            .immediate_transaction(|conn| insert.returning(Row::as_returning()).get_result(conn))?;
        Ok(Answer::Row(201, row.into()))
    })
    .await
}

async fn partial_update(
    id: web::Path<i32>,
    body: web::Bytes,
    db: web::Data<Shared>,
) -> HttpResponse {
    let (changes, mut errors) = match parse(&body, true) {
        Ok(parsed) => parsed,
        Err(response) => return response,
    };
    run(db, move |conn| {
        conn.immediate_transaction(|conn| {
            let Some(row) = find(conn, *id)? else { return Ok(Answer::NotFound) };
            check_username(conn, changes.username.as_deref(), Some(*id), &mut errors)?;
            if !errors.is_empty() {
                return Ok(Answer::Errors(errors));
            }
            let Changes { username, email, first_name, is_active } = changes;
            if username.is_none() && email.is_none() && first_name.is_none() && is_active.is_none()
            {
                return Ok(Answer::Row(200, row.into()));
            }
            let set = (
                username.map(|value| users::username.eq(value)),
                email.map(|value| users::email.eq(value)),
                first_name.map(|value| users::first_name.eq(value)),
                is_active.map(|value| users::is_active.eq(value)),
            );
            let update = diesel::update(users::table.find(*id)).set(set);
            let row = update.returning(Row::as_returning()).get_result(conn)?;
            Ok(Answer::Row(200, Row::into(row)))
        })
    })
    .await
}

fn find(conn: &mut SqliteConnection, id: i32) -> QueryResult<Option<Row>> {
    let query = users::table.filter(users::id.eq(id)).select(Row::as_select());
    query.get_result(conn).optional()
}

fn check_username(
    conn: &mut SqliteConnection,
    username: Option<&str>,
    other_than: Option<i32>,
    errors: &mut Errors,
) -> QueryResult<()> {
    let Some(username) = username else { return Ok(()) };
    let mut same = users::table.filter(users::username.eq(username.to_owned())).into_boxed();
    if let Some(id) = other_than {
        same = same.filter(users::id.ne(id));
    }
    if same.count().get_result::<i64>(conn)? > 0 {
        tell(errors, "username", "user with this username already exists.");
    }
    Ok(())
}

fn tell(errors: &mut Errors, field: &str, text: &str) {
    errors.insert(field.to_owned(), json!([text]));
}

/// The new values and what is wrong with them.
#[expect(clippy::result_large_err, reason = "actix-web's responses are of this size")]
fn parse(body: &[u8], partial: bool) -> Result<(Changes, Errors), HttpResponse> {
    let Ok(Value::Object(mut data)) = serde_json::from_slice(body) else {
        return Err(HttpResponse::BadRequest().json(json!({"detail": "JSON parse error"})));
    };
    let mut errors = Errors::new();
    let mut text = |field: &str, required: bool, blank: bool, max: usize| {
        let text = match data.remove(field) {
            None if required && !partial => {
                tell(&mut errors, field, "This field is required.");
                return None;
            }
            None => return None,
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(_) => {
                tell(&mut errors, field, "Not a valid string.");
                return None;
            }
        };
        if text.is_empty() && !blank {
            tell(&mut errors, field, "This field may not be blank.");
            return None;
        }
        if text.chars().count() > max {
            let message = format!("Ensure this field has no more than {max} characters.");
            tell(&mut errors, field, &message);
            return None;
        }
        Some(text)
    };
    let username = text("username", true, false, 150);
    let email = text("email", true, false, 254);
    let first_name = text("first_name", false, true, 150);
    let email = email.filter(|email| {
        let is_email = email.split_once('@').is_some_and(|(user, domain)| {
            !user.is_empty() && domain.contains('.') && !domain.ends_with('.')
        });
        if !is_email {
            tell(&mut errors, "email", "Enter a valid email address.");
        }
        is_email
    });
    let is_active = match data.remove("is_active") {
        None => None,
        Some(Value::Bool(value)) => Some(value),
        Some(_) => {
            tell(&mut errors, "is_active", "Must be a valid boolean.");
            None
        }
    };
    Ok((Changes { username, email, first_name, is_active }, errors))
}

/// The routes.
pub(crate) fn configure(shared: Shared) -> impl Fn(&mut web::ServiceConfig) + Clone {
    let shared = web::Data::new(shared);
    move |config| {
        let users =
            web::resource("/users/").route(web::get().to(list)).route(web::post().to(create));
        let user = web::resource("/users/{id}/")
            .route(web::get().to(retrieve))
            .route(web::patch().to(partial_update));
        config.service(web::scope("/api").app_data(shared.clone()).service(users).service(user));
    }
}
