//! From the name of a route to its URL (DRF's `reverse`, rows A19 to A22).
//!
//! The patterns were parsed when the router was built; a name is looked up in a map and its pattern
//! filled. Nothing is searched.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::Error;
use crate::request::RequestHead;
use crate::routers::{ESCAPED, Mounted, RouterInner, decode_path};
use crate::viewsets::names::display_name;

/// What Python's `urlencode` escapes in a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A URL in the making: `req.reverse("user-detail").arg(1).url()?`.
#[derive(Clone)]
#[must_use = "call `url()` to get the URL"]
pub struct Reverse<'a> {
    router: &'a RouterInner,
    name: Cow<'a, str>,
    head: Option<&'a RequestHead>,
    args: Vec<String>,
    kwargs: Vec<(Cow<'a, str>, String)>,
    /// For a placeholder that no argument was given for.
    fallback: Option<(&'a str, &'a str)>,
    query: Vec<(&'a str, &'a str)>,
    format: Option<String>,
    relative: bool,
}

/// No route has that name, or its URL cannot be made from these arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoReverseMatch {
    name: String,
    reason: String,
}

impl fmt::Display for NoReverseMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reverse for `{}` not found: {}", self.name, self.reason)
    }
}

impl std::error::Error for NoReverseMatch {}

impl<'a> Reverse<'a> {
    pub(crate) fn new(
        router: &'a RouterInner,
        name: Cow<'a, str>,
        head: Option<&'a RequestHead>,
    ) -> Self {
        Self {
            router,
            name,
            head,
            args: Vec::new(),
            kwargs: Vec::new(),
            fallback: None,
            query: Vec::new(),
            format: None,
            relative: false,
        }
    }

    /// The next positional argument, for the next placeholder of the pattern; one behind the last
    /// placeholder is the [format](Self::format).
    pub fn arg(mut self, value: impl fmt::Display) -> Self {
        self.args.push(value.to_string());
        self
    }

    /// Further positional arguments.
    pub fn args<T: fmt::Display>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        self.args.extend(values.into_iter().map(|value| value.to_string()));
        self
    }

    /// Further keyword arguments.
    pub fn kwargs<K: Into<Cow<'a, str>>, T: fmt::Display>(
        mut self,
        pairs: impl IntoIterator<Item = (K, T)>,
    ) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.to_string()));
        self.kwargs.extend(pairs);
        self
    }

    /// A keyword argument, for the placeholder of that name; `format` is the [format](Self::format). Not
    /// together with `arg`.
    pub fn kwarg(mut self, name: impl Into<Cow<'a, str>>, value: impl fmt::Display) -> Self {
        self.kwargs.push((name.into(), value.to_string()));
        self
    }

    /// A keyword argument for the placeholder of that name, if the pattern has it and `kwarg` did not
    /// give it: what a versioning scheme adds.
    pub fn default_kwarg(mut self, name: &'a str, value: &'a str) -> Self {
        self.fallback = Some((name, value));
        self
    }

    /// A query parameter of the URL.
    pub fn query(mut self, name: &'a str, value: &'a str) -> Self {
        self.query.push((name, value));
        self
    }

    /// Asks for the URL with a format suffix: `/users.json`.
    pub fn format(mut self, format: impl Into<String>) -> Self {
        self.format = Some(format.into());
        self
    }

    /// Asks for the path alone, without scheme and host (DRF's `request=None`).
    pub fn relative(mut self) -> Self {
        self.relative = true;
        self
    }

    /// The URL: absolute if it was asked for by a request, with the request's `?format=` kept.
    ///
    /// # Errors
    ///
    /// An unknown name, an argument too few or too many, a value that its placeholder does not
    /// match, or a format where the router has no suffixes.
    pub fn url(self) -> Result<String, NoReverseMatch> {
        let scheme =
            self.head.and_then(|head| Some((head, head.options().versioning_class.flatten()?)));
        match scheme {
            Some((head, scheme)) if !self.relative => scheme.adapt(head, self).finish(),
            _ => self.finish(),
        }
    }

    fn finish(self) -> Result<String, NoReverseMatch> {
        let path =
            self.path().map_err(|reason| NoReverseMatch { name: self.name.to_string(), reason })?;
        let other = self.found().and_then(|(mount, _)| mount);
        let Some(head) = self.head else {
            return Ok(format!("{}{path}", other.unwrap_or("/")));
        };
        let mount = match other {
            Some(mount) => Cow::Borrowed(mount),
            None => requoted(head.incoming().mount()),
        };
        if self.relative {
            return Ok(format!("{mount}{path}"));
        }
        let (scheme, host) = (head.scheme(), head.incoming().host());
        let mut url = format!("{scheme}://{host}{mount}{path}");
        let format = head.query_param("format");
        let mut query = self.query;
        if let Some(format) = format.as_deref() {
            query.push(("format", format));
            // DRF sorts them when it adds this one.
            query.sort_by_key(|(name, _)| *name);
        }
        for (place, (name, value)) in query.into_iter().enumerate() {
            url.push(if place == 0 { '?' } else { '&' });
            url.push_str(&quote_plus(name));
            url.push('=');
            url.push_str(&quote_plus(value));
        }
        Ok(url)
    }

    /// The field whose value names the object of the route, by the viewset behind it.
    pub(crate) fn lookup_field(&self) -> Option<&'static str> {
        self.found().map(|(_, route)| route.view.viewset.meta().lookup_field)
    }

    /// The path below the mount, without a leading slash.
    fn path(&self) -> Result<String, String> {
        let (_, route) = self.found().ok_or("no route has this name")?;
        let names: Vec<_> = route.pattern.names().collect();
        let format = self.format.as_deref().or_else(|| self.format_argument(route, &names));
        self.check_arguments(&names, format)?;
        let value = |name: &str, index: usize| {
            let kwarg = || self.kwargs.iter().find(|(key, _)| key == name).map(|(_, value)| value);
            let given = self.args.get(index).or_else(kwarg).map(String::as_str);
            let fallback = self.fallback.filter(|(key, _)| *key == name).map(|(_, value)| value);
            given.or(fallback).map(Cow::Borrowed)
        };
        let mut path = route.pattern.fill(value).map_err(|error| error.to_string())?;
        if let Some(format) = format {
            let is_format = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
            if !route.format_suffix || format.is_empty() || !format.chars().all(is_format) {
                return Err(format!("the route cannot have the format suffix `{format}`"));
            }
            path.truncate(path.trim_end_matches('/').len());
            path.push('.');
            path.push_str(format);
        }
        Ok(path)
    }

    /// The route of this name: of the router, else of another one whose names it knows, with its mount.
    fn found(&self) -> Option<(Option<&'a str>, &'a Mounted)> {
        if let Some(route) = self.router.named(&self.name) {
            return Some((None, route));
        }
        let mut others = self.router.names_of.iter();
        others.find_map(|(mount, other)| Some((Some(mount.as_str()), other.named(&self.name)?)))
    }

    /// The format among the arguments, where the route has a suffix: as Django sees it, `format` is the
    /// last argument of a second pattern.
    fn format_argument(&self, route: &Mounted, names: &[&str]) -> Option<&str> {
        if !route.format_suffix || names.contains(&"format") {
            return None;
        }
        let kwarg = self.kwargs.iter().find(|(name, _)| name == "format").map(|(_, value)| value);
        kwarg.or_else(|| self.args.get(names.len())).map(String::as_str)
    }

    fn check_arguments(&self, names: &[&str], format: Option<&str>) -> Result<(), String> {
        if !self.args.is_empty() && !self.kwargs.is_empty() {
            return Err("positional and keyword arguments cannot be mixed".to_owned());
        }
        let (given, taken) = (self.args.len(), names.len());
        let is_with_format = given == taken + 1 && self.format.is_none() && format.is_some();
        if given != 0 && given != taken && !is_with_format {
            return Err(format!("it takes {taken} arguments, {given} were given"));
        }
        let is_known = |name: &str| {
            names.contains(&name) || name == "format" && self.format.is_none() && format.is_some()
        };
        match self.kwargs.iter().find(|(name, _)| !is_known(name)) {
            Some((name, _)) => {
                Err(format!("it takes no argument `{name}`, only {}", names.join(", ")))
            }
            None => Ok(()),
        }
    }
}

/// A name or a value of a query as Python's `urlencode` writes it: blanks are plus signs.
pub(crate) fn quote_plus(text: &str) -> Cow<'_, str> {
    let is_unreserved =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    if text.bytes().all(is_unreserved) {
        return Cow::Borrowed(text);
    }
    let escaped = Cow::from(utf8_percent_encode(text, QUERY));
    match escaped.contains("%20") {
        true => Cow::Owned(escaped.replace("%20", "+")),
        false => escaped,
    }
}

/// A path from a request, escaped as the rest of the URL will be.
pub(crate) fn requoted(path: Cow<'_, str>) -> Cow<'_, str> {
    match path.contains('%') {
        true => Cow::Owned(utf8_percent_encode(&decode_path(&path), ESCAPED).to_string()),
        false => path,
    }
}

impl RequestHead {
    /// A URL of this router by its name: `req.reverse("user-detail").arg(1).url()?`. With a request
    /// the URL is absolute and starts where the router is mounted.
    pub fn reverse<'a>(&'a self, name: impl Into<Cow<'a, str>>) -> Reverse<'a> {
        Reverse::new(self.router(), name.into(), Some(self))
    }

    /// A URL of this viewset: `req.reverse_action("set-password").arg(1).url()?` (DRF A19). The
    /// standard actions are reached by `list` and `detail`.
    pub fn reverse_action(&self, url_name: &str) -> Reverse<'_> {
        self.reverse(format!("{}-{url_name}", self.basename().unwrap_or("None")))
    }

    /// The URLs of the extra actions with the same `detail` as this route, by display name, in
    /// alphabetical order of the actions; those that need other URL arguments are left out
    /// (DRF A23, A24). They have the format suffix of the request's path.
    pub fn get_extra_action_url_map(&self) -> Vec<(String, String)> {
        let Some(detail) = self.detail() else {
            return Vec::new();
        };
        let same =
            self.view().viewset.extra_actions().into_iter().filter(|a| a.is_detail() == detail);
        same.filter_map(|action| {
            let mut reverse = self.reverse_action(&action.url_name());
            for (name, value) in self.own_kwargs() {
                reverse = reverse.kwarg(*name, value);
            }
            if let Some(format) = self.format() {
                reverse = reverse.format(format);
            }
            let class_name = self.view().viewset.meta().class_name;
            let suffix = action.suffix;
            let label = display_name(action.label().as_deref(), class_name, suffix);
            Some((label, reverse.url().ok()?))
        })
        .collect()
    }
}

impl From<NoReverseMatch> for Error {
    fn from(error: NoReverseMatch) -> Self {
        Error::internal(error)
    }
}
