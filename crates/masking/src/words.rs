//! The words of a name, whatever its spelling: `API_TOKEN`, `nextPageToken`, `http.request.header.private-token`.

/// The longest name that is looked at, in bytes; of a longer one its end.
const LONGEST: usize = 64;

/// The words of a name in small letters.
pub(super) fn of(name: &str) -> Vec<String> {
    let bytes = name.as_bytes();
    let bytes = bytes.get(bytes.len().saturating_sub(LONGEST)..).unwrap_or_default();
    let mut words: Vec<String> = vec![String::new()];
    for (at, byte) in bytes.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let is_joint = !byte.is_ascii_alphanumeric();
        if is_joint || before.is_some_and(|before| begins_word(*before, *byte, bytes.get(at + 1))) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| !is_joint) {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// `pageToken`, and `APIToken` before its last capital.
fn begins_word(before: u8, byte: u8, after: Option<&u8>) -> bool {
    byte.is_ascii_uppercase()
        && (before.is_ascii_lowercase()
            || before.is_ascii_uppercase() && after.is_some_and(u8::is_ascii_lowercase))
}

/// Whether a byte may stand in a name.
pub(super) fn may_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Where the name begins that ends at `end`. `\n` in JSON inside a text is no letter.
pub(super) fn start_of(text: &str, end: usize) -> usize {
    let before = text.as_bytes().get(..end).unwrap_or_default();
    let start = end - before.iter().rev().take(LONGEST).take_while(|byte| may_name(**byte)).count();
    let is_escape = start.checked_sub(1).and_then(|at| before.get(at)) == Some(&b'\\')
        && matches!(before.get(start), Some(b'n' | b'r' | b't' | b'b' | b'f'));
    if is_escape { start + 1 } else { start }
}

/// Where the name ends of which `at` is a part.
pub(super) fn end_of(text: &str, at: usize) -> usize {
    let after = text.as_bytes().get(at..).unwrap_or_default();
    at + after.iter().take(LONGEST).take_while(|byte| may_name(**byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words_in_any_spelling() {
        for (name, words) in [
            ("API_TOKEN", vec!["api", "token"]),
            ("nextPageToken", vec!["next", "page", "token"]),
            ("APIToken", vec!["api", "token"]),
            ("http.request.header.private-token", vec!["http", "request", "header", "private", "token"]),
            ("--token-limit", vec!["token", "limit"]),
            ("", vec![]),
        ] {
            assert_eq!(of(name), words, "{name}");
        }
    }
}
