//! The endpoints.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::failure::Failure;
use crate::models::User;
use crate::payload::{PasswordPayload, Rejected, Required, UserPayload};
use crate::users::{PAGE_SIZE, Users};

type Answer = Result<HttpResponse, Failure>;

pub(crate) fn configure<U: Users>(config: &mut web::ServiceConfig) {
    let json = web::JsonConfig::default()
        .content_type_required(false)
        .error_handler(|error, _| Failure::Malformed(error.to_string()).into());
    let path = web::PathConfig::default().error_handler(|_, _| Failure::NoRoute.into());
    config
        .app_data(json)
        .app_data(path)
        .service(
            web::resource("/users/")
                .route(web::get().to(list::<U>))
                .route(web::post().to(create::<U>)),
        )
        .service(
            web::resource("/users/{id}/")
                .route(web::get().to(retrieve::<U>))
                .route(web::put().to(update::<U>))
                .route(web::patch().to(partial_update::<U>))
                .route(web::delete().to(destroy::<U>)),
        )
        .service(web::resource("/users/{id}/set_password/").route(web::post().to(set_password)))
        .service(web::resource("/ping/").route(web::get().to(ping)))
        .default_service(web::to(nothing_there));
}

async fn nothing_there() -> Answer {
    Err(Failure::NoRoute)
}

#[derive(Serialize)]
struct Ping {
    ping: &'static str,
}

async fn ping() -> HttpResponse {
    HttpResponse::Ok().json(Ping { ping: "pong" })
}

#[derive(Deserialize)]
struct PageQuery {
    page: Option<String>,
}

#[derive(Serialize)]
struct Page {
    count: i64,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<User>,
}

async fn list<U: Users>(
    req: HttpRequest,
    query: web::Query<PageQuery>,
    users: web::Data<U>,
) -> Answer {
    let number = query.page.as_deref().unwrap_or("1").parse().map_err(|_| Failure::InvalidPage)?;
    if number < 1 {
        return Err(Failure::InvalidPage);
    }
    let (count, results) = users.page(number).await?;
    if results.is_empty() && number > 1 {
        return Err(Failure::InvalidPage);
    }
    let info = req.connection_info();
    let url = |number: i64| match number {
        1 => format!("{}://{}/users/", info.scheme(), info.host()),
        _ => format!("{}://{}/users/?page={number}", info.scheme(), info.host()),
    };
    let next = (number * PAGE_SIZE < count).then(|| url(number + 1));
    let previous = (number > 1).then(|| url(number - 1));
    Ok(HttpResponse::Ok().json(Page { count, next, previous, results }))
}

async fn retrieve<U: Users>(id: web::Path<i32>, users: web::Data<U>) -> Answer {
    Ok(HttpResponse::Ok().json(users.find(*id).await?))
}

async fn create<U: Users>(payload: web::Json<UserPayload>, users: web::Data<U>) -> Answer {
    match payload.into_inner().into_new() {
        Ok(user) => Ok(HttpResponse::Created().json(users.insert(user).await?)),
        Err(rejected) => Err(reject(&**users, rejected, None).await),
    }
}

async fn update<U: Users>(
    id: web::Path<i32>,
    payload: web::Json<UserPayload>,
    users: web::Data<U>,
) -> Answer {
    change(*id, payload.into_inner(), Required::Yes, &**users).await
}

async fn partial_update<U: Users>(
    id: web::Path<i32>,
    payload: web::Json<UserPayload>,
    users: web::Data<U>,
) -> Answer {
    change(*id, payload.into_inner(), Required::No, &**users).await
}

async fn change<U: Users>(id: i32, payload: UserPayload, required: Required, users: &U) -> Answer {
    match payload.into_changes(required) {
        Ok(changes) if changes.is_empty() => Ok(HttpResponse::Ok().json(users.find(id).await?)),
        Ok(changes) => Ok(HttpResponse::Ok().json(users.update(id, changes).await?)),
        Err(rejected) => {
            users.find(id).await?;
            Err(reject(users, rejected, Some(id)).await)
        }
    }
}

/// All mistakes at once; whether the name is taken only the database knows.
async fn reject<U: Users>(users: &U, rejected: Rejected, id: Option<i32>) -> Failure {
    let Rejected { mistakes, username } = rejected;
    let Some(username) = username else { return Failure::Invalid(mistakes) };
    match users.is_taken(username, id).await {
        Ok(true) => Failure::Invalid(mistakes.and_username_is_taken()),
        Ok(false) => Failure::Invalid(mistakes),
        Err(failure) => failure,
    }
}

async fn destroy<U: Users>(id: web::Path<i32>, users: web::Data<U>) -> Answer {
    users.delete(*id).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn set_password(payload: web::Json<PasswordPayload>) -> Answer {
    payload.check().map_err(Failure::Invalid)?;
    Ok(HttpResponse::Ok().json(json!({"status": "password set"})))
}
