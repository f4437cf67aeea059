//! How much came in, was refused and is not kept here, since the process began.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::foundation::{Error, ProjectKey};
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
    /// A request, by how it ended.
    Ended(Outcome),
}

/// How a request with spans, events or scores ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    Taken,
    /// By a rule, or because it cannot be read.
    Refused,
    /// The same request will be taken later.
    Busy,
    /// By our own fault.
    Failed,
}

impl Outcome {
    /// All, in the order of counters.
    pub const ALL: [Self; 4] = [Self::Taken, Self::Refused, Self::Busy, Self::Failed];

    /// The word of counters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Refused => "refused",
            Self::Busy => "busy",
            Self::Failed => "failed",
        }
    }

    /// What an error amounts to, or none.
    pub fn of(cause: Option<&Error>) -> Self {
        match cause {
            None => Self::Taken,
            Some(Error::Busy { .. } | Error::Unavailable(_)) => Self::Busy,
            Some(Error::Internal(_)) => Self::Failed,
            Some(_) => Self::Refused,
        }
    }
}

/// The names of the counters, and what they count.
pub const COUNTERS: [(&str, &str); 4] = [
    ("tracewright_arrivals_total", "Spans, events and scores that were taken, repeats included."),
    (
        "tracewright_refused_total",
        "Spans, events and scores that were refused while the rest of their request was taken.",
    ),
    (
        "tracewright_otlp_not_kept_total",
        "Metric data points and log records that came over OTLP and were not kept.",
    ),
    (
        "tracewright_process_ingest_requests_total",
        "Requests with spans, events or scores that this process was sent since it began, by how they ended.",
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
        let ended = Outcome::ALL.into_iter();
        let ended = ended.map(|outcome| (Self::Ended(outcome), 3, "outcome", outcome.as_str()));
        taken.chain(refused).chain(not_kept).chain(ended)
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

    /// How many there were in all projects together.
    pub fn total(&self, what: Counted) -> u64 {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = counts.iter().filter(|((_, counted), _)| *counted == what).map(|(_, count)| *count);
        of.fold(0, u64::saturating_add)
    }

    /// How many there were of a project.
    pub fn count(&self, project: ProjectKey, what: Counted) -> u64 {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(&(project, what)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_ends_in_one_of_four_ways() {
        for (cause, outcome) in [
            (None, "taken"),
            (Some(Error::Busy { retry_after_s: 1 }), "busy"),
            (Some(Error::Unavailable("the disk is full".into())), "busy"),
            (Some(Error::internal("a bug")), "failed"),
            (Some(Error::invalid("body", "no JSON")), "refused"),
            (Some(Error::forbidden("no")), "refused"),
            (Some(Error::TooLarge("too much".into())), "refused"),
        ] {
            assert_eq!(Outcome::of(cause.as_ref()).as_str(), outcome, "{cause:?}");
        }
    }

    #[test]
    fn the_sum_is_over_all_projects() {
        let (counts, span) = (Counts::default(), Counted::Taken(ArrivalKind::Span));
        counts.add(ProjectKey(1), span, 2);
        counts.add(ProjectKey(2), span, 3);
        counts.add(ProjectKey(2), Counted::Refused(ArrivalKind::Span), 7);
        assert_eq!((counts.total(span), counts.count(ProjectKey(2), span)), (5, 3));
        assert_eq!(counts.total(Counted::Ended(Outcome::Taken)), 0);
    }
}
