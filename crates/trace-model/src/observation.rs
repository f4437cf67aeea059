//! One observation: what an arrival, or the fold of several, says about it.

use serde::{Deserialize, Serialize};

use super::{BodyRef, JsonMap, JsonText, Level, ObservationKind, Usage};
use foundation::Timestamp;
use foundation::money::NanoDollars;

/// A span, generation, tool call or other observation.
///
/// Absent fields are unknown, not empty: folding never lets an absent field erase a known one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observation {
    /// The trace it belongs to; absent only on an update that did not say.
    pub trace_id: Option<String>,
    /// Its id, as the client gave it.
    pub id: String,
    /// The observation it hangs from; that one may never arrive.
    pub parent_id: Option<String>,
    pub kind: Option<ObservationKind>,
    pub name: Option<String>,
    /// Start, UTC nanoseconds.
    pub start_ns: Option<i64>,
    /// End, UTC nanoseconds.
    pub end_ns: Option<i64>,
    /// When the first token came, UTC nanoseconds.
    pub completion_start_ns: Option<i64>,
    pub level: Option<Level>,
    pub status_message: Option<String>,
    pub model: Option<String>,
    pub provider: Option<String>,
    /// Model parameters: a JSON object as text.
    pub parameters: Option<JsonText>,
    pub usage: Option<Box<Usage>>,
    /// The cost map as sent.
    pub cost_sent: Option<JsonText>,
    /// The cost entries by Langfuse names (`input`, `output`, `total`).
    pub cost: Vec<(String, NanoDollars)>,
    /// The cost the source gave: its total, else the sum of its parts.
    pub provided_cost: Option<NanoDollars>,
    pub user_id: Option<String>,
    pub session_id: Option<String>,
    pub tenant: Option<String>,
    pub agent: Option<String>,
    /// The role it acts in.
    pub persona: Option<String>,
    pub workflow: Option<String>,
    pub stage: Option<String>,
    /// The result of a quality gate, as sent.
    pub gate_result: Option<String>,
    /// `default`, `production`, ...
    pub environment: Option<String>,
    /// The release of the client's program.
    pub release: Option<String>,
    /// The version of this step of the client's program.
    pub version: Option<String>,
    /// Tags, sorted, each once.
    pub tags: Vec<String>,
    /// Metadata the client attached on purpose; plain span attributes stay in the record.
    pub metadata: JsonMap,
    /// Attributes that are no metadata and that [`super::fact`] reads; in no image.
    pub told: JsonMap,
    /// The managed prompt it used.
    pub prompt: PromptRef,
    pub input: Option<BodyRef>,
    pub output: Option<BodyRef>,
    /// The library that made the span.
    pub scope: Option<ScopeRef>,
    /// The client says that this is the top of its trace, whatever the parent id says.
    pub root_hint: bool,
    /// The first exception recorded on it.
    pub exception: Option<Exception>,
    pub links: Vec<SpanLink>,
    /// Number of span events; the events themselves are in the record.
    pub event_count: usize,
    /// Work orders named in tags, metadata or attributes.
    pub work_refs: Vec<WorkRef>,
}

impl Observation {
    /// Start in microseconds, as stored in columns.
    pub fn start(&self) -> Option<Timestamp> {
        self.start_ns.map(Timestamp::from_nanos)
    }

    /// End in microseconds, as stored in columns.
    pub fn end(&self) -> Option<Timestamp> {
        self.end_ns.map(Timestamp::from_nanos)
    }

    /// Duration in nanoseconds; never negative.
    pub fn duration_ns(&self) -> Option<i64> {
        Some(self.end_ns?.saturating_sub(self.start_ns?).max(0))
    }

    /// Time to the first token in nanoseconds; never negative.
    pub fn time_to_first_token_ns(&self) -> Option<i64> {
        Some(self.completion_start_ns?.saturating_sub(self.start_ns?).max(0))
    }
}

/// A managed prompt by name and version; one may come without the other in OTLP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PromptRef {
    pub name: Option<String>,
    pub version: Option<i64>,
}

/// The instrumentation library of a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeRef {
    pub name: String,
    /// Its version, may be empty.
    pub version: String,
}

/// An exception event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exception {
    /// The class, `KeyError`.
    pub kind: String,
    pub message: String,
}

/// A link to another span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanLink {
    /// Lower-case hex.
    pub trace_id: String,
    /// Lower-case hex.
    pub span_id: String,
}

/// A work order named by a client, as text: `WO-2026-001` or `WO-2026-001/3`.
///
/// Whether such an order exists is for others to find out; traces know no other feature.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkRef {
    /// The reference as written, without a `wo:` prefix.
    pub text: String,
}
