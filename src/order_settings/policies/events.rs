//! The event of a project's decision about a type of order.

use serde::{Deserialize, Serialize};

use crate::foundation::ProjectKey;
use crate::ledger::Stream;
use order_markdown::model::{TypeClass, TypePolicy};

/// The kind of the stream: one per project and type of order.
pub const STREAM_KIND: &str = "order_policy";
/// The event's kind.
pub const SET: &str = "work_order.policy_set.v1";

/// What holds from now on for one type of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicySet {
    pub order_type: TypeClass,
    pub from: TypePolicy,
    pub to: TypePolicy,
}

/// The stream of one type's policy.
pub fn stream_of(project: ProjectKey, order_type: TypeClass) -> Stream {
    Stream { project, kind: STREAM_KIND, id: order_type.as_str().to_owned() }
}
