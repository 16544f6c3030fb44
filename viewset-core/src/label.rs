//! From a Rust name to words for people.

/// `recent_users` becomes `Recent users` (DRF's `pretty_name`).
pub(crate) fn label(name: &str) -> String {
    let words = name.replace('_', " ").to_lowercase();
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
