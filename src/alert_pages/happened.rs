//! What happened to alerts, as lines of a list.

use crate::alerts::model::lasting;
use crate::alerts::reads::ChangeRow;
use crate::foundation::Timestamp;
use crate::web::format::{Time, shown};

/// One line.
pub(super) struct Happened {
    pub(super) at: Time,
    /// Tone and word.
    pub(super) stamp: (&'static str, &'static str),
    pub(super) words: String,
    /// When a silence ends.
    pub(super) until: Option<Time>,
}

impl Happened {
    /// The line of a change.
    pub(super) fn of(change: &ChangeRow, now: Timestamp) -> Self {
        let subject = if change.subject.is_empty() { String::new() } else { format!(", {}", change.subject) };
        let (what, by, said) = (format!("{}{subject}", change.rule), &change.by_name, &change.said);
        let because = if said.is_empty() { String::new() } else { format!(": {said}") };
        let (stamp, words) = match change.kind.as_str() {
            "alert.fired.v1" => (("refuted", "Firing"), format!("{what}{because}")),
            "alert.resolved.v1" => {
                let lasted = change.until.map(|since| lasting(change.at.micros_since(since)));
                (("supported", "Over"), format!("{what}, after {}", lasted.unwrap_or_default()))
            }
            "alert.acknowledged.v1" => (("open", "Taken"), format!("{by} took {what}")),
            "alert.given_back.v1" => (("open", "Given back"), format!("{by} gave {what} back")),
            "alert.silenced.v1" => (("open", "Silenced"), format!("{what}, by {by}{because}")),
            _ => (("open", "Speaks again"), format!("{what}{because}")),
        };
        let until = change.until.filter(|_| change.kind == "alert.silenced.v1");
        Self {
            at: Time::new(change.at, now),
            stamp,
            words: shown(&words),
            until: until.map(|at| Time::new(at, now)),
        }
    }
}
