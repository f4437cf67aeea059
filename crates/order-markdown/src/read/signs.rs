//! Signs that a file puts at headings and entries, and names with a code.

/// A sign by which a file says that something is done, open or failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Done,
    Open,
    Failed,
    /// Somebody is to look again; only headings say it.
    Flagged,
    NotApplicable,
}

const SIGNS: [(&str, Sign); 14] = [
    ("✅", Sign::Done),
    ("☑️", Sign::Done),
    ("☑", Sign::Done),
    ("✔️", Sign::Done),
    ("✔", Sign::Done),
    ("[x]", Sign::Done),
    ("[X]", Sign::Done),
    ("⬜️", Sign::Open),
    ("⬜", Sign::Open),
    ("☐", Sign::Open),
    ("[ ]", Sign::Open),
    ("❌", Sign::Failed),
    ("➖", Sign::NotApplicable),
    ("(N/A)", Sign::NotApplicable),
];

/// Cuts a sign off the end of a text, or a box off its start. A sign before a heading, such as ⚠, is one of its words.
pub fn cut_sign(text: &str) -> (&str, Option<Sign>) {
    let text = text.trim();
    for (sign, means) in SIGNS {
        let before = sign.starts_with('[') || sign == "☐" || sign == "☑";
        let rest = text.strip_suffix(sign).or_else(|| text.strip_prefix(sign).filter(|_| before));
        if let Some(rest) = rest.map(str::trim).filter(|rest| !rest.is_empty()) {
            return (rest, Some(means));
        }
    }
    (text, None)
}

/// Cuts the sign of a step off its heading: as [`cut_sign`], and a warning sign at the end, by which the house form
/// flags a step.
pub fn cut_heading_sign(text: &str) -> (&str, Option<Sign>) {
    match cut_end_sign(text.trim()) {
        Some((words, sign)) if !words.trim().is_empty() => (words.trim(), Some(sign)),
        _ => cut_sign(text),
    }
}

/// Cuts a sign other than a box off the end of a heading; blanks before it stay.
pub fn cut_end_sign(text: &str) -> Option<(&str, Sign)> {
    let flags = [("⚠️", Sign::Flagged), ("⚠", Sign::Flagged)];
    let pictures = SIGNS.into_iter().filter(|(sign, _)| !sign.starts_with(['[', '(']));
    pictures.chain(flags).find_map(|(sign, means)| Some((text.strip_suffix(sign)?, means)))
}

/// Cuts `(optional)` off the end of a text: whether the thing is required.
pub fn cut_optional(text: &str) -> (&str, bool) {
    const OPTIONAL: &str = "(optional)";
    let split = text.len().checked_sub(OPTIONAL.len()).and_then(|at| text.split_at_checked(at));
    match split {
        Some((rest, tail)) if tail.eq_ignore_ascii_case(OPTIONAL) && !rest.trim().is_empty() => {
            (rest.trim_end(), false)
        }
        _ => (text, true),
    }
}

/// `Ada Moor (USR-001)`: a name and, in the last parentheses, a code.
pub fn cut_code(text: &str) -> (String, String) {
    let text = text.trim();
    let inside = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
    match inside {
        Some((name, code)) if !name.trim().is_empty() => (name.trim().to_owned(), code.trim().to_owned()),
        _ => (text.to_owned(), String::new()),
    }
}

/// A name with its code behind it.
pub fn show_code(name: &str, code: &str) -> String {
    if code.is_empty() { name.to_owned() } else { format!("{name} ({code})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_is_cut_and_a_decoration_stays() {
        assert_eq!(cut_sign("Isolate ✅"), ("Isolate", Some(Sign::Done)));
        assert_eq!(cut_sign("[ ] Isolate"), ("Isolate", Some(Sign::Open)));
        assert_eq!(cut_sign("⚠️ Hot surface"), ("⚠️ Hot surface", None));
        assert_eq!(cut_sign("✅ Ready"), ("✅ Ready", None));
        assert_eq!(cut_sign("✅"), ("✅", None));
        assert_eq!(cut_heading_sign("Isolate ⚠️"), ("Isolate", Some(Sign::Flagged)));
        assert_eq!(cut_heading_sign("Isolate [x]"), ("Isolate", Some(Sign::Done)));
        assert_eq!(cut_heading_sign("⚠️ Hot surface"), ("⚠️ Hot surface", None));
        assert_eq!(cut_heading_sign("⚠️"), ("⚠️", None));
        assert_eq!(cut_optional("Paint (Optional)"), ("Paint", false));
    }
}
