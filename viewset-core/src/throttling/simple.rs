//! Throttles that count requests of a key at a rate (DRF's `SimpleRateThrottle` and its three).

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Decision, Rate, Throttle};
use crate::authentication::ErasedUser;
use crate::error::{Error, Result};
use crate::request::Request;

/// The rates that a router knows by scope (DRF's `DEFAULT_THROTTLE_RATES`); `None` does not limit.
pub(crate) type Rates = HashMap<&'static str, Option<Rate>>;

/// A throttle that counts by a key (DRF's `SimpleRateThrottle`): who is counted, in which scope, and at
/// which rate. Every such throttle is a [`Throttle`].
///
/// ```
/// use std::borrow::Cow;
/// use viewset_core::{request::Request, throttling::{Rate, SimpleRateThrottle}};
///
/// /// Ten sign-ups an hour for each address.
/// struct SignUpThrottle;
///
/// impl SimpleRateThrottle for SignUpThrottle {
///     fn scope(&self, _req: &Request) -> Option<&'static str> {
///         Some("sign-up")
///     }
///     fn rate(&self) -> Option<Rate> {
///         const { Some(Rate::new("10/hour")) }
///     }
///     fn get_cache_key<'r>(&self, req: &'r Request) -> Option<Cow<'r, str>> {
///         (req.action() == Some("create")).then(|| req.ident())
///     }
/// }
/// ```
pub trait SimpleRateThrottle: Sync {
    /// What is counted together: throttles with one scope share their counts. `None` does not limit.
    fn scope(&self, req: &Request) -> Option<&'static str>;

    /// The rate. Default: the one that the router has for the scope.
    fn rate(&self) -> Option<Rate> {
        None
    }

    /// Who is counted; `None` for a request that is not.
    fn get_cache_key<'r>(&self, req: &'r Request) -> Option<Cow<'r, str>>;

    /// What kind of key that is, where keys of several kinds could be alike. Default: none.
    fn kind_of_key(&self, req: &Request) -> &'static str {
        let _ = req;
        ""
    }

    /// As [`Throttle::required_scope`].
    fn required_scope(&self, scope: Option<&'static str>) -> Option<&'static str> {
        let _ = scope;
        None
    }
}

#[diagnostic::do_not_recommend]
impl<T: SimpleRateThrottle> Throttle for T {
    async fn allow_request(&self, req: &Request) -> Result<Decision> {
        match counted(self, req)? {
            Some((key, rate)) => req.router().settings.throttle_store.erased_hit(&key, rate).await,
            None => Ok(Decision::Allowed),
        }
    }

    fn allow_now(&self, req: &Request) -> Option<Result<Decision>> {
        match counted(self, req) {
            Ok(Some((key, rate))) => {
                req.router().settings.throttle_store.erased_hit_now(&key, rate).map(Ok)
            }
            Ok(None) => Some(Ok(Decision::Allowed)),
            Err(error) => Some(Err(error)),
        }
    }

    fn required_scope(&self, scope: Option<&'static str>) -> Option<&'static str> {
        SimpleRateThrottle::required_scope(self, scope)
    }
}

/// Who is counted, and at which rate; `None` for a request that is not.
fn counted<T: SimpleRateThrottle>(throttle: &T, req: &Request) -> Result<Option<(String, Rate)>> {
    let Some(scope) = throttle.scope(req) else { return Ok(None) };
    let own = throttle.rate();
    let rate = match own {
        Some(rate) => Some(rate),
        None => rate_of(req, scope)?,
    };
    let Some(rate) = rate else { return Ok(None) };
    let kind = throttle.kind_of_key(req);
    Ok(throttle.get_cache_key(req).map(|ident| (key(scope, own, kind, &ident), rate)))
}

/// What a store knows a client by. No header and no scope has a line feed, so the parts cannot run into
/// each other. A throttle with a rate of its own counts for itself: by another rate's period what it counted
/// would expire.
fn key(scope: &str, own: Option<Rate>, kind: &str, ident: &str) -> String {
    let mut key = String::with_capacity(scope.len() + kind.len() + ident.len() + 36);
    key.push_str("throttle\n");
    key.push_str(scope);
    key.push('\n');
    if let Some(rate) = own {
        push_number(&mut key, rate.requests().into());
        key.push('/');
        push_number(&mut key, rate.period().as_secs());
    }
    key.push('\n');
    key.push_str(kind);
    key.push('\n');
    key.push_str(ident);
    key
}

/// As hexadecimal digits; `format!` takes ten times as long, and this is done for every request.
fn push_number(text: &mut String, number: u64) {
    let digits = number.checked_ilog(16).unwrap_or(0) + 1;
    for place in (0..digits).rev() {
        let digit = number >> (4 * place) & 15;
        text.extend(u32::try_from(digit).ok().and_then(|digit| char::from_digit(digit, 16)));
    }
}

fn rate_of(req: &Request, scope: &str) -> Result<Option<Rate>> {
    let rate = req.router().settings.throttle_rates.get(scope).copied();
    rate.ok_or_else(|| {
        Error::internal(format!(
            "no throttle rate is set for the scope `{scope}`; add `.throttle_rate(\"{scope}\", \"…\")` to the router"
        ))
    })
}

/// The type of the user: one of another type with the same key is another one, and no address is a user.
fn kind_of_user(req: &Request) -> &'static str {
    req.auth_user().map_or("", ErasedUser::kind)
}

/// Who has authenticated by their key, others by their address.
fn user_or_ident(req: &Request) -> Cow<'_, str> {
    match req.auth_user() {
        Some(user) => user.pk(),
        None => req.ident(),
    }
}

macro_rules! throttle {
    ($(#[$doc:meta])* $name:ident, $scope:literal, $key:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            rate: Option<Rate>,
        }

        #[doc = concat!("With the rate that the router has for the scope `", $scope, "`, as in")]
        #[doc = concat!("`throttle_classes = [", stringify!($name), "]`.")]
        #[expect(non_upper_case_globals, reason = "it is the type's own value")]
        pub const $name: $name = $name { rate: None };

        impl $name {
            /// With this rate, such as `100/day`; in a constant a wrong one is a compile error.
            #[track_caller]
            pub const fn rate(rate: &'static str) -> Self {
                Self { rate: Some(Rate::new(rate)) }
            }
        }

        impl SimpleRateThrottle for $name {
            fn scope(&self, _req: &Request) -> Option<&'static str> {
                Some($scope)
            }

            fn rate(&self) -> Option<Rate> {
                self.rate
            }

            fn get_cache_key<'r>(&self, req: &'r Request) -> Option<Cow<'r, str>> {
                let key: fn(&'r Request) -> Option<Cow<'r, str>> = $key;
                key(req)
            }

            fn kind_of_key(&self, req: &Request) -> &'static str {
                kind_of_user(req)
            }

            fn required_scope(&self, _scope: Option<&'static str>) -> Option<&'static str> {
                self.rate.is_none().then_some($scope)
            }
        }
    };
}

throttle! {
    /// Counts those who have not authenticated, by address (row I4). Scope `anon`.
    AnonRateThrottle, "anon", |req| (!req.is_authenticated()).then(|| req.ident())
}

throttle! {
    /// Counts everybody: by user, else by address (row I5). Scope `user`.
    UserRateThrottle, "user", |req| Some(user_or_ident(req))
}

/// Counts everybody in the `throttle_scope` of the viewset or the action; without one it does not limit
/// (row I6). Rates are the router's.
#[derive(Clone, Copy, Debug)]
pub struct ScopedRateThrottle;

impl SimpleRateThrottle for ScopedRateThrottle {
    fn scope(&self, req: &Request) -> Option<&'static str> {
        req.options().throttle_scope
    }

    fn get_cache_key<'r>(&self, req: &'r Request) -> Option<Cow<'r, str>> {
        Some(user_or_ident(req))
    }

    fn kind_of_key(&self, req: &Request) -> &'static str {
        kind_of_user(req)
    }

    fn required_scope(&self, scope: Option<&'static str>) -> Option<&'static str> {
        scope
    }
}
