//! What patterns say, and what they refuse.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use regex::Regex;

use super::constraint::within_segment;
use super::*;

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text).unwrap()
}

fn fill(text: &str, values: &[&'static str]) -> Result<String, String> {
    pattern(text)
        .fill(|_, index| values.get(index).copied().map(Cow::Borrowed))
        .map_err(|error| error.to_string())
}

#[test]
fn patterns_are_read_and_spelt_normally() {
    for (text, normal, names) in [
        ("", "", ""),
        ("users/", "users/", ""),
        ("users/{pk}/", "users/{pk}/", "pk"),
        ("{pk:[^/]+}", "{pk}", "pk"),
        ("{pk:[^/.]+}/", "{pk:[^/.]+}/", "pk"),
        ("u/{a}/l/{year:[0-9]{4}}/", "u/{a}/l/{year:[0-9]{4}}/", "a year"),
        (r"a/(?P<a_id>\d+)/u/{pk}", r"a/{a_id:\d+}/u/{pk}", "a_id pk"),
        ("(?P<pk>[^/]+)", "{pk}", "pk"),
        ("(?P<v>(v1|v2))", "{v:(v1|v2)}", "v"),
        ("{v:(?P<major>[0-9])[.](?<minor>[0-9])}", "{v:(?:[0-9])[.](?:[0-9])}", "v"),
        ("{v:(?i:ab)}", "{v:(?i:ab)}", "v"),
        ("{{{a}}}-{{b}}", "{{{a}}}-{{b}}", "a"),
        (r"{a:\{x\}}{b:[{}]}{c:[]}]}{d:[^]}]}", r"{a:\{x\}}{b:[{}]}{c:[]}]}{d:[^]}]}", "a b c d"),
        (r"(?P<a>\))(?P<b>[)]+)(x)", r"{a:\)}{b:[)]+}(x)", "a b"),
        ("(?P<a>}{2}b{1,}}[}])", r"{a:\}{2}b{1,}\}[}]}", "a"),
        (r"{a:\x{7B}{2}}", r"{a:\x{7B}{2}}", "a"),
        (r"{a:[[:alpha:]}]+}", r"{a:[[:alpha:]}]+}", "a"),
        ("{a:}", "{a:}", "a"),
        ("{a:b:c}", "{a:b:c}", "a"),
        ("straße/{_1}", "straße/{_1}", "_1"),
    ] {
        let parsed = pattern(text);
        assert_eq!(parsed.as_str(), normal, "{text}");
        assert_eq!(parsed.names().collect::<Vec<_>>().join(" "), names, "{text}");
        assert_eq!(pattern(normal), parsed, "{text}");
    }
}

#[test]
fn a_mistake_is_named_with_its_place() {
    for (text, message) in [
        ("users/{pk", "character 7: unbalanced `{` (write `{{` for a brace)"),
        ("{pk:[0-9]{4}", "character 1: unbalanced `{` (write `{{` for a brace)"),
        ("{pk:[}", "character 1: unbalanced `{` (write `{{` for a brace)"),
        ("é/pk}/", "character 5: unbalanced `}` (write `}}` for a brace)"),
        ("{{pk}", "character 5: unbalanced `}` (write `}}` for a brace)"),
        ("a/(?P<pk", "character 3: unbalanced `(`"),
        ("a/(?P<pk>(b)", "character 3: unbalanced `(`"),
        ("a/{}/", "character 4: a placeholder needs a name"),
        ("a/{:b}/", "character 4: a placeholder needs a name"),
        ("(?P<>b)", "character 5: a placeholder needs a name"),
        ("{a b}", "character 2: `a b` is not an identifier"),
        ("{1a}", "character 2: `1a` is not an identifier"),
        ("{a}/{a}", "character 6: the name `a` is used twice"),
        (
            "{a}/{b:+}",
            "character 8: the regex does not compile: \
                       repetition operator missing expression",
        ),
        ("{a:(}", "character 4: the regex does not compile: unclosed group"),
        ("{a:b)(c}", "character 4: the regex does not compile: unopened group"),
        (
            "{a:(?<=b)c}",
            "character 4: the regex does not compile: \
                         look-around, including look-ahead and look-behind, is not supported",
        ),
        (
            "{a:(?x)b #}",
            "character 4: the regex does not compile: \
                         verbose mode is not supported",
        ),
        (
            "{a:[a-z]{9999}{999}}",
            "character 4: the regex does not compile: \
                                  Compiled regex exceeds size limit of 10485760 bytes",
        ),
    ] {
        let error = Pattern::parse(text).unwrap_err().to_string();
        assert_eq!(error, format!("URL pattern `{text}`, {message}"));
    }
}

#[test]
fn a_pattern_too_large_as_a_whole_is_refused() {
    let part = |number: usize| format!("{{a{number}:[a-z]{{1000}}}}-");
    assert!(Pattern::parse(&part(0)).is_ok());
    let text: String = (0..500).map(part).collect();
    let error = Pattern::parse(&text).unwrap_err().to_string();
    assert!(error.contains("exceeds size limit"), "{error}");
}

#[test]
fn filling_checks_and_quotes_like_django() {
    for (text, values, path) in [
        ("", &[] as &[&str], ""),
        ("users/{pk}/", &["1"], "users/1/"),
        ("users/{pk}/", &["é?#%"], "users/%C3%A9%3F%23%25/"),
        ("users/{pk}/", &["-_.~:@!$&'()*+,;="], "users/-_.~:@!$&'()*+,;=/"),
        (
            "{{é}}/{a:.+}",
            &["b/\"<>[\\]^`{|}\0"],
            "%7B%C3%A9%7D/b/%22%3C%3E%5B%5C%5D%5E%60%7B%7C%7D%00",
        ),
        ("{a}-{b:[0-9]{4}}", &["x", "2024"], "x-2024"),
        ("{a:a|ab}", &["ab"], "ab"),
        ("{a:[0-9]*}/", &[""], "/"),
        (r"{a:\d+}", &["१"], "%E0%A5%A7"),
    ] {
        assert_eq!(fill(text, values).unwrap(), path, "{text}");
    }
}

#[test]
fn a_missing_or_wrong_argument_is_named() {
    let pattern = "u/{a}/{b:[0-9]{4}}/";
    assert_eq!(
        fill(pattern, &["1"]).unwrap_err(),
        "URL pattern `u/{a}/{b:[0-9]{4}}/` needs the argument `b`"
    );
    assert_eq!(
        fill(pattern, &["1", "20245"]).unwrap_err(),
        "argument `b` of URL pattern `u/{a}/{b:[0-9]{4}}/`: `20245` does not match `[0-9]{4}`"
    );
}

#[test]
fn only_regexes_that_certainly_match_no_slash_are_kept_within_a_segment() {
    for regex in [
        "[^/]+",
        "[^/.]+",
        "[0-9]{4}",
        r"\d+",
        r"\w+",
        r"(a|b)+",
        "[a-f0-9-]{8}",
        "v[0-9]",
        r"[\w-]+",
        r"[^/\.]+",
        r"\.\-",
        "(?i:abc)",
        "[^/a-z]",
        "é+",
        r"\s",
        "",
    ] {
        assert!(within_segment(regex), "{regex}");
    }
    for regex in [
        ".", "/", "[^a]", "[+-9]", r"\D", r"\W", r"\S", r"\/", r"\x2F", r"[\x2F]", "[/]",
        "[^/&&a]", "[[^a]]", "[^a/[b]]", "^a", "a$", r"a\b", r"\<a", r"[^\d]", "[é]", r"\pL",
    ] {
        assert!(!within_segment(regex), "{regex}");
    }
}

#[test]
fn simple_classes_need_no_regex() {
    for regex in ["[^/]+", "[^/.]+", "[0-9]+", "[0-9a-f-]{8}", "[a-z]*", "[a-z]{2,}", "[-_.]?"] {
        assert!(Constraint::new(regex).unwrap().regex.is_none(), "{regex}");
    }
}

fn quantified() -> impl Strategy<Value = String> {
    let item = prop::sample::select(vec![
        "a", "b-y", "0-9", "A-Z", "-", "_", ".", r"\.", r"\-", r"\]", r"\d", r"\w", r"\s", "/",
        "^", "*", "&", "~", "[", "]", "é", "!-~", "+-9", r"\\", " ", "{", "}",
    ]);
    let repeat =
        prop::sample::select(vec!["", "?", "*", "+", "{2}", "{1,}", "{0,2}", "{2,3}", "+?"]);
    (any::<bool>(), prop::collection::vec(item, 1..4), repeat).prop_map(
        |(negated, items, repeat)| {
            format!("[{}{}]{repeat}", if negated { "^" } else { "" }, items.concat())
        },
    )
}

proptest! {
    #[test]
    fn hand_written_checks_agree_with_the_regex(
        regex in quantified(),
        value in "[ab/0-9.é१_A^*&~{}\\[\\]\\\\ -]{0,4}",
    ) {
        let constraint = Constraint::new(&regex);
        let Ok(reference) = Regex::new(&format!("^(?:{regex})$")) else {
            prop_assert!(constraint.is_err());
            return Ok(());
        };
        prop_assert_eq!(constraint.unwrap().accepts(&value), reference.is_match(&value));
        if within_segment(&regex) {
            prop_assert!(!reference.is_match("/") && !reference.is_match("//"));
        }
    }

    #[test]
    fn any_text_is_read_or_refused_and_the_normal_spelling_is_stable(
        text in "([a{}:()\\[\\]\\\\?P<>^/*|.0-9é]|[{]a[}]|[(][?]P<b>|[{]c:){0,12}",
    ) {
        match Pattern::parse(&text) {
            Ok(pattern) => {
                let again = Pattern::parse(pattern.as_str()).unwrap();
                prop_assert_eq!(again.as_str(), pattern.as_str());
            }
            Err(error) => prop_assert!(error.to_string().contains(&text)),
        }
    }
}
