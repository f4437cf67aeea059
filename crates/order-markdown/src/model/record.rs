//! What happened around the steps: log, comments, holds, outcomes, safety, transitions, import.

use serde::{Deserialize, Serialize};

use super::{Entry, Status, Target, Transition, When, Who};
use foundation::{Digest, Timestamp};

/// What sort of log entry it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogKind {
    /// Anything else.
    #[default]
    Note,
    Progress,
    Waiting,
    Problem,
    /// The work was handed over or finished.
    Handover,
}

impl LogKind {
    /// Guesses from a title, by its words.
    pub fn of_title(title: &str) -> Self {
        let title = title.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| title.contains(word));
        if has(&["await", "waiting", "blocked", "on hold", "pending"]) {
            Self::Waiting
        } else if has(&["fail", "error", "problem", "incident"]) {
            Self::Problem
        } else if has(&["hand over", "handover", "handed", "complete", "finished"]) {
            Self::Handover
        } else if has(&["start", "progress", "resum", "continu"]) {
            Self::Progress
        } else {
            Self::Note
        }
    }
}

/// One entry of the append-only work log; a correction is a new entry that names the old one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Stable id.
    pub id: String,
    /// When it happened, as written.
    pub when: When,
    pub title: String,
    pub lines: Vec<String>,
    /// The author as the source wrote it, if it did.
    pub author: Option<String>,
    /// The account that wrote it here; none when it came from a file.
    pub by: Option<Who>,
    pub kind: LogKind,
    pub corrects: Option<String>,
}

/// One comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Stable id.
    pub id: String,
    pub when: When,
    pub by: Who,
    pub text: String,
}

/// Why an order waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldCode {
    /// A person must do or decide something.
    Person,
    /// Parts are missing.
    Parts,
    /// No way in.
    Access,
    /// Keys or passwords are missing.
    Credentials,
    /// It is not safe.
    Safety,
    /// Somebody outside must act.
    Vendor,
    /// It does not fit the schedule.
    Schedule,
}

impl HoldCode {
    /// Every code.
    pub const ALL: [Self; 7] = [
        Self::Person,
        Self::Parts,
        Self::Access,
        Self::Credentials,
        Self::Safety,
        Self::Vendor,
        Self::Schedule,
    ];

    /// The word stored and posted by forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Parts => "parts",
            Self::Access => "access",
            Self::Credentials => "credentials",
            Self::Safety => "safety",
            Self::Vendor => "vendor",
            Self::Schedule => "schedule",
        }
    }

    /// What a form and a page call it: "waits for ...".
    pub fn label(self) -> &'static str {
        match self {
            Self::Person => "A person",
            Self::Parts => "Parts",
            Self::Access => "Access",
            Self::Credentials => "Keys or passwords",
            Self::Safety => "Safety",
            Self::Vendor => "Somebody outside",
            Self::Schedule => "A better time",
        }
    }

    /// Reads the word back.
    pub fn read(text: &str) -> Option<Self> {
        let word = text.trim().to_lowercase();
        Self::ALL.into_iter().find(|code| code.as_str() == word)
    }
}

/// A standing hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub code: HoldCode,
    pub reason: String,
    pub since: Timestamp,
}

/// How the work ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    #[default]
    Achieved,
    Partial,
    /// None of it is there; the record stands all the same.
    NotAchieved,
}

impl Outcome {
    /// The word stored and posted by forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Achieved => "achieved",
            Self::Partial => "partial",
            Self::NotAchieved => "not_achieved",
        }
    }

    /// Reads the word back.
    pub fn read(text: &str) -> Option<Self> {
        let word = text.trim().to_lowercase();
        [Self::Achieved, Self::Partial, Self::NotAchieved].into_iter().find(|it| it.as_str() == word)
    }
}

/// How the work ended, with a word on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeRecord {
    pub outcome: Outcome,
    /// The resolution in words; may be empty.
    pub note: String,
}

/// What somebody added to the record of an order that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    pub id: String,
    /// The part it is about; none where it is about the order as a whole.
    pub about: Option<Target>,
    pub text: String,
    /// Why it is said now.
    pub reason: String,
    pub by: Who,
    pub at: Timestamp,
}

/// Safety notes; whoever starts must have read the present version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Safety {
    /// Counts up whenever a note changes; 1 at first.
    pub version: u32,
    pub notes: Vec<Entry>,
    pub acknowledgements: Vec<Acknowledgement>,
}

impl Default for Safety {
    fn default() -> Self {
        Self { version: 1, notes: Vec::new(), acknowledgements: Vec::new() }
    }
}

impl Safety {
    /// Whether this account has acknowledged the present version.
    pub fn is_acknowledged_by(&self, account: &str) -> bool {
        self.acknowledgements.iter().any(|ack| ack.version == self.version && ack.by.is(account))
    }
}

/// Somebody has read a version of the safety notes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    pub version: u32,
    pub by: Who,
    pub at: Timestamp,
}

/// One move from state to state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransitionRecord {
    /// Which row of the life-cycle table.
    pub id: Transition,
    pub from: Status,
    pub to: Status,
    pub by: Who,
    pub at: Timestamp,
    /// Why; empty where no reason is asked for.
    pub reason: String,
    /// The event that recorded it.
    pub event: String,
}

/// Where an imported order came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRecord {
    /// SHA-256 of the file's bytes.
    pub source: Digest,
    /// The file's name, if known.
    pub file: Option<String>,
    pub by: Who,
    pub at: Timestamp,
    /// The state the file claimed.
    pub status: Status,
    /// What else only the file says about the work, as label and words: who has it, when it was written.
    #[serde(default)]
    pub claims: Vec<Field>,
    /// The number is the file's own, and stands outside the sequence of those given here.
    #[serde(default)]
    pub own_number: bool,
}

/// A row of the header table that has no field of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub value: String,
}

/// A section of a file that has no place of its own, kept as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub title: String,
    pub text: String,
}
