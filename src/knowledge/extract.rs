//! Atoms out of the words an auditor quoted, without any model: exact words or nothing.
//!
//! A piece is kept when it says something checkable: a verb or key and value, and at least one name,
//! number or quoted literal. Questions, orders, greetings, hedges and talk about the model are dropped, and
//! every drop is counted with its reason. English only for prose; other prose is dropped visibly.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::audit::scan::{self, Quantity};
use crate::audit::selectors::{Evidence, Located, Ruler, collapse, stands_at};
use crate::foundation::{Digest, Result};

use super::model::{Atom, AtomKind, STATEMENT_MAX_CHARS};
use super::segments::{Piece, PieceKind, pieces};

/// Name and version of this extractor, kept with every atom it proposes.
pub const EXTRACTOR: &str = "quoted-sentences/1";

/// Why a piece did not become an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dropped {
    /// Shorter than 5 or longer than 45 words, or over 300 characters.
    Length,
    /// No verb and no key with a value.
    NoStatement,
    /// No name, number, identifier or quoted literal.
    NothingToCheck,
    Question,
    /// It tells somebody to do something.
    Imperative,
    /// It only thinks, greets or speaks about the model itself.
    Chatter,
    /// Prose in a language whose rules are not built in.
    UnsupportedLanguage,
    /// A heading, code, or a table row of many cells.
    NotProse,
}

/// A proposed atom, not yet bound to a stored body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The exact words, white space collapsed.
    pub statement: String,
    /// `en`, or `und` for key and value.
    pub language: &'static str,
    pub kind: AtomKind,
    pub located: Located,
    /// Names and identifiers, as written.
    pub entities: Vec<String>,
    /// Numbers with units, as written.
    pub quantities: Vec<Quantity>,
    /// It leans on something said before it.
    pub needs_context: bool,
    /// The nearest heading and the sentence before, when it needs context.
    pub context: Vec<Located>,
}

/// What came out of one quote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extraction {
    /// The proposals, in the order of the text.
    pub drafts: Vec<Draft>,
    pub dropped: Vec<(Range<usize>, Dropped)>,
}

impl Draft {
    /// Binds the draft to the body it was found in; context becomes further spans.
    pub fn into_atom(
        self,
        trace: &str,
        observation: &str,
        field: &str,
        body: Digest,
        subjects: &[String],
    ) -> Atom {
        let located = [self.located].into_iter().chain(self.context);
        let spans = located.map(|at| Evidence::new(trace, observation, field, body, at)).collect();
        let atom = Atom {
            statement: self.statement,
            language: self.language.to_owned(),
            subject_refs: subjects.to_vec(),
            spans,
            kind: self.kind,
            entities: self.entities,
            quantities: self.quantities,
        };
        atom.in_canonical_order()
    }
}

/// Proposes atoms from the words a verdict quotes; refuses a quote that does not stand in this body.
pub fn extract(body: &str, quote: &Evidence) -> Result<Extraction> {
    stands_at(body, &quote.quote, quote.position)?;
    let before = usize::try_from(quote.position.start).unwrap_or(usize::MAX);
    let start = body.char_indices().nth(before).map_or(body.len(), |(at, _)| at);
    Ok(extract_span(body, start..start + quote.quote.exact.len()))
}

/// Proposes atoms from the bytes `span` of a body.
pub fn extract_span(body: &str, span: Range<usize>) -> Extraction {
    let mut out = Extraction::default();
    let mut ruler = Ruler::new(body);
    let mut scene = Scene::default();
    for piece in pieces(body, span) {
        let text = body.get(piece.bytes.clone()).unwrap_or_default();
        let located = ruler.locate(piece.bytes.clone());
        match keep(&piece, text) {
            Ok(()) => out.drafts.push(draft(&piece, text, located.clone(), &scene)),
            Err(reason) => out.dropped.push((piece.bytes, reason)),
        }
        scene.pass(piece.kind, located);
    }
    out
}

/// What a reader has just read: the nearest heading and the sentence before.
#[derive(Default)]
struct Scene {
    heading: Option<Located>,
    previous: Option<Located>,
}

impl Scene {
    /// Very long pieces are not kept: they explain nothing, and every later piece would carry them.
    fn pass(&mut self, kind: PieceKind, located: Located) {
        let kept = (located.bytes.len() <= STATEMENT_MAX_CHARS).then_some(located);
        match kind {
            PieceKind::Heading => (self.heading, self.previous) = (kept, None),
            PieceKind::Sentence => self.previous = kept,
            _ => {}
        }
    }
}

fn draft(piece: &Piece, text: &str, located: Located, scene: &Scene) -> Draft {
    let prose = piece.kind == PieceKind::Sentence;
    let needs_context = prose && leans_on_context(text);
    let quantities = scan::quantities(text);
    let context = [&scene.heading, &scene.previous].into_iter().flatten().filter(|_| needs_context);
    Draft {
        statement: collapse(text),
        language: if prose { "en" } else { "und" },
        kind: kind_of(text, &quantities),
        located,
        entities: scan::names(text),
        quantities,
        needs_context,
        context: context.cloned().collect(),
    }
}

fn keep(piece: &Piece, text: &str) -> Result<(), Dropped> {
    let words: Vec<String> = text.split_whitespace().map(bare).filter(|w| !w.is_empty()).collect();
    let short_enough = collapse(text).chars().count() <= STATEMENT_MAX_CHARS;
    match piece.kind {
        PieceKind::KeyValue if short_enough => keeps_checkable(text),
        PieceKind::KeyValue => Err(Dropped::Length),
        PieceKind::Sentence => {
            keeps_length(&words, short_enough)?;
            keeps_assertion(text, &words)?;
            keeps_checkable(text)
        }
        _ => Err(Dropped::NotProse),
    }
}

fn keeps_length(words: &[String], short_enough: bool) -> Result<(), Dropped> {
    if (5..=45).contains(&words.len()) && short_enough { Ok(()) } else { Err(Dropped::Length) }
}

fn keeps_assertion(text: &str, words: &[String]) -> Result<(), Dropped> {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let opens = |list: &[&str]| words.first().is_some_and(|word| list.contains(&word.as_str()));
    let spoken = format!(" {} ", words.join(" "));
    let says = |list: &[&str]| list.iter().any(|phrase| spoken.contains(&format!(" {phrase} ")));
    if text.trim_end_matches(['"', ')', '*']).ends_with('?') {
        Err(Dropped::Question)
    } else if !has(&FUNCTION_WORDS) {
        Err(Dropped::UnsupportedLanguage)
    } else if opens(&GREETINGS) || says(&CHATTER) {
        Err(Dropped::Chatter)
    } else if opens(&COMMANDS) {
        Err(Dropped::Imperative)
    } else if !has(&VERBS) && !words.iter().any(|word| is_past_form(word)) {
        Err(Dropped::NoStatement)
    } else {
        Ok(())
    }
}

fn keeps_checkable(text: &str) -> Result<(), Dropped> {
    let literal = text.matches(['`', '"', '“']).count() >= 2;
    let named = !scan::names(text).is_empty() || !scan::numbers(text).is_empty();
    if literal || named { Ok(()) } else { Err(Dropped::NothingToCheck) }
}

/// A word in lower case without the marks around it.
fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

fn is_past_form(word: &str) -> bool {
    word.len() >= 5 && word.ends_with("ed") && word.chars().all(char::is_alphabetic)
}

/// It opens with a pronoun or pointer, or has one that nothing before it in the sentence explains.
fn leans_on_context(text: &str) -> bool {
    let mut words = text.split_whitespace().map(bare);
    let first = words.next().unwrap_or_default();
    let opens = POINTERS.contains(&first.as_str());
    let named_first = text.starts_with(char::is_uppercase) && !opens && !ARTICLES.contains(&first.as_str());
    opens || words.any(|word| STRONG_POINTERS.contains(&word.as_str()) && !named_first)
}

fn kind_of(text: &str, quantities: &[Quantity]) -> AtomKind {
    let words: Vec<String> = text.split_whitespace().map(bare).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if has(&["must", "shall", "never", "required", "forbidden"]) {
        AtomKind::Constraint
    } else if has(&["because", "caused", "causes", "therefore"]) {
        AtomKind::Cause
    } else if has(&["decided", "chose", "agreed", "approved"]) {
        AtomKind::Decision
    } else if quantities.iter().any(|quantity| quantity.unit.is_some()) {
        AtomKind::Measurement
    } else {
        AtomKind::Fact
    }
}

const FUNCTION_WORDS: [&str; 32] = [
    "the", "a", "an", "of", "to", "in", "is", "are", "was", "were", "for", "with", "and", "on", "at", "by",
    "from", "has", "have", "had", "that", "this", "it", "not", "no", "be", "been", "as", "all", "its",
    "must", "can",
];

const VERBS: [&str; 60] = [
    "is", "are", "was", "were", "be", "been", "has", "have", "had", "does", "did", "can", "cannot", "could",
    "will", "would", "must", "shall", "should", "may", "contains", "contain", "returns", "return", "uses",
    "use", "costs", "cost", "takes", "took", "runs", "ran", "shows", "show", "sends", "sent", "writes",
    "wrote", "reads", "read", "holds", "held", "gives", "gave", "makes", "made", "goes", "went", "means",
    "needs", "keeps", "kept", "found", "set", "came", "comes", "sets", "begins", "began", "supports",
];

const GREETINGS: [&str; 10] =
    ["hi", "hello", "hey", "dear", "thanks", "sure", "certainly", "great", "sorry", "welcome"];

const CHATTER: [&str; 18] = [
    "i think",
    "i believe",
    "i guess",
    "i am not sure",
    "i'm not sure",
    "might",
    "maybe",
    "perhaps",
    "probably",
    "let me",
    "let us",
    "let's",
    "as an ai",
    "language model",
    "i cannot",
    "i can't",
    "i will",
    "i'll",
];

const COMMANDS: [&str; 40] = [
    "run",
    "set",
    "add",
    "open",
    "check",
    "use",
    "go",
    "create",
    "install",
    "click",
    "please",
    "ensure",
    "make",
    "note",
    "verify",
    "remember",
    "try",
    "see",
    "do",
    "don't",
    "avoid",
    "keep",
    "send",
    "write",
    "read",
    "start",
    "stop",
    "restart",
    "configure",
    "update",
    "remove",
    "delete",
    "copy",
    "paste",
    "select",
    "choose",
    "sign",
    "call",
    "consider",
    "follow",
];

const ARTICLES: [&str; 3] = ["the", "a", "an"];

const POINTERS: [&str; 18] = [
    "it", "its", "this", "that", "these", "those", "they", "their", "he", "she", "his", "her", "there",
    "then", "such", "both", "also", "however",
];

const STRONG_POINTERS: [&str; 12] =
    ["it", "they", "them", "he", "she", "him", "former", "latter", "here", "above", "below", "yesterday"];
