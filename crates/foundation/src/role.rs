//! What an account may do, in seven words.
//!
//! Admin is deliberately no superset: admins manage the system, not the records. One account may hold
//! several roles; separation of duties is judged per work order.

use serde::{Deserialize, Serialize};

/// A role an account holds in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads everything, changes nothing.
    Viewer,
    /// Asks for work: own drafts only.
    Requester,
    /// Does the work assigned.
    Technician,
    /// Plans, approves, assigns and closes.
    Supervisor,
    /// Judges work done by others.
    Auditor,
    /// Manages accounts, keys and settings; no say over records.
    Admin,
    /// A program: drafts, ticks with evidence, logs; never signs, judges or approves.
    Agent,
}

impl Role {
    /// Every role, in the order of the permission table.
    pub const ALL: [Self; 7] = [
        Self::Viewer,
        Self::Requester,
        Self::Technician,
        Self::Supervisor,
        Self::Auditor,
        Self::Admin,
        Self::Agent,
    ];

    /// The word stored in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Requester => "requester",
            Self::Technician => "technician",
            Self::Supervisor => "supervisor",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
            Self::Agent => "agent",
        }
    }

    /// What it may do, in one line for whoever gives it; the permission table decides, this says it in words.
    pub fn duties(self) -> &'static str {
        match self {
            Self::Viewer => "sees every order, verdict and trace, and changes nothing",
            Self::Requester => "asks for work: writes and submits drafts, and sees and comments on their own",
            Self::Technician => {
                "does the work given to them: ticks, answers, logs, adds evidence and completes; writes drafts"
            }
            Self::Supervisor => {
                "plans, approves, assigns and closes every order, and may do the work; gives no verdicts"
            }
            Self::Auditor => "judges the work of others: gives verdicts, verifies and sends back",
            Self::Admin => {
                "manages accounts, keys, settings and prices; writes drafts, but neither approves, works nor judges"
            }
            Self::Agent => {
                "a program: writes drafts, ticks with evidence and logs on what it is given; never signs or judges"
            }
        }
    }

    /// Reads the stored word back; an unknown word is no role, so it grants nothing.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_reads_back_and_serde_agrees_with_the_stored_word() {
        for role in Role::ALL {
            assert_eq!(Role::from_stored(role.as_str()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        assert_eq!(Role::from_stored("root"), None);
    }
}
