//! The terms of `?ordering=` (DRF's `OrderingFilter`, row K11).

/// The allowed fields that are asked for, by their places in `allowed`, each downwards or upwards. What is not
/// allowed is left out.
pub(super) fn parse(text: &str, allowed: &[&str]) -> Vec<(usize, bool)> {
    let terms = text.split(',').map(str::trim);
    terms
        .filter_map(|term| {
            let (name, descending) = match term.strip_prefix('-') {
                Some(name) => (name, true),
                None => (term, false),
            };
            let place = allowed.iter().position(|known| *known == name)?;
            Some((place, descending))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_allowed_is_left_out() {
        let allowed = ["title", "pages"];
        let table: [(&str, &[(usize, bool)]); 8] = [
            ("title", &[(0, false)]),
            ("-pages, title", &[(1, true), (0, false)]),
            ("--title", &[]),
            ("Title", &[]),
            ("?", &[]),
            ("title;pages", &[]),
            ("-nope,-title", &[(0, true)]),
            ("", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(parse(text, &allowed), expected, "{text}");
        }
    }
}
