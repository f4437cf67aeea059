//! Why something is erased, and the mark that an erased trace leaves.

use serde::{Deserialize, Serialize};

use crate::foundation::{Digest, Error, ProjectKey, Result};

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 1_000;

/// What made somebody erase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Somebody named the traces.
    Hand,
    /// Somebody named the user they are about.
    User,
    /// They are older than the project keeps traces.
    Retention,
}

impl Why {
    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::User => "user",
            Self::Retention => "retention",
        }
    }
}

/// The mark of a trace: a digest in place of its id, since clients put names into ids.
pub fn trace_mark(project: ProjectKey, trace_id: &str) -> Digest {
    Digest::of_parts(&[b"tracewright erased trace 1\n", &project.0.to_be_bytes(), trace_id.as_bytes()])
}

/// A reason without blanks at its ends; refused when there is none or it is too long.
pub fn checked_reason(reason: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::invalid("reason", "say why; the reason is kept in the ledger"));
    }
    if reason.chars().count() > LONGEST_REASON {
        return Err(Error::invalid("reason", format!("a reason has at most {LONGEST_REASON} characters")));
    }
    Ok(reason.to_owned())
}
