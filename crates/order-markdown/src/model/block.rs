//! The plan as a document: blocks in the order in which a person reads them.
//!
//! A block keeps the bytes of the file it came from ([`Block::source`]); all of them together are the file. What was
//! written or changed here has no source and is written out from its text. Steps, items, criteria and the short lists of
//! a plan are read off its blocks by their ids ([`super::Plan::reindex`]).

use serde::{Deserialize, Serialize};

use super::{Asks, Demands};

/// What a block is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The heading that is the title of the order.
    Title,
    /// Front matter or a table of fields.
    Head,
    /// A heading that is no step.
    Section,
    /// A heading that opens a step; without a source where boxes stand under no heading.
    Step,
    /// A box to tick, of the step before it.
    Item,
    /// What must hold at the end.
    Criterion,
    /// To be read before the work begins.
    Safety,
    Goal,
    /// A part or a material.
    Part,
    /// A point of a list that is nothing to tick.
    Point,
    #[default]
    Text,
    /// A text to heed at its place.
    Warning,
    Code,
    Table,
    Picture,
    /// A comment that no viewer shows.
    Hidden,
    /// Part of the file's work log or comments: shown there.
    Record,
}

impl Kind {
    /// Every kind, in the order in which a person is offered them.
    pub const ALL: [Self; 17] = [
        Self::Step,
        Self::Item,
        Self::Criterion,
        Self::Safety,
        Self::Warning,
        Self::Goal,
        Self::Part,
        Self::Section,
        Self::Point,
        Self::Text,
        Self::Code,
        Self::Table,
        Self::Picture,
        Self::Title,
        Self::Head,
        Self::Hidden,
        Self::Record,
    ];

    /// The word stored and posted by forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Head => "head",
            Self::Section => "section",
            Self::Step => "step",
            Self::Item => "item",
            Self::Criterion => "criterion",
            Self::Safety => "safety",
            Self::Goal => "goal",
            Self::Part => "part",
            Self::Point => "point",
            Self::Text => "text",
            Self::Warning => "warning",
            Self::Code => "code",
            Self::Table => "table",
            Self::Picture => "picture",
            Self::Hidden => "hidden",
            Self::Record => "record",
        }
    }

    /// Reads the word back.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The words shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Title => "Title",
            Self::Head => "Fields of the head",
            Self::Section => "Heading",
            Self::Step => "Step",
            Self::Item => "Item to tick",
            Self::Criterion => "Criterion",
            Self::Safety => "Safety note",
            Self::Goal => "Goal",
            Self::Part => "Part or material",
            Self::Point => "Point of a list",
            Self::Text => "Text",
            Self::Warning => "Warning",
            Self::Code => "Code",
            Self::Table => "Table",
            Self::Picture => "Picture",
            Self::Hidden => "Hidden comment",
            Self::Record => "Work log of the file",
        }
    }

    /// What a block of this kind may be taken for instead; itself among them.
    pub fn choices(self) -> &'static [Self] {
        use Kind::{Criterion, Goal, Item, Part, Point, Safety, Section, Step, Text, Warning};
        match self {
            Item | Criterion | Safety | Goal | Part | Point => &[Item, Criterion, Safety, Goal, Part, Point],
            Step | Section => &[Step, Section],
            Text | Warning => &[Text, Warning, Item, Safety],
            _ => &[],
        }
    }

    /// Whether it is a line of a list, ticked or not.
    pub fn is_entry(self) -> bool {
        matches!(self, Self::Item | Self::Criterion | Self::Safety | Self::Goal | Self::Part | Self::Point)
    }
}

/// One block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Block {
    /// Stable id; what is a step, an item, a criterion or an entry of a list has the same one there. Empty when new.
    pub id: String,
    pub kind: Kind,
    /// How many list items it stands in.
    pub depth: u8,
    /// Of a heading: 1 to 6; 0 elsewhere.
    pub level: u8,
    /// What it says, as Markdown without its marks, box and indentation; code without its fence.
    pub text: String,
    /// Of code, as written after the fence.
    pub language: String,
    /// Of a step or an item: whether it is needed.
    pub required: bool,
    /// Of an item: what it asks for.
    pub asks: Asks,
    /// Of a step: whether the required steps before it must be settled first.
    pub ordered: bool,
    /// What it asks for beyond its words.
    pub demands: Demands,
    /// Where in the source its box stands, in bytes.
    pub mark: Option<u32>,
    /// The bytes of the file it came from, line ends and blank lines after it included; none for what was written or
    /// changed here.
    pub source: Option<String>,
}

impl Default for Block {
    fn default() -> Self {
        Self {
            id: String::new(),
            kind: Kind::Text,
            depth: 0,
            level: 0,
            text: String::new(),
            language: String::new(),
            required: true,
            asks: Asks::default(),
            ordered: false,
            demands: Demands::default(),
            mark: None,
            source: None,
        }
    }
}

impl Block {
    /// A block of a kind that says something, written here.
    pub fn of(kind: Kind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_a_kind_is_among_its_own_choices() {
        for kind in Kind::ALL {
            assert_eq!(Kind::read(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert!(kind.choices().is_empty() || kind.choices().contains(&kind));
        }
        assert_eq!(Kind::read("heap"), None);
    }
}
