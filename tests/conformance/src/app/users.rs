//! The people who may sign in.

use chrono::Datelike as _;
use viewset_actix::RunQueryDsl;
use viewset_actix::authentication::passwords::{
    check_password, make_password, make_unusable_password,
};
use viewset_actix::http::Method;
use viewset_actix::prelude::*;
use viewset_actix::serializers::Serializer as _;

use super::auth::Token;
use super::datetimes;
use super::describe::{Description, describe};
use super::people::User as UserRef;
use super::permissions::IsAdminOrIsSelf;
use super::tables::{accounts, notes, tokens, users};

/// A user with all that staff may see.
#[derive(Clone, Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = users)]
pub(super) struct User {
    pub(super) id: i32,
    #[field(max_length = 150)]
    username: String,
    #[field(email, max_length = 254)]
    email: String,
    #[field(max_length = 150, allow_blank)]
    first_name: String,
    #[field(required = false)]
    pub(super) is_active: bool,
    #[field(required = false)]
    pub(super) is_staff: bool,
    #[serde(serialize_with = "datetimes::optional")]
    last_login: Option<DateTime<Utc>>,
    #[field(read_only)]
    #[serde(serialize_with = "datetimes::datetime")]
    date_joined: DateTime<Utc>,
    #[field(write_only, min_length = 8, max_length = 128)]
    #[serde(skip_serializing)]
    pub(super) password: String,
}

#[derive(Serializer)]
struct Password {
    #[field(min_length = 8, max_length = 128)]
    password: String,
}

#[derive(Serializer)]
struct OldPassword {
    old_password: String,
}

#[derive(Serializer)]
struct NewPassword {
    #[field(min_length = 8, max_length = 128)]
    new_password: String,
}

/// What became of a password.
#[derive(Serialize)]
struct Status {
    status: &'static str,
}

fn status(status: &'static str) -> Data<Status> {
    Data(Status { status })
}

/// Who sent a request, and how that is known.
#[derive(Serialize)]
struct Identity {
    user: Option<String>,
    authenticated: bool,
    token: Option<String>,
    authenticator: Option<&'static str>,
}

/// Whether a user signed in during a year.
#[derive(Serialize)]
struct Logins {
    user: String,
    year: String,
    signed_in: bool,
    extra_action_urls: Value,
}

/// A URL of this viewset, as a whole and without scheme and host.
#[derive(Serialize)]
struct Link {
    name: String,
    absolute: String,
    relative: String,
}

pub(super) struct UserViewSet;

/// The people who may sign in.
///
/// Staff manage them; everybody else may look.
#[viewset(model = User, permission_classes = [IsAuthenticatedOrReadOnly])]
impl UserViewSet {
    fn get_permissions(&self, req: &Request) -> Permissions<User> {
        match req.action() {
            Some("list") => permissions![IsAuthenticated],
            Some("create" | "update" | "partial_update" | "destroy") => permissions![IsAdminUser],
            _ => Permissions::of(req),
        }
    }

    async fn perform_create(&self, req: &Request, data: Input<User>) -> Result<User> {
        let mut data = with_hash(data).await?;
        data.first_name.get_or_insert_default();
        data.is_active.get_or_insert(true);
        data.is_staff.get_or_insert(false);
        data.date_joined = Some(datetimes::now());
        User::create(req, data).await
    }

    async fn perform_update(
        &self,
        req: &Request,
        instance: User,
        data: Input<User>,
    ) -> Result<User> {
        instance.save(req, with_hash(data).await?).await
    }

    // With a user go the token, the accounts and the notes.
    async fn perform_destroy(&self, req: &Request, instance: User) -> Result<()> {
        let mut conn = self.connection(req).await?;
        let token = tokens::table.filter(tokens::user_id.eq(instance.id));
        diesel::delete(token).execute(&mut *conn).await?;
        let accounts = accounts::table.filter(accounts::owner_id.eq(instance.id));
        diesel::delete(accounts).execute(&mut *conn).await?;
        let notes = notes::table.filter(notes::author_id.eq(instance.id));
        diesel::delete(notes).execute(&mut *conn).await?;
        drop(conn);
        instance.destroy(req).await
    }

    // Passwords

    #[action(detail = true, methods = ["post"], permission_classes = [IsAdminOrIsSelf])]
    async fn set_password(&self, req: &Request) -> Result<Response> {
        let user = self.get_object(req).await?;
        match Password::run_validation(req.data().await?, false) {
            Ok(new) => {
                store_password(req, user, make_password(&new.password).await?).await?;
                status("password set").into_response(req)
            }
            Err(errors) => Response::data(req, StatusCode::BAD_REQUEST, &errors),
        }
    }

    /// Update the user's password.
    #[action(
        detail = true,
        methods = ["put"],
        name = "Change Password",
        permission_classes = [IsAdminOrIsSelf]
    )]
    async fn password(&self, req: &Request) -> Result<Data<Status>> {
        let user = self.get_object(req).await?;
        let Validated(new) = Validated::<Password>::from_request(req).await?;
        store_password(req, user, make_password(&new.password).await?).await?;
        Ok(status("password changed"))
    }

    /// Delete the user's password.
    #[mapping(password.delete)]
    async fn delete_password(&self, req: &Request) -> Result<StatusCode> {
        let user = self.get_object(req).await?;
        store_password(req, user, make_unusable_password()?).await?;
        Ok(StatusCode::NO_CONTENT)
    }

    #[action(detail = true, methods = ["post", "delete"], permission_classes = [IsAdminUser])]
    async fn unset_password(&self, req: &Request) -> Result<Response> {
        let user = self.get_object(req).await?;
        store_password(req, user, make_unusable_password()?).await?;
        match *req.method() {
            Method::DELETE => Ok(Response::empty(StatusCode::NO_CONTENT)),
            _ => status("password unset").into_response(req),
        }
    }

    /// Exchange the old password for a new one.
    #[action(
        detail = true,
        methods = ["post"],
        url_path = "change-password",
        url_name = "change_password",
        permission_classes = [IsAdminOrIsSelf]
    )]
    async fn change_password(&self, req: &Request) -> Result<Data<Status>> {
        let user = self.get_object(req).await?;
        let new = new_password(&user, req.data().await?).await?.map_err(Error::validation)?;
        store_password(req, user, make_password(&new).await?).await?;
        Ok(status("password changed"))
    }

    // Lists

    #[action(detail = false)]
    async fn recent_users(&self, req: &Request) -> Result<Data<Vec<User>>> {
        let recent_users = User::objects().order(users::last_login.desc());
        Ok(Data(User::fetch(recent_users, &mut *self.connection(req).await?).await?))
    }

    /// All users at once: neither filtered nor paginated.
    #[action(detail = false)]
    async fn everyone(&self, req: &Request) -> Result<Data<Vec<UserRef>>> {
        let everyone = UserRef::objects().order(users::id);
        Ok(Data(UserRef::fetch(everyone, &mut *self.connection(req).await?).await?))
    }

    /// Users who joined in the given month.
    #[action(detail = false, url_path = "joined/{year:[0-9]{4}}/{month:[0-9]{1,2}}")]
    async fn joined(&self, req: &Request, year: i32, month: u32) -> Result<Data<Vec<UserRef>>> {
        let Some((first, next)) = bounds(year, month) else {
            return Ok(Data(Vec::new()));
        };
        let joined = self.filter_queryset(req, self.get_queryset(req)?)?;
        let joined = joined.filter(users::date_joined.ge(first).and(users::date_joined.lt(next)));
        let joined = User::fetch(joined, &mut *self.connection(req).await?).await?;
        let refs = joined.into_iter().map(|user| UserRef { id: user.id, username: user.username });
        Ok(Data(refs.collect()))
    }

    // The current user

    /// The user who sent the request.
    #[action(detail = false, permission_classes = [IsAuthenticated])]
    async fn me(&self, req: &Request) -> Result<Data<User>> {
        Ok(Data(req.require_user::<User>()?.clone()))
    }

    #[mapping(me.patch)]
    async fn update_me(&self, req: &Request, data: Validated<Input<User>>) -> Result<Data<User>> {
        let user = req.require_user::<User>()?.clone();
        Ok(Data(self.perform_update(req, user, data.0).await?))
    }

    /// Who sent the request, and how that is known.
    #[action(detail = false, permission_classes = [AllowAny])]
    async fn whoami(&self, req: &Request) -> Data<Identity> {
        Data(Identity {
            user: req.user::<User>().map(|user| user.username.clone()),
            authenticated: req.is_authenticated(),
            token: req.auth::<Token>().map(|token| token.key.clone()),
            authenticator: req.successful_authenticator(),
        })
    }

    // Introspection

    /// Whether the user signed in during a year.
    #[action(
        detail = true,
        permission_classes = [IsAdminUser],
        url_path = "logins/{year:[0-9]{4}}"
    )]
    async fn logins(&self, req: &Request, year: String) -> Result<Data<Logins>> {
        let user = self.get_object(req).await?;
        let number: i32 = req.parse_kwarg("year")?;
        Ok(Data(Logins {
            user: user.username,
            year,
            signed_in: user.last_login.is_some_and(|at| at.year() == number),
            extra_action_urls: req.get_extra_action_url_map().into_iter().collect(),
        }))
    }

    /// What the viewset knows about itself on a detail route.
    #[action(detail = true)]
    async fn about(&self, req: &Request) -> Data<Description> {
        Data(describe(self, req))
    }

    /// What the viewset knows about itself on a list route.
    #[action(detail = false)]
    async fn overview(&self, req: &Request) -> Data<Description> {
        Data(describe(self, req))
    }

    /// The URL of `?name=`, with `arg` and `suffix`; the others are keyword arguments.
    #[action(detail = false)]
    async fn links(&self, req: &Request) -> Result<Data<Link>> {
        let params = req.query_params();
        let name = params.get("name").unwrap_or_default();
        let mut url = req.reverse_action(name).args(params.get_list("arg"));
        if let Some(suffix) = params.get("suffix") {
            url = url.format(suffix);
        }
        for (key, values) in params.iter() {
            if !["name", "arg", "suffix", "format"].contains(&key) {
                url = values.last().into_iter().fold(url, |url, value| url.kwarg(key, value));
            }
        }
        let no_url =
            |_| Error::not_found().with_detail(format!("No URL is named \"user-{name}\"."));
        Ok(Data(Link {
            name: name.to_owned(),
            absolute: url.clone().url().map_err(no_url)?,
            relative: url.relative().url().map_err(no_url)?,
        }))
    }
}

/// With the hash in the place of the password.
async fn with_hash(mut data: Input<User>) -> Result<Input<User>> {
    if let Some(password) = &mut data.password {
        *password = make_password(password).await?;
    }
    Ok(data)
}

async fn store_password(req: &Request, user: User, password: String) -> Result<User> {
    user.save(req, Input::<User> { password: Some(password), ..Default::default() }).await
}

/// The new password, if all is well with both.
async fn new_password(user: &User, data: &Value) -> Result<Result<String, ErrorDetail>> {
    let mut old = OldPassword::run_validation(data, false);
    if let Ok(OldPassword { old_password }) = &old
        && !check_password(old_password, &user.password).await?
    {
        old = Err(ErrorDetail::field("old_password", "The old password is wrong.", "invalid"));
    }
    Ok(match (old, NewPassword::run_validation(data, false)) {
        (Ok(old), Ok(new)) if old.old_password == new.new_password => {
            let text = "The new password must differ from the old one.";
            Err(ErrorDetail::field("non_field_errors", text, "invalid"))
        }
        (Ok(_), Ok(new)) => Ok(new.new_password),
        (Err(ErrorDetail::Map(old)), Err(ErrorDetail::Map(new))) if old != new => {
            Err(ErrorDetail::Map(old.into_iter().chain(new).collect()))
        }
        (Err(errors), _) | (_, Err(errors)) => Err(errors),
    })
}

/// The first moments of a month and of the next.
fn bounds(year: i32, month: u32) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let next = first.checked_add_months(chrono::Months::new(1))?;
    let start = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    Some((start(first), start(next)))
}
