//! The plain truth about a router: its routes as regexes, tried one after another as Django does.

use regex::Regex;
use viewset_actix::prelude::*;
use viewset_actix::routers::RouteInfo;

/// The routes of a router, in their order.
pub(crate) struct Oracle {
    routes: Vec<Known>,
}

/// A route, and what it matches.
pub(crate) struct Known {
    pub(crate) name: String,
    /// The action that answers to GET.
    pub(crate) action: &'static str,
    /// The placeholders, in the order of the path.
    pub(crate) placeholders: Vec<String>,
    whole: Regex,
    with_format: Option<Regex>,
}

/// Where a path leads.
#[derive(Debug, PartialEq)]
pub(crate) struct Found<'o> {
    pub(crate) name: &'o str,
    pub(crate) action: &'o str,
    pub(crate) kwargs: Vec<(String, String)>,
    pub(crate) format: Option<String>,
}

impl Oracle {
    pub(crate) fn new(router: &Router) -> Self {
        Self { routes: router.routes().map(Known::new).collect() }
    }

    pub(crate) fn routes(&self) -> &[Known] {
        &self.routes
    }

    /// The first route that matches a path, decoded and without its leading slash.
    pub(crate) fn find(&self, path: &str) -> Option<Found<'_>> {
        self.routes.iter().find_map(|route| route.find(path))
    }
}

impl Known {
    fn new(route: RouteInfo<'_>) -> Self {
        let (regex, placeholders) = regex_of(route.path());
        let stem = regex.trim_end_matches('/');
        let with_format =
            route.has_format_suffix().then(|| format!(r"{stem}\.(?P<format>[a-z0-9]+)/?"));
        let get = route.actions().find(|(verb, _)| *verb == Verb::Get);
        Self {
            name: route.name().expect("all routes have names").to_owned(),
            action: get.map_or("", |(_, action)| action),
            placeholders,
            whole: anchored(&regex),
            with_format: with_format.map(|regex| anchored(&regex)),
        }
    }

    fn find(&self, path: &str) -> Option<Found<'_>> {
        let caught = self.whole.captures(path);
        let caught = caught.or_else(|| self.with_format.as_ref()?.captures(path))?;
        let text = |name: &str| caught.name(name).map(|it| it.as_str().to_owned());
        let kwarg = |name: &String| Some((name.clone(), text(name)?));
        Some(Found {
            name: &self.name,
            action: self.action,
            kwargs: self.placeholders.iter().filter_map(kwarg).collect(),
            format: text("format"),
        })
    }
}

fn anchored(regex: &str) -> Regex {
    Regex::new(&format!(r"\A(?:{regex})\z")).expect("a regex")
}

/// `by/{year:[0-9]{4}}` as `by/(?P<year>[0-9]{4})`, and the names.
fn regex_of(pattern: &str) -> (String, Vec<String>) {
    let (mut regex, mut names, mut rest) = (String::new(), Vec::new(), pattern);
    while let Some((literal, tail)) = rest.split_once('{') {
        let (inside, after) = tail.split_at(end_of_placeholder(tail));
        let (name, constraint) = inside.split_once(':').unwrap_or((inside, "[^/]+"));
        regex.push_str(&format!("{}(?P<{name}>{constraint})", regex::escape(literal)));
        names.push(name.to_owned());
        rest = &after[1..];
    }
    regex.push_str(&regex::escape(rest));
    (regex, names)
}

fn end_of_placeholder(text: &str) -> usize {
    let mut depth = 0;
    let end = text.char_indices().find(|(_, letter)| {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth < 0
    });
    end.expect("braces are balanced").0
}
