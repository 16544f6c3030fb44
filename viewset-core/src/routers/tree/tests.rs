//! The tree finds what Django's list of patterns finds.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::borrow::Cow;

use proptest::prelude::*;

use super::*;
use crate::routers::percent::decode_path;

/// Index of the pattern, arguments, format.
type Answer = Option<(usize, Vec<(String, String)>, Option<String>)>;

fn tree(patterns: &[(&str, bool)]) -> Tree<usize> {
    let mut tree = Tree::new();
    for (index, (pattern, suffix)) in patterns.iter().enumerate() {
        tree.insert(&Pattern::parse(pattern).unwrap(), *suffix, index).unwrap();
    }
    tree
}

fn ask(tree: &Tree<usize>, path: &str) -> Answer {
    tree.find(path).map(|found| {
        let mut kwargs = Vec::new();
        found.each_kwarg(|name, value| kwargs.push((name.to_owned(), value.to_owned())));
        (*found.value, kwargs, found.format.map(str::to_owned))
    })
}

/// `0 pk=1 .json`: the pattern, its arguments, the format.
fn told(tree: &Tree<usize>, path: &str) -> String {
    let Some((index, kwargs, format)) = ask(tree, path) else {
        return "404".to_owned();
    };
    let mut words = vec![index.to_string()];
    words.extend(kwargs.into_iter().map(|(name, value)| format!("{name}={value}")));
    words.extend(format.map(|format| format!(".{format}")));
    words.join(" ")
}

fn check(patterns: &[(&str, bool)], expected: &[(&str, &str)]) {
    let tree = tree(patterns);
    for (path, answer) in expected {
        assert_eq!(told(&tree, path), *answer, "{path}");
    }
}

#[test]
fn the_first_pattern_wins_whether_literal_or_placeholder() {
    check(
        &[("users/recent/", false), ("users/{pk:[^/.]+}/", false), ("users/late/", false)],
        &[
            ("users/recent/", "0"),
            ("users/late/", "1 pk=late"),
            ("users/1/", "1 pk=1"),
            ("users/1", "404"),
            ("users/1.5/", "404"),
            ("users//", "404"),
            ("users/1/x", "404"),
            ("users", "404"),
            ("/users/1/", "404"),
            ("", "404"),
        ],
    );
}

#[test]
fn search_goes_back_when_a_branch_leads_nowhere() {
    check(
        &[("a/b/c/", false), ("a/{x:[0-9]+}/d/", false), ("{y}/b/e/", false), ("a/b/{z}/", false)],
        &[
            ("a/b/c/", "0"),
            ("a/1/d/", "1 x=1"),
            ("a/b/e/", "2 y=a"),
            ("a/b/d/", "3 z=d"),
            ("a/x/d/", "404"),
        ],
    );
}

#[test]
fn format_suffixes_are_twins_right_after_their_pattern() {
    check(
        &[("", true), ("users/", true), ("users/{pk:[^/.]+}/", true), ("{any}", false)],
        &[
            ("", "0"),
            (".json", "0 .json"),
            (".json/", "0 .json"),
            ("users/", "1"),
            ("users.json", "1 .json"),
            ("users.json/", "1 .json"),
            ("users.json//", "404"),
            ("users/.json", "404"),
            ("users.JSON", "3 any=users.JSON"),
            ("users.", "3 any=users."),
            ("users/1.json", "2 pk=1 .json"),
            ("users/1.5/", "2 pk=1 .5"),
            ("users/1.tar.gz", "404"),
            ("other", "3 any=other"),
        ],
    );
    check(
        &[("{pk}", true), ("{pk:[a-z]+}/", true)],
        &[("a.json", "0 pk=a.json"), ("a.json/", "0 pk=a .json"), ("a.b.json/", "0 pk=a.b .json")],
    );
}

#[test]
fn suffixes_work_without_a_trailing_slash_and_after_several() {
    check(&[("u", true), ("u/", true)], &[("u.json", "0 .json"), ("u/", "1"), ("u", "0")]);
    check(&[("u//", true)], &[("u.json", "0 .json"), ("u//", "0"), ("u/.json", "404")]);
    check(&[("/", true)], &[(".json", "0 .json"), ("/", "0"), ("", "404")]);
}

#[test]
fn what_a_segment_cannot_express_is_matched_as_a_regex() {
    check(
        &[
            ("files/{path:.+}/raw/", true),
            ("v{major:[0-9]+}.{minor:[0-9]+}/{pk}/", false),
            ("files/{path:.*}", false),
            ("{a}-{b}", false),
            ("{lang:en|en-gb}{rest:[a-z-]*}/", false),
        ],
        &[
            ("files/a/b/raw/", "0 path=a/b"),
            ("files/a/b/raw.json", "0 path=a/b .json"),
            ("files/", "2 path="),
            ("files/a/b/raw", "2 path=a/b/raw"),
            ("v1.20/x/", "1 major=1 minor=20 pk=x"),
            ("v1./x/", "404"),
            ("a-b-c", "3 a=a-b b=c"),
            ("en-gb/", "4 lang=en rest=-gb"),
        ],
    );
}

#[test]
fn anchors_see_the_whole_path_and_newlines_are_characters() {
    check(
        &[("a/{x:^b}/", false), (r"a{x:\bb}", false), ("{x:^b$}", false), ("n/{x}", false)],
        &[("a/b/", "404"), ("ab", "404"), ("b", "2 x=b"), ("b\n", "404"), ("n/\n", "3 x=\n")],
    );
}

#[test]
fn regexes_from_python_work_as_they_are() {
    check(
        &[(r"a/(?P<a_id>\d+)/u/{pk:\w{2,4}}/", true), (r"d/{day:\d{4}-\d\d}", false)],
        &[
            ("a/१/u/éa/", "0 a_id=१ pk=éa"),
            ("a/1/u/ab.json", "0 a_id=1 pk=ab .json"),
            ("a/x/u/ab/", "404"),
            ("d/2024-01", "1 day=2024-01"),
        ],
    );
}

#[test]
fn more_than_four_arguments_are_kept() {
    check(
        &[("{a}/{b}/{c}/{d}/{e}/{f}-{g}/", false)],
        &[("1/2/3/4/5/6-7/", "0 a=1 b=2 c=3 d=4 e=5 f=6 g=7")],
    );
}

#[test]
fn an_equal_pattern_is_refused_and_named() {
    let mut tree = tree(&[("users/{pk}/", true), ("v{n}/", false)]);
    for (text, existing) in [
        ("users/{pk}/", "users/{pk}/"),
        ("users/(?P<id>[^/]+)/", "users/{pk}/"),
        ("v{m}/", "v{n}/"),
    ] {
        let pattern = Pattern::parse(text).unwrap();
        let conflict = tree.insert(&pattern, false, 9).unwrap_err();
        let expected = format!(
            "URL pattern `{}` can never be reached: `{existing}` matches the same paths",
            pattern.as_str()
        );
        assert_eq!(conflict.to_string(), expected);
    }
    tree.insert(&Pattern::parse("users/{pk:[0-9]+}/").unwrap(), false, 2).unwrap();
    assert_eq!(told(&tree, "users/1/"), "0 pk=1");
}

#[test]
fn a_hostile_path_costs_little() {
    let mut patterns: Vec<(String, bool)> =
        (0..100).map(|n| (format!("{{a:\\w+}}/{{b{n}}}/c{n}/"), true)).collect();
    patterns.push(("{a:[^/]*}/{b:[^/]*}/{c:[^/]*}/{d:.*}x".to_owned(), true));
    let patterns: Vec<_> = patterns.iter().map(|(text, suffix)| (&**text, *suffix)).collect();
    let tree = tree(&patterns);
    let len = 1 << 16;
    for path in ["/".repeat(len), "a".repeat(len), ".".repeat(len), "a/".repeat(len / 2)] {
        assert_eq!(told(&tree, &path), "404");
    }
    let long = format!("{}x", "/".repeat(len));
    assert_eq!(ask(&tree, &long).unwrap().0, 100);
}

/// A piece of a random pattern: text, or the regex of an argument.
type Part = (bool, &'static str);

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let literal = |text| (false, text);
    let literals = ["a", "b", "ab", "1", "v", ".", "-", "a.b", "json", "{", "*"].map(literal);
    let regexes = [
        "[^/]+",
        "[^/]+",
        "[^/.]+",
        "[0-9]+",
        r"\d+",
        "[a-z]{1,2}",
        ".+",
        "[^.]*",
        "a|ab",
        "(?:a|b)/?",
        r"\w*",
        "[a-b]?",
        "^a",
        "[^/]*?",
        "(a)(b)?",
        r"\S+",
        "[a-z.]+",
    ];
    let parts = literals.into_iter().chain(regexes.map(|regex| (true, regex))).collect::<Vec<_>>();
    let slash = Just(literal("/"));
    let part = prop_oneof![2 => slash, 3 => prop::sample::select(parts)];
    prop::collection::vec(part, 0..7)
}

fn pattern_of(parts: &[Part]) -> String {
    let spelt = parts.iter().enumerate().map(|(index, (argument, text))| match argument {
        true if index % 2 == 0 => format!("{{p{index}:{text}}}"),
        true => format!("(?P<p{index}>{text})"),
        false => text.replace('{', "{{"),
    });
    spelt.collect()
}

fn regex_of(parts: &[Part]) -> String {
    let spelt = parts.iter().enumerate().map(|(index, (argument, text))| match argument {
        true => format!("(?P<p{index}>{text})"),
        false => regex::escape(text),
    });
    spelt.collect()
}

/// Django: a list of regexes.
fn regexes(patterns: &[(Vec<Part>, bool)]) -> Vec<(usize, Regex)> {
    let mut regexes = Vec::new();
    for (index, (parts, suffix)) in patterns.iter().enumerate() {
        let plain = regex_of(parts);
        let twin = format!(r"{}\.(?P<format>[a-z0-9]+)/?", plain.trim_end_matches('/'));
        for regex in std::iter::once(plain).chain(suffix.then_some(twin)) {
            regexes.push((index, Regex::new(&format!("^{regex}$")).unwrap()));
        }
    }
    regexes
}

/// Django: the list tried in order.
fn first_match(regexes: &[(usize, Regex)], path: &str) -> Answer {
    regexes.iter().find_map(|(index, regex)| {
        let captures = regex.captures(path)?;
        let names = regex.capture_names().flatten();
        let mut kwargs: Vec<_> =
            names.map(|name| (name.to_owned(), captures[name].to_owned())).collect();
        let format = kwargs.pop_if(|(name, _)| name == "format").map(|(_, value)| value);
        Some((*index, kwargs, format))
    })
}

/// Patterns without those that the tree refuses, and the tree.
fn grown(patterns: Vec<(Vec<Part>, bool)>) -> (Vec<(Vec<Part>, bool)>, Tree<usize>) {
    let (mut tree, mut kept) = (Tree::new(), Vec::new());
    for (parts, suffix) in patterns {
        let pattern = Pattern::parse(&pattern_of(&parts)).unwrap();
        if tree.insert(&pattern, suffix, kept.len()).is_ok() {
            kept.push((parts, suffix));
        }
    }
    (kept, tree)
}

#[test]
fn each_of_many_literals_is_found_and_nothing_between_them() {
    let texts = (0..30).map(|number| match number % 3 {
        0 => format!("{number}"),
        1 => format!("resource{number}"),
        _ => format!("resource-with-a-long-name-{number}"),
    });
    let mut texts: Vec<_> = texts.collect();
    texts.extend(["resource", "resourc", ""].map(str::to_owned));
    let mut tree = Tree::new();
    for (number, text) in texts.iter().enumerate() {
        let pattern = Pattern::parse(&format!("{text}/x")).unwrap();
        tree.insert(&pattern, false, number).unwrap();
    }
    for (number, text) in texts.iter().enumerate() {
        let found = tree.find(&format!("{text}/x")).map(|found| found.value);
        assert_eq!(found, Some(&number), "{text}");
        for other in [format!("{text}\u{0}"), format!("{text}-"), format!("-{text}")] {
            assert!(tree.find(&format!("{other}/x")).is_none(), "{other}");
        }
    }
}

fn patterns() -> impl Strategy<Value = Vec<(Vec<Part>, bool)>> {
    prop::collection::vec((parts(), any::<bool>()), 1..8)
}

proptest! {
    #[test]
    fn the_tree_answers_like_a_list_of_regexes(
        patterns in patterns(),
        paths in prop::collection::vec("(a|b|ab|1|v|é|\\.|-|/|/|json|\\{|\\*|\n){0,9}", 16),
    ) {
        let (patterns, tree) = grown(patterns);
        let regexes = regexes(&patterns);
        for path in paths {
            prop_assert_eq!(ask(&tree, &path), first_match(&regexes, &path), "{:?}", path);
        }
    }

    #[test]
    fn a_filled_pattern_is_found_again(
        patterns in patterns(),
        values in prop::collection::vec("a|b|ab|1|a/b|é|a b|%2F|\\?|", 7),
    ) {
        let (patterns, tree) = grown(patterns);
        let regexes = regexes(&patterns);
        for (parts, _) in patterns.iter().cloned() {
            let pattern = Pattern::parse(&pattern_of(&parts)).unwrap();
            let value = |_: &str, index: usize| Some(Cow::Borrowed(&*values[index]));
            let Ok(path) = pattern.fill(value) else { continue };
            let path = decode_path(&path);
            let answer = ask(&tree, &path);
            prop_assert_eq!(&answer, &first_match(&regexes, &path));
            let Some((index, kwargs, _)) = answer else {
                // Only an anchor in the middle keeps a filled pattern from matching.
                prop_assert!(parts.iter().any(|(_, text)| *text == "^a"));
                continue;
            };
            // Neighbours without a literal between them may share the text differently.
            let apart = parts.windows(2).all(|two| two.contains(&(false, "/")))
                && parts.iter().all(|(argument, text)| !argument || text.starts_with("[^/"));
            if apart && patterns[index].0 == parts {
                let found: Vec<_> = kwargs.into_iter().map(|(_, value)| value).collect();
                prop_assert_eq!(&found, &values[..found.len()]);
            }
        }
    }
}

proptest! {
    #[test]
    fn literals_compare_as_their_texts_do(one in "[a-c\u{0}\u{e9}]{0,10}", other in "[a-c\u{0}\u{e9}]{0,10}") {
        let literal = Literal { head: head(&one), text: one.as_str().into() };
        prop_assert_eq!(literal.compare(&other, head(&other)), one.cmp(&other));
        prop_assert_eq!(literal.is(&other, head(&other)), one == other);
        for (path, after) in [(other.clone(), None), (format!("{other}/"), Some("")), (format!("{other}/x/y"), Some("x/y"))] {
            let segment = Segment::first_of(&path);
            prop_assert_eq!((segment.text, segment.head, segment.after), (&*other, head(&other), after));
        }
    }
}
