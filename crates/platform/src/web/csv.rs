//! Tables handed out as CSV (RFC 4180), for whoever opens them in a spreadsheet.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;

use crate::foundation::{Error, Result};

/// A file with the names of the columns and the rows. A cell that a spreadsheet would compute begins with an apostrophe.
pub fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<String> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(head).map_err(Error::internal)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| inert(cell))).map_err(Error::internal)?;
    }
    let bytes = writer.into_inner().map_err(Error::internal)?;
    String::from_utf8(bytes).map_err(Error::internal)
}

/// The file as an answer that is saved under this name.
pub fn download(name: &str, table: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(table)
}

/// What a spreadsheet passes over before it looks for a formula: blanks, control characters and what has no width.
fn is_passed_over(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{180e}' | '\u{ad}')
}

fn inert(text: &str) -> String {
    // Some take the wide forms of the signs for the signs.
    let signs = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    let computes =
        text.starts_with(['\t', '\r']) || text.trim_start_matches(is_passed_over).starts_with(signs);
    if computes { format!("'{text}") } else { text.to_owned() }
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
            ("\u{feff}=1+1", "'\u{feff}=1+1"),
            ("\u{200b} \u{a0}=1+1", "'\u{200b} \u{a0}=1+1"),
            ("  -2", "'  -2"),
            ("\u{ff1d}1+1", "'\u{ff1d}1+1"),
            ("a = b", "a = b"),
            ("two\nlines", "\"two\nlines\""),
        ] {
            let file = table(&["a", "b"], [vec![text.to_owned(), "1".to_owned()]]).unwrap();
            assert_eq!(file, format!("a,b\r\n{expected},1\r\n"), "{text}");
        }
    }
}
