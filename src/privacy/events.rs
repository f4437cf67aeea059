//! What privacy writes into the ledger, on the stream (`privacy`, `policy`) of a project.

use crate::foundation::{ProjectKey, Result};
use crate::ledger::{Draft, Stream};

use super::model::Policy;

/// A project's policy was set.
pub const POLICY_SET: &str = "traces.privacy_policy_set.v1";

/// The draft that sets a policy, whole.
pub fn policy_set(policy: &Policy) -> Result<Draft> {
    Ok(Draft::new(POLICY_SET, serde_json::to_value(policy)?))
}

/// The stream of a project's policies.
pub fn policies_of(project: ProjectKey) -> Stream {
    Stream { project, kind: "privacy", id: "policy".to_owned() }
}
