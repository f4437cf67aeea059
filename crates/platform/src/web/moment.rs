//! A moment that somebody types or a link carries, read as UTC.

use crate::foundation::{Error, Result, Timestamp};

/// Reads RFC 3339, what a `datetime-local` field sends, a moment as pages write it (`2026-11-21 09:30 UTC`), or a day, which
/// means its end. The refusal names the field.
pub fn read_moment(field: &str, text: &str) -> Result<Timestamp> {
    let text = text.trim();
    let text = text.strip_suffix("UTC").map_or(text, str::trim_end);
    // A plus in a query is a blank unless it was escaped; a blank before the time is one that was typed.
    let text = if text.contains('T') { text.replace(' ', "+") } else { text.replacen(' ', "T", 1) };
    let forms = [text.clone(), format!("{text}Z"), format!("{text}:00Z"), format!("{text}T23:59:59Z")];
    forms
        .iter()
        .find_map(|form| Timestamp::parse_rfc3339(form))
        .ok_or_else(|| Error::invalid(field, "expected a moment in UTC such as 2026-11-21 09:30, or a day"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_links_fields_and_people_send_them() {
        let exact = Timestamp::parse_rfc3339("2026-11-21T09:30:00Z").unwrap();
        for text in [
            "2026-11-21T09:30:00Z",
            "2026-11-21T10:30:00 01:00",
            "2026-11-21T09:30",
            "2026-11-21T09:30:00",
            "2026-11-21 09:30",
            " 2026-11-21 09:30 UTC ",
            "2026-11-21 09:30:00 UTC",
        ] {
            assert_eq!(read_moment("as_of", text).unwrap(), exact, "{text}");
        }
        assert!(read_moment("as_of", "2026-11-21").is_ok());
        for text in ["", "yesterday", "2026-13-01", "UTC", "2026-11-21 25:00"] {
            assert!(read_moment("as_of", text).is_err(), "{text}");
        }
    }
}
