//! An entry that a device kept, and the answer it is given. Pure.

use serde::{Deserialize, Serialize};

use crate::foundation::{Asker, Error, Result, Timestamp};
use crate::work_orders::decide::{Command, Gather, NewFile};
use crate::work_orders::model::{FilePlace, Order, Queued, Target};

/// The longest id of an entry or an order that is taken, in characters.
const LONGEST_ID: usize = 64;

/// What was done without a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    Tick {
        target: Target,
    },
    /// One's own tick or answer was taken back.
    Undo {
        target: Target,
    },
    Answer {
        item: String,
        /// As typed or pressed.
        given: String,
        note: String,
    },
    Log {
        title: String,
        lines: Vec<String>,
    },
    Comment {
        text: String,
    },
    /// Photos and files; their bytes come beside the entry.
    Files {
        /// None for the whole order.
        target: Option<Target>,
        description: String,
    },
}

/// What the device knew of the part when the entry was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// How the part stood on the page ([`Order::standing`]).
    pub standing: Option<String>,
    /// The entry of the same device that it follows at the same part; it stands for how the part was once that was taken.
    pub after: Option<String>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Made by the device: a UUID.
    pub id: String,
    /// Whose it is, as [`owner_of`] writes it.
    pub owner: String,
    /// The order's id.
    pub order: String,
    pub what: What,
    pub seen: Seen,
    /// When it was made, by the clock of the device.
    pub claimed: Timestamp,
    /// That clock when it was sent.
    pub sent: Timestamp,
}

/// Whose an entry is: the account in its project, as pages and devices write it.
pub fn owner_of(asker: &Asker) -> String {
    crate::web::page::owner_of(asker)
}

impl Entry {
    /// Refuses ids that no device of ours makes.
    pub fn check(&self) -> Result<()> {
        let is_id = |id: &str| {
            (8..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if !is_id(&self.id) {
            return Err(Error::invalid("entry", "expected the id that the device made: a UUID"));
        }
        if !is_id(&self.order) {
            return Err(Error::invalid("order", "expected the id of a work order"));
        }
        Ok(())
    }

    /// What the record keeps of it beside the event.
    pub fn queued(&self) -> Queued {
        Queued { entry: self.id.clone(), claimed: self.claimed, sent: self.sent }
    }
}

impl What {
    /// The part it is about; none for notes and for files of the whole order.
    pub fn target(&self) -> Option<Target> {
        match self {
            Self::Tick { target } | Self::Undo { target } => Some(target.clone()),
            Self::Answer { item, .. } => Some(Target::Item(item.clone())),
            Self::Files { target, .. } => target.clone(),
            Self::Log { .. } | Self::Comment { .. } => None,
        }
    }

    /// Whether only one record can stand at its part, so that two people can answer it differently.
    pub fn is_answer(&self) -> bool {
        matches!(self, Self::Tick { .. } | Self::Undo { .. } | Self::Answer { .. })
    }

    /// What the order is asked to record.
    pub fn command(&self, files: Vec<NewFile>, most: usize) -> Command {
        match self.clone() {
            Self::Tick { target } => Command::Tick { target },
            Self::Undo { target } => Command::Undo { target, reason: String::new() },
            Self::Answer { item, given, note } => Command::Answer { item, given, note },
            Self::Log { title, lines } => Command::AddLog { title, lines, kind: None, corrects: None },
            Self::Comment { text } => Command::AddComment { text },
            Self::Files { target, description } => {
                let place = target.map_or(FilePlace::Order, FilePlace::from);
                Command::Gather(Gather::AddFiles { files, place, description, most })
            }
        }
    }

    /// What it says, in a few words.
    pub fn words(&self) -> String {
        let text = match self {
            Self::Tick { .. } => "done".to_owned(),
            Self::Undo { .. } => "taken back".to_owned(),
            Self::Answer { given, note, .. } if note.is_empty() => given.clone(),
            Self::Answer { given, note, .. } => format!("{given}: {note}"),
            Self::Log { title, lines } if title.is_empty() => lines.join(" "),
            Self::Log { title, .. } => title.clone(),
            Self::Comment { text } => text.clone(),
            Self::Files { description, .. } if description.is_empty() => "photo or file".to_owned(),
            Self::Files { description, .. } => format!("photo or file: {description}"),
        };
        text.chars().take(200).collect()
    }

    /// What it is about, in the words of the order.
    pub fn about(&self, order: Option<&Order>) -> String {
        let of = |target: &Target| match (target, order?) {
            (Target::Item(id), order) => order.item(id).map(|(_, item)| item.text.clone()),
            (Target::Step(id), order) => order.step(id).map(|step| step.title.clone()),
            (Target::Criterion(id), order) => order.criterion(id).map(|it| it.text.clone()),
        };
        match self {
            Self::Log { .. } => "Entry of the log".to_owned(),
            Self::Comment { .. } => "Comment".to_owned(),
            other => match other.target() {
                Some(target) => of(&target).unwrap_or_else(|| "A part that is no longer planned".to_owned()),
                None => "Files of the order".to_owned(),
            },
        }
    }
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is in the record.
    Applied,
    /// Something else stands at its part, or the order does not take it any more: its owner decides.
    Conflict,
    /// It could not have been made; its owner puts it away, or sends it again once what was missing is done.
    Refused,
}

impl Outcome {
    /// The word stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Conflict => "conflict",
            Self::Refused => "refused",
        }
    }
}

/// One side of a conflict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The printed name.
    pub who: String,
    /// When, in microseconds.
    pub at: Timestamp,
    pub words: String,
}

/// The answer to an entry; the same entry gets the same one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub entry: String,
    pub outcome: Outcome,
    /// Why it was not recorded; empty where it was.
    pub why: String,
    pub mine: Said,
    /// What stands at its part, where something else does.
    pub theirs: Option<Said>,
    /// When it was received.
    pub received: Timestamp,
    /// The record held the very same of the same account before, so nothing was added.
    pub was_there: bool,
}
