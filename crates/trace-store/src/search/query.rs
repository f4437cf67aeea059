//! What people type into the search box, read without ever failing.
//!
//! `words` must all be there, `"a phrase"` in this order, `-not` must be missing, `begin*` begins a word, and `name:`,
//! `input:`, `output:`, `metadata:`, `status:` and `attribute:` look in one place. What cannot be used is said in a note, and the rest
//! is looked for.

use super::document::{Field, Texts};
use super::sent::Keyed;
use super::words::{self, Unit};

/// Characters of a query that are read.
const LONGEST: usize = 500;
/// Parts of a query that are used.
const MOST_CLAUSES: usize = 16;
/// Letters that a beginning must have; shorter ones fit half the index.
const SHORTEST_BEGINNING: usize = 2;

/// A query as understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// All must hold.
    pub clauses: Vec<Clause>,
    /// Names with what is asked of their values; all must hold.
    pub keyed: Vec<Keyed>,
    /// What was not understood, for the page.
    pub notes: Vec<String>,
}

/// One part of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// In this order, one after the other.
    pub units: Vec<Unit>,
    /// Whether the last unit is only the beginning of a word.
    pub is_beginning: bool,
    /// Whether it must be missing.
    pub is_not: bool,
    /// Where to look; everywhere if none.
    pub field: Option<Field>,
}

/// A term to ask the index for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// As indexed.
    pub text: String,
    /// Whether it is only the beginning.
    pub is_beginning: bool,
}

/// What the index can tell: documents with all of `with` and none of `without` are candidates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexQuery {
    /// All of these.
    pub with: Vec<Term>,
    /// None of these.
    pub without: Vec<Term>,
}

impl Query {
    /// Reads what was typed.
    pub fn read(text: &str) -> Self {
        let mut query = Self::default();
        let mut rest = text;
        if let Some((end, _)) = text.char_indices().nth(LONGEST) {
            rest = text.get(..end).unwrap_or_default();
            query.note(format!("Only the first {LONGEST} characters are used."));
        }
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                break;
            }
            rest = query.read_clause(rest);
        }
        if query.clauses.len() > MOST_CLAUSES {
            query.clauses.truncate(MOST_CLAUSES);
            query.note(format!("Only the first {MOST_CLAUSES} words are used."));
        }
        if !query.is_usable() && query.clauses.iter().any(|clause| clause.is_not) {
            query.note("Say at least one word that must be there, besides those that must not.".to_owned());
        }
        query
    }

    /// Whether there is a word that must be there.
    pub fn is_usable(&self) -> bool {
        self.clauses.iter().any(|clause| !clause.is_not) || self.keyed.iter().any(Keyed::is_usable)
    }

    /// What to ask the index for.
    pub fn index_query(&self) -> IndexQuery {
        let mut index = IndexQuery::default();
        for clause in &self.clauses {
            if !clause.is_not {
                index.with.extend(clause.terms());
            } else if let ([unit], true) = (clause.units.as_slice(), clause.is_exact_in_index()) {
                // Only what the index tells exactly may exclude; the rest is looked at in the text.
                index.without.push(clause.term(&unit.text));
            }
        }
        for text in self.keyed.iter().flat_map(Keyed::texts) {
            let units = words::units(text);
            let clause = Clause { units, is_beginning: false, is_not: false, field: None };
            index.with.extend(clause.terms());
        }
        index.with.dedup();
        index
    }

    /// Whether a document's texts fit, to the letter.
    pub fn fits(&self, texts: &Texts) -> bool {
        self.clauses.iter().all(|clause| clause.is_in(texts) != clause.is_not)
    }

    fn read_clause<'a>(&mut self, text: &'a str) -> &'a str {
        let (is_not, rest) = match text.strip_prefix('-') {
            Some(rest) if rest.starts_with(|c: char| !c.is_whitespace()) => (true, rest),
            _ => (false, text),
        };
        let (field, rest) = field_of(rest);
        let (shown, rest, mut is_beginning) = if let Some(inside) = rest.strip_prefix('"') {
            if !inside.contains('"') {
                self.note(
                    "A quotation mark was left open; all behind it was taken as one phrase.".to_owned(),
                );
            }
            let (phrase, after) = inside.split_once('"').unwrap_or((inside, ""));
            (phrase, after, phrase.ends_with('*'))
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            (word, after, word.ends_with('*'))
        };
        let units = words::units(shown);
        match units.last() {
            None => self.note(format!("“{shown}” has no letters or digits to look for.")),
            Some(last) if is_beginning && !last.is_char && last.text.chars().count() < SHORTEST_BEGINNING => {
                self.note(format!("“{shown}” is too short a beginning; it was taken as a whole word."));
                is_beginning = false;
            }
            Some(_) => {}
        }
        if !units.is_empty() {
            self.clauses.push(Clause { units, is_beginning, is_not, field });
        }
        rest
    }

    fn note(&mut self, note: String) {
        if self.notes.len() < 4 && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

fn field_of(text: &str) -> (Option<Field>, &str) {
    let found = text.split_once(':').and_then(|(word, rest)| Some((Field::parse(word)?, rest)));
    match found {
        Some((field, rest)) if !rest.is_empty() && !rest.starts_with(char::is_whitespace) => {
            (Some(field), rest)
        }
        _ => (None, text),
    }
}

impl Clause {
    fn term(&self, unit: &str) -> Term {
        let mark = self.field.and_then(Field::mark);
        let mut text = String::new();
        text.extend(mark);
        text.push_str(unit);
        Term { text, is_beginning: false }
    }

    /// The terms all of which a fitting document has.
    fn terms(&self) -> Vec<Term> {
        let mut terms = Vec::new();
        for (at, unit) in self.units.iter().enumerate() {
            let next = self.units.get(at + 1).filter(|next| next.joins);
            let is_last = at + 1 == self.units.len();
            if !unit.is_char {
                terms.push(Term { is_beginning: is_last && self.is_beginning, ..self.term(&unit.text) });
            } else if let Some(next) = next {
                terms.push(self.term(&format!("{}{}", unit.text, next.text)));
            } else if !unit.joins {
                // A single character begins one pair, or stands alone.
                terms.push(Term { is_beginning: true, ..self.term(&unit.text) });
            }
        }
        terms
    }

    /// Whether the index alone can tell that a document has this.
    fn is_exact_in_index(&self) -> bool {
        let is_plain_word = self.units.len() == 1 && self.units.iter().all(|unit| !unit.is_char);
        is_plain_word && !self.is_beginning && self.field.is_none_or(|field| field.mark().is_some())
    }

    fn is_in(&self, texts: &Texts) -> bool {
        texts
            .each()
            .filter(|(field, _)| self.field.is_none_or(|wanted| wanted == *field))
            .any(|(_, text)| !self.places(&words::units(text)).is_empty())
    }

    /// Where it stands among the units of a text: first and last unit of each place.
    pub fn places(&self, text: &[Unit]) -> Vec<(usize, usize)> {
        let len = self.units.len();
        let fits_at = |window: &[Unit]| {
            window.iter().zip(&self.units).enumerate().all(|(at, (found, wanted))| {
                let is_open = self.is_beginning && at + 1 == len;
                // Characters without blanks between them are one word; so they must be where they are looked for.
                if at > 0 && wanted.is_char && wanted.joins && !found.joins {
                    return false;
                }
                found.text == wanted.text || (is_open && found.text.starts_with(&wanted.text))
            })
        };
        let windows = text.windows(len.max(1)).enumerate();
        windows.filter(|(_, window)| fits_at(window)).map(|(at, _)| (at, at + len - 1)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(input: &str, output: &str) -> Texts {
        Texts {
            name: "Check valve".to_owned(),
            input: input.to_owned(),
            output: output.to_owned(),
            ..Texts::default()
        }
    }

    #[test]
    fn a_query_means_what_it_says() {
        let doc = texts("Torque is 45 Nm on the Ölpumpe, 更换泵", "Replaced the seal; get_weather called");
        for (query, fits) in [
            ("torque seal", true),
            ("torque bearing", false),
            ("更换泵", true),
            ("更泵", false),
            ("\"45 nm\"", true),
            ("\"nm 45\"", false),
            ("olpumpe", true),
            ("ölpumpe -seal", false),
            ("torque -bearing", true),
            ("torq*", true),
            ("torq", false),
            ("\"the sea*\"", true),
            ("name:valve", true),
            ("name:torque", false),
            ("input:torque output:seal", true),
            ("output:torque", false),
            ("-output:torque seal", true),
            ("换泵", true),
            ("泵更", false),
            ("泵", true),
            ("get_weather", true),
            ("weather_get", false),
            ("valve torque seal 更换", true),
        ] {
            assert_eq!(Query::read(query).fits(&doc), fits, "{query}");
        }
    }

    #[test]
    fn bad_syntax_is_said_and_the_rest_is_used() {
        for (query, usable, note) in [
            ("\"open phrase", true, "left open"),
            ("!!! seal", true, "no letters"),
            ("-seal", false, "at least one word"),
            ("a*", true, "too short"),
            ("name:", true, ""),
            ("--", false, "no letters"),
            ("", false, ""),
            ("AND OR NOT NEAR(", true, ""),
        ] {
            let read = Query::read(query);
            assert_eq!(read.is_usable(), usable, "{query}");
            let said = read.notes.iter().any(|said| said.contains(note));
            assert!(note.is_empty() || said, "{query}: {:?}", read.notes);
        }
        assert_eq!(Query::read(&"w ".repeat(400)).clauses.len(), MOST_CLAUSES);
    }

    #[test]
    fn the_index_is_asked_for_terms_it_has() {
        let index = Query::read("seal 更换泵 pum* name:valve -leak -\"two words\" -input:x").index_query();
        let with: Vec<&str> = index.with.iter().map(|term| term.text.as_str()).collect();
        assert_eq!(with, ["seal", "更换", "换泵", "pum", "\u{e000}valve"]);
        assert_eq!(index.without, [Term { text: "leak".to_owned(), is_beginning: false }]);
    }

    proptest! {
        #[test]
        fn whatever_fits_has_the_terms_asked_for(
            text in "[ab泵换 \"é_-]{0,30}", query in "[ab泵换 \"*:é_-]{0,12}"
        ) {
            let query = Query::read(&query);
            let doc = Texts { input: text, ..Texts::default() };
            if query.is_usable() && query.fits(&doc) {
                let terms = doc.terms();
                for wanted in query.index_query().with {
                    let has = terms.split(' ').any(|term| term == wanted.text || (wanted.is_beginning && term.starts_with(&wanted.text)));
                    prop_assert!(has, "{wanted:?} not in {terms:?}");
                }
            }
        }

        #[test]
        fn anything_can_be_typed(query in "\\PC{0,80}") {
            Query::read(&query).index_query();
        }
    }
}
