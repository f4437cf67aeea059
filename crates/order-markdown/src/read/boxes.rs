//! Boxes to tick, wherever people put them: `[ ]`, `[x]`, `[]`, ☐, ☑ and their like.

/// A box in a text: where it stands, how long it is, whether it is ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Byte offset in the text.
    pub at: usize,
    /// Bytes of the box.
    pub length: usize,
    pub is_ticked: bool,
}

/// Signs that are a box by themselves, and what each becomes when it is ticked or opened.
const SIGNS: [(&str, bool, &str); 8] = [
    ("☐", false, "☑"),
    ("☑", true, "☐"),
    ("☒", true, "☐"),
    ("⬜", false, "✅"),
    ("🔲", false, "☑"),
    ("▢", false, "☑"),
    ("□", false, "☑"),
    ("❏", false, "☑"),
];
/// Empty brackets, and the letters that other tools write for begun, dropped or moved: all of them are open.
const OPEN: [&str; 7] = ["[ ]", "[]", "[-]", "[~]", "[/]", "[>]", "[\u{a0}]"];
const TICKED: [&str; 5] = ["[x]", "[X]", "[✓]", "[✔]", "[*]"];

/// The box that a text begins with.
pub fn at_start(text: &str) -> Option<Found> {
    let open = OPEN.iter().map(|sign| (*sign, false));
    let all = open.chain(TICKED.iter().map(|sign| (*sign, true)));
    let all = all.chain(SIGNS.iter().map(|(sign, ticked, _)| (*sign, *ticked)));
    let escaped =
        text.strip_prefix('\\').filter(|rest| rest.starts_with("[ \\]") || rest.starts_with("[x\\]"));
    if let Some(rest) = escaped {
        return Some(Found { at: 0, length: 5, is_ticked: rest.starts_with("[x") });
    }
    all.into_iter().find_map(|(sign, is_ticked)| {
        let rest = text.strip_prefix(sign)?;
        let is_link = sign.starts_with('[') && rest.starts_with(['(', '[', ':']);
        (!is_link).then(|| {
            let tail = if rest.starts_with('\u{fe0f}') { '\u{fe0f}'.len_utf8() } else { 0 };
            Found { at: 0, length: sign.len() + tail, is_ticked }
        })
    })
}

/// Every plain box in a text outside the ranges that are something else, such as code and links. The ranges come in
/// their order and do not overlap.
pub fn all_in(text: &str, from: usize, masked: &[(usize, usize)]) -> Vec<Found> {
    let is_masked = |at: usize| {
        let begun = masked.partition_point(|(start, _)| *start <= from + at);
        begun.checked_sub(1).and_then(|last| masked.get(last)).is_some_and(|(_, end)| from + at < *end)
    };
    let mut found: Vec<Found> = Vec::new();
    for (at, sign) in text.char_indices() {
        let may_begin = sign == '[' || SIGNS.iter().any(|(it, ..)| it.starts_with(sign));
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let stands = before.is_none_or(|c| c.is_whitespace() || "|>(:：/,;*_".contains(c) || !c.is_ascii());
        if !may_begin || is_masked(at) || !stands {
            continue;
        }
        let plain = text.get(at..).and_then(at_start).filter(|it| is_plain(text, at, it.length));
        found.extend(plain.map(|it| Found { at, ..it }));
    }
    found
}

/// In running text only the boxes that nothing else is written like.
fn is_plain(text: &str, at: usize, length: usize) -> bool {
    let sign = text.get(at..at + length).unwrap_or_default();
    let bare = sign.trim_end_matches('\u{fe0f}');
    ["[ ]", "[x]", "[X]"].contains(&bare) || SIGNS.iter().any(|(it, ..)| *it == bare)
}

/// The same box the other way.
pub fn turned(sign: &str) -> String {
    let bare = sign.trim_end_matches('\u{fe0f}');
    if let Some((.., other)) = SIGNS.iter().find(|(it, ..)| *it == bare) {
        return (*other).to_owned();
    }
    let escaped = bare.starts_with('\\');
    let ticked = TICKED.contains(&bare) || bare == "\\[x\\]";
    let turned = match (ticked, escaped) {
        (true, false) => "[ ]",
        (false, false) => "[x]",
        (true, true) => "\\[ \\]",
        (false, true) => "\\[x\\]",
    };
    turned.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_told_from_links_and_code() {
        let starts = |text| at_start(text).map(|it| it.is_ticked);
        assert_eq!(starts("[ ] a"), Some(false));
        assert_eq!(starts("[X] a"), Some(true));
        assert_eq!(starts("[]"), Some(false));
        assert_eq!(starts("☑️ a"), Some(true));
        assert_eq!(starts("\\[ \\] a"), Some(false));
        for none in ["[x](y)", "[x]: y", "[a] b", "x [ ]", "[x][y]"] {
            assert_eq!(starts(none), None, "{none}");
        }
        let text = "a [ ] b `[x]` ☐ c [1] $[X] a[ ]";
        let places: Vec<usize> = all_in(text, 0, &[(8, 13)]).iter().map(|it| it.at).collect();
        assert_eq!(places, [2, 14]);
    }

    #[test]
    fn a_box_is_turned_and_turned_back() {
        for sign in ["[ ]", "☐", "\\[ \\]"] {
            assert_eq!(turned(&turned(sign)), sign);
        }
        assert_eq!(
            (turned("[X]"), turned("[]"), turned("☑\u{fe0f}")),
            ("[ ]".into(), "[x]".into(), "☐".into())
        );
    }
}
