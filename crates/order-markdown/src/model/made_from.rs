//! Which version of a procedure an order was made from.

use foundation::Digest;
use serde::{Deserialize, Serialize};

use super::Who;

/// The version whose text the plan was read from. It stays what it was, whatever becomes of the procedure later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeFrom {
    /// The procedure's opaque id.
    pub procedure: String,
    /// What people call it: `PR-003`.
    pub code: String,
    /// From 1.
    pub version: u32,
    /// SHA-256 of the version's text.
    pub digest: Digest,
    /// The version was not approved: the order was made so that its text can be edited as a plan.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_draft: bool,
    /// The schedule that made the order; none where a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<BySchedule>,
}

/// The schedule that made an order, and who answers for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BySchedule {
    /// The schedule's opaque id.
    pub id: String,
    /// What people call it: `SC-001`.
    pub code: String,
    /// The day that the order was made for: `2026-12-02`.
    pub day: String,
    /// Whoever set it up as it was when it made the order.
    pub keeper: Who,
}

impl MadeFrom {
    /// `PR-003, version 2`; says so where that was a draft.
    pub fn words(&self) -> String {
        let of = if self.of_draft { "draft of version" } else { "version" };
        format!("{}, {of} {}", self.code, self.version)
    }
}
