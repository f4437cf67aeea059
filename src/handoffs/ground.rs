//! Whether the values of what is handed on were there before: its numbers and names, its quotes, and short values word by word. Pure.
//!
//! It finds what was made up, not what was misunderstood: a value that is there says nothing of whether it means that.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::audit::checks::{numbers_and_names, quote_present};

/// Characters of a value that is looked for as a whole.
const SHORT: usize = 60;
/// Shortest quote, in characters, that is looked for.
const LEAST_QUOTED: usize = 3;

/// What was looked for, and what of it is not there; each once, in the order of what is handed on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grounding {
    pub values: usize,
    pub missing: Vec<String>,
}

/// Looks for the values of a payload in what an agent had.
pub fn ground(payload: &Value, had: &[&str]) -> Grounding {
    let mut looked = Looked { had, seen: BTreeSet::new(), grounding: Grounding::default() };
    looked.walk(payload);
    looked.grounding
}

struct Looked<'a> {
    had: &'a [&'a str],
    seen: BTreeSet<String>,
    grounding: Grounding,
}

impl Looked<'_> {
    fn walk(&mut self, value: &Value) {
        match value {
            Value::Object(map) => map.values().for_each(|value| self.walk(value)),
            Value::Array(list) => list.iter().for_each(|value| self.walk(value)),
            Value::Number(number) => self.number(&number.to_string()),
            Value::String(text) if is_short(text) => self.short(text),
            Value::String(text) => self.sentences(text),
            Value::Bool(_) | Value::Null => {}
        }
    }

    /// `40.0` is `40`.
    fn number(&mut self, text: &str) {
        let plain = if text.contains(['e', 'E']) { text } else { trimmed(text) };
        let is_there = [text, plain].iter().any(|form| {
            let form = form.trim_start_matches('-');
            numbers_and_names(form, self.had).missing.is_empty()
        });
        self.note(text, is_there);
    }

    /// A name, an id, a date: it stands somewhere as it is, or all of its numbers and names do.
    fn short(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let folded = words(text);
        let is_there = self.had.iter().any(|had| contains(&words(had), &folded)) || {
            let parts = numbers_and_names(text, self.had);
            parts.total > 0 && parts.missing.is_empty()
        };
        self.note(text, is_there);
    }

    fn sentences(&mut self, text: &str) {
        let numbers = numbers_and_names(text, self.had);
        let missing: BTreeSet<&String> = numbers.missing.iter().collect();
        let total = usize::try_from(numbers.total).unwrap_or(usize::MAX);
        self.grounding.values = self.grounding.values.saturating_add(total.saturating_sub(missing.len()));
        for value in missing {
            self.note(value, false);
        }
        for quote in quotes(text) {
            let is_there = self.had.iter().any(|had| quote_present(had, quote).passed);
            self.note(quote, is_there);
        }
    }

    fn note(&mut self, value: &str, is_there: bool) {
        if self.seen.insert(value.to_owned()) {
            self.grounding.values = self.grounding.values.saturating_add(1);
            if !is_there {
                self.grounding.missing.push(value.to_owned());
            }
        }
    }
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= SHORT && !text.trim_end().ends_with(['.', '!', '?'])
}

fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// Words in small letters with one blank between and around them, so that `art` is not found in `party`.
fn words(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 2);
    folded.push(' ');
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        folded.push_str(&word.to_lowercase());
        folded.push(' ');
    }
    folded
}

fn contains(had: &str, wanted: &str) -> bool {
    wanted.trim().is_empty() || had.contains(wanted)
}

/// What stands between quotation marks.
fn quotes(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (open, close) in [('"', '"'), ('\u{201c}', '\u{201d}'), ('\u{201e}', '\u{201c}'), ('«', '»')] {
        let mut rest = text;
        while let Some((_, after)) = rest.split_once(open) {
            let Some((quote, behind)) = after.split_once(close) else { break };
            if quote.chars().count() >= LEAST_QUOTED {
                found.push(quote);
            }
            rest = behind;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HAD: &str = "Order 4711 for Anna Berg: 40 EUR refunded on 2026-11-20. The shop wrote \"we are sorry for the delay\".";

    #[test]
    fn values_are_found_in_what_the_agent_had() {
        let table = [
            (json!({"order": 4711, "amount": 40.0}), 2, vec![]),
            (json!({"customer": "Anna Berg", "paid": true, "note": null}), 1, vec![]),
            (json!({"customer": "Anna Bergmann"}), 1, vec!["Anna Bergmann"]),
            (json!(["4711", "4712"]), 2, vec!["4712"]),
            (json!({"amount": 45}), 1, vec!["45"]),
            (json!("2026-11-20"), 1, vec![]),
            (json!({"when": "2026-11-21"}), 1, vec!["2026-11-21"]),
            (json!({}), 0, vec![]),
            (json!("  "), 0, vec![]),
        ];
        for (payload, values, missing) in table {
            let found = ground(&payload, &[HAD]);
            assert_eq!(
                (found.values, found.missing),
                (values, missing.iter().map(|m: &&str| (*m).to_owned()).collect()),
                "{payload}"
            );
        }
    }

    #[test]
    fn sentences_are_held_to_their_numbers_names_and_quotes() {
        let good = json!(
            "The customer Anna Berg got 40 EUR back; the shop wrote “we are sorry for the delay” to her."
        );
        assert_eq!(ground(&good, &[HAD]).missing, Vec::<String>::new());
        let bad = json!(
            "The customer Otto Berg got 41 EUR back; the shop wrote “we are not sorry at all” to him yesterday."
        );
        let missing = ground(&bad, &[HAD]).missing;
        for value in ["41", "Otto", "we are not sorry at all"] {
            assert!(missing.iter().any(|it| it == value), "{value} in {missing:?}");
        }
        assert!(!missing.iter().any(|it| it == "Berg"), "{missing:?}");
    }

    #[test]
    fn nothing_is_found_where_the_agent_had_nothing() {
        let found = ground(&json!({"a": "part 7", "b": 3}), &[]);
        assert_eq!((found.values, found.missing.len()), (2, 2));
    }

    #[test]
    fn a_word_is_no_part_of_another() {
        assert_eq!(ground(&json!({"a": "art"}), &["a party"]).missing, ["art"]);
    }
}
