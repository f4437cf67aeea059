//! Names of files as people gave them, made safe to show, to save and to put in a header.

/// The longest name kept, in bytes.
pub const MOST: usize = 120;

/// The last part of a path, without what cannot be seen or changes how the rest is read; never empty.
pub fn clean(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: String = last.chars().filter(|c| !is_unseen(*c)).collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    let name = words.join(" ");
    let name = name.trim_matches(['.', ' ']);
    if name.is_empty() { "file".to_owned() } else { shortened(name) }
}

/// Control characters, marks that turn the direction of writing, and what has no width.
fn is_unseen(c: char) -> bool {
    let is_blank = c == ' ' || c == '\t' || c == '\u{a0}';
    let turns =
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    (c.is_control() && !is_blank) || turns || matches!(c, '"' | '<' | '>' | '|' | ':' | '*' | '?')
}

/// The ending stays: it is what people know a file by.
fn shortened(name: &str) -> String {
    if name.len() <= MOST {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.len() <= 10);
    let ending = ending.map(|ending| format!(".{ending}")).unwrap_or_default();
    let mut cut = MOST - ending.len();
    while !name.is_char_boundary(cut) {
        cut -= 1;
    }
    format!("{}{ending}", name.get(..cut).unwrap_or_default())
}

/// The value of `Content-Disposition` (RFC 6266) for a name that [`clean`] made.
pub fn disposition(is_inline: bool, name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && c != '"' && c != '\\' || c == ' ' { c } else { '_' })
        .collect();
    let place = if is_inline { "inline" } else { "attachment" };
    format!("{place}; filename=\"{plain}\"; filename*=UTF-8''{}", encoded(name))
}

/// Percent form of RFC 8187.
fn encoded(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_and_unseen_characters_go_and_the_ending_stays() {
        for (given, expected) in [
            ("photo.jpg", "photo.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\dana\\pump left.png", "pump left.png"),
            ("a\0b\r\nSet-Cookie: x.png", "abSet-Cookie x.png"),
            ("fdp\u{202e}gpj.exe", "fdpgpj.exe"),
            ("..", "file"),
            ("", "file"),
            (" . hidden ", "hidden"),
            ("x\"; filename=\"y.html", "x; filename=y.html"),
        ] {
            assert_eq!(clean(given), expected, "{given:?}");
        }
        let long = clean(&format!("{}.jpeg", "é".repeat(300)));
        assert!(long.len() <= MOST && long.ends_with("é.jpeg"), "{long}");
    }

    #[test]
    fn a_header_names_it_twice() {
        assert_eq!(
            disposition(false, "größe 1.txt"),
            "attachment; filename=\"gr__e 1.txt\"; filename*=UTF-8''gr%C3%B6%C3%9Fe%201.txt"
        );
    }

    proptest! {
        #[test]
        fn a_clean_name_is_short_seen_and_stays_clean(given in ".{0,300}") {
            let name = clean(&given);
            prop_assert!(!name.is_empty() && name.len() <= MOST);
            prop_assert!(!name.contains(['/', '\\', '\0', '\n', '\r', '"']));
            prop_assert!(disposition(true, &name).is_ascii());
        }
    }
}
