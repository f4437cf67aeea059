//! Verbatim quotes by W3C Web Annotation selectors: found in a stored body, or refused.
//!
//! Positions count Unicode code points of the stored body named by its digest (not bytes, not UTF-16),
//! start inclusive, end exclusive. The body is never normalised; a quote that differs in white space only,
//! or was read from a JSON body with its escapes resolved, is mapped back to the exact source words. Every
//! search here takes linear time.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::foundation::{Digest, Error, Result};

/// Code points of context kept before and after a quote.
pub const CONTEXT_CHARS: usize = 32;
/// Longest quote taken, in code points.
pub const QUOTE_MAX_CHARS: usize = 4_000;

/// W3C `TextQuoteSelector`: the words and what stands around them, so that a quote survives a move.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "type")]
pub struct TextQuoteSelector {
    /// The words exactly as the body has them.
    pub exact: String,
    /// Up to [`CONTEXT_CHARS`] code points before.
    pub prefix: String,
    /// Up to [`CONTEXT_CHARS`] code points after.
    pub suffix: String,
}

/// W3C `TextPositionSelector`, in code points of the stored body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "type")]
pub struct TextPositionSelector {
    /// First code point, from 0.
    pub start: u64,
    /// One past the last code point.
    pub end: u64,
}

/// A quote that was found: both selectors, and the bytes for whoever holds the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    pub quote: TextQuoteSelector,
    pub position: TextPositionSelector,
    /// Where they stand in bytes of the body's UTF-8.
    pub bytes: Range<usize>,
}

/// A quote somebody names: the words, and optionally where they saw them.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuoteSelector<'a> {
    pub exact: &'a str,
    pub prefix: &'a str,
    pub suffix: &'a str,
    /// The code point they began at.
    pub start: Option<u64>,
}

impl<'a> QuoteSelector<'a> {
    /// Only the words; the first place that has them is taken.
    pub fn exact(words: &'a str) -> Self {
        Self { exact: words, ..Self::default() }
    }
}

/// A located quote and the stored body it points into: what a verdict and an atom carry as evidence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Evidence {
    pub trace_id: String,
    pub observation_id: String,
    /// Which body of it: `input`, `output` or `tool_result`.
    pub field: String,
    /// SHA-256 of the body's bytes.
    pub body_digest: Digest,
    pub quote: TextQuoteSelector,
    pub position: TextPositionSelector,
}

impl Evidence {
    /// Binds a located quote to the body it was found in.
    pub fn new(trace: &str, observation: &str, field: &str, body_digest: Digest, located: Located) -> Self {
        Self {
            trace_id: trace.to_owned(),
            observation_id: observation.to_owned(),
            field: field.to_owned(),
            body_digest,
            quote: located.quote,
            position: located.position,
        }
    }

    /// The gate run at write time and by every verifier: right body, and the words stand where it says.
    pub fn verify(&self, body: &str) -> Result<()> {
        if Digest::of(body.as_bytes()) != self.body_digest {
            return Err(Error::refused(
                "the stored body is not the one this quote names: its digest differs",
            ));
        }
        stands_at(body, &self.quote, self.position)
    }
}

/// Finds a quote in a body: exactly as given, else with runs of white space taken as one blank, else (in a
/// JSON body) with escapes resolved. What is given back are always the body's own characters.
pub fn locate(body: &str, selector: &QuoteSelector<'_>) -> Result<Located> {
    if selector.exact.trim().is_empty() {
        return Err(Error::invalid("quote", "select some words of the evidence"));
    }
    if selector.exact.chars().count() > QUOTE_MAX_CHARS {
        return Err(Error::invalid(
            "quote",
            format!("at most {QUOTE_MAX_CHARS} characters; quote what decides it"),
        ));
    }
    best_exact(body, selector)
        .or_else(|| collapsed(body, selector.exact, false))
        .or_else(|| if is_json(body) { collapsed(body, selector.exact, true) } else { None })
        .map(|bytes| at_bytes(body, bytes))
        .ok_or_else(|| {
            Error::invalid("quote", "these words do not occur verbatim in the evidence; copy them from it")
        })
}

/// Both selectors for a byte range of a body; the range must lie on character boundaries.
pub fn at_bytes(body: &str, bytes: Range<usize>) -> Located {
    Ruler::new(body).locate(bytes)
}

/// Turns byte ranges of one body into selectors; ranges in rising order cost linear time together.
#[derive(Clone, Debug)]
pub struct Ruler<'a> {
    body: &'a str,
    byte: usize,
    chars: u64,
}

impl<'a> Ruler<'a> {
    /// A ruler laid at the start of the body.
    pub fn new(body: &'a str) -> Self {
        Self { body, byte: 0, chars: 0 }
    }

    /// Both selectors for a byte range; the range must lie on character boundaries.
    pub fn locate(&mut self, bytes: Range<usize>) -> Located {
        self.move_to(bytes.start);
        let start = self.chars;
        self.move_to(bytes.end);
        let part = |range: Range<usize>| self.body.get(range).unwrap_or_default();
        let quote = TextQuoteSelector {
            exact: part(bytes.clone()).to_owned(),
            prefix: last_chars(part(0..bytes.start)).to_owned(),
            suffix: first_chars(part(bytes.end..self.body.len())).to_owned(),
        };
        Located { quote, position: TextPositionSelector { start, end: self.chars }, bytes }
    }

    fn move_to(&mut self, byte: usize) {
        if byte < self.byte {
            (self.byte, self.chars) = (0, 0);
        }
        self.chars += self.body.get(self.byte..byte).unwrap_or_default().chars().count() as u64;
        self.byte = byte;
    }
}

/// Checks that the quote's words and context stand at its position in this body.
pub fn stands_at(body: &str, quote: &TextQuoteSelector, position: TextPositionSelector) -> Result<()> {
    let found = bytes_at(body, position).map(|bytes| at_bytes(body, bytes));
    match found {
        Some(found) if found.quote == *quote && found.position == position => Ok(()),
        _ => Err(Error::refused("the quoted words do not stand at that position of the stored body")),
    }
}

/// White space runs become one blank, ends are trimmed: how a quote is shown and compared.
pub fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn bytes_at(body: &str, position: TextPositionSelector) -> Option<Range<usize>> {
    let start = usize::try_from(position.start).ok()?;
    let length = usize::try_from(position.end.checked_sub(position.start)?).ok()?;
    let from = byte_of(body, start)?;
    let rest = body.get(from..)?;
    Some(from..from + byte_of(rest, length)?)
}

fn byte_of(text: &str, chars: usize) -> Option<usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(chars)
}

fn best_exact(body: &str, selector: &QuoteSelector<'_>) -> Option<Range<usize>> {
    let hinted = selector.start.and_then(|s| byte_of(body, usize::try_from(s).ok()?));
    let at_hint = hinted.map(|at| at..at + selector.exact.len());
    let stands = |bytes: &Range<usize>| body.get(bytes.clone()) == Some(selector.exact);
    if let Some(bytes) = at_hint.filter(|b| stands(b) && !cuts_a_character(body, b)) {
        return Some(bytes);
    }
    let mut best: Option<(u8, Range<usize>)> = None;
    for (at, words) in body.match_indices(selector.exact) {
        let bytes = at..at + words.len();
        if cuts_a_character(body, &bytes) {
            continue;
        }
        let fit = fit(body, &bytes, selector);
        if best.as_ref().is_none_or(|(known, _)| fit > *known) {
            best = Some((fit, bytes));
        }
        if fit == 3 {
            break;
        }
    }
    best.map(|(_, bytes)| bytes)
}

/// How well a place fits: 2 for the words before, 1 for the words after.
fn fit(body: &str, bytes: &Range<usize>, selector: &QuoteSelector<'_>) -> u8 {
    let before = body.get(..bytes.start).unwrap_or_default();
    let after = body.get(bytes.end..).unwrap_or_default();
    let prefix = if before.ends_with(last_chars(selector.prefix)) { 2 } else { 0 };
    let suffix = u8::from(after.starts_with(first_chars(selector.suffix)));
    prefix + suffix
}

/// A quote must not end before, or begin with, a mark that belongs to the letter or emoji before it.
fn cuts_a_character(body: &str, bytes: &Range<usize>) -> bool {
    let first = body.get(bytes.start..).and_then(|rest| rest.chars().next());
    let next = body.get(bytes.end..).and_then(|rest| rest.chars().next());
    let after_joiner = body.get(..bytes.start).is_some_and(|before| before.ends_with('\u{200D}'));
    after_joiner || [first, next].into_iter().flatten().any(joins_previous)
}

fn joins_previous(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}'
        | '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{FE20}'..='\u{FE2F}' | '\u{1F3FB}'..='\u{1F3FF}')
}

/// Whether a body is JSON text, so that people see it with its escapes resolved.
pub fn is_json(body: &str) -> bool {
    body.trim_start().starts_with(['{', '[', '"'])
}

/// Matches with white space collapsed and maps the place back to the source's exact bytes.
fn collapsed(body: &str, quote: &str, json: bool) -> Option<Range<usize>> {
    let needle = collapse(quote);
    let (haystack, sources) = collapse_with_sources(body, json);
    haystack.match_indices(&needle).find_map(|(at, words)| {
        let bytes = sources.get(at)?.start..sources.get(at + words.len() - 1)?.end;
        (!cuts_a_character(body, &bytes)).then_some(bytes)
    })
}

/// The collapsed text and, for each of its bytes, the source bytes of the character it belongs to.
fn collapse_with_sources(body: &str, json: bool) -> (String, Vec<Range<usize>>) {
    let mut text = String::with_capacity(body.len());
    let mut sources = Vec::with_capacity(body.len());
    let mut blank = None;
    let mut at = 0;
    while let Some((c, length)) = char_or_escape(body, at, json) {
        let source = at..at + length;
        at += length;
        if c.is_whitespace() {
            blank.get_or_insert(source);
            continue;
        }
        if let Some(blank) = blank.take().filter(|_| !text.is_empty()) {
            text.push(' ');
            sources.push(blank);
        }
        text.push(c);
        sources.extend(std::iter::repeat_n(source, c.len_utf8()));
    }
    (text, sources)
}

/// The next character and how many source bytes it takes; in JSON an escape is one character.
fn char_or_escape(body: &str, at: usize, json: bool) -> Option<(char, usize)> {
    let rest = body.get(at..)?;
    let c = rest.chars().next()?;
    let escape = if json && c == '\\' { escaped(rest) } else { None };
    Some(escape.unwrap_or((c, c.len_utf8())))
}

/// RFC 8259 section 7: the character of the escape that `rest` begins with.
fn escaped(rest: &str) -> Option<(char, usize)> {
    let simple = |c| Some((c, 2));
    match rest.as_bytes().get(1)? {
        b'n' => simple('\n'),
        b'r' => simple('\r'),
        b't' => simple('\t'),
        b'"' => simple('"'),
        b'\\' => simple('\\'),
        b'/' => simple('/'),
        b'u' => unicode_escape(rest),
        _ => None,
    }
}

fn unicode_escape(rest: &str) -> Option<(char, usize)> {
    let unit = |from: usize| u32::from_str_radix(rest.get(from..from + 4)?, 16).ok();
    let first = unit(2)?;
    if let Some(c) = char::from_u32(first) {
        return Some((c, 6));
    }
    let second = rest.get(6..8).filter(|mark| *mark == "\\u").and_then(|_| unit(8))?;
    let paired = (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(&second);
    let code = paired.then(|| 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))?;
    char::from_u32(code).map(|c| (c, 12))
}

fn last_chars(text: &str) -> &str {
    let from = text.char_indices().rev().nth(CONTEXT_CHARS - 1).map_or(0, |(at, _)| at);
    text.get(from..).unwrap_or_default()
}

fn first_chars(text: &str) -> &str {
    let to = byte_of(text, CONTEXT_CHARS).unwrap_or(text.len());
    text.get(..to).unwrap_or_default()
}
