//! The names of placeholders, each once.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

static NAMES: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);

/// A name that stays for as long as the process runs, so that no request has to copy it. There are as many as an
/// application has names for its placeholders, however many routers it builds.
pub(super) fn interned(name: &str) -> &'static str {
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    let names = names.get_or_insert_default();
    match names.get(name) {
        Some(known) => known,
        None => {
            let name: &'static str = Box::leak(name.into());
            names.insert(name);
            name
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_once() {
        let (first, second) = (interned("a_name"), interned(&["a_", "name"].concat()));
        assert_eq!(first, "a_name");
        assert!(std::ptr::eq(first, second));
    }
}
