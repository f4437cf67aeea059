//! Masks the strings of a JSON text; every byte that is not part of a changed string stays as it was sent.

use std::borrow::Cow;

use super::{Masked, Masker, Notes, cards};
use crate::Family;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Under a key of an object; empty before the first key.
    Key(String),
    /// At a place of a list.
    Index(usize),
}

impl Masker {
    /// Masks the strings and names of a JSON text that is known to be JSON, except values where `is_kept` says so (ids and times); `None`
    /// when nothing changes. Findings are named by path without the leading `body`.
    pub fn json(&self, raw: &str, is_kept: impl Fn(&[Step]) -> bool) -> Option<(String, Notes)> {
        if !self.suspects(raw) {
            return None;
        }
        let mut walk = Walk { masker: self, raw, out: String::new(), done: 0, notes: Notes::default() };
        walk.run(&is_kept);
        if walk.notes.is_empty() {
            return None;
        }
        walk.out.push_str(raw.get(walk.done..).unwrap_or_default());
        Some((walk.out, walk.notes))
    }
}

struct Walk<'a> {
    masker: &'a Masker,
    raw: &'a str,
    out: String,
    done: usize,
    notes: Notes,
}

impl Walk<'_> {
    fn run(&mut self, is_kept: &impl Fn(&[Step]) -> bool) {
        let bytes = self.raw.as_bytes();
        let (mut path, mut at, mut key_next): (Vec<Step>, usize, bool) = (Vec::new(), 0, false);
        while let Some(byte) = bytes.get(at) {
            let end = match byte {
                b'"' => string_end(bytes, at),
                b'-' | b'0'..=b'9' => number_end(bytes, at),
                _ => at + 1,
            };
            match byte {
                b'{' => path.push(Step::Key(String::new())),
                b'[' => path.push(Step::Index(0)),
                b'}' | b']' => drop(path.pop()),
                b',' => {
                    if let Some(Step::Index(index)) = path.last_mut() {
                        *index += 1;
                    }
                }
                b'"' if key_next => {
                    let name = decoded(self.inside(at, end)).into_owned();
                    let masked = self.masker.name(&name);
                    if let Some(Step::Key(key)) = path.last_mut() {
                        *key = masked.as_ref().map_or(name, |masked| masked.text.clone());
                    }
                    if let Some(masked) = &masked {
                        self.write(at, end, masked, &path);
                    }
                }
                b'"' if !is_kept(&path) => self.string(at, end, &path),
                b'-' | b'0'..=b'9' if !is_kept(&path) => self.number(at, end, &path),
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                key_next = matches!((byte, path.last()), (b'{' | b',', Some(Step::Key(_))));
            }
            at = end;
        }
    }

    /// What stands between the quotes.
    fn inside(&self, at: usize, end: usize) -> &str {
        self.raw.get(at + 1..end.saturating_sub(1)).unwrap_or_default()
    }

    fn string(&mut self, at: usize, end: usize, path: &[Step]) {
        let text = decoded(self.inside(at, end));
        if let Some(masked) = self.masker.text(name(path), &text) {
            self.write(at, end, &masked, path);
        }
    }

    fn write(&mut self, at: usize, end: usize, masked: &Masked, path: &[Step]) {
        let Ok(quoted) = serde_json::to_string(&masked.text) else { return };
        self.replace(at, end, &quoted);
        self.notes.add(&field(path), masked);
    }

    /// A card number may be sent as a number; its mask is a string.
    fn number(&mut self, at: usize, end: usize, path: &[Step]) {
        if end - at < 13 || !self.masker.looks_for(Family::Cards) {
            return;
        }
        let is_other = || name(path).is_some_and(cards::names_other);
        if cards::is_card(self.raw.get(at..end).unwrap_or_default()) && !is_other() {
            self.replace(at, end, "\"[masked:payment-card]\"");
            self.notes.add(&field(path), &cards::one());
        }
    }

    fn replace(&mut self, at: usize, end: usize, by: &str) {
        self.out.push_str(self.raw.get(self.done..at).unwrap_or_default());
        self.out.push_str(by);
        self.done = end;
    }
}

/// The nearest key that a value stands under.
fn name(path: &[Step]) -> Option<&str> {
    path.iter().rev().find_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Index(_) => None,
    })
}

/// The place behind the closing quote.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn number_end(bytes: &[u8], start: usize) -> usize {
    let inside = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
    start + bytes.get(start..).unwrap_or_default().iter().take_while(inside).count()
}

/// `input.messages[1].content`
fn field(path: &[Step]) -> String {
    let mut field = String::new();
    for step in path {
        match step {
            Step::Key(key) if key == "body" && field.is_empty() => {}
            Step::Key(key) if field.is_empty() => field.push_str(key),
            Step::Key(key) => field.extend([".", key]),
            Step::Index(index) => field.push_str(&format!("[{index}]")),
        }
    }
    field
}

/// A string without its escapes. Half a surrogate pair reads as U+FFFD, so that it hides nothing around it.
fn decoded(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let (mut out, mut rest) = (String::with_capacity(raw.len()), raw);
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        let plain = match chars.next() {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('u') => {
                let (found, left) = unicode(after);
                out.push(found);
                rest = left;
                continue;
            }
            Some(same) => same,
            None => break,
        };
        out.push(plain);
        rest = chars.as_str();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character of `uXXXX`, of a pair of them if they belong together, and what follows.
fn unicode(after: &str) -> (char, &str) {
    let unit = |text: &str| u32::from_str_radix(text.get(1..5)?, 16).ok();
    let Some(first) = unit(after) else { return ('\u{fffd}', after.get(1..).unwrap_or_default()) };
    let rest = after.get(5..).unwrap_or_default();
    if let Some(low) = rest.strip_prefix('\\').filter(|low| low.starts_with('u'))
        && let Some(second) = unit(low)
        && (0xd800..0xdc00).contains(&first)
        && (0xdc00..0xe000).contains(&second)
    {
        let joined = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return (char::from_u32(joined).unwrap_or('\u{fffd}'), low.get(5..).unwrap_or_default());
    }
    (char::from_u32(first).unwrap_or('\u{fffd}'), rest)
}
