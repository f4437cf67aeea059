//! What an arrival says about its trace as a whole.

use serde::{Deserialize, Serialize};

use super::{BodyRef, JsonMap, WorkRef};

/// Trace-level facts of one arrival; absent fields are unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TraceFacts {
    pub trace_id: String,
    /// The client sent the trace itself (`trace-create`), not only observations of it.
    pub declared: bool,
    pub name: Option<String>,
    /// The time given to the trace, UTC nanoseconds.
    pub timestamp_ns: Option<i64>,
    pub user_id: Option<String>,
    pub session_id: Option<String>,
    pub tenant: Option<String>,
    /// The release of the client's program.
    pub release: Option<String>,
    /// The version of the client's program.
    pub version: Option<String>,
    /// `default`, `production`, ...
    pub environment: Option<String>,
    /// Whether the client asked for a public link.
    pub public: Option<bool>,
    /// Tags, in any order.
    pub tags: Vec<String>,
    pub metadata: JsonMap,
    pub input: Option<BodyRef>,
    pub output: Option<BodyRef>,
    /// This observation as a candidate for the top of the trace.
    pub root: Option<RootHint>,
    /// Work orders named in tags or metadata.
    pub work_refs: Vec<WorkRef>,
}

/// A candidate for the top of a trace: the smallest one is the root.
///
/// A span whose parent never comes must still be found, so every observation is a candidate; among
/// those with a parent the earliest is the likeliest, since a parent starts before its children.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RootHint {
    /// 0: no parent, or the client says it is the root; 1: it names a parent.
    pub rank: u8,
    /// Start, UTC nanoseconds.
    pub start_ns: i64,
    /// The observation.
    pub id: String,
    /// Its name, which names the trace when nothing else does.
    pub name: Option<String>,
}
