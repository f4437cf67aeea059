//! Steps, check items, criteria and the small texts of a plan.

use serde::{Deserialize, Serialize};

use foundation::Timestamp;

use super::{Asks, Demands, Found, Released, Ticks, Who};

/// A short text with a stable id: a goal, a part, a safety note.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Stable id.
    pub id: String,
    /// The text as written.
    pub text: String,
}

/// How much a claim weighs in the trust score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Materiality {
    /// 1: an ordinary item.
    Normal,
    /// 2: a completion criterion, unless the planner says otherwise.
    Important,
    /// 4: set by the planner.
    Critical,
}

impl From<Materiality> for u8 {
    fn from(materiality: Materiality) -> Self {
        match materiality {
            Materiality::Normal => 1,
            Materiality::Important => 2,
            Materiality::Critical => 4,
        }
    }
}

impl TryFrom<u8> for Materiality {
    type Error = String;

    fn try_from(weight: u8) -> Result<Self, String> {
        match weight {
            1 => Ok(Self::Normal),
            2 => Ok(Self::Important),
            4 => Ok(Self::Critical),
            other => Err(format!("materiality is 1, 2 or 4, not {other}")),
        }
    }
}

/// What a tick, an attestation or a materiality is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "on", content = "id", rename_all = "snake_case")]
pub enum Target {
    Item(String),
    /// A step without items.
    Step(String),
    Criterion(String),
}

impl Target {
    /// The id of the item, step or criterion.
    pub fn id(&self) -> &str {
        match self {
            Self::Item(id) | Self::Step(id) | Self::Criterion(id) => id,
        }
    }
}

/// Where a step stands. A step's own state cannot be told from its items alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum StepState {
    #[default]
    Open,
    Done,
    /// Done or looked at, with something to watch.
    Flagged {
        /// What is to be watched.
        reason: String,
    },
    /// Tried, did not work.
    Failed {
        reason: String,
    },
    NotApplicable {
        reason: String,
    },
}

impl StepState {
    /// The word stored in the database.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Flagged { .. } => "flagged",
            Self::Failed { .. } => "failed",
            Self::NotApplicable { .. } => "not_applicable",
        }
    }

    /// The reason given, where the state has one.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Open | Self::Done => None,
            Self::Flagged { reason } | Self::Failed { reason } | Self::NotApplicable { reason } => {
                Some(reason)
            }
        }
    }

    /// Whether somebody set it by hand, so that ticks do not change it.
    pub fn is_marked(&self) -> bool {
        self.reason().is_some()
    }
}

/// Code to run or to copy. `text` has no newline at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeBlock {
    /// The language as written after the fence; may be empty.
    pub language: String,
    pub text: String,
}

/// One box to tick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Stable id.
    pub id: String,
    pub text: String,
    /// Whether the step needs it.
    pub required: bool,
    /// How it is answered.
    #[serde(default)]
    pub asks: Asks,
    /// What it asks for beyond its words.
    #[serde(default, skip_serializing_if = "Demands::is_none")]
    pub demands: Demands,
    /// It waits for an answer that nobody gave; follows from the answers ([`super::Order::refresh_asked`]).
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_asked: bool,
    /// Who let work go on past it, where it is a checkpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<Released>,
    /// How much its claim weighs.
    pub materiality: Materiality,
    /// Every tick and answer it ever had.
    pub ticks: Ticks,
    /// Who said that it does not apply, while that stands.
    #[serde(default)]
    pub skipped: Option<Skipped>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over like this")]
fn is_false(it: &bool) -> bool {
    !*it
}

/// Somebody saying that an item does not apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    pub by: Who,
    pub at: Timestamp,
    pub reason: String,
}

impl Item {
    /// What was found, where an answer stands that says so.
    pub fn found(&self) -> Option<Found> {
        let tick = self.ticks.current().filter(|tick| !tick.is_unattested())?;
        Some(tick.answer.as_ref().map_or(Found::Good, |answer| answer.found))
    }

    /// Whether it was answered as not being as it should.
    pub fn has_failed(&self) -> bool {
        self.found() == Some(Found::Failed)
    }

    /// Whether anybody here ever answered it or took that back, or sets it aside.
    pub fn has_history(&self) -> bool {
        self.ticks.has_history() || self.skipped.is_some()
    }

    /// Whether nothing more is to be done about it here.
    pub fn is_settled(&self) -> bool {
        self.ticks.counts() || self.skipped.is_some()
    }
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Stable id.
    pub id: String,
    /// 1 for the first.
    pub position: u32,
    pub title: String,
    /// Whether the order needs it.
    pub required: bool,
    /// Whether the required steps before it must be settled first.
    pub ordered: bool,
    /// What it asks for beyond its words.
    #[serde(default, skip_serializing_if = "Demands::is_none")]
    pub demands: Demands,
    /// It, or everything in it, waits for an answer that nobody gave; follows from the answers.
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_asked: bool,
    /// Who let work go on past it, where it is a checkpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<Released>,
    pub state: StepState,
    /// Who marked it, while a mark that was made here stands. No written form of an order carries it.
    #[serde(skip)]
    pub marked_by: Option<Who>,
    /// How much its own claim weighs; counted only when it has no items.
    pub materiality: Materiality,
    /// Ticks on the step itself; only for a step without items.
    pub ticks: Ticks,
    pub notes: String,
    pub code: Vec<CodeBlock>,
    pub items: Vec<Item>,
}

impl Step {
    /// Whether it was tried and did not work.
    pub fn has_failed(&self) -> bool {
        matches!(self.state, StepState::Failed { .. })
    }

    /// Whether its title begins with a number, such as `1. Check the replica`: two numbers before one title say less than one.
    pub fn numbers_itself(&self) -> bool {
        begins_with_number(&self.title)
    }

    /// Whether it waits to be done: open, and asked as things stand.
    pub fn is_open(&self) -> bool {
        self.state == StepState::Open && !self.not_asked
    }

    /// The items that are asked as things stand.
    pub fn asked_items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| !item.not_asked)
    }

    /// How many of the asked items are settled and have not failed.
    pub fn ticked_items(&self) -> usize {
        self.asked_items().filter(|item| item.is_settled() && !item.has_failed()).count()
    }

    /// How many items were answered as failed.
    pub fn failed_items(&self) -> usize {
        self.asked_items().filter(|item| item.has_failed()).count()
    }

    /// Whether anything in it was ever ticked or marked.
    pub fn has_progress(&self) -> bool {
        self.state != StepState::Open || self.ticks.has_history() || self.items.iter().any(Item::has_history)
    }

    /// Sets open or done from the ticks; a state marked by hand stays.
    pub fn refresh(&mut self) {
        if self.state.is_marked() {
            return;
        }
        let done = if self.items.is_empty() { self.ticks.counts() } else { self.items_suffice() };
        self.state = if done { StepState::Done } else { StepState::Open };
    }

    /// All required items that are asked are settled; where none is required, all items that are. What is not asked at all is
    /// never done.
    fn items_suffice(&self) -> bool {
        let any_required = self.asked_items().any(|item| item.required);
        self.asked_items().next().is_some()
            && self.asked_items().filter(|item| item.required || !any_required).all(Item::is_settled)
    }
}

/// Something that must hold when the work is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// Stable id.
    pub id: String,
    pub text: String,
    /// The evidence it asks for.
    #[serde(default, skip_serializing_if = "Demands::is_none")]
    pub demands: Demands,
    /// How much its claim weighs.
    pub materiality: Materiality,
    /// Every time somebody said it is met, and took it back.
    pub ticks: Ticks,
}

fn begins_with_number(title: &str) -> bool {
    let rest = title.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < title.len() && (rest.starts_with(". ") || rest.starts_with(") "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_numbers_itself_only_where_its_number_counts_steps() {
        for (title, numbers) in [
            ("1. Check the replica", true),
            ("12) Promote", true),
            ("3 pumps to look at", false),
            ("1.5 bar test", false),
            (". Dots", false),
            ("Look", false),
            ("", false),
        ] {
            assert_eq!(begins_with_number(title), numbers, "{title}");
        }
    }
}
