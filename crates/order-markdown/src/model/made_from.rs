//! Which version of a procedure an order was made from.

use foundation::Digest;
use serde::{Deserialize, Serialize};

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
}

impl MadeFrom {
    /// `PR-003, version 2`; says so where that was a draft.
    pub fn words(&self) -> String {
        let of = if self.of_draft { "draft of version" } else { "version" };
        format!("{}, {of} {}", self.code, self.version)
    }
}
