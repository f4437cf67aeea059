//! What people type as plain words, written so that it stays words in Markdown. Pure.
//!
//! An order is exported as Markdown and read back: a line such as `## Step 7` or `- [ ] call them` in what somebody typed would
//! come back as a step or an item that nobody planned.

use crate::read::boxes;

/// One line of it: line breaks and runs of blanks become one blank.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same words with a backslash before everything that would be a heading, a list, a table, or code. A box becomes round brackets.
pub fn prose(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<String> = text.trim().lines().map(prose_line).collect();
    lines.join("\n")
}

fn prose_line(line: &str) -> String {
    // Indented lines are code; the blanks before them say nothing in a paragraph.
    let line = line.trim();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = line.split_at_checked(digits).unwrap_or(("", line));
    let is_numbered = digits > 0 && rest.starts_with(['.', ')']);
    let begins = is_numbered || (digits == 0 && begins_structure(rest));
    let mark = if begins { "\\" } else { "" };
    let first = rest.chars().next().filter(|_| begins).map(String::from).unwrap_or_default();
    let behind = rest.get(first.len()..).unwrap_or_default();
    // A comment hides what stands in it, wherever it begins.
    format!("{number}{mark}{first}{}", without_boxes(behind, begins)).replace("<!--", "&lt;!--")
}

fn begins_structure(line: &str) -> bool {
    let is_comment = line.starts_with("<!--");
    let fence = line.starts_with("```") || line.starts_with("~~~");
    fence || (!is_comment && line.starts_with(['#', '-', '*', '+', '>', '|', '=', '<', '_', ':', '!']))
}

/// A box becomes round brackets: readers of checklists take one also where it is escaped, as other tools export them so. `is_behind` where
/// a mark was cut off before the text.
fn without_boxes(text: &str, is_behind: bool) -> String {
    let mut written = String::with_capacity(text.len());
    if text.starts_with('\\') && !is_behind && boxes::at_start(text).is_none() {
        written.push('\\');
    }
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let found = boxes::at_start(rest);
        match &found {
            Some(found) if found.is_ticked => written.push_str("(x)"),
            Some(_) => written.push_str("( )"),
            None => written.push(c),
        }
        rest = rest.get(found.map_or(c.len_utf8(), |found| found.length)..).unwrap_or_default();
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read;

    #[test]
    fn words_stay_words_when_the_order_is_read_again() {
        for words in [
            "d\n\n## Step 7: X\n\n- [ ] y",
            "* [x] a\n+ [ ] b\n1. [ ] c\n2) [X] d",
            "[ ] at once\nChoose: [ ] a [ ] b",
            "☐ one\n☑ two",
            "\\[ \\] escaped\n\\# Step 1",
            "Step 9\n===\nStep 10\n---",
            "| do | done |\n|---|---|\n| a | [ ] |",
            "a | b\n:--|--:\nx | [ ]",
            "```\ncode\n```\n~~~\nmore",
            "see\n\n    - [ ] indented\n\t- [ ] by a tab",
            "> - [ ] quoted\n> # Step 3",
            "<!-- x -->- [ ] a\n<div>\n- [ ] b\n</div>",
            "## Completion Criteria\n\n- it runs",
            "!!! note\n    - [ ] a",
            "***\n___\n- - [ ] deep",
            "\r\n# Step 2\r- [ ] by old line ends",
        ] {
            let text = format!("# Title\n\n{}\n\n## Step 1: Do it\n\n- [ ] the one item\n", prose(words));
            let taken = read(&text).unwrap().taken();
            assert_eq!((taken.steps, taken.items, taken.criteria), (1, 1, 0), "{text}");
        }
    }

    #[test]
    fn plain_words_are_left_as_they_are() {
        for words in ["It drips since 7 o'clock.\nOil below it, 20 mm [see](photo) * often", "7 of 9", ""] {
            assert_eq!(prose(words), words);
        }
        assert_eq!(prose("3. valve"), "3\\. valve");
        assert_eq!(one_line(" a\r\n b\tc "), "a b c");
    }
}
