//! How much came in, was refused and is not kept here, since the process began.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::foundation::ProjectKey;
use trace_model::ArrivalKind;
use wire::otlp::Signal;

/// What is counted: the name of a counter, its label and the label's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// On disk; what was sent twice counts twice.
    Taken(ArrivalKind),
    /// Refused by itself in a request that was taken.
    Refused(ArrivalKind),
    /// Of a signal that is not kept here.
    NotKept(Signal),
}

/// The names of the counters, and what they count.
pub const COUNTERS: [(&str, &str); 3] = [
    ("tracewright_arrivals_total", "Spans, events and scores that were taken, repeats included."),
    (
        "tracewright_refused_total",
        "Spans, events and scores that were refused while the rest of their request was taken.",
    ),
    (
        "tracewright_otlp_not_kept_total",
        "Metric data points and log records that came over OTLP and were not kept.",
    ),
];

const KINDS: [(ArrivalKind, &str); 5] = [
    (ArrivalKind::Span, "span"),
    (ArrivalKind::Trace, "trace"),
    (ArrivalKind::Create, "observation"),
    (ArrivalKind::Update, "update"),
    (ArrivalKind::Score, "score"),
];

/// What may be refused: an event that cannot be read has no kind of its own.
const REFUSED: [(ArrivalKind, &str); 3] =
    [(ArrivalKind::Span, "span"), (ArrivalKind::Create, "event"), (ArrivalKind::Score, "score")];

impl Counted {
    /// All, with the place of the counter in [`COUNTERS`], the label and its value.
    pub fn all() -> impl Iterator<Item = (Self, usize, &'static str, &'static str)> {
        let taken = KINDS.into_iter().map(|(kind, word)| (Self::Taken(kind), 0, "kind", word));
        let refused = REFUSED.into_iter().map(|(kind, word)| (Self::Refused(kind), 1, "kind", word));
        let signals = [Signal::Metrics, Signal::Logs].into_iter();
        let not_kept = signals.map(|signal| (Self::NotKept(signal), 2, "signal", signal.as_str()));
        taken.chain(refused).chain(not_kept)
    }
}

/// Counters by project; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Counts(Arc<Mutex<HashMap<(ProjectKey, Counted), u64>>>);

impl Counts {
    /// Counts some more.
    pub fn add(&self, project: ProjectKey, what: Counted, count: u64) {
        if count > 0 {
            let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let known = counts.entry((project, what)).or_default();
            *known = known.saturating_add(count);
        }
    }

    /// How many there were of a project.
    pub fn count(&self, project: ProjectKey, what: Counted) -> u64 {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(&(project, what)).copied().unwrap_or_default()
    }
}
