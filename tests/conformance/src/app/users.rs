//! The people who may sign in.

use std::borrow::Cow;

use viewset_actix::RunQueryDsl;
use viewset_actix::parsers::query::pairs;
use viewset_actix::prelude::*;
use viewset_actix::reverse::Reverse;

use super::describe::{Description, describe};
use super::passwords;
use super::people::UserRef;
use super::tables::{accounts, notes, tokens, users};

/// A user with all that staff may see.
#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = users)]
pub(super) struct User {
    pub(super) id: i32,
    #[field(max_length = 150)]
    username: String,
    #[field(email, max_length = 254)]
    email: String,
    #[field(max_length = 150, allow_blank, default = "")]
    first_name: String,
    #[field(default = true)]
    pub(super) is_active: bool,
    #[field(default = false)]
    pub(super) is_staff: bool,
    last_login: Option<DateTime<Utc>>,
    #[field(read_only)]
    date_joined: DateTime<Utc>,
    #[field(write_only, min_length = 8, max_length = 128)]
    #[serde(skip_serializing)]
    pub(super) password: String,
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
#[viewset(model = User)]
impl UserViewSet {
    async fn perform_create(&self, req: &Request, mut data: Input<User>) -> Result<User> {
        data.date_joined = Some(Utc::now());
        data.password = data.password.as_deref().map(passwords::hash).transpose()?;
        User::create(req, data).await
    }

    async fn perform_update(
        &self,
        req: &Request,
        instance: User,
        mut data: Input<User>,
    ) -> Result<User> {
        data.password = data.password.as_deref().map(passwords::hash).transpose()?;
        instance.save(req, data).await
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
        let name = req.query_param("name").unwrap_or_default().into_owned();
        let no_url = || {
            let text = format!("No URL is named \"user-{name}\".");
            Error::api(StatusCode::NOT_FOUND, text, "not_found")
        };
        let absolute = link(req, &name).url().map_err(|_| no_url())?;
        let relative = link(req, &name).relative().url().map_err(|_| no_url())?;
        Ok(Data(Link { name, absolute, relative }))
    }
}

/// The reversal that the query parameters ask for.
fn link<'r>(req: &'r Request, name: &str) -> Reverse<'r> {
    let mut reverse = req.reverse_action(name);
    // Of several keyword arguments of one name the last one holds.
    let mut kwargs: Vec<(Cow<'r, str>, Cow<'r, str>)> = Vec::new();
    for (key, value) in pairs(req.query_string()) {
        match &*key {
            "name" | "format" => {}
            "arg" => reverse = reverse.arg(value),
            "suffix" => reverse = reverse.format(value),
            _ => {
                kwargs.retain(|(known, _)| *known != key);
                kwargs.push((key, value));
            }
        }
    }
    kwargs.into_iter().fold(reverse, |reverse, (key, value)| reverse.kwarg(key, value))
}

/// The first moments of a month and of the next.
fn bounds(year: i32, month: u32) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let next = first.checked_add_months(chrono::Months::new(1))?;
    let start = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    Some((start(first), start(next)))
}
