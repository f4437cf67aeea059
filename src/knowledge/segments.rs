//! Cuts a quoted span into pieces that may stand alone: sentences, list items, keys with values.
//!
//! Markdown first (headings, code, tables and list items are never prose), then sentences. When unsure it
//! cuts less rather than more. Every piece is a byte range of the body; linear time.

use std::ops::Range;

use crate::audit::selectors::is_json;

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// A sentence of running text or of a list item.
    Sentence,
    /// `key: value`, `"key": value`, or a table row of two cells.
    KeyValue,
    /// A line of a code block.
    Code,
    /// A heading; it gives context to what follows.
    Heading,
    /// A table row of more than two cells, or its rule.
    TableRow,
}

/// A piece and where it stands in the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub kind: PieceKind,
    /// Its bytes, without white space around.
    pub bytes: Range<usize>,
}

const ABBREVIATIONS: [&str; 20] = [
    "e.g", "i.e", "etc", "vs", "mr", "mrs", "ms", "dr", "prof", "no", "nr", "fig", "approx", "ca", "cf",
    "st", "inc", "ltd", "dept", "resp",
];

/// Cuts the bytes `span` of a body into pieces, in order.
pub fn pieces(body: &str, span: Range<usize>) -> Vec<Piece> {
    let quoted = body.get(span.clone()).unwrap_or_default();
    let json = json_pairs(quoted, span.start);
    if !json.is_empty() {
        return json;
    }
    let mut cutter = Cutter { body, out: Vec::new(), paragraph: None, in_code: false };
    for line in lines(body, span) {
        cutter.line(trimmed(body, line.bytes));
        if line.escaped_end {
            cutter.end_paragraph();
        }
    }
    cutter.end_paragraph();
    cutter.out
}

/// A line without its end; inside JSON text the two characters `\n` end one too.
struct LineRange {
    bytes: Range<usize>,
    escaped_end: bool,
}

fn lines(body: &str, span: Range<usize>) -> Vec<LineRange> {
    let json = is_json(body);
    let mut out = Vec::new();
    let (mut start, mut escape) = (span.start, false);
    let quoted = body.get(span.clone()).unwrap_or_default();
    for (at, byte) in (span.start..).zip(quoted.bytes()) {
        let escaped_end = json && escape && byte == b'n';
        escape = byte == b'\\' && !escape;
        if escaped_end || byte == b'\n' {
            out.push(LineRange { bytes: start..if escaped_end { at - 1 } else { at }, escaped_end });
            start = at + 1;
        }
    }
    out.push(LineRange { bytes: start..span.end, escaped_end: false });
    out
}

struct Cutter<'a> {
    body: &'a str,
    out: Vec<Piece>,
    paragraph: Option<Range<usize>>,
    in_code: bool,
}

impl Cutter<'_> {
    fn line(&mut self, bytes: Range<usize>) {
        let line = self.body.get(bytes.clone()).unwrap_or_default();
        let fence = line.starts_with("```") || line.starts_with("~~~");
        if fence || self.in_code {
            self.end_paragraph();
            self.in_code ^= fence;
            self.push(if fence { PieceKind::TableRow } else { PieceKind::Code }, bytes);
        } else if line.is_empty() {
            self.end_paragraph();
        } else if line.starts_with('#') {
            self.end_paragraph();
            self.push(PieceKind::Heading, skip(self.body, bytes, |c| c == '#'));
        } else if line.starts_with('|') {
            self.end_paragraph();
            self.table_row(bytes);
        } else {
            self.prose_line(bytes, line);
        }
    }

    fn prose_line(&mut self, bytes: Range<usize>, line: &str) {
        let marker = list_marker(line);
        let content = trimmed(self.body, bytes.start + marker..bytes.end);
        let text = self.body.get(content.clone()).unwrap_or_default();
        if marker > 0 || is_key_value(text) {
            self.end_paragraph();
        }
        if is_key_value(text) {
            self.push(PieceKind::KeyValue, content);
        } else {
            let start = self.paragraph.as_ref().map_or(content.start, |open| open.start);
            self.paragraph = Some(start..content.end);
        }
    }

    fn table_row(&mut self, bytes: Range<usize>) {
        let inner = skip(self.body, bytes.clone(), |c| c == '|');
        let row = self.body.get(inner.clone()).unwrap_or_default();
        let row = row.trim_end_matches('|').trim_end();
        let rule = row.chars().all(|c| matches!(c, '-' | ':' | '|' | ' '));
        let two_cells = !rule && row.matches('|').count() == 1 && !row.ends_with('|');
        if two_cells {
            self.push(PieceKind::KeyValue, inner.start..inner.start + row.len());
        } else {
            self.push(PieceKind::TableRow, bytes);
        }
    }

    fn end_paragraph(&mut self) {
        if let Some(paragraph) = self.paragraph.take() {
            for sentence in sentences(self.body, paragraph) {
                self.push(PieceKind::Sentence, sentence);
            }
        }
    }

    fn push(&mut self, kind: PieceKind, bytes: Range<usize>) {
        if !bytes.is_empty() {
            self.out.push(Piece { kind, bytes });
        }
    }
}

/// Cuts running text into sentences; abbreviations, initials and decimals do not end one.
fn sentences(body: &str, paragraph: Range<usize>) -> Vec<Range<usize>> {
    let text = body.get(paragraph.clone()).unwrap_or_default();
    let mut out = Vec::new();
    let mut start = 0;
    let mut word_start = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if c.is_whitespace() {
            word_start = end;
        } else if ends_sentence(text, word_start, at, c) {
            out.push(start..closing(text, end));
            start = closing(text, end);
        }
    }
    out.push(start..text.len());
    let shift = |r: Range<usize>| trimmed(body, paragraph.start + r.start..paragraph.start + r.end);
    out.into_iter().filter(|r| r.start < r.end).map(shift).filter(|r| !r.is_empty()).collect()
}

fn ends_sentence(text: &str, word_start: usize, at: usize, c: char) -> bool {
    if matches!(c, '。' | '！' | '？') {
        return true;
    }
    if !matches!(c, '.' | '!' | '?' | ';') {
        return false;
    }
    let after = text.get(closing(text, at + 1)..).unwrap_or_default();
    let mut rest = after.chars();
    let blank = rest.next().is_none_or(char::is_whitespace);
    let next = rest.find(|c| !c.is_whitespace());
    let goes_on = c == '.' && next.is_some_and(char::is_lowercase);
    blank && !goes_on && !(c == '.' && is_abbreviation(text.get(word_start..at).unwrap_or_default()))
}

fn is_abbreviation(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '"', '\'', '*', '[']);
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    initial || (word.len() <= 8 && ABBREVIATIONS.contains(&word.to_lowercase().as_str()))
}

/// The end of closing quotes and brackets that belong to the sentence.
fn closing(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let closers =
        rest.chars().take_while(|c| matches!(c, '"' | '\'' | ')' | ']' | '”' | '’' | '*' | '`' | '»'));
    end + closers.map(char::len_utf8).sum::<usize>()
}

/// `Key words: value`, with a short key and something after it.
fn is_key_value(line: &str) -> bool {
    let Some((key, value)) = line.split_once(':') else { return false };
    let key = key.trim_matches('*').trim();
    let words = key.split_whitespace().count();
    let spaced = value.starts_with([' ', '\t', '*']);
    let value = value.trim_matches('*').trim();
    let short = (1..=4).contains(&words) && key.len() <= 48 && key.starts_with(|c: char| c.is_alphanumeric());
    let plain_key =
        key.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/' | '(' | ')'));
    short && plain_key && spaced && !value.is_empty() && value.split_whitespace().count() <= 12
}

/// Bytes of a list marker with its blank: `- `, `* `, `1. `, `- [x] `.
fn list_marker(line: &str) -> usize {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line.get(digits..).unwrap_or_default();
    let bullet = match digits {
        0 if rest.starts_with(['-', '*', '+', '•']) => rest.chars().next().map_or(0, char::len_utf8),
        1..=3 if rest.starts_with(['.', ')']) => digits + 1,
        _ => return 0,
    };
    let after = line.get(bullet..).unwrap_or_default();
    if !after.starts_with([' ', '\t']) {
        return 0;
    }
    let boxed = [" [x] ", " [X] ", " [ ] "].into_iter().any(|tick| after.starts_with(tick));
    bullet + if boxed { 5 } else { 1 }
}

/// `"key": scalar` pairs of JSON text; empty when the text is not of that kind.
fn json_pairs(quoted: &str, offset: usize) -> Vec<Piece> {
    let looks = quoted.trim_start().starts_with(['{', '[', '"']);
    let mut out = Vec::new();
    let mut at = if looks { 0 } else { quoted.len() };
    while let Some(key_end) = string_end(quoted, &mut at) {
        let key_start = at;
        at = key_end;
        let Some(value_end) = scalar_after_colon(quoted, key_end) else { continue };
        out.push(Piece { kind: PieceKind::KeyValue, bytes: offset + key_start..offset + value_end });
        at = value_end;
    }
    out
}

/// Moves `at` to the next double quote and gives the end of the string that opens there.
fn string_end(text: &str, at: &mut usize) -> Option<usize> {
    *at += text.get(*at..)?.find('"')?;
    closing_quote(text, *at)
}

fn closing_quote(text: &str, open: usize) -> Option<usize> {
    let mut escaped = false;
    for (offset, byte) in text.bytes().enumerate().skip(open + 1) {
        match byte {
            b'"' if !escaped => return Some(offset + 1),
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

fn scalar_after_colon(text: &str, key_end: usize) -> Option<usize> {
    let rest = text.get(key_end..)?;
    let value = rest.trim_start().strip_prefix(':')?.trim_start();
    let start = text.len() - value.len();
    if value.starts_with('"') {
        return closing_quote(text, start);
    }
    let length =
        value.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.')).count();
    (length > 0).then_some(start + length)
}

fn trimmed(body: &str, bytes: Range<usize>) -> Range<usize> {
    skip(body, bytes, |_| false)
}

/// Narrows a range past leading characters and the white space around.
fn skip(body: &str, bytes: Range<usize>, leading: fn(char) -> bool) -> Range<usize> {
    let text = body.get(bytes.clone()).unwrap_or_default();
    let kept = text.trim_start().trim_start_matches(leading).trim_start();
    let start = bytes.end - kept.len();
    start..start + kept.trim_end().len()
}
