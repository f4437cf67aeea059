//! Tables that a page hands out as CSV: one cell, quoted where it must be, and never computed by whatever opens it.

/// A cell of RFC 4180. What a spreadsheet would compute is text.
pub fn cell(text: &str) -> String {
    let computes = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if computes { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be_and_compute_nothing() {
        for (text, expected) in [
            ("plain", "plain"),
            ("a, \"b\"", "\"a, \"\"b\"\"\""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(cell(text), expected, "{text}");
        }
    }
}
