//! What clients send, and what is wrong with it.

use std::sync::LazyLock;

use chrono::Utc;
use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::models::{Changes, NewUser};

const TAKEN: &str = "user with this username already exists.";
const REQUIRED: &str = "This field is required.";
const BLANK: &str = "This field may not be blank.";
const NO_EMAIL: &str = "Enter a valid email address.";

static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^[-!#$%&'*+/=?^_`{}|~0-9a-z]+(\.[-!#$%&'*+/=?^_`{}|~0-9a-z]+)*@(([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z][a-z0-9-]{0,61}[a-z0-9])|localhost)$",
    )
    .ok()
});

/// A user as far as it was sent.
#[derive(Deserialize)]
pub(crate) struct UserPayload {
    username: Option<String>,
    email: Option<String>,
    first_name: Option<String>,
    is_active: Option<bool>,
}

/// A new password.
#[derive(Deserialize)]
pub(crate) struct PasswordPayload {
    password: Option<String>,
}

/// What is wrong, by field.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Mistakes {
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<[String; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<[String; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<[String; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<[String; 1]>,
}

impl Mistakes {
    pub(crate) fn username_is_taken() -> Self {
        Self { username: Some([TAKEN.to_owned()]), ..Self::default() }
    }

    /// Adds that the name is taken to what else is wrong.
    pub(crate) fn and_username_is_taken(self) -> Self {
        Self { username: Some([TAKEN.to_owned()]), ..self }
    }

    fn none(&self) -> bool {
        matches!(self, Self { username: None, email: None, first_name: None, password: None })
    }
}

/// Input that is not valid: the mistakes, and the name if nothing is wrong with it by itself.
pub(crate) struct Rejected {
    pub(crate) mistakes: Mistakes,
    pub(crate) username: Option<String>,
}

impl UserPayload {
    /// The values of a new user.
    pub(crate) fn into_new(self) -> Result<NewUser, Rejected> {
        match self.into_changes(Required::Yes)? {
            Changes { username: Some(username), email: Some(email), first_name, is_active } => {
                Ok(NewUser {
                    username,
                    email,
                    first_name: first_name.unwrap_or_default(),
                    is_active: is_active.unwrap_or(true),
                    date_joined: Utc::now().naive_utc(),
                })
            }
            Changes { username, .. } => Err(Rejected { mistakes: Mistakes::default(), username }),
        }
    }

    /// The new values of a user.
    pub(crate) fn into_changes(self, required: Required) -> Result<Changes, Rejected> {
        let mut mistakes = Mistakes::default();
        let username = check(self.username, required, 150, &mut mistakes.username);
        let email = check(self.email, required, 254, &mut mistakes.email);
        let first_name = self.first_name.map(|text| text.trim().to_owned());
        if first_name.as_deref().is_some_and(|text| text.chars().count() > 150) {
            mistakes.first_name = Some([too_long(150)]);
        }
        if mistakes.email.is_none() && email.as_deref().is_some_and(|email| !is_email(email)) {
            mistakes.email = Some([NO_EMAIL.to_owned()]);
        }
        match mistakes.none() {
            true => Ok(Changes { username, email, first_name, is_active: self.is_active }),
            false => {
                let username = username.filter(|_| mistakes.username.is_none());
                Err(Rejected { mistakes, username })
            }
        }
    }
}

impl PasswordPayload {
    pub(crate) fn check(&self) -> Result<(), Mistakes> {
        let mistake = match self.password.as_deref().map(str::trim) {
            None => REQUIRED.to_owned(),
            Some("") => BLANK.to_owned(),
            Some(password) if password.chars().count() < 8 => {
                "Ensure this field has at least 8 characters.".to_owned()
            }
            Some(_) => return Ok(()),
        };
        Err(Mistakes { password: Some([mistake]), ..Mistakes::default() })
    }
}

/// Whether name and address have to be there.
#[derive(Clone, Copy)]
pub(crate) enum Required {
    Yes,
    No,
}

fn check(
    text: Option<String>,
    required: Required,
    most: usize,
    mistake: &mut Option<[String; 1]>,
) -> Option<String> {
    let text = text.map(|text| text.trim().to_owned());
    *mistake = match (text.as_deref(), required) {
        (None, Required::Yes) => Some([REQUIRED.to_owned()]),
        (Some(""), _) => Some([BLANK.to_owned()]),
        (Some(text), _) if text.chars().count() > most => Some([too_long(most)]),
        _ => None,
    };
    text
}

fn too_long(most: usize) -> String {
    format!("Ensure this field has no more than {most} characters.")
}

fn is_email(text: &str) -> bool {
    EMAIL.as_ref().is_some_and(|regex| regex.is_match(text))
}
