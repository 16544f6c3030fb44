//! The endpoints, in one service that reads the path itself.

#![expect(clippy::result_large_err, reason = "actix-web's responses are of this size")]

use std::rc::Rc;

use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, fn_service};
use actix_web::http::header::HOST;
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{Error, HttpRequest, HttpResponse};
use chrono::Utc;
use futures_util::StreamExt as _;

use crate::answer;
use crate::input::{Changes, Mistakes, NewUser, Required, TAKEN, UserBody, check_password};
use crate::page::PageRequest;
use crate::users::{Refusal, Users};

/// The longest body.
const LIMIT: usize = 2_621_440;

type Answer = Result<HttpResponse, HttpResponse>;

pub(crate) fn service<U: Users>(
    users: Rc<U>,
) -> impl Service<ServiceRequest, Response = ServiceResponse, Error = Error> {
    let service = move |req: ServiceRequest| {
        let users = users.clone();
        async move {
            let (req, payload) = req.into_parts();
            let answer = respond(&*users, &req, payload).await;
            Ok(ServiceResponse::new(req, answer.unwrap_or_else(|refused| refused)))
        }
    };
    fn_service::<_, _, _, _, _, ()>(service)
}

async fn respond<U: Users>(users: &U, req: &HttpRequest, payload: Payload) -> Answer {
    let Some(tail) = req.path().strip_prefix("/users/") else {
        return ping(req);
    };
    let method = req.method();
    if tail.is_empty() {
        return match *method {
            Method::GET => list(users, req).await,
            Method::POST => create(users, &read(payload).await?).await,
            _ => Err(answer::not_allowed(method.as_str())),
        };
    }
    let (key, tail) = tail.split_once('/').ok_or_else(answer::not_found)?;
    if tail == "set_password/" {
        return match *method {
            Method::POST => set_password(&read(payload).await?),
            _ => Err(answer::not_allowed(method.as_str())),
        };
    }
    if !tail.is_empty() {
        return Err(answer::not_found());
    }
    let id = parse_id(key);
    match *method {
        Method::GET => Ok(answer::json(StatusCode::OK, users.find(id?).await?)),
        Method::PUT => update(users, id?, &read(payload).await?, Required::Yes).await,
        Method::PATCH => update(users, id?, &read(payload).await?, Required::No).await,
        Method::DELETE => {
            users.delete(id?).await?;
            Ok(answer::no_content())
        }
        _ => Err(answer::not_allowed(method.as_str())),
    }
}

/// A number too large for a key is no user's.
fn parse_id(key: &str) -> Result<i32, HttpResponse> {
    match key.parse::<i64>() {
        Ok(id) => i32::try_from(id).map_err(|_| Refusal::NoUser.into()),
        Err(_) => Err(answer::not_found()),
    }
}

/// The body. Nearly always it is there in one piece.
async fn read(mut payload: Payload) -> Result<Bytes, HttpResponse> {
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| HttpResponse::from_error(Error::from(error)))?;
        if all.len() + first.len() + chunk.len() > LIMIT {
            return Err(answer::too_large());
        }
        if first.is_empty() && all.is_empty() {
            first = chunk;
        } else {
            all.extend_from_slice(&std::mem::take(&mut first));
            all.extend_from_slice(&chunk);
        }
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

fn ping(req: &HttpRequest) -> Answer {
    match (req.path(), req.method()) {
        ("/ping/", &Method::GET) => Ok(answer::json(StatusCode::OK, &br#"{"ping":"pong"}"#[..])),
        ("/ping/", method) => Err(answer::not_allowed(method.as_str())),
        _ => Err(answer::not_found()),
    }
}

async fn list<U: Users>(users: &U, req: &HttpRequest) -> Answer {
    let host = req.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let page = PageRequest::parse(req.query_string(), host)?;
    Ok(answer::json(StatusCode::OK, users.page(page).await?))
}

async fn create<U: Users>(users: &U, body: &[u8]) -> Answer {
    let body = UserBody::parse(body)?;
    let (changes, mistakes) = body.changes(Required::Yes);
    let Changes { username: Some(username), email: Some(email), first_name, is_active } = changes
    else {
        return Err(reject(users, changes, mistakes, None).await);
    };
    if !mistakes.is_empty() {
        return Err(reject(users, changes, mistakes, None).await);
    }
    let user = NewUser {
        username,
        email,
        first_name: first_name.unwrap_or_default(),
        is_active: is_active.unwrap_or(true),
        date_joined: Utc::now().naive_utc(),
    };
    Ok(answer::json(StatusCode::CREATED, users.insert(user).await?))
}

async fn update<U: Users>(users: &U, id: i32, body: &[u8], required: Required) -> Answer {
    let body = match UserBody::parse(body) {
        Ok(body) => body,
        Err(malformed) => {
            users.find(id).await?;
            return Err(malformed.into());
        }
    };
    let (changes, mistakes) = body.changes(required);
    if !mistakes.is_empty() {
        users.find(id).await?;
        return Err(reject(users, changes, mistakes, Some(id)).await);
    }
    let row =
        if changes.is_empty() { users.find(id).await? } else { users.update(id, changes).await? };
    Ok(answer::json(StatusCode::OK, row))
}

/// All mistakes at once; whether the name is taken only the database knows.
async fn reject<U: Users>(
    users: &U,
    changes: Changes<'_>,
    mut mistakes: Mistakes,
    id: Option<i32>,
) -> HttpResponse {
    if let Some(username) = changes.username {
        match users.named(username).await {
            Ok(found) if found.is_some() && found != id => mistakes.insert(0, ("username", TAKEN)),
            Ok(_) => {}
            Err(refusal) => return refusal.into(),
        }
    }
    answer::invalid(&mistakes)
}

fn set_password(body: &[u8]) -> Answer {
    let mistakes = check_password(body)?;
    if mistakes.is_empty() {
        return Ok(answer::json(StatusCode::OK, &br#"{"status":"password set"}"#[..]));
    }
    Err(answer::invalid(&mistakes))
}
