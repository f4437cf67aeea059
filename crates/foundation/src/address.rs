//! Parts of addresses: ids of any client as one part of a path or of a query.

use std::fmt::Write;

/// A text as one part of a path or query (RFC 3986, section 2.1): everything but ASCII letters, digits and `-._` in percent
/// form, and points too where there is nothing else, so that nobody who joins paths takes it for a way up.
pub fn part(text: &str) -> String {
    let is_way = text.bytes().all(|b| b == b'.');
    let mut part = String::with_capacity(text.len());
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_') || (b == b'.' && !is_way) {
            part.push(char::from(b));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(part, "%{b:02X}");
        }
    }
    part
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn ids_of_any_client_become_one_part_of_an_address() {
        for (text, wanted) in [
            ("a41f-09.c2_", "a41f-09.c2_"),
            ("a/b?c&d é", "a%2Fb%3Fc%26d%20%C3%A9"),
            ("..", "%2E%2E"),
            ("a..", "a.."),
            ("", ""),
        ] {
            assert_eq!(part(text), wanted);
        }
    }
}
