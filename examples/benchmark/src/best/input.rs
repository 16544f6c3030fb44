//! What clients send, borrowed from the body, and what is wrong with it.

use std::borrow::Cow;

use chrono::NaiveDateTime;
use serde::Deserialize;

/// The values of a new user.
pub(crate) struct NewUser<'a> {
    pub(crate) username: &'a str,
    pub(crate) email: &'a str,
    pub(crate) first_name: &'a str,
    pub(crate) is_active: bool,
    pub(crate) date_joined: NaiveDateTime,
}

/// New values; what is `None` stays as it is.
#[derive(Clone, Copy)]
pub(crate) struct Changes<'a> {
    pub(crate) username: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) first_name: Option<&'a str>,
    pub(crate) is_active: Option<bool>,
}

impl Changes<'_> {
    /// The columns of a table that are set, in their order.
    pub(crate) const COLUMNS: [&'static str; 4] = ["username", "email", "first_name", "is_active"];

    /// A bit for each column that is set.
    pub(crate) fn columns(&self) -> u8 {
        let Self { username, email, first_name, is_active } = self;
        let set = [username.is_some(), email.is_some(), first_name.is_some(), is_active.is_some()];
        set.into_iter().enumerate().map(|(bit, is_set)| u8::from(is_set) << bit).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self { username: None, email: None, first_name: None, is_active: None })
    }
}

/// A body as it came. The key of a user, and what else is read-only or unknown, is passed over.
#[derive(Deserialize, Default)]
pub(crate) struct UserBody<'a> {
    #[serde(borrow)]
    username: Option<Text<'a>>,
    #[serde(borrow)]
    email: Option<Text<'a>>,
    #[serde(borrow)]
    first_name: Option<Text<'a>>,
    is_active: Option<bool>,
}

#[derive(Deserialize, Default)]
struct PasswordBody<'a> {
    #[serde(borrow)]
    password: Option<Text<'a>>,
}

/// Borrowed wherever nothing is escaped: serde borrows in a newtype, but not within an `Option`.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// Whether name and address have to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Required {
    Yes,
    No,
}

/// Fields and what is wrong with them.
pub(crate) type Mistakes = Vec<(&'static str, &'static str)>;

/// A body is no JSON, or not of the right types.
pub(crate) struct Malformed(pub(crate) String);

const REQUIRED: &str = "This field is required.";
const BLANK: &str = "This field may not be blank.";
const NUL: &str = "Null characters are not allowed.";
pub(crate) const TAKEN: &str = "user with this username already exists.";

impl<'a> UserBody<'a> {
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, Malformed> {
        parse(body)
    }

    /// The new values. With mistakes come those of them that are right by themselves.
    pub(crate) fn changes(&self, required: Required) -> (Changes<'_>, Mistakes) {
        let mut mistakes = Mistakes::new();
        let username = checked(&self.username, required, "username", &USERNAME, &mut mistakes);
        let email = checked(&self.email, required, "email", &EMAIL, &mut mistakes);
        let first_name =
            checked(&self.first_name, Required::No, "first_name", &FIRST_NAME, &mut mistakes);
        (Changes { username, email, first_name, is_active: self.is_active }, mistakes)
    }
}

/// What holds for a text.
struct Rule {
    blank: bool,
    most: usize,
    too_long: &'static str,
    is_email: bool,
}

const USERNAME: Rule = Rule { blank: false, most: 150, too_long: TOO_LONG_150, is_email: false };
const EMAIL: Rule = Rule { blank: false, most: 254, too_long: TOO_LONG_254, is_email: true };
const FIRST_NAME: Rule = Rule { blank: true, ..USERNAME };
const TOO_LONG_150: &str = "Ensure this field has no more than 150 characters.";
const TOO_LONG_254: &str = "Ensure this field has no more than 254 characters.";

fn checked<'a>(
    text: &'a Option<Text<'_>>,
    required: Required,
    field: &'static str,
    rule: &Rule,
    mistakes: &mut Mistakes,
) -> Option<&'a str> {
    let Some(Text(text)) = text else {
        if required == Required::Yes {
            mistakes.push((field, REQUIRED));
        }
        return None;
    };
    let text = text.trim();
    let mistake = if text.is_empty() && !rule.blank {
        BLANK
    } else if text.len() > rule.most && text.chars().count() > rule.most {
        rule.too_long
    } else if text.bytes().any(|byte| byte == 0) {
        NUL
    } else if rule.is_email && !is_email(text) {
        "Enter a valid email address."
    } else {
        return Some(text);
    };
    mistakes.push((field, mistake));
    None
}

/// Django's rule for addresses without quotes: atoms between dots, labels of a domain, the last of two letters or more.
fn is_email(text: &str) -> bool {
    let Some((user, domain)) = text.rsplit_once('@') else { return false };
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-!#$%&'*+/=?^_`{}|~".contains(&b))
    };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let is_top = |top: &str| top.len() > 1 && top.starts_with(|c: char| c.is_ascii_alphabetic());
    user.split('.').all(is_atom)
        && domain.split('.').all(is_label)
        && domain.rsplit_once('.').map_or(domain == "localhost", |(_, top)| is_top(top))
}

/// Checks the body of `set_password`.
pub(crate) fn check_password(body: &[u8]) -> Result<Mistakes, Malformed> {
    let PasswordBody { password } = parse(body)?;
    let mistake = match password.as_ref().map(|Text(text)| text.trim()) {
        None => REQUIRED,
        Some("") => BLANK,
        Some(text) if text.chars().nth(7).is_none() => {
            "Ensure this field has at least 8 characters."
        }
        Some(_) => return Ok(Mistakes::new()),
    };
    Ok(vec![("password", mistake)])
}

/// No body is an empty object.
fn parse<'a, T: Deserialize<'a> + Default>(body: &'a [u8]) -> Result<T, Malformed> {
    if body.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_slice(body).map_err(|error| Malformed(error.to_string()))
}
