//! A few words around what was found, with the found words marked.

use crate::web::format::shown;

use super::document::{Field, Texts};
use super::query::Query;
use super::words::{self, Unit};

/// Bytes shown before the first found word, and in all.
const BEFORE: usize = 60;
const LENGTH: usize = 220;

/// Words of one field in parts; found ones are marked. Not escaped: the template does that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    pub field: Field,
    /// Text, and whether it is what was looked for.
    pub parts: Vec<(String, bool)>,
}

impl Snippet {
    /// The names and values that were asked for; none when none was.
    pub(super) fn of_pairs(pairs: &[(&str, String)]) -> Option<Self> {
        let short =
            |text: &str| on_one_line(text.get(..text.floor_char_boundary(LENGTH)).unwrap_or_default());
        let mut parts = Vec::new();
        for (name, value) in pairs {
            let before = if parts.is_empty() { "" } else { ", " };
            parts.push((format!("{before}{} = ", short(name)), false));
            parts.push((short(value), true));
        }
        (!parts.is_empty()).then_some(Self { field: Field::Sent, parts })
    }
}

/// The snippet of the first field that has something to show.
pub(super) fn snippet(query: &Query, texts: &Texts) -> Option<Snippet> {
    texts.each().find_map(|(field, text)| {
        let units = words::units(text);
        let found = found_in(query, field, &units);
        let first = found.first()?.0;
        Some(Snippet { field, parts: cut(text, &found, first) })
    })
}

/// The places of what must be there, in bytes, in order and apart.
fn found_in(query: &Query, field: Field, units: &[Unit]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for clause in
        query.clauses.iter().filter(|clause| !clause.is_not && clause.field.is_none_or(|f| f == field))
    {
        for (first, last) in clause.places(units) {
            found.extend(units.get(first).zip(units.get(last)).map(|(first, last)| (first.start, last.end)));
        }
    }
    found.sort_unstable();
    let mut apart: Vec<(usize, usize)> = Vec::new();
    for (start, end) in found {
        match apart.last_mut() {
            Some(before) if start <= before.1 => before.1 = before.1.max(end),
            _ => apart.push((start, end)),
        }
    }
    apart
}

fn cut(text: &str, found: &[(usize, usize)], first: usize) -> Vec<(String, bool)> {
    let start = text.floor_char_boundary(first.saturating_sub(BEFORE));
    // Begin with a whole word where there is one.
    let start = match text.get(start..first).and_then(|lead| lead.find(char::is_whitespace)) {
        Some(blank) if start > 0 => start + blank,
        _ => start,
    };
    let end = text.floor_char_boundary((start + LENGTH).min(text.len()));
    let mut parts = Vec::new();
    let mut at = start;
    let plain = |from: usize, to: usize| on_one_line(text.get(from..to).unwrap_or_default());
    if start > 0 {
        parts.push(("… ".to_owned(), false));
    }
    for (from, to) in found.iter().copied().filter(|(from, _)| *from >= start && *from < end) {
        parts.push((plain(at, from), false));
        parts.push((plain(from, to), true));
        at = to;
    }
    parts.push((plain(at, end.max(at)), false));
    if end < text.len() {
        parts.push((" …".to_owned(), false));
    }
    parts.retain(|(text, _)| !text.is_empty());
    parts
}

fn on_one_line(text: &str) -> String {
    shown(text).replace(|c: char| c.is_control(), " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_words_are_marked_and_the_rest_is_around_them() {
        let texts = Texts {
            input: format!("{} the Seal\nleaks <b> {}", "word ".repeat(40), "x ".repeat(300)),
            ..Texts::default()
        };
        let shown = snippet(&Query::read("leaks seal"), &texts).unwrap();
        let marked: Vec<&str> =
            shown.parts.iter().filter(|part| part.1).map(|part| part.0.as_str()).collect();
        assert_eq!((shown.field, marked), (Field::Input, vec!["Seal", "leaks"]));
        let all: String = shown.parts.iter().map(|part| part.0.as_str()).collect();
        assert!(all.starts_with("… ") && all.ends_with(" …") && all.contains("the Seal leaks <b>"), "{all}");
        assert!(all.len() < 300);
    }

    #[test]
    fn a_field_asked_for_is_the_field_shown() {
        let texts =
            Texts {
                input: "seal".into(), output: "seal".into(), name: "泵更换".into(), ..Texts::default()
            };
        assert_eq!(snippet(&Query::read("input:seal"), &texts).unwrap().field, Field::Input);
        assert_eq!(
            snippet(&Query::read("更换"), &texts).unwrap().parts,
            [("泵".to_owned(), false), ("更换".to_owned(), true)]
        );
        assert_eq!(snippet(&Query::read("absent"), &texts), None);
    }
}
