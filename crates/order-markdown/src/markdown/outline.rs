//! Lines, fences, headings and bullets: the skeleton of a file.

use foundation::{Error, Result};

/// One line of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// 1 for the first line.
    pub number: usize,
    /// The text without its line ending.
    pub text: &'a str,
    /// Whether it is a code fence or inside one.
    pub code: bool,
}

/// A heading and what stands below it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a, 'l> {
    /// The heading; none for what stands before the first one.
    pub heading: Option<Line<'a>>,
    pub body: &'l [Line<'a>],
}

/// A list element: the line with its mark and the indented lines below it.
#[derive(Clone, Debug)]
pub(super) struct Bullet<'a> {
    /// The line it begins on.
    pub number: usize,
    /// The text after the mark, comments included.
    pub first: &'a str,
    /// The indented lines below.
    pub rest: Vec<&'a str>,
}

/// The faults of a file name the line.
pub(super) fn fault(line: usize, message: impl Into<String>) -> Error {
    Error::invalid(format!("line {line}"), message)
}

/// The lines of a text, with code marked; a fence that is never closed is refused.
pub(super) fn lines(text: &str) -> Result<Vec<Line<'_>>> {
    let mut open: Option<(usize, &str)> = None;
    let mut lines = Vec::new();
    for (number, text) in (1..).zip(text.split('\n')) {
        let text = text.strip_suffix('\r').unwrap_or(text);
        let code = open.is_some() || opens_fence(text).is_some();
        open = match open {
            Some((_, fence)) if closes_fence(text, fence) => None,
            Some(open) => Some(open),
            None => opens_fence(text).map(|fence| (number, fence)),
        };
        lines.push(Line { number, text, code });
    }
    match open {
        Some((number, _)) => Err(fault(number, "this code fence is never closed; add a closing fence")),
        None => Ok(lines),
    }
}

/// The run of backticks or tildes that opens a fence on this line.
pub(super) fn opens_fence(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    let (run, info) = line.split_at_checked(length)?;
    (length >= 3 && !(mark == '`' && info.contains('`'))).then_some(run)
}

fn closes_fence(line: &str, fence: &str) -> bool {
    let line = line.trim();
    let mark = fence.chars().next().unwrap_or('`');
    line.len() >= fence.len() && line.chars().all(|c| c == mark)
}

/// The text of a heading of this level.
pub(super) fn heading<'a>(line: &Line<'a>, level: usize) -> Option<&'a str> {
    let text = line.text.strip_prefix(' ').unwrap_or(line.text);
    let rest = text.trim_start_matches('#');
    let is_heading = !line.code && text.len() - rest.len() == level;
    (is_heading && (rest.is_empty() || rest.starts_with([' ', '\t']))).then(|| rest.trim())
}

/// Cuts lines at the headings of a level.
pub(super) fn parts<'a, 'l>(lines: &'l [Line<'a>], level: usize) -> Vec<Part<'a, 'l>> {
    let starts: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| heading(line, level).is_some()).map(|(i, _)| i).collect();
    let first = starts.first().copied().unwrap_or(lines.len());
    let mut parts = vec![Part { heading: None, body: lines.get(..first).unwrap_or_default() }];
    for (i, start) in starts.iter().enumerate() {
        let end = starts.get(i + 1).copied().unwrap_or(lines.len());
        let body = lines.get(start + 1..end).unwrap_or_default();
        parts.push(Part { heading: lines.get(*start).copied(), body });
    }
    parts
}

/// Whether the line is a horizontal rule.
pub(super) fn is_rule(line: &Line<'_>) -> bool {
    let bare: String = line.text.chars().filter(|c| !c.is_whitespace()).collect();
    let one_mark = ['-', '*', '_'].iter().any(|mark| bare.chars().all(|c| c == *mark));
    !line.code && bare.len() >= 3 && one_mark
}

/// The text after a bullet's mark: `-`, `*`, `+`, `•`, or a number when `numbers` allows it.
pub(super) fn after_mark(text: &str, numbers: bool) -> Option<&str> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = if numbers && (1..=9).contains(&digits) {
        text.get(digits..)?.strip_prefix(['.', ')'])?
    } else {
        text.strip_prefix(['-', '*', '+', '•'])?
    };
    (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| rest.trim_start())
}

/// Whether the line begins a list element that is not nested.
pub(super) fn begins_bullet<'a>(line: &Line<'a>, numbers: bool) -> Option<&'a str> {
    let text = line.text.strip_prefix(' ').unwrap_or(line.text);
    if line.code || is_rule(line) { None } else { after_mark(text, numbers) }
}

/// Cuts lines into bullets and the lines that belong to none.
pub(super) fn bullets<'a>(lines: &[Line<'a>], numbers: bool) -> (Vec<Bullet<'a>>, Vec<Line<'a>>) {
    let (mut bullets, mut others): (Vec<Bullet<'a>>, Vec<Line<'a>>) = (Vec::new(), Vec::new());
    let mut inside = false;
    for line in lines {
        if let Some(first) = begins_bullet(line, numbers) {
            bullets.push(Bullet { number: line.number, first, rest: Vec::new() });
            inside = true;
        } else if let Some(bullet) = bullets.last_mut().filter(|_| inside && is_nested(line)) {
            bullet.rest.push(line.text.trim());
        } else {
            inside = false;
            others.push(*line);
        }
    }
    (bullets, others)
}

/// Whether the line is indented below something.
pub(super) fn is_nested(line: &Line<'_>) -> bool {
    let indented = line.text.starts_with("  ") || line.text.starts_with('\t');
    indented && !line.code && !line.text.trim().is_empty()
}

/// The lines without blank lines and rules at their end.
pub(super) fn without_rules<'a, 'l>(lines: &'l [Line<'a>]) -> &'l [Line<'a>] {
    let extra = lines.iter().rev().take_while(|line| line.text.trim().is_empty() || is_rule(line)).count();
    lines.get(..lines.len() - extra).unwrap_or_default()
}
