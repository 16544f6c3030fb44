//! The terms of `?ordering=` (DRF's `OrderingFilter`, row K11).

/// The allowed fields that are asked for, by their places in `allowed`, each downwards or upwards. What is not
/// allowed is left out, and so is a field that came before: it sorts nothing any more.
pub(super) fn parse(text: &str, allowed: &[&str]) -> Vec<(usize, bool)> {
    let mut parsed: Vec<(usize, bool)> = Vec::new();
    for term in text.split(',').map(str::trim) {
        let (name, descending) = match term.strip_prefix('-') {
            Some(name) => (name, true),
            None => (term, false),
        };
        let Some(place) = allowed.iter().position(|known| *known == name) else { continue };
        if parsed.iter().all(|(known, _)| *known != place) {
            parsed.push((place, descending));
        }
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_allowed_is_left_out() {
        let allowed = ["title", "pages"];
        let table: [(&str, &[(usize, bool)]); 9] = [
            ("title", &[(0, false)]),
            ("-pages, title", &[(1, true), (0, false)]),
            ("--title", &[]),
            ("Title", &[]),
            ("?", &[]),
            ("title;pages", &[]),
            ("-nope,-title", &[(0, true)]),
            ("title,-title,pages,title", &[(0, false), (1, false)]),
            ("", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(parse(text, &allowed), expected, "{text}");
        }
    }
}
