//! Words that people wrote, which no viewer shows as something that is recorded.
//!
//! Below a plan stand `## Work Log`, `## Comments` and `## Signatures on …`, and a ticked box says that work is done. Where a text
//! that was written here has such a line, a backslash before it makes it plain words in every viewer; reading takes it away again.

use pulldown_cmark::{Event, Parser};

use crate::read::boxes;

/// The text with a backslash before each line that would read as part of a record.
pub(crate) fn shielded(text: &str) -> String {
    each_line(text, |rest| format!("\\{rest}"))
}

/// A text that was shielded, as it was.
pub(crate) fn unshielded(text: &str) -> String {
    each_line(text, |rest| rest.strip_prefix('\\').unwrap_or(rest).to_owned())
}

/// Whether a heading with these words opens what is recorded.
pub(crate) fn opens_record(heading: &str) -> bool {
    let shown = Parser::new(heading).filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.to_lowercase()),
        _ => None,
    });
    let letters: String =
        shown.flat_map(|text| text.chars().collect::<Vec<_>>()).filter(|c| c.is_alphanumeric()).collect();
    letters.starts_with("signature") || letters == "worklog" || letters == "comments"
}

/// The text with each line that reads as part of a record changed behind its marks. Backslashes before such a line count
/// as nothing, so that one more or less says whether it is shielded.
fn each_line(text: &str, change: impl Fn(&str) -> String) -> String {
    let mut changed = String::with_capacity(text.len());
    let mut paragraph = String::new();
    for line in text.split_inclusive(['\n', '\r']) {
        // The second half of a line end.
        if line == "\n" && changed.ends_with('\r') {
            changed.push('\n');
            continue;
        }
        let (marks, rest) = line.split_at(behind_marks(line));
        let bare = rest.trim_start_matches('\\').trim_end();
        let is_underline = is_line_of(bare, '=') || is_line_of(bare, '-');
        let heading = heading_of(bare);
        let is_record = match heading {
            Some(words) => opens_record(words),
            None if is_underline => opens_record(&paragraph),
            None => is_ticked(bare),
        };
        changed.push_str(marks);
        changed.push_str(&if is_record { change(rest) } else { rest.to_owned() });
        if bare.is_empty() || is_underline || heading.is_some() {
            paragraph.clear();
        } else {
            paragraph.push_str(bare);
            paragraph.push(' ');
        }
    }
    changed
}

/// Where the words of a line begin: behind quote marks, indentation, bullets and numbers.
fn behind_marks(line: &str) -> usize {
    let mut rest = line;
    loop {
        let bare = rest.trim_start_matches([' ', '\t', '>']);
        let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
        let behind = match digits {
            0 => bare.strip_prefix(['-', '*', '+']),
            _ => bare.get(digits..).and_then(|rest| rest.strip_prefix(['.', ')'])),
        };
        match behind.filter(|behind| behind.starts_with([' ', '\t'])) {
            Some(behind) => rest = behind,
            None => return line.len() - bare.len(),
        }
    }
}

/// The words of a line that is a heading.
fn heading_of(line: &str) -> Option<&str> {
    let words = line.trim_start_matches('#');
    let depth = line.len() - words.len();
    ((1..=6).contains(&depth) && words.starts_with([' ', '\t'])).then_some(words)
}

fn is_line_of(line: &str, sign: char) -> bool {
    !line.is_empty() && line.chars().all(|c| c == sign)
}

fn is_ticked(line: &str) -> bool {
    let is_box = line.starts_with('[') && boxes::at_start(line).is_some_and(|found| found.is_ticked);
    // The form in which other tools write a box that they escape.
    is_box || line.starts_with("[x\\]")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::any::nasty;

    #[test]
    fn what_reads_as_recorded_is_shielded_and_nothing_else() {
        for (text, shown) in [
            ("## Signatures on WO-2026-038", "\\## Signatures on WO-2026-038"),
            ("a\n\n  ### Work Log\nb", "a\n\n  \\### Work Log\nb"),
            ("a\r# comments", "a\r\\# comments"),
            ("- ## Comments", "- \\## Comments"),
            ("> ## Comments:", "> \\## Comments:"),
            ("## **Signa**tures", "\\## **Signa**tures"),
            ("## S&#105;gnatures", "\\## S&#105;gnatures"),
            ("## Work\u{200b} Log ##", "\\## Work\u{200b} Log ##"),
            ("Signatures\non WO-1\n---", "Signatures\non WO-1\n\\---"),
            ("Work Log\n===", "Work Log\n\\==="),
            ("Work Log\r\n===\r\n", "Work Log\r\n\\===\r\n"),
            ("- [x] done", "- \\[x] done"),
            ("\\## Comments", "\\\\## Comments"),
            ("\\[x\\] done", "\\\\[x\\] done"),
            ("## Notes", "## Notes"),
            ("The work log\n\n---", "The work log\n\n---"),
            ("####### Comments", "####### Comments"),
            ("##Comments", "##Comments"),
            ("- [ ] open, [x](https://example.org)", "- [ ] open, [x](https://example.org)"),
            ("", ""),
        ] {
            assert_eq!(shielded(text), shown, "{text}");
            assert_eq!(unshielded(shown), text, "{shown}");
        }
    }

    proptest! {
        #[test]
        fn a_shielded_text_is_read_as_it_was(lines in proptest::collection::vec(nasty(), 1..8), end in "\n|\r\n|\r") {
            for text in [lines.join(&end), lines.join("\n## Work Log\n"), lines.join("\n\\- [x] ")] {
                prop_assert_eq!(unshielded(&shielded(&text)), text);
            }
        }
    }
}
