//! The event of what a project requires of calls.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::foundation::ProjectKey;
use crate::ledger::Stream;

use super::model::Name;

/// The kind of the stream: one per project.
pub const STREAM_KIND: &str = "order_identity";
/// The event's kind.
pub const SET: &str = "work_order.identity_required.v1";

/// What calls must name from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityRequired {
    pub from: BTreeSet<Name>,
    pub to: BTreeSet<Name>,
    /// Why, in the words of whoever decided it.
    pub reason: String,
}

/// The stream of what a project requires.
pub fn stream_of(project: ProjectKey) -> Stream {
    Stream { project, kind: STREAM_KIND, id: "identity".to_owned() }
}
