//! The routes of a router as data, and the loop that applies them to a viewset
//! (DRF's `SimpleRouter.routes` and `get_routes`).

use std::borrow::Cow;

use crate::verb::Verb;
use crate::viewsets::Binding;

/// A route for fixed actions. In `url` and `name` stand `{prefix}`, `{lookup}`, `{trailing_slash}` and
/// `{basename}`.
#[derive(Clone, Debug)]
pub struct Route {
    /// `{prefix}/{lookup}{trailing_slash}`
    pub url: Cow<'static, str>,
    /// The methods and their actions; those that the viewset lacks are left out, and with them the route
    /// if none is left.
    pub mapping: Cow<'static, [(Verb, &'static str)]>,
    /// `{basename}-detail`
    pub name: Cow<'static, str>,
    /// Whether the route is for one object.
    pub detail: bool,
    /// The display suffix: `Instance`.
    pub suffix: Option<&'static str>,
}

/// A route for each extra action with the same `detail`. Beside the words of [`Route`], `{url_path}` and
/// `{url_name}` stand for the action's.
#[derive(Clone, Debug)]
pub struct DynamicRoute {
    /// `{prefix}/{lookup}/{url_path}{trailing_slash}`
    pub url: Cow<'static, str>,
    /// `{basename}-{url_name}`
    pub name: Cow<'static, str>,
    /// Whether it is for actions on one object.
    pub detail: bool,
}

/// One row of a router's table.
#[derive(Clone, Debug)]
pub enum RouteTemplate {
    /// Fixed actions.
    Route(Route),
    /// Extra actions.
    Dynamic(DynamicRoute),
}

impl From<Route> for RouteTemplate {
    fn from(route: Route) -> Self {
        Self::Route(route)
    }
}

impl From<DynamicRoute> for RouteTemplate {
    fn from(route: DynamicRoute) -> Self {
        Self::Dynamic(route)
    }
}

const LIST: &[Binding] = &[(Verb::Get, "list"), (Verb::Post, "create")];
const DETAIL: &[Binding] = &[
    (Verb::Get, "retrieve"),
    (Verb::Put, "update"),
    (Verb::Patch, "partial_update"),
    (Verb::Delete, "destroy"),
];

/// The four rows of DRF's routers, in its order: list, list actions, object, object actions.
pub(crate) fn default_routes() -> Vec<RouteTemplate> {
    let route = |url, mapping, name, detail, suffix| {
        RouteTemplate::Route(Route {
            url: Cow::Borrowed(url),
            mapping: Cow::Borrowed(mapping),
            name: Cow::Borrowed(name),
            detail,
            suffix: Some(suffix),
        })
    };
    let dynamic = |url, detail| {
        let name = Cow::Borrowed("{basename}-{url_name}");
        RouteTemplate::Dynamic(DynamicRoute { url: Cow::Borrowed(url), name, detail })
    };
    vec![
        route("{prefix}{trailing_slash}", LIST, "{basename}-list", false, "List"),
        dynamic("{prefix}/{url_path}{trailing_slash}", false),
        route("{prefix}/{lookup}{trailing_slash}", DETAIL, "{basename}-detail", true, "Instance"),
        dynamic("{prefix}/{lookup}/{url_path}{trailing_slash}", true),
    ]
}

/// The values that stand in for the words of a template.
pub(crate) struct Words<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) lookup: &'a str,
    pub(crate) trailing_slash: &'a str,
    pub(crate) basename: &'a str,
    pub(crate) url_path: &'a str,
    pub(crate) url_name: &'a str,
}

impl Words<'_> {
    /// Fills a template; other braces stay for the pattern's own placeholders.
    pub(crate) fn fill(&self, template: &str) -> String {
        let words = [
            ("{prefix}", self.prefix),
            ("{lookup}", self.lookup),
            ("{trailing_slash}", self.trailing_slash),
            ("{basename}", self.basename),
            ("{url_path}", self.url_path),
            ("{url_name}", self.url_name),
        ];
        let mut text = String::with_capacity(template.len() + 16);
        let mut rest = template;
        'next: while let Some(c) = rest.chars().next() {
            for (word, value) in words {
                if let Some(tail) = rest.strip_prefix(word) {
                    text.push_str(value);
                    rest = tail;
                    continue 'next;
                }
            }
            text.push(c);
            rest = &rest[c.len_utf8()..];
        }
        text
    }
}
