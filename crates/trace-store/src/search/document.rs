//! What is searched of one observation, or of a trace itself: its texts by field, and the terms that stand for them.

use super::text::head_and_tail;
use super::words::Terms;

/// Bytes of each field that are indexed: so many of its beginning, so many of its end.
const INPUT: (usize, usize) = (4_000, 8_000);
const OUTPUT: (usize, usize) = (4_000, 2_000);
const METADATA: (usize, usize) = (2_000, 0);
const SENT: (usize, usize) = (6_000, 2_000);
const SHORT: (usize, usize) = (1_000, 0);

/// Where words stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The name; of a trace also its id, user, session and tags.
    Name,
    Input,
    Output,
    /// Metadata, names and values.
    Metadata,
    /// The status message.
    Status,
    /// What was sent beside: attributes, events, stack traces, links, resource, scope; names and values.
    Sent,
}

impl Field {
    /// In the order in which words are looked for.
    pub const ALL: [Self; 6] =
        [Self::Output, Self::Input, Self::Name, Self::Status, Self::Metadata, Self::Sent];

    /// The word in front of the colon.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str().eq_ignore_ascii_case(word))
    }

    /// As typed and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Input => "input",
            Self::Output => "output",
            Self::Metadata => "metadata",
            Self::Status => "status",
            Self::Sent => "attribute",
        }
    }

    /// The letter in front of terms that stand in this field. Inputs hold most words and are looked at instead.
    pub fn mark(self) -> Option<char> {
        match self {
            Self::Name => Some('\u{e000}'),
            Self::Output => Some('\u{e001}'),
            Self::Status => Some('\u{e002}'),
            Self::Input | Self::Metadata | Self::Sent => None,
        }
    }

    fn bounds(self) -> (usize, usize) {
        match self {
            Self::Input => INPUT,
            Self::Output => OUTPUT,
            Self::Metadata => METADATA,
            Self::Sent => SENT,
            Self::Name | Self::Status => SHORT,
        }
    }
}

/// The texts of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    pub name: String,
    pub input: String,
    pub output: String,
    /// Names and values of the metadata.
    pub metadata: String,
    pub status: String,
    /// Names and values of what was sent beside, short values first.
    pub sent: String,
}

impl Texts {
    /// One field.
    pub fn of(&self, field: Field) -> &str {
        match field {
            Field::Name => &self.name,
            Field::Input => &self.input,
            Field::Output => &self.output,
            Field::Metadata => &self.metadata,
            Field::Status => &self.status,
            Field::Sent => &self.sent,
        }
    }

    /// Every field with its text.
    pub fn each(&self) -> impl Iterator<Item = (Field, &str)> {
        Field::ALL.into_iter().map(|field| (field, self.of(field)))
    }

    /// The terms under which the document is found, each once, with blanks between them.
    pub fn terms(&self) -> String {
        let mut terms = Terms::default();
        for (field, text) in self.each() {
            let (head, tail) = field.bounds();
            let (head, tail) = head_and_tail(text, head, tail);
            terms.collect(head, field.mark());
            terms.collect(tail, field.mark());
        }
        terms.joined()
    }
}

/// A document ready for the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub trace_id: String,
    /// The observation; empty for the trace itself.
    pub observation_id: String,
    /// What it is found by: terms with blanks between them.
    pub terms: String,
}

impl Document {
    /// The document of some texts.
    pub fn new(trace_id: &str, observation_id: &str, texts: &Texts) -> Self {
        Self {
            trace_id: trace_id.to_owned(),
            observation_id: observation_id.to_owned(),
            terms: texts.terms(),
        }
    }
}
