//! Words, numbers, names and quantities of a text, by hand-written scanners in linear time.
//!
//! Modest on purpose: a number is what has digits and no letters (a unit may follow), a name is an
//! identifier, a path or address, or a word in capitals that no sentence begins with. Only ASCII digits
//! count as digits. What the scanners miss they never invent: every item is a slice of the text.

use std::collections::HashSet;

/// A word of a text with its place in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// The word, without the punctuation around it.
    pub text: &'a str,
    /// First byte.
    pub start: usize,
    /// It opens the text or follows the end of a sentence.
    pub opens_sentence: bool,
}

/// A number and its unit as they are written.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Quantity {
    /// The digits as written (`1,234.5`).
    pub value: String,
    /// The unit as written, if one follows.
    pub unit: Option<String>,
}

const UNITS: [&str; 44] = [
    "%", "ms", "us", "ns", "s", "sec", "second", "seconds", "min", "minute", "minutes", "h", "hour", "hours",
    "day", "days", "b", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "byte", "bytes", "token", "tokens",
    "call", "calls", "span", "spans", "trace", "traces", "request", "requests", "usd", "eur", "v", "a", "w",
    "kw", "bar", "rpm",
];

/// Splits a text into words. JSON escapes (`\n`, `\"`) separate words like white space does.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut opens = true;
    let mut at = 0;
    while let Some(c) = char_at(text, at) {
        let end = if starts_word(text, at, c) { word_end(text, at) } else { at };
        if end > at {
            let word = text.get(at..end).unwrap_or_default();
            out.push(Token { text: word, start: at, opens_sentence: opens });
            opens = false;
            at = end;
        } else {
            opens |= matches!(c, '.' | '!' | '?' | '\n' | ':' | ';');
            at += if c == '\\' { escape_len(text, at) } else { c.len_utf8() };
        }
    }
    out
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

fn starts_word(text: &str, at: usize, c: char) -> bool {
    c.is_alphanumeric()
        || (matches!(c, '/' | '~' | '_') && char_at(text, at + 1).is_some_and(char::is_alphanumeric))
}

fn escape_len(text: &str, at: usize) -> usize {
    1 + char_at(text, at + 1).filter(|c| matches!(c, 'n' | 'r' | 't' | '"' | '\\')).map_or(0, char::len_utf8)
}

/// The end of the word that starts here: letters and digits, with joiners only between them.
fn word_end(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut last = ' ';
    let mut joined = String::new();
    for (offset, c) in text.get(start..).unwrap_or_default().char_indices() {
        if c.is_alphanumeric() || c == '_' {
            if !joined.is_empty() && !joins(last, &joined, c) {
                break;
            }
            joined.clear();
            last = c;
            end = start + offset + c.len_utf8();
        } else if matches!(c, '-' | '.' | '/' | ':' | '@' | ',' | '~') && joined.len() < 3 {
            joined.push(c);
        } else {
            break;
        }
    }
    end
}

fn joins(before: char, between: &str, after: char) -> bool {
    let digits = before.is_ascii_digit() && after.is_ascii_digit();
    match between {
        "-" | "." | "/" | "@" | "://" | "/~" | "/." | "./" => true,
        "," | ":" => digits,
        // Nothing came before: the word opens with a slash or a tilde.
        _ => before == ' ',
    }
}

/// The numbers of a text, each in a form that compares (`1,234` and `1234` are one).
pub fn numbers(text: &str) -> Vec<String> {
    unique(tokens(text).iter().filter_map(|t| number_in(t.text)))
}

/// The proper names, identifiers, paths and addresses of a text, as written.
pub fn names(text: &str) -> Vec<String> {
    unique(tokens(text).iter().flat_map(names_in))
}

/// The numbers of a text with their units, as written.
pub fn quantities(text: &str) -> Vec<Quantity> {
    let all = tokens(text);
    let nexts = all.iter().skip(1).map(Some).chain([None]);
    all.iter().zip(nexts).filter_map(|(token, next)| quantity_at(text, token, next)).collect()
}

/// Every comparable form a text offers: what numbers and names are looked up in.
pub fn vocabulary(texts: &[&str]) -> HashSet<String> {
    texts.iter().flat_map(|text| tokens(text).into_iter().flat_map(|t| forms(t.text))).collect()
}

/// A name in the form in which it is looked up.
pub fn folded(name: &str) -> String {
    name.to_lowercase()
}

fn forms(word: &str) -> Vec<String> {
    let mut out = vec![folded(word)];
    out.extend(number_in(word));
    if is_identifier(word) || !word.chars().all(char::is_alphanumeric) {
        let parts = word.split(['-', '/', '.', ':', '@', '_']);
        out.extend(parts.filter(|p| p.chars().any(char::is_alphabetic)).map(folded));
    }
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        out.extend(word.split(['T', 'Z']).filter(|p| p.contains(['-', ':'])).map(folded));
    }
    out
}

/// The number a word is, without its unit; a word with letters inside (`gpt-4o`, `v1.2`) is none.
fn number_in(word: &str) -> Option<String> {
    let (digits, unit) = split_unit(word)?;
    let known = unit.is_empty() || UNITS.contains(&unit.to_lowercase().as_str());
    known.then(|| without_grouping(digits))
}

fn split_unit(word: &str) -> Option<(&str, &str)> {
    let digits = word.trim_end_matches(char::is_alphabetic);
    let plain = !digits.is_empty()
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ':' | '-' | '/'));
    plain.then(|| (digits, word.get(digits.len()..).unwrap_or_default()))
}

fn without_grouping(digits: &str) -> String {
    let mut groups = digits.split(',');
    let first = groups.next().unwrap_or_default();
    let mut whole = first.to_owned();
    for group in groups {
        let grouped = group.bytes().take_while(u8::is_ascii_digit).count() == 3;
        whole.push_str(if grouped { "" } else { "," });
        whole.push_str(group);
    }
    whole
}

fn names_in(token: &Token<'_>) -> Vec<String> {
    if split_unit(token.text).is_some() && number_in(token.text).is_some() {
        return Vec::new();
    }
    if is_identifier(token.text) {
        return vec![token.text.to_owned()];
    }
    let parts = token.text.split(['-', '/', '.', ':', '@']);
    let proper = parts.enumerate().filter(|(i, part)| is_proper(part, token.opens_sentence && *i == 0));
    proper.map(|(_, part)| part.to_owned()).collect()
}

/// Addresses, paths, mail addresses, snake case, and words that mix letters and digits.
fn is_identifier(word: &str) -> bool {
    let letters = word.chars().any(char::is_alphabetic);
    let digits = word.chars().any(|c| c.is_ascii_digit());
    letters && (digits || word.contains(['_', '@']) || word.contains("://") || word.starts_with(['/', '~']))
}

fn is_proper(word: &str, opens_sentence: bool) -> bool {
    let mut chars = word.chars();
    let first_is_capital = chars.next().is_some_and(char::is_uppercase);
    let inner_capital = chars.any(char::is_uppercase);
    let long_enough = word.chars().count() >= 2;
    long_enough && (inner_capital || (first_is_capital && !opens_sentence))
}

fn quantity_at(text: &str, token: &Token<'_>, next: Option<&Token<'_>>) -> Option<Quantity> {
    number_in(token.text)?;
    let (digits, attached) = split_unit(token.text)?;
    let end = token.start + token.text.len();
    let percent = char_at(text, end).filter(|c| *c == '%').map(|c| c.to_string());
    let following = next.filter(|n| text.get(end..n.start) == Some(" ")).map(|n| n.text);
    let spaced = following.filter(|unit| UNITS.contains(&unit.to_lowercase().as_str())).map(str::to_owned);
    let attached = (!attached.is_empty()).then(|| attached.to_owned());
    Some(Quantity { value: digits.to_owned(), unit: attached.or(percent).or(spaced) })
}

fn unique(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    items.filter(|item| seen.insert(item.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_compare_without_grouping_and_without_their_unit() {
        assert_eq!(
            numbers("It took 1,234 ms, 120ms and 4.5% at 12:16 on 2026-02-01."),
            ["1234", "120", "4.5", "12:16", "2026-02-01"]
        );
        assert!(numbers("gpt-4o v1.2.3 WO-2026-001 and nothing else").is_empty());
    }

    #[test]
    fn names_are_identifiers_addresses_and_inner_capitals() {
        let text = "The LangFuse SDK calls gpt-4o for Mike. Every run of send_mail reads /opt/app/.env, \
                    see https://cloud.langfuse.com/x for WO-2026-001.";
        assert_eq!(
            names(text),
            [
                "LangFuse",
                "SDK",
                "gpt-4o",
                "Mike",
                "send_mail",
                "/opt/app/.env",
                "https://cloud.langfuse.com/x",
                "WO-2026-001"
            ]
        );
    }

    #[test]
    fn quantities_keep_value_and_unit_as_written() {
        let found = quantities("used 1,234 tokens in 350ms at 99% load on 3 pumps");
        let pairs: Vec<_> = found.iter().map(|q| (q.value.as_str(), q.unit.as_deref())).collect();
        assert_eq!(pairs, [("1,234", Some("tokens")), ("350", Some("ms")), ("99", Some("%")), ("3", None)]);
    }

    #[test]
    fn json_escapes_separate_words_and_timestamps_offer_their_date() {
        let words = vocabulary(&[r#"{"text":"sent to\nMike \"Harp\"","at":"2026-02-01T12:16:00Z"}"#]);
        for wanted in ["mike", "harp", "2026-02-01", "12:16:00"] {
            assert!(words.contains(wanted), "{wanted} in {words:?}");
        }
    }

    proptest! {
        #[test]
        fn every_token_is_a_slice_of_the_text(text in "\\PC{0,60}|[a-zA-Z0-9 ./:@,_~\\\\-]{0,60}") {
            for token in tokens(&text) {
                prop_assert_eq!(text.get(token.start..token.start + token.text.len()), Some(token.text));
            }
            for name in names(&text) {
                prop_assert!(text.contains(&name));
            }
            for number in numbers(&text) {
                prop_assert!(vocabulary(&[&text]).contains(&number));
            }
        }
    }
}
