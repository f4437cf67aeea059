//! What a rule found odd in an order: a rule id with a version, a subject and a plain sentence.

use serde::{Deserialize, Serialize};

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "on", content = "id", rename_all = "snake_case")]
pub enum Subject {
    /// The whole order.
    Order,
    /// A step.
    Step(String),
    /// A check item.
    Item(String),
    /// A completion criterion.
    Criterion(String),
    /// A log entry.
    LogEntry(String),
}

/// One oddity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which rule: `log_waits_for_ticked`.
    pub rule: String,
    /// The rule's version.
    pub version: u32,
    /// What it is about.
    pub subject: Subject,
    /// One plain sentence.
    pub sentence: String,
}
