//! What a view is called in OPTIONS, where nobody gave it a name.

/// The name of a view (DRF A16): the one it was given, else the type's without `View` and `ViewSet`,
/// split at capitals, with the suffix.
pub(crate) fn display_name(name: Option<&str>, class_name: &str, suffix: Option<&str>) -> String {
    if let Some(name) = name {
        return name.to_owned();
    }
    let stem = class_name.strip_suffix("View").unwrap_or(class_name);
    let stem = stem.strip_suffix("ViewSet").unwrap_or(stem);
    let mut words = title_case(stem);
    if let Some(suffix) = suffix {
        words.push(' ');
        words.push_str(suffix);
    }
    words
}

/// `HTTPThing` becomes `Http Thing`, as DRF's `camelcase_to_spaces` and `str.title` have it.
fn title_case(camel: &str) -> String {
    let chars: Vec<char> = camel.chars().collect();
    let mut text = String::with_capacity(camel.len() + 8);
    for (index, &c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|i| chars.get(i)).copied();
        let after_lower = before.is_some_and(char::is_lowercase);
        let before_lower = chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && before.is_some() && (after_lower || before_lower) {
            text.push(' ');
        }
        if c == '_' {
            text.push(' ');
        } else if text.chars().next_back().is_some_and(char::is_alphabetic) {
            text.extend(c.to_lowercase());
        } else {
            text.extend(c.to_uppercase());
        }
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::display_name;

    #[test]
    fn a_view_is_named_after_its_type_as_drf_names_it() {
        let list = Some("List");
        assert_eq!(display_name(None, "BookViewSet", list), "Book List");
        assert_eq!(display_name(None, "HTTPThingViewSet", list), "Http Thing List");
        assert_eq!(display_name(None, "Foo_BarViewSet", list), "Foo  Bar List");
        assert_eq!(display_name(None, "APIRootView", None), "Api Root");
        assert_eq!(display_name(Some("Mine"), "BookViewSet", list), "Mine");
    }
}
