//! What traces tell the features above them: which work orders the arrivals of one commit name.

use crate::db::Tx;
use crate::foundation::{ProjectKey, Result};
use crate::state::App;

use masking::Finding;

/// A work order named by a trace or by one of its observations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkRef {
    /// As written: `WO-2026-001/3`.
    pub text: String,
    /// The observation that names it; none when tags or metadata of the trace do.
    pub observation_id: Option<String>,
}

/// What came in for one trace in one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    pub project: ProjectKey,
    pub trace_id: String,
    /// The observations that came in or changed.
    pub observation_ids: Vec<String>,
    /// Work orders named by what came in, each once.
    pub work_refs: Vec<WorkRef>,
}

/// Called inside the ingest transaction; what it refuses undoes the whole request.
pub type ArrivedHook = fn(&App, &mut Tx<'_>, &[Arrived]) -> Result<()>;

/// Called inside the transaction that erases these traces: whoever keeps words of traces of their own drops them.
pub type ErasedHook = fn(&App, &mut Tx<'_>, ProjectKey, &[String]) -> Result<()>;

/// Called inside the transaction that stores these findings, after the traces they are of.
pub type FoundHook = fn(&App, &mut Tx<'_>, ProjectKey, &[Finding]) -> Result<()>;

/// The hooks, wired where the features are put together. There is no default: who leaves one out says so.
#[derive(Clone, Debug)]
pub struct Hooks {
    /// Called for every commit that brought something new, with the traces that name work orders.
    pub arrived: Vec<ArrivedHook>,
    /// Called for every transaction that erases traces, after their rows are gone.
    pub erased: Vec<ErasedHook>,
    /// Called for every commit in which something was masked.
    pub found: Vec<FoundHook>,
}

impl Hooks {
    /// Nobody listens: for tests and tools that only store.
    pub fn none() -> Self {
        Self { arrived: Vec::new(), erased: Vec::new(), found: Vec::new() }
    }
}
