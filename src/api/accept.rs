//! In which of two forms an answer is given: as JSON, or as one other kind that a header `Accept` may prefer.

use super::call::JSON;

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    Json,
    /// The other kind that an operation gives.
    Other,
}

/// The form that a header `Accept` asks for: what it prefers, JSON where it does not say; none where it takes neither. `other` is a
/// kind of text.
pub fn accepted(header: Option<&str>, other: &str) -> Option<As> {
    let Some(header) = header.filter(|header| !header.trim().is_empty()) else { return Some(As::Json) };
    let weight = |kinds: [&str; 3]| {
        let ranges = header.split(',').filter_map(|range| {
            let mut parts = range.split(';').map(|part| part.trim().to_ascii_lowercase());
            let kind = parts.next()?;
            let place = kinds.iter().position(|known| *known == kind)?;
            let asked = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            Some((place, asked))
        });
        // The most exact range decides, whatever a wider one says.
        ranges.min_by_key(|(place, _)| *place).map_or(0.0, |(_, asked)| asked)
    };
    let (json, other) = (weight([JSON, "application/*", "*/*"]), weight([other, "text/*", "*/*"]));
    match (json > 0.0, other > 0.0) {
        (false, false) => None,
        (_, true) if other > json => Some(As::Other),
        (true, _) => Some(As::Json),
        (false, true) => Some(As::Other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_what_the_header_prefers() {
        for (header, form) in [
            (None, Some(As::Json)),
            (Some(""), Some(As::Json)),
            (Some("*/*"), Some(As::Json)),
            (Some("application/json"), Some(As::Json)),
            (Some("text/markdown"), Some(As::Other)),
            (Some("text/*"), Some(As::Other)),
            (Some("TEXT/Markdown; charset=utf-8"), Some(As::Other)),
            (Some("text/html, application/xhtml+xml, */*;q=0.8"), Some(As::Json)),
            (Some("application/json;q=0.5, text/markdown"), Some(As::Other)),
            (Some("application/json, text/markdown"), Some(As::Json)),
            (Some("application/json;q=0, */*"), Some(As::Other)),
            (Some("text/html"), None),
            (Some("application/json;q=0"), None),
        ] {
            assert_eq!(accepted(header, "text/markdown"), form, "{header:?}");
        }
    }
}
