//! A piece cut at its boxes: a line may hold several.

use super::boxes::{self, Found};
use super::cut::{Form, Piece};
use super::rows::cells;

/// A part of a piece: from one box to the next, or all of a piece without boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Byte offset in the text.
    pub at: usize,
    /// What it says, without box and marks.
    pub text: String,
    pub ticked: Option<bool>,
    /// Byte offset of its box in the text.
    pub mark: Option<usize>,
}

/// The parts of a piece. Those with a box can be ticked.
pub fn shares(text: &str, piece: &Piece, masked: &[(usize, usize)]) -> Vec<Share> {
    let (from, to) = piece.words.unwrap_or((piece.at, piece.at));
    let words = text.get(from..to).unwrap_or_default();
    let found = match piece.form {
        Form::Row => boxes::all_in(words, from, masked),
        Form::Point | Form::Paragraph => standing(words, from, masked, piece.form == Form::Point),
        _ => Vec::new(),
    };
    if found.is_empty() {
        return vec![Share { at: piece.at, text: clean(words), ticked: None, mark: None }];
    }
    if piece.form == Form::Row {
        row_shares(words, from, piece, &found)
    } else {
        line_shares(words, from, piece, &found)
    }
}

/// Boxes that stand where one ticks: at the beginning, at the beginning of a line, behind a label, or several on a line.
fn standing(words: &str, from: usize, masked: &[(usize, usize)], is_point: bool) -> Vec<Found> {
    let first = boxes::at_start(words).filter(|it| is_point || is_certain(words, *it));
    let mut found = boxes::all_in(words, from, masked);
    if let Some(first) = first {
        found.retain(|it| it.at > 0);
        found.insert(0, first);
    }
    let lines = line_starts(words, &found);
    let on_lines = lines.chunk_by(|one, next| one == next).flat_map(|line| line.iter().map(|_| line.len()));
    let stands = |(found, (line, on_line)): &(Found, (usize, usize))| {
        if *on_line > 1 {
            return true;
        }
        let before = lead(words.get(*line..found.at).unwrap_or_default());
        before.is_empty() || (before.ends_with([':', '：', '|']) && !is_gap(words, *found))
    };
    let all = found.into_iter().zip(lines.iter().copied().zip(on_lines));
    all.filter(stands).map(|(found, _)| found).collect()
}

/// `Photos: [X] of them`: a capital letter with words behind it stands for a number that is to be filled in.
fn is_gap(words: &str, found: Found) -> bool {
    let behind =
        words.get(found.at + found.length..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    words.get(found.at..).is_some_and(|rest| rest.starts_with("[X]")) && !behind.trim().is_empty()
}

/// Empty brackets begin many a paragraph that is no box.
fn is_certain(words: &str, found: Found) -> bool {
    found.length > 2 && !words.starts_with("[-]") && !words.starts_with("[/]") && !words.starts_with("[*]")
}

/// Where the line of each box begins; boxes come in the order of the text.
fn line_starts(words: &str, found: &[Found]) -> Vec<usize> {
    let (mut line, mut read) = (0, 0);
    let mut start_of = |one: &Found| {
        let newline = words.get(read..one.at).and_then(|between| between.rfind('\n'));
        line = newline.map_or(line, |newline| read + newline + 1);
        read = one.at;
        line
    };
    found.iter().map(&mut start_of).collect()
}

fn line_shares(words: &str, from: usize, piece: &Piece, found: &[Found]) -> Vec<Share> {
    let lines = line_starts(words, found);
    let mut shares = Vec::new();
    // Lines before the first box are a text of their own, unless they are the words of a list item.
    let first_line = lines.first().copied().unwrap_or_default();
    let leads = first_line > 0 && piece.form == Form::Paragraph;
    if leads {
        let text = clean(words.get(..first_line).unwrap_or_default());
        shares.push(Share { at: piece.at, text, ticked: None, mark: None });
    }
    let mut begins = begins(words, found, &lines);
    if let Some(first) = begins.first_mut() {
        *first = if leads { first_line } else { 0 };
    }
    let ends = begins.iter().skip(1).copied().chain([words.len()]);
    for (i, ((one, begin), end)) in found.iter().zip(&begins).zip(ends).enumerate() {
        let before = lead(words.get(*begin..one.at).unwrap_or_default());
        let after = words.get(one.at + one.length..end).unwrap_or_default();
        let at = if i == 0 && !leads { piece.at } else { from + begin };
        let text = joined(&[&clean(before), &clean(after)], " ");
        shares.push(Share { at, text, ticked: Some(one.is_ticked), mark: Some(from + one.at) });
    }
    shares
}

/// `Yes [ ] No [ ]`: the words stand before their boxes.
fn labels_first(words: &str, found: &[Found]) -> bool {
    let (Some(first), Some(last)) = (found.first(), found.last()) else { return false };
    let tail = words.get(last.at + last.length..).unwrap_or_default().trim();
    found.len() > 1 && tail.is_empty() && !words.get(..first.at).unwrap_or_default().trim().is_empty()
}

/// Where the share of each box begins in the words; that of the first is 0.
fn begins(words: &str, found: &[Found], lines: &[usize]) -> Vec<usize> {
    let label_first = labels_first(words, found);
    let begin_of = |(pair, line): (&[Found], &usize)| match pair {
        [before, _] if label_first => before.at + before.length,
        [before, one] => {
            let leads = *line > before.at && lead(words.get(*line..one.at).unwrap_or_default()).is_empty();
            if leads { *line } else { one.at }
        }
        _ => 0,
    };
    let others = found.windows(2).zip(lines.iter().skip(1)).map(begin_of);
    std::iter::once(0).chain(others).collect()
}

/// What stands on a line before a box, without marks of quotes and lists.
fn lead(before: &str) -> &str {
    let bare = before.trim_matches([' ', '\t', '>']);
    let digits = bare.trim_end_matches(['.', ')']);
    let is_mark = matches!(bare, "-" | "*" | "+")
        || (digits.len() + 1 == bare.len() && digits.bytes().all(|b| b.is_ascii_digit()));
    if is_mark { "" } else { bare }
}

/// Words of a row and of a column that its boxes say again are no more than this, in bytes: beyond, a box says its own.
const MOST_REPEATED: usize = 64 * 1024;
/// A longer line above a column is no name of it, in bytes.
const LONGEST_COLUMN: usize = 300;

/// Each box of a row with the words of the row, and the name of its column where there are several.
fn row_shares(words: &str, from: usize, piece: &Piece, found: &[Found]) -> Vec<Share> {
    let cells = cells(words);
    let cell_of = |at: usize| cells.partition_point(|(begin, _)| *begin <= at).saturating_sub(1);
    // Signs and lines to write on say nothing of what is to be done.
    let says = |cell: &&str| cell.chars().any(char::is_alphanumeric) && !has_box(cell);
    let mut others: Vec<&str> = cells.iter().map(|(_, cell)| *cell).filter(says).collect();
    let repeated = others.iter().map(|cell| cell.len()).sum::<usize>().saturating_mul(found.len());
    if found.len() > 1 && repeated > MOST_REPEATED {
        others.clear();
    }
    let mut shares: Vec<Share> = Vec::new();
    for in_cell in found.chunk_by(|one, next| cell_of(one.at) == cell_of(next.at)) {
        let place = in_cell.first().map_or(0, |one| cell_of(one.at));
        let (begin, cell) = cells.get(place).copied().unwrap_or((0, ""));
        let own = match in_cell.len() {
            1 => vec![without_boxes(cell)],
            _ => beside(words, begin + cell.len() + 2, in_cell),
        };
        let column = piece.columns.get(place).map(String::as_str).unwrap_or_default();
        let column = if column.len() > LONGEST_COLUMN { "" } else { column };
        for (i, (one, own)) in in_cell.iter().zip(&own).enumerate() {
            let text = match found.len() {
                1 => joined(&[&[own.as_str()][..], &others].concat(), " — "),
                _ => joined(&[&others[..], &[column, own.as_str()]].concat(), " — "),
            };
            let at = match (shares.is_empty(), i) {
                (true, _) => piece.at,
                (false, 0) => from + begin.saturating_sub(1),
                (false, _) => from + one.at,
            };
            shares.push(Share { at, text, ticked: Some(one.is_ticked), mark: Some(from + one.at) });
        }
    }
    shares
}

/// The words that belong to each of several boxes of a cell: those behind it, or before it where the words stand first.
fn beside(words: &str, most: usize, in_cell: &[Found]) -> Vec<String> {
    let bar = |at: usize| words.get(at..).and_then(|rest| rest.find('|')).map_or(words.len(), |bar| at + bar);
    let end_of = |it: &Found| it.at + it.length;
    let (first, last) = (in_cell.first().map_or(0, |it| it.at), in_cell.last().map_or(0, end_of));
    let end = bar(last).min(most.max(last));
    let is_behind = !words.get(last..end).unwrap_or_default().trim().is_empty();
    let start = words.get(..first).and_then(|rest| rest.rfind('|')).map_or(0, |bar| bar + 1);
    let begins = std::iter::once(start).chain(in_cell.iter().map(end_of));
    let ends = in_cell.iter().map(|it| it.at).chain([end]);
    let between = begins.zip(ends).skip(usize::from(is_behind)).take(in_cell.len());
    between.map(|(from, to)| clean(words.get(from..to).unwrap_or_default())).collect()
}

fn has_box(cell: &str) -> bool {
    !boxes::all_in(cell, 0, &[]).is_empty()
}

fn without_boxes(cell: &str) -> String {
    let mut left = cell.to_owned();
    for one in boxes::all_in(cell, 0, &[]).into_iter().rev() {
        left.replace_range(one.at..one.at + one.length, "");
    }
    clean(&left)
}

fn joined(parts: &[&str], between: &str) -> String {
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    parts.join(between)
}

/// Words without the marks that lines of a quote or a list carry, and without comments.
pub fn clean(words: &str) -> String {
    let bare = without_comments(words);
    let lines = bare.lines().enumerate().map(|(i, line)| {
        let line = if i == 0 { line } else { line.trim_start_matches([' ', '\t', '>']) };
        line.trim_end()
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Words without the comments of HTML between them.
pub fn without_comments(words: &str) -> String {
    let mut left = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once("<!--") {
        left.push_str(before.trim_end_matches(' '));
        rest = after.split_once("-->").map_or("", |(_, behind)| behind);
    }
    left.push_str(rest);
    left
}

#[cfg(test)]
mod tests {
    use super::super::cut::cut;
    use super::*;

    fn texts(markdown: &str) -> Vec<(String, Option<bool>)> {
        let cut = cut(markdown);
        let shares = cut.pieces.iter().flat_map(|piece| shares(markdown, piece, &cut.masked));
        shares.map(|share| (share.text, share.ticked)).collect()
    }

    fn boxes_in(markdown: &str) -> Vec<String> {
        texts(markdown).into_iter().filter(|(_, ticked)| ticked.is_some()).map(|(text, _)| text).collect()
    }

    #[test]
    fn boxes_are_found_wherever_they_stand() {
        for (markdown, wanted) in [
            ("- [ ] a\n  - [x] b\n", vec!["a", "b"]),
            ("1. [ ] a\n2) [X] b", vec!["a", "b"]),
            ("> - [ ] a\n> - [ ] b\n", vec!["a", "b"]),
            ("[ ] a\n[ ] b\n", vec!["a", "b"]),
            ("☐ a\n☑ b\n", vec!["a", "b"]),
            ("| do | done |\n|---|---|\n| a | [ ] |\n| b | [x] |\n", vec!["a", "b"]),
            ("| do | yes | no |\n|---|---|---|\n| a | [ ] | [ ] |\n", vec!["a — yes", "a — no"]),
            ("- Kind: [ ] bug [ ] wish\n", vec!["Kind: bug", "wish"]),
            ("- Yes [ ] No [ ]\n", vec!["Yes", "No"]),
            ("- [ ] a\n\n  more of it\n- [ ] b\n", vec!["a", "b"]),
            ("- [] a\n", vec!["a"]),
            ("- [ ]\n- [ ] b\n", vec!["", "b"]),
            ("- [ ] **a** `[ ]` [x](y)\n", vec!["**a** `[ ]` [x](y)"]),
            ("```\n- [ ] a\n```\n", vec![]),
            ("<!--\n- [ ] a\n-->\n", vec![]),
            ("<!-- one\ntwo -->- [ ] a\n- [x] b\n", vec!["a", "b"]),
            ("<!-- one --><!-- two --> * [ ] a <!-- three -->\n", vec!["a"]),
            ("<!-- one -->[x] a\n", vec!["a"]),
            ("<!-- one --> see [x](y)\n", vec![]),
            ("See [x](y) and array[ ] here\n", vec![]),
            ("- [ ] a <!-- tw {\"id\":1} -->\n", vec!["a"]),
            ("* [ ] a\r\n* [ ] b\r\n", vec!["a", "b"]),
            ("- [ ] a\r- [ ] b\r", vec!["a", "b"]),
            ("- - [ ] a\n", vec!["a"]),
            ("!!! note\n    - [ ] a\n      more\n        - [x] b\n\n    text\n", vec!["a\nmore", "b"]),
            ("Price: $[X] per hour\n", vec![]),
            ("- Photos: [X] of them\n", vec![]),
            ("- Done: [X]\n- Kind: [X] bug [ ] wish\n", vec!["Done:", "Kind: bug", "wish"]),
            (
                "| Check | Target | Result |\n|---|---|---|\n| Gauge | 25 mm | ☐ OK ☐ Not OK |\n",
                vec!["Gauge — 25 mm — Result — OK", "Gauge — 25 mm — Result — Not OK"],
            ),
            (
                "| Check | Result | By |\n|---|---|---|\n| Gauge | OK ☐ Not OK ☐ | ____ |\n",
                vec!["Gauge — Result — OK", "Gauge — Result — Not OK"],
            ),
            ("| do | done |\n|---|---|\n| a ✓ | [ ] |\n| ✓ | [ ] |\n", vec!["a ✓", ""]),
            ("- [ ] a\n\t- [ ] b\n\t\t- [x] c\n\t- [ ] d\n", vec!["a", "b", "c", "d"]),
            ("- [ ] a\r\n\t- see it\r\n\t- [ ] b\r\n", vec!["a", "b"]),
            ("Choose one:\n[ ] a\n[x] b\n", vec!["a", "b"]),
        ] {
            assert_eq!(boxes_in(markdown), wanted, "{markdown:?}");
        }
    }
}
