//! From a Rust name to words for people.

/// `recent_users` becomes `Recent users` (DRF's `pretty_name`).
pub(crate) fn label(name: &str) -> String {
    let words = name.replace('_', " ").to_lowercase();
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `OrderLine` becomes `order line` (Django's `verbose_name` of a model).
pub(crate) fn words(type_name: &str) -> String {
    let mut words = String::new();
    for (place, char) in type_name.char_indices() {
        if char.is_uppercase() && place > 0 {
            words.push(' ');
        }
        words.extend(char.to_lowercase());
    }
    words
}
