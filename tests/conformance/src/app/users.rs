//! The people who may sign in.

use chrono::{Datelike as _, SubsecRound as _};
use viewset_actix::RunQueryDsl;
use viewset_actix::authentication::passwords::{
    check_password, make_password, make_unusable_password,
};
use viewset_actix::http::Method;
use viewset_actix::prelude::*;
use viewset_actix::serializers::UtcDateTime;

use super::auth::Token;
use super::backend::Conn;
use super::describe::{Description, describe};
use super::people::UserRef;
use super::permissions::IsAdminOrIsSelf;
use super::tables::{accounts, notes, tokens, users};

/// A user with all that staff may see.
#[derive(Clone, Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = users)]
#[viewset(connection = Conn)]
pub(super) struct User {
    pub(super) id: i32,
    #[field(max_length = 150, unique)]
    username: String,
    #[field(email, max_length = 254)]
    email: String,
    #[field(max_length = 150, allow_blank, default = "")]
    first_name: String,
    #[field(default = true)]
    pub(super) is_active: bool,
    #[field(default = false)]
    pub(super) is_staff: bool,
    last_login: Option<UtcDateTime>,
    #[field(read_only, default = now())]
    date_joined: UtcDateTime,
    #[field(write_only, min_length = 8, max_length = 128)]
    pub(super) password: String,
}

/// Now, to the microsecond, which is what is shown.
pub(super) fn now() -> UtcDateTime {
    Utc::now().trunc_subsecs(6).into()
}

#[derive(Serializer)]
struct Password {
    #[field(min_length = 8, max_length = 128)]
    password: String,
}

#[derive(Serializer)]
#[serializer(validate = differ)]
struct ChangePassword {
    #[field(validate = is_the_old_one)]
    old_password: String,
    #[field(min_length = 8, max_length = 128)]
    new_password: String,
}

async fn is_the_old_one(password: String, ctx: &Context<'_>) -> Result<String> {
    let user = ctx.instance::<User>().ok_or_else(Error::not_found)?;
    match check_password(&password, &user.password).await? {
        true => Ok(password),
        false => Err(Error::validation("The old password is wrong.")),
    }
}

async fn differ(passwords: ChangePassword, _: &Context<'_>) -> Result<ChangePassword> {
    match passwords.old_password == passwords.new_password {
        true => Err(Error::validation("The new password must differ from the old one.")),
        false => Ok(passwords),
    }
}

/// Pages of five users.
const USER_PAGES: PageNumberPagination =
    PageNumberPagination::of(5).page_size_query_param("page_size").max_page_size(50);

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
#[viewset(
    model = User,
    permission_classes = [IsAuthenticatedOrReadOnly],
    pagination_class = USER_PAGES,
    filterset_fields = [is_active, is_staff, username(exact, icontains), date_joined(gte, lte)],
    search_fields = [username, istartswith(first_name), iexact(email)],
    ordering_fields = [username, date_joined],
    ordering = [id]
)]
impl UserViewSet {
    fn get_permissions(&self, req: &Request) -> Permissions<User> {
        match req.action() {
            Some("list") => permissions![IsAuthenticated],
            Some("create" | "update" | "partial_update" | "destroy") => permissions![IsAdminUser],
            _ => Permissions::of(req),
        }
    }

    async fn perform_create(&self, req: &Request, data: Input<User>) -> Result<User> {
        User::create(req, with_hash(data).await?).await
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
        match Password::to_internal_value(req.data().await?, false) {
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
        permission_classes = [IsAdminOrIsSelf],
        serializer_class = Password
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
        permission_classes = [IsAdminOrIsSelf],
        serializer_class = ChangePassword
    )]
    async fn change_password(&self, req: &Request) -> Result<Data<Status>> {
        let user = self.get_object(req).await?;
        let ctx = Context::new(req).with_instance(&user);
        let passwords = ChangePassword::run_validation(req.data().await?, &ctx).await?;
        let hash = make_password(&passwords.new_password).await?;
        store_password(req, user, hash).await?;
        Ok(status("password changed"))
    }

    // Lists

    #[action(detail = false)]
    async fn recent_users(&self, req: &Request) -> Result<Response> {
        let recent_users = User::objects().order(users::last_login.desc());
        let page = self.paginate_queryset(req, recent_users).await?;
        self.get_paginated_response(req, page)
    }

    /// All users at once: neither filtered nor paginated.
    #[action(
        detail = false,
        filter_backends = [],
        pagination_class = None,
        serializer_class = UserRef
    )]
    async fn everyone(&self, req: &Request) -> Result<Response> {
        let everyone = self.get_queryset(req)?.order(users::id);
        let page = self.paginate_queryset(req, self.filter_queryset(req, everyone).await?).await?;
        self.get_paginated_response(req, page)
    }

    /// Users who joined in the given month.
    #[action(
        detail = false,
        url_path = "joined/{year:[0-9]{4}}/{month:[0-9]{1,2}}",
        serializer_class = UserRef
    )]
    async fn joined(&self, req: &Request, year: i32, month: u32) -> Result<RawJson> {
        let joined = self.filter_queryset(req, self.get_queryset(req)?).await?;
        let Some((first, next)) = bounds(year, month) else { return Ok(RawJson::empty_list()) };
        let joined = joined.filter(users::date_joined.ge(first).and(users::date_joined.lt(next)));
        self.get_serializer(req).fetch(joined).await
    }

    // The current user

    /// The user who sent the request.
    #[action(detail = false, permission_classes = [IsAuthenticated])]
    async fn me(&self, req: &Request) -> Result<RawJson> {
        self.get_serializer(req).data(req.require_user::<User>()?).await
    }

    #[mapping(me.patch)]
    async fn update_me(&self, req: &Request) -> Result<RawJson> {
        let user = req.require_user::<User>()?;
        let serializer = self.get_serializer(req).instance(user).partial(true);
        let data = serializer.validate().await?;
        serializer.data(&self.perform_update(req, user.clone(), data).await?).await
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

/// The first moments of a month and of the next.
fn bounds(year: i32, month: u32) -> Option<(UtcDateTime, UtcDateTime)> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let next = first.checked_add_months(chrono::Months::new(1))?;
    let start = |day: NaiveDate| UtcDateTime(day.and_time(NaiveTime::MIN).and_utc());
    Some((start(first), start(next)))
}
