//! The routes of a router as resources of actix-web, so that `url_for`, `match_pattern` and `match_name`
//! know them. Requests are not routed by these.

use actix_web::dev::{ResourceDef, ResourceMap};
use viewset_core::routers::{Part, Pattern, RouteInfo, Router, regex_tokens};

/// A path that no request has: it stands in the resource map so that the map can be asked which patterns
/// lie around the router.
pub(crate) const MARKER: &str = "/\u{1}";

/// What `ResourceDef` takes; it panics at more.
const MAX_DYNAMIC: usize = 16;

/// The resource map of a router.
pub(crate) fn resource_map(router: &Router) -> ResourceMap {
    let mut map = ResourceMap::new(ResourceDef::prefix(""));
    // First, so that no route of the router can be what the marker finds.
    map.add(&mut ResourceDef::new(MARKER), None);
    for route in router.routes() {
        // The twin with a format suffix comes first: of two resources with one name `url_for` takes the
        // later.
        for path in suffix_path(route).into_iter().chain(path(route.pattern())) {
            let mut resource = ResourceDef::new(path);
            if let Some(name) = route.name() {
                resource.set_name(name);
            }
            map.add(&mut resource, None);
        }
    }
    map
}

/// As `path`, with the format suffix that the route also answers to.
fn suffix_path(route: RouteInfo<'_>) -> Option<String> {
    if !route.has_format_suffix() || route.pattern().names().count() == MAX_DYNAMIC {
        return None;
    }
    let path = path(route.pattern())?;
    let stem = path.trim_end_matches('/');
    Some(format!("{}.{{format:[a-z0-9]+}}", if stem.is_empty() { "/" } else { stem }))
}

/// The pattern in the syntax of `ResourceDef`, with a leading slash; `None` if that cannot express it.
///
/// actix-web has no way to write a literal `{`, or a `*` at the end: these become dynamic segments of their
/// own (`{_literal0:\x7B}`).
fn path(pattern: &Pattern) -> Option<String> {
    let mut free = (0..)
        .map(|number| format!("_literal{number}"))
        .filter(|name| pattern.names().all(|used| used != name));
    let mut dynamic = 0;
    let mut placeholder = |name: &str, regex: &str| {
        dynamic += 1;
        match regex {
            "[^/]+" => format!("{{{name}}}"),
            _ => format!("{{{name}:{regex}}}"),
        }
    };
    let mut path = String::from("/");
    let mut parts = pattern.parts().peekable();
    while let Some(part) = parts.next() {
        match part {
            Part::Placeholder { name, regex } => path.push_str(&placeholder(name, &spell(regex))),
            Part::Literal(text) => {
                for (at, char) in text.char_indices() {
                    let is_last = parts.peek().is_none() && at + char.len_utf8() == text.len();
                    let regex = match char {
                        '{' => r"\x7B",
                        '*' if is_last => r"\*",
                        _ => {
                            path.push(char);
                            continue;
                        }
                    };
                    path.push_str(&placeholder(&free.next().unwrap_or_default(), regex));
                }
            }
        }
    }
    (dynamic <= MAX_DYNAMIC).then_some(path)
}

/// actix-web counts braces without regard to escapes and classes, and lets `.` match a newline.
fn spell(regex: &str) -> String {
    let spelt = regex_tokens(regex).map(|token| match token.text {
        "{" if token.class => r"\x7B",
        "}" if token.class => r"\x7D",
        r"\{" => r"\x7B",
        r"\}" => r"\x7D",
        text => text,
    });
    let spelt: String = spelt.collect();
    let any = regex_tokens(regex).any(|token| !token.class && token.text == ".");
    if any { format!("(?-s:{spelt})") } else { spelt }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn actix_reads_the_same_pattern() {
        for (text, actix) in [
            ("", "/"),
            ("users/{pk}/", "/users/{pk}/"),
            ("users/{pk:[^/.]+}/", "/users/{pk:[^/.]+}/"),
            ("a/{y:[0-9]{4}}", "/a/{y:[0-9]{4}}"),
            (r"a/{y:\{[{}]\}\x{7B}}", r"/a/{y:\x7B[\x7B\x7D]\x7D\x{7B}}"),
            ("a/{y:.+}", "/a/{y:(?-s:.+)}"),
            ("a/{y:[.]+}", "/a/{y:[.]+}"),
            ("a{{{_literal0}}}", r"/a{_literal1:\x7B}{_literal0}}"),
            ("a/*", r"/a/{_literal0:\*}"),
            ("{a}*", r"/{a}{_literal0:\*}"),
            ("*/{a}", "/*/{a}"),
            ("a/{y:[a-z&&[^aeiou]]+}", "/a/{y:[a-z&&[^aeiou]]+}"),
        ] {
            let path = path(&Pattern::parse(text).unwrap()).unwrap();
            assert_eq!(path, actix, "{text}");
            drop(ResourceDef::new(path));
        }
    }

    #[test]
    fn what_actix_cannot_express_is_left_out_of_the_map() {
        let text: String = (0..16).map(|number| format!("{{a{number}}}/")).collect();
        assert!(path(&Pattern::parse(&text).unwrap()).is_some());
        assert!(path(&Pattern::parse(&(text.clone() + "{b}/")).unwrap()).is_none());
        assert!(path(&Pattern::parse(&(text + "{{/")).unwrap()).is_none());
    }
}
