//! The policy as a ledger entry, on the stream (`trust`, `policy`) of the installation.

use crate::foundation::{Error, ProjectKey, Result};
use crate::ledger::{Draft, Event, Stream};

use super::policy::Policy;

/// The kind with its version.
pub const POLICY_SET: &str = "trust.policy_set.v1";

/// The draft that puts a policy in force; the leaf names it by its digest.
pub fn policy_set(policy: &Policy) -> Result<Draft> {
    let mut draft = Draft::new(POLICY_SET, serde_json::to_value(policy)?);
    draft.refs = vec![policy.digest()?.to_hex()];
    Ok(draft)
}

/// The policy that an event put in force.
pub fn policy_of(event: &Event) -> Result<Policy> {
    if event.kind != POLICY_SET {
        return Err(Error::internal(format!("unknown trust event {}", event.kind)));
    }
    Policy::from_json(&serde_json::to_vec(&event.data())?)
}

/// The stream of policies.
pub fn stream() -> Stream {
    Stream { project: ProjectKey(0), kind: "trust", id: "policy".to_owned() }
}
