//! The words in a body: plain text as it is, JSON as its strings and numbers, without parsing it into a tree.
//!
//! Read in one pass and bounded in both length and depth, so that a body of any shape costs little. Escapes are undone:
//! clients that send `\u6cf5` are found by what they mean. JSON inside a JSON string is opened, encoded files are left out.

use trace_model::BodyForm;

/// Bytes of a body that are read.
pub const MOST_READ: usize = 512 * 1024;
/// A run without blanks from here on is a file in letters, not words.
const BLOB: usize = 600;
/// JSON inside JSON strings, at most this deep.
const DEEPEST: usize = 3;

/// The words of a body, one string a line; `with_keys` takes the names of fields too.
pub fn words_of(bytes: &[u8], form: BodyForm, with_keys: bool) -> String {
    words_of_parts(&[bytes], form, with_keys)
}

/// The words of a body of which only some parts are at hand, in their order. Its beginning says whether it is JSON; a
/// part that breaks off inside a string spoils no other.
pub fn words_of_parts(parts: &[impl AsRef<[u8]>], form: BodyForm, with_keys: bool) -> String {
    let (mut out, mut left, mut is_json) = (String::new(), MOST_READ, None);
    for part in parts.iter().map(AsRef::as_ref) {
        let part = part.get(..left).unwrap_or(part);
        left -= part.len();
        let text = String::from_utf8_lossy(part);
        if *is_json.get_or_insert_with(|| form != BodyForm::Text && looks_like_json(&text)) {
            read(&text, with_keys, &mut out, 0);
        } else {
            put(&mut out, &text);
        }
    }
    out
}

/// The beginning and the end of a text: the newest words of a conversation stand last.
pub fn head_and_tail(text: &str, head: usize, tail: usize) -> (&str, &str) {
    if text.len() <= head + tail {
        return (text, "");
    }
    let (first, last) = (text.floor_char_boundary(head), text.ceil_char_boundary(text.len() - tail));
    (text.get(..first).unwrap_or_default(), text.get(last..).unwrap_or_default())
}

fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[', '"'])
}

/// Takes every string and number; what is no JSON after all is read the same way and loses nothing but its marks.
fn read(text: &str, with_keys: bool, out: &mut String, depth: usize) {
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '"' || c.is_alphanumeric() || c == '-') {
        let (_, from) = rest.split_at(at);
        if let Some(inside) = from.strip_prefix('"') {
            let (string, after) = string(inside);
            let is_key = after.trim_start().starts_with(':');
            if !is_key || with_keys {
                if depth < DEEPEST && string.len() > 1 && string.trim_start().starts_with(['{', '[']) {
                    read(&string, with_keys, out, depth + 1);
                } else {
                    put(out, &string);
                }
            }
            rest = after;
        } else {
            let end = from.find(['"', ',', ']', '}', ':']).unwrap_or(from.len());
            let (word, after) = from.split_at(end);
            if !matches!(word.trim(), "null" | "true" | "false") {
                put(out, word);
            }
            rest = after;
        }
    }
}

/// The content of a string after its opening quote, and what stands behind it.
fn string(text: &str) -> (String, &str) {
    let mut out = String::new();
    let mut rest = text;
    loop {
        let Some(at) = rest.find(['"', '\\']) else {
            out.push_str(rest);
            return (out, "");
        };
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if let Some(after) = from.strip_prefix('"') {
            return (out, after);
        }
        rest = escape(from, &mut out);
    }
}

/// Undoes one escape; gives what stands behind it.
fn escape<'a>(from: &'a str, out: &mut String) -> &'a str {
    let mut chars = from.chars();
    chars.next();
    match chars.next() {
        Some('n' | 'r' | 't' | 'f' | 'b') => out.push('\n'),
        Some('u') => return unicode(from, out),
        Some(other) => out.push(other),
        None => {}
    }
    chars.as_str()
}

fn unicode<'a>(from: &'a str, out: &mut String) -> &'a str {
    let hex = |at: usize| u32::from_str_radix(from.get(at..at + 4)?, 16).ok();
    let (code, mut len) = (hex(2), 6);
    let low = hex(8).filter(|low| from.get(6..8) == Some("\\u") && (0xdc00..0xe000).contains(low));
    let code = match (code, low) {
        (Some(high @ 0xd800..0xdc00), Some(low)) => {
            len = 12;
            Some(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
        }
        (code, _) => code,
    };
    out.push(code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER));
    from.get(len..).or_else(|| from.get(2..)).unwrap_or_default()
}

fn put(out: &mut String, text: &str) {
    if is_file(text) {
        return;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(text);
}

/// A picture or sound in letters: no words to look for.
fn is_file(text: &str) -> bool {
    let is_named = text.starts_with("data:")
        && text.get(..100.min(text.len())).is_some_and(|head| head.contains(";base64,"));
    let head = text.as_bytes().get(..BLOB);
    is_named
        || head.is_some_and(|head| {
            head.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_".contains(byte))
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn json(text: &str) -> String {
        words_of(text.as_bytes(), BodyForm::JsonOrText, false)
    }

    #[test]
    fn strings_and_numbers_are_read_and_escapes_undone() {
        for (body, expected) in [
            (r#"[{"role":"user","content":"Check \"bar\"\nnow"}]"#, "user\nCheck \"bar\"\nnow"),
            (r#"{"a":12.5,"b":null,"c":[true,-3]}"#, "12.5\n-3"),
            (r#""\u6cf5 \ud83d\ude00""#, "泵 😀"),
            (r#"{"args":"{\"city\":\"Bern\\nSüd\"}"}"#, "Bern\nSüd"),
            (r#"{"open":"never ends"#, "never ends"),
            (r#""\ud83d x \u12"#, "\u{fffd} x \u{fffd}12"),
            ("plain words", "plain words"),
        ] {
            assert_eq!(json(body), expected, "{body}");
        }
        assert_eq!(words_of(br#"{"valve_id":7}"#, BodyForm::Json, true), "valve_id\n7");
    }

    #[test]
    fn encoded_files_are_left_out() {
        let file = "QUJD".repeat(400);
        assert_eq!(json(&format!(r#"["seal", "data:image/png;base64,{file}", "{file}"]"#)), "seal");
    }

    #[test]
    fn a_long_text_keeps_its_beginning_and_its_end() {
        let text = format!("first {} last", "é".repeat(500));
        let (head, tail) = head_and_tail(&text, 8, 6);
        assert!(head.starts_with("first ") && tail.ends_with(" last") && head.len() <= 8 && tail.len() <= 6);
        assert_eq!(head_and_tail("short", 8, 6), ("short", ""));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[\\[{\"\\\\u0dD:, a泵}\\]]{0,80}") {
            words_of(&bytes, BodyForm::JsonOrText, true);
            words_of(text.as_bytes(), BodyForm::Json, false);
        }
    }
}
