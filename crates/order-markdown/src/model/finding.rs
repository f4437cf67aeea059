//! What a rule found odd in an order: a rule id with a version, a subject and a plain sentence.

use serde::{Deserialize, Serialize};

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "on", content = "id", rename_all = "snake_case")]
pub enum Subject {
    Order,
    Step(String),
    Item(String),
    Criterion(String),
    LogEntry(String),
}

/// One oddity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which rule: `log_waits_for_ticked`.
    pub rule: String,
    pub version: u32,
    pub subject: Subject,
    pub sentence: String,
}
