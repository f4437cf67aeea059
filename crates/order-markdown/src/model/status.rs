//! States, priorities and classes of type.
//!
//! Overdue, unassigned and blocked are derived flags, never states.

use serde::{Deserialize, Serialize};

/// Where a work order stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    #[default]
    Draft,
    /// Waits for approval.
    Submitted,
    /// May be started.
    Approved,
    InProgress,
    /// Waits for something named by a hold code.
    OnHold,
    /// The performer says it is done.
    Completed,
    /// Somebody who did not do it has judged it.
    Verified,
    /// Final: nothing but amendments and follow-ups.
    Closed,
    /// Final: never done.
    Cancelled,
}

impl Status {
    /// Every state, in the order of the life cycle.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::Submitted,
        Self::Approved,
        Self::InProgress,
        Self::OnHold,
        Self::Completed,
        Self::Verified,
        Self::Closed,
        Self::Cancelled,
    ];

    /// The word stored in the database and in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::InProgress => "in_progress",
            Self::OnHold => "on_hold",
            Self::Completed => "completed",
            Self::Verified => "verified",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The words shown to people: `In progress`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Submitted => "Submitted",
            Self::Approved => "Approved",
            Self::InProgress => "In progress",
            Self::OnHold => "On hold",
            Self::Completed => "Completed",
            Self::Verified => "Verified",
            Self::Closed => "Closed",
            Self::Cancelled => "Cancelled",
        }
    }

    /// The capitals written in Markdown: `IN PROGRESS`.
    pub fn shown(self) -> String {
        self.label().to_uppercase()
    }

    /// Reads a state however it is cased or joined; a few common synonyms count too.
    pub fn read(text: &str) -> Option<Self> {
        let word = snake(text);
        let by_name = Self::ALL.into_iter().find(|status| status.as_str() == word);
        by_name.or(match word.as_str() {
            "canceled" => Some(Self::Cancelled),
            "complete" | "done" => Some(Self::Completed),
            "started" | "inprogress" => Some(Self::InProgress),
            "hold" | "onhold" | "paused" | "waiting" => Some(Self::OnHold),
            _ => None,
        })
    }

    /// Whether nothing but amendments and follow-ups can come after it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }

    /// Whether its plan was approved and its work is not done yet.
    pub fn is_approved(self) -> bool {
        matches!(self, Self::Approved | Self::InProgress | Self::OnHold)
    }

    /// Whether the performer has already said that it is done.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Completed | Self::Verified | Self::Closed)
    }
}

/// How urgent an order is; response times per priority belong in settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Not said.
    #[default]
    None,
    Low,
    Medium,
    High,
    Emergency,
}

impl Priority {
    /// Every priority, lowest first.
    pub const ALL: [Self; 5] = [Self::None, Self::Low, Self::Medium, Self::High, Self::Emergency];

    /// The word stored in the database and in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Emergency => "emergency",
        }
    }

    /// Reads a priority in any case; common synonyms count too.
    pub fn read(text: &str) -> Option<Self> {
        let word = snake(text);
        let by_name = Self::ALL.into_iter().find(|priority| priority.as_str() == word);
        by_name.or(match word.as_str() {
            "" => Some(Self::None),
            "normal" => Some(Self::Medium),
            "urgent" | "critical" => Some(Self::Emergency),
            _ => None,
        })
    }
}

/// The class a free-text type falls into (EN 13306, plus integration work which that standard leaves out).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeClass {
    /// Setting something up or connecting it.
    Integration,
    /// Restoring what failed.
    Corrective,
    /// Keeping it from failing.
    Preventive,
    /// Looking whether it is right.
    Inspection,
    /// Making it better or different.
    Modification,
    /// Judging work done by others.
    Audit,
    /// Correcting what another order left.
    FollowUp,
    /// None of these words occurs.
    Other,
}

impl TypeClass {
    /// Every class.
    pub const ALL: [Self; 8] = [
        Self::Integration,
        Self::Corrective,
        Self::Preventive,
        Self::Inspection,
        Self::Modification,
        Self::Audit,
        Self::FollowUp,
        Self::Other,
    ];

    /// The word stored and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Integration => "integration",
            Self::Corrective => "corrective",
            Self::Preventive => "preventive",
            Self::Inspection => "inspection",
            Self::Modification => "modification",
            Self::Audit => "audit",
            Self::FollowUp => "follow_up",
            Self::Other => "other",
        }
    }

    /// Reads the word back, however its parts are joined.
    pub fn read(text: &str) -> Option<Self> {
        let word = snake(text);
        Self::ALL.into_iter().find(|class| class.as_str() == word)
    }

    /// The class of a type as written, by the words in it.
    pub fn of(written: &str) -> Self {
        const WORDS: [(&str, TypeClass); 12] = [
            ("follow", TypeClass::FollowUp),
            ("audit", TypeClass::Audit),
            ("verif", TypeClass::Audit),
            ("inspect", TypeClass::Inspection),
            ("integrat", TypeClass::Integration),
            ("install", TypeClass::Integration),
            ("setup", TypeClass::Integration),
            ("correct", TypeClass::Corrective),
            ("repair", TypeClass::Corrective),
            ("prevent", TypeClass::Preventive),
            ("improve", TypeClass::Modification),
            ("modif", TypeClass::Modification),
        ];
        let written = written.to_lowercase();
        WORDS.iter().find(|(word, _)| written.contains(word)).map_or(Self::Other, |(_, class)| *class)
    }
}

/// Lower case with single underscores between words.
pub(crate) fn snake(text: &str) -> String {
    let words =
        text.split(|c: char| c.is_whitespace() || c == '_' || c == '-').filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_and_priorities_are_read_however_they_are_cased() {
        for status in Status::ALL {
            assert_eq!(Status::read(&status.shown()), Some(status));
            assert_eq!(Status::read(status.as_str()), Some(status));
        }
        assert_eq!(Status::read(" in-Progress "), Some(Status::InProgress));
        assert_eq!(Status::read("somewhere"), None);
        for priority in Priority::ALL {
            assert_eq!(Priority::read(&priority.as_str().to_uppercase()), Some(priority));
        }
        assert_eq!(Priority::read("URGENT"), Some(Priority::Emergency));
        assert_eq!(Priority::read("purple"), None);
    }

    #[test]
    fn a_type_as_written_falls_into_a_class() {
        assert_eq!(TypeClass::of("Integration Setup"), TypeClass::Integration);
        assert_eq!(TypeClass::of("CORRECTIVE (immediate)"), TypeClass::Corrective);
        assert_eq!(TypeClass::of("Follow-up"), TypeClass::FollowUp);
        assert_eq!(TypeClass::of("Gardening"), TypeClass::Other);
        for class in TypeClass::ALL {
            assert_eq!(TypeClass::read(class.as_str()), Some(class));
            assert_eq!(serde_json::to_value(class).unwrap(), class.as_str());
        }
        assert_eq!(
            (TypeClass::read("Follow-up"), TypeClass::read("gardening")),
            (Some(TypeClass::FollowUp), None)
        );
    }
}
