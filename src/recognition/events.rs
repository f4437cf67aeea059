//! What recognition writes into the ledger, on the stream (`fleet`, `rules`) of a project.

use serde::{Deserialize, Serialize};

use crate::foundation::{ProjectKey, Result};
use crate::ledger::{Draft, Stream};
use wire::mapping::own_rules::ProjectRules;

/// A project's own rules were set.
pub const RULES_SET: &str = "fleet.rules_set.v1";

/// The rules that hold from now on, whole, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesSet {
    pub rules: ProjectRules,
    pub reason: String,
}

/// The draft that sets them.
pub fn rules_set(set: &RulesSet) -> Result<Draft> {
    Ok(Draft::new(RULES_SET, serde_json::to_value(set)?))
}

/// The stream of a project's rules.
pub fn rules_of(project: ProjectKey) -> Stream {
    Stream { project, kind: "fleet", id: "rules".to_owned() }
}
