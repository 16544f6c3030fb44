//! The API of a small shop, on a SQLite file. `README.md` shows it with requests and answers.

use std::{borrow::Cow, env};

use actix_web::middleware::Logger;
use actix_web::{App, HttpServer, web};
use viewset_actix::prelude::*;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();
const PAGES: PageNumberPagination = PageNumberPagination::of(20);

diesel::table! {
    users (id) {
        id -> Integer, username -> Text, email -> Text, is_active -> Bool,
        last_login -> Nullable<Timestamp>, password -> Text,
    }
}

diesel::table! {
    articles (id) { id -> Integer, title -> Text, stock -> Integer, comment -> Nullable<Text>, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = articles)]
#[viewset(ordering = [id], search_fields = [title, comment], ordering_fields = [title, stock])]
pub struct Article {
    pub id: i32,
    #[field(max_length = 100)]
    pub title: String,
    #[field(default = 0)]
    pub stock: i32,
    pub comment: Option<String>,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = users)]
#[viewset(ordering = [id], filterset_fields = [is_active, username(istartswith)])]
pub struct User {
    pub id: i32,
    #[field(max_length = 150, unique)]
    pub username: String,
    #[field(allow_blank, default = "")]
    pub email: String,
    #[field(default = true)]
    pub is_active: bool,
    #[field(read_only)]
    pub last_login: Option<NaiveDateTime>,
    #[serde(skip)]
    pub password: String,
}

#[derive(Serializer)]
pub struct PasswordSerializer {
    #[field(min_length = 8, max_length = 128, trim_whitespace = false)]
    password: String,
}
type NewPassword = Validated<PasswordSerializer>;

impl AuthUser for User {
    fn pk(&self) -> Cow<'_, str> {
        self.id.to_string().into()
    }
    fn is_active(&self) -> bool {
        self.is_active
    }
}

impl PasswordUser for User {
    async fn by_username(req: &RequestHead, username: &str) -> Result<Option<Self>> {
        User::find_by(req, "username", username).await
    }
    fn password(&self) -> &str {
        &self.password
    }
}

struct IsSelf;

impl ObjectPermission<User> for IsSelf {
    async fn has_object_permission(&self, req: &Request, user: &User) -> Result<bool> {
        Ok(req.user::<User>().is_some_and(|me| me.id == user.id))
    }
}

pub struct UserViewSet;

/// The people who may sign in.
#[viewset(model = User)]
impl UserViewSet {
    /// Set the user's password.
    #[action(detail = true, methods = ["post"], permission_classes = [IsSelf])]
    async fn set_password(&self, req: &Request, data: NewPassword) -> Result<impl IntoResponse> {
        self.store_password(req, &make_password(&data.0.password).await?).await?;
        Ok(Data(json!({"status": "password set"})))
    }

    /// The users who have signed in, the latest first.
    #[action(detail = false)]
    async fn recent_users(&self, req: &Request) -> Result<Response> {
        let recent = self.get_queryset(req)?.filter(users::last_login.is_not_null());
        let page = self.paginate_queryset(req, recent.order(users::last_login.desc())).await?;
        self.get_paginated_response(req, page)
    }

    /// Update the user's password.
    #[action(detail = true, methods = ["put"], name = "Change Password", permission_classes = [IsSelf])]
    async fn password(&self, req: &Request, data: NewPassword) -> Result<impl IntoResponse> {
        self.set_password(req, data).await
    }

    #[mapping(password.delete)]
    async fn delete_password(&self, req: &Request) -> Result<StatusCode> {
        self.store_password(req, "!").await?;
        Ok(StatusCode::NO_CONTENT)
    }

    // No action: a helper. What it does happens in one transaction, or not at all.
    async fn store_password(&self, req: &Request, hashed: &str) -> Result<()> {
        self.atomic(req, async {
            let user = self.get_object(req).await?; // or a 404
            let password = Some(hashed.to_owned());
            user.save(req, Input::<User> { password, ..Default::default() }).await.map(drop)
        })
        .await
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().init();
    let addr = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:8000".to_owned());
    let url = env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite://quickstart.db".to_owned());

    let db = Db::connect(&url).await?;
    db.migrate(MIGRATIONS).await?;
    let router = DefaultRouter::new()
        .authentication_classes(authenticators![BasicAuthentication::<User>::new()])
        .pagination_class(&PAGES)
        .register("users", UserViewSet)
        .register("articles", ModelViewSet::<Article>::new())
        .with(db)
        .build()?;
    tracing::info!("serving {url} on http://{addr}/api/\n{router}");
    let app = move || {
        App::new().wrap(Logger::default()).service(web::scope("/api").service(router.clone()))
    };
    HttpServer::new(app).bind(addr)?.run().await?;
    Ok(())
}
