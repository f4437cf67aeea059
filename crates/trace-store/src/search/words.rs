//! Text as units that can be looked for: words, and single characters where a script has no blanks between words.
//!
//! One rule for both databases, for documents and for what people ask. Case and marks above Latin letters make no
//! difference. Chinese, Japanese, Korean, Thai and their neighbours are cut into characters and indexed as pairs, so that
//! any two neighbouring characters are found without a dictionary.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher, RandomState};

/// Longer words are cut here, in bytes; both sides cut alike.
const LONGEST: usize = 64;

/// One unit of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// As indexed: small letters without marks.
    pub text: String,
    /// Where it begins in the text, in bytes.
    pub start: usize,
    pub end: usize,
    /// Whether it is one character of a script without blanks.
    pub is_char: bool,
    /// Whether the unit before it touches it and is such a character as well.
    pub joins: bool,
}

/// The units of a text in order.
pub fn units(text: &str) -> Vec<Unit> {
    let mut found = Vec::new();
    each(text, |unit, start, end, is_char, joins| {
        found.push(Unit { text: unit.to_owned(), start, end, is_char, joins });
    });
    found
}

/// Calls `take(unit, start, end, is_char, joins)` for every unit of a text.
pub fn each(text: &str, mut take: impl FnMut(&str, usize, usize, bool, bool)) {
    let (mut word, mut start, mut last_char) = (String::new(), 0, usize::MAX);
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if c.is_ascii() {
            // Nearly all of it, so it comes first.
            if c.is_ascii_alphanumeric() {
                if word.is_empty() {
                    start = at;
                }
                if word.len() < LONGEST {
                    word.push(c.to_ascii_lowercase());
                }
            } else {
                flush(&mut word, start, at, &mut take);
            }
        } else if has_no_blanks(c) {
            flush(&mut word, start, at, &mut take);
            push_folded(&mut word, c);
            take(&word, at, end, true, last_char == at);
            word.clear();
            last_char = end;
        } else if c.is_alphanumeric() || (is_mark(c) && !word.is_empty()) {
            if word.is_empty() {
                start = at;
            }
            if word.len() < LONGEST {
                push_folded(&mut word, c);
            }
        } else {
            flush(&mut word, start, at, &mut take);
        }
    }
    flush(&mut word, start, text.len(), &mut take);
}

fn flush(word: &mut String, start: usize, end: usize, take: &mut impl FnMut(&str, usize, usize, bool, bool)) {
    if !word.is_empty() {
        take(word, start, end, false, false);
        word.clear();
    }
}

/// The terms under which texts are indexed: each once, in the order in which it first came, blanks between them.
#[derive(Debug, Default)]
pub struct Terms {
    joined: String,
    /// Of the terms so far. Keys are chosen anew for each document, so nobody can make words that hide each other.
    hashes: HashSet<u64, BuildHasherDefault<AsItIs>>,
    keys: RandomState,
}

/// Hashes need no hashing.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0 << 8 | u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Terms {
    /// Adds those of a text; with a mark each a second time with the mark in front.
    pub fn collect(&mut self, text: &str, mark: Option<char>) {
        let mut open: Option<String> = None;
        self.hashes.reserve(text.len() / 16);
        each(text, |unit, _, _, is_char, joins| {
            if let Some(before) = open.take() {
                self.put([&before, if joins { unit } else { "" }], mark);
            }
            if is_char {
                open = Some(unit.to_owned());
            } else {
                self.put([unit, ""], mark);
            }
        });
        if let Some(before) = open {
            self.put([&before, ""], mark);
        }
    }

    /// All of them.
    pub fn joined(mut self) -> String {
        self.joined.pop();
        self.joined
    }

    fn put(&mut self, parts: [&str; 2], mark: Option<char>) {
        self.put_one(None, parts);
        if mark.is_some() {
            self.put_one(mark, parts);
        }
    }

    fn put_one(&mut self, mark: Option<char>, parts: [&str; 2]) {
        let start = self.joined.len();
        self.joined.extend(mark);
        parts.iter().for_each(|part| self.joined.push_str(part));
        // The bytes in one go: `hash_one` would add an end mark with a second call, for every word.
        let mut hasher = self.keys.build_hasher();
        hasher.write(self.joined.as_bytes().get(start..).unwrap_or_default());
        if self.hashes.insert(hasher.finish()) {
            self.joined.push(' ');
        } else {
            self.joined.truncate(start);
        }
    }
}

/// Scripts that are written without blanks, and Hangul, whose endings grow onto the word.
fn has_no_blanks(c: char) -> bool {
    matches!(c, '\u{0e01}'..='\u{0e4e}' | '\u{0e81}'..='\u{0ece}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}'
        | '\u{1780}'..='\u{17d3}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}'
        | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{3105}'..='\u{312f}' | '\u{3131}'..='\u{318e}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9d}' | '\u{20000}'..='\u{3ffff}')
}

/// Marks that belong to the letter before them; they are not indexed.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{94d}')
}

/// The letters from U+00C0 to U+017F without their marks; a blank keeps the letter.
const LATIN: &str = "aaaaaa ceeeeiiii nooooo ouuuuy  \
                     aaaaaa ceeeeiiii nooooo ouuuuy y\
                     aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii  jjkk lllllll\
                     lllnnnnnn   oooooo  rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

fn push_folded(word: &mut String, c: char) {
    match c {
        _ if c.is_ascii() => word.push(c.to_ascii_lowercase()),
        'ß' | 'ẞ' => word.push_str("ss"),
        'æ' | 'Æ' => word.push_str("ae"),
        'œ' | 'Œ' => word.push_str("oe"),
        '\u{c0}'..='\u{17f}' => {
            let place = usize::try_from(u32::from(c) - 0xc0).unwrap_or_default();
            match LATIN.as_bytes().get(place) {
                Some(b' ') | None => word.extend(c.to_lowercase()),
                Some(plain) => word.push(char::from(*plain)),
            }
        }
        // Full-width forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => {
            let plain = char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c);
            word.push(plain.to_ascii_lowercase());
        }
        // Vietnamese and other letters with two marks.
        '\u{1ea0}'..='\u{1ef9}' => word.push(vietnamese(c)),
        _ if is_mark(c) => {}
        _ => word.extend(c.to_lowercase().filter(|c| !is_mark(*c))),
    }
}

fn vietnamese(c: char) -> char {
    match c {
        '\u{1ea0}'..='\u{1eb7}' => 'a',
        '\u{1eb8}'..='\u{1ec7}' => 'e',
        '\u{1ec8}'..='\u{1ecb}' => 'i',
        '\u{1ecc}'..='\u{1ee3}' => 'o',
        '\u{1ee4}'..='\u{1ef1}' => 'u',
        _ => 'y',
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<String> {
        units(text).into_iter().map(|unit| unit.text).collect()
    }

    fn terms(text: &str) -> Vec<String> {
        let mut terms = Terms::default();
        terms.collect(text, None);
        let mut terms: Vec<String> = terms.joined().split_whitespace().map(str::to_owned).collect();
        terms.sort_unstable();
        terms
    }

    #[test]
    fn words_are_small_and_without_marks() {
        for (text, expected) in [
            ("Élan VITAL, naïve; Straße", vec!["elan", "vital", "naive", "strasse"]),
            ("get_weather(x=12.5)", vec!["get", "weather", "x", "12", "5"]),
            ("Señor Łódź Ångström Đà Nẵng", vec!["senor", "lodz", "angstrom", "da", "nang"]),
            ("e\u{301}tude ｆｕｌｌ", vec!["etude", "full"]),
            ("Привет МИР", vec!["привет", "мир"]),
            ("v2泵", vec!["v2", "泵"]),
            ("\0\u{1}--", vec![]),
        ] {
            assert_eq!(texts(text), expected, "{text}");
        }
    }

    #[test]
    fn scripts_without_blanks_are_indexed_in_pairs() {
        assert_eq!(terms("更换泵。好"), ["好", "换泵", "更换", "泵"]);
        assert_eq!(terms("밸브를 a"), ["a", "를", "밸브", "브를"]);
        assert_eq!(terms("ポンプ"), ["プ", "ポン", "ンプ"]);
    }

    #[test]
    fn a_term_is_kept_once_and_with_its_mark() {
        let mut terms = Terms::default();
        terms.collect("Seal the seal", Some('#'));
        terms.collect("the pump", None);
        assert_eq!(terms.joined(), "seal #seal the #the pump");
    }

    #[test]
    fn the_table_of_letters_has_one_for_each() {
        assert_eq!(LATIN.len(), 0x180 - 0xc0);
    }

    proptest! {
        #[test]
        fn units_lie_in_order_inside_the_text(text in "\\PC{0,60}|[a-zé泵\u{301}\0 \"]{0,40}") {
            let mut before = 0;
            for unit in units(&text) {
                prop_assert!(unit.start >= before && unit.end > unit.start);
                prop_assert!(text.get(unit.start..unit.end).is_some());
                prop_assert!(!unit.text.contains([' ', '"', '\'', '\0']));
                before = unit.end;
            }
        }
    }
}
