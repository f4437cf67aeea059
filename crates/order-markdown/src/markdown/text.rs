//! Single lines, bullets and blocks of text: shown so that they cannot be mistaken for structure.
//!
//! `read(show(x))` need not be `x`; where it is not, a comment carries `x` (see `meta`).

use super::marks::cut_box;
use super::outline::{self, Line};

/// One line: control characters and newlines become blanks, no HTML comment can open.
pub(super) fn show_line(text: &str) -> String {
    let blank = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(blank).collect::<String>().replace("<!--", "&lt;!--").trim().to_owned()
}

/// A bullet's text: further lines are indented below it.
pub(super) fn show_bullet(text: &str, comment: &str) -> String {
    let mut lines = text.split('\n').map(show_line);
    let first = lines.next().unwrap_or_default();
    // A bullet of nothing but dashes would be a rule.
    let dashes = !first.is_empty() && first.chars().all(|c| c == '-' || c.is_whitespace());
    let mut shown = format!("{}{first}{comment}", if dashes { "\\" } else { "" });
    for line in lines.filter(|line| !line.is_empty()) {
        shown.push_str("\n  ");
        shown.push_str(&escape(&line));
    }
    shown
}

/// A bullet's text from its lines, the first one without its mark.
pub(super) fn read_bullet(first: &str, rest: &[&str]) -> String {
    let mut text = first.trim().to_owned();
    for line in rest {
        text.push('\n');
        text.push_str(unescape(line.trim()));
    }
    text
}

/// Several lines; code fences stay as they are when `fences` allows it and each of them is closed.
pub(super) fn show_block(text: &str, fences: bool) -> String {
    let raw = outline::lines(text).ok().filter(|_| fences);
    let is_code = |i: usize| raw.as_ref().and_then(|lines| lines.get(i)).is_some_and(|line| line.code);
    let shown = text
        .split('\n')
        .enumerate()
        .map(|(i, line)| if is_code(i) { line.to_owned() } else { show_block_line(line) });
    shown.collect::<Vec<_>>().join("\n")
}

fn show_block_line(line: &str) -> String {
    let indent: String = line.chars().take_while(|c| *c == ' ').collect();
    let shown = show_line(line);
    if shown.is_empty() { shown } else { indent + &escape(&shown) }
}

/// A block from its lines, without blank lines around it.
pub(super) fn read_block(lines: &[Line<'_>]) -> String {
    let read =
        lines.iter().map(|line| if line.code { line.text.to_owned() } else { read_block_line(line.text) });
    let lines: Vec<String> = read.collect();
    let is_blank = |line: &String| line.trim().is_empty();
    let start = lines.iter().take_while(|line| is_blank(line)).count();
    let end = lines.len() - lines.iter().rev().take_while(|line| is_blank(line)).count();
    lines.get(start..end).unwrap_or_default().join("\n")
}

fn read_block_line(line: &str) -> String {
    let line = line.trim_end();
    let bare = line.trim_start_matches(' ');
    let indent = line.get(..line.len() - bare.len()).unwrap_or_default();
    format!("{indent}{}", unescape(bare))
}

/// A backslash before what would start a heading, a list, a fence, a rule, a table or a comment.
fn escape(line: &str) -> String {
    let starts = ["#", "```", "~~~", "---", "***", "___", "**", "|", "<!--"];
    let boxed = outline::after_mark(line, true).and_then(cut_box).is_some();
    let bullet = boxed || outline::after_mark(line, false).is_some();
    let escaped = line.strip_prefix('\\').and_then(|rest| rest.chars().next());
    let special = bullet
        || starts.iter().any(|start| line.starts_with(start))
        || escaped.is_some_and(|c| c.is_ascii_punctuation());
    if special { format!("\\{line}") } else { line.to_owned() }
}

fn unescape(line: &str) -> &str {
    let rest = line.strip_prefix('\\').filter(|rest| rest.starts_with(|c: char| c.is_ascii_punctuation()));
    rest.unwrap_or(line)
}
