//! Media types and how they match (DRF's `_MediaType`); headers are read as Django reads them.

use crate::parsers::parameters::Header;

/// A media type of a header, of a renderer or of a parser.
pub(super) struct MediaType<'a> {
    text: &'a str,
    header: Header,
}

impl<'a> MediaType<'a> {
    /// One that cannot be read matches nothing.
    pub(super) fn parse(text: &'a str) -> Self {
        let text = text.trim();
        Self { text, header: Header::parse(text).unwrap_or_default() }
    }

    fn parts(&self) -> (&str, &str) {
        self.header.value.split_once('/').unwrap_or((&self.header.value, ""))
    }

    /// How specific it is: `*/*`, `type/*`, `type/subtype`, and with parameters.
    pub(super) fn precedence(&self) -> usize {
        match self.parts() {
            ("*", _) => 0,
            (_, "*") => 1,
            _ if self.header.parameters().all(|(name, _)| name == "q") => 2,
            _ => 3,
        }
    }

    /// Whether this, of a renderer or a parser, is what a client names: its parameters have to be there,
    /// those that the client adds do not matter; a wildcard on either side fits.
    pub(super) fn fits(&self, sent: &MediaType<'_>) -> bool {
        let ((main, sub), (sent_main, sent_sub)) = (self.parts(), sent.parts());
        let fits = |own: &str, other: &str| own == "*" || other == "*" || own == other;
        fits(main, sent_main)
            && fits(sub, sent_sub)
            && self
                .header
                .parameters()
                .all(|(name, value)| name == "q" || sent.header.get(name) == Some(value))
    }

    /// The media type that is accepted by this entry of a client: with its parameters where the renderer's
    /// own is more specific, else as it was sent; `None` if it adds nothing.
    pub(super) fn accepted(&self, own: &MediaType<'_>) -> Option<String> {
        if !self.text.contains(';') {
            return None;
        }
        if own.precedence() <= self.precedence() {
            return Some(self.text.to_owned());
        }
        let params = self.header.parameters().map(|(name, value)| format!(";{name}={value}"));
        Some(params.fold(own.text.to_owned(), |text, param| text + &param))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_fits_what_a_client_names() {
        let table = [
            ("application/json", "application/json", true),
            ("application/json", "Application/JSON ; charset=utf-8", true),
            ("application/json", "application/*", true),
            ("application/json", "*/*", true),
            ("application/json", "*/json", true),
            ("application/json", "*", false),
            ("application/json", "text/plain", false),
            ("application/json", "", false),
            ("application/*", "application/xml", true),
            ("text/csv; header=present", "text/csv", false),
            ("text/csv; header=present", "text/csv; header=\"present\"", true),
            ("application/json", "application/json; a*=nonsense''b", false),
        ];
        for (own, sent, fits) in table {
            assert_eq!(MediaType::parse(own).fits(&MediaType::parse(sent)), fits, "{own} {sent}");
        }
    }

    #[test]
    fn the_clients_parameters_are_kept() {
        let table = [
            ("*/*", None),
            ("*/*; indent=4", Some("application/json;indent=4")),
            ("application/*; a=\"b\"; a=c", Some("application/json;a=c")),
            ("application/json; Indent=4", Some("application/json; Indent=4")),
        ];
        let own = MediaType::parse("application/json");
        for (sent, accepted) in table {
            assert_eq!(MediaType::parse(sent).accepted(&own).as_deref(), accepted, "{sent}");
        }
    }
}
