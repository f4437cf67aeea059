//! One score from its arrivals: the latest overwrites; what it judges and when stay as first said.

use crate::{Arrival, Score, Stamp};
use foundation::Digest;

/// One arrival's part in a score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScorePart {
    /// Where it stands in the fold.
    pub stamp: Stamp,
    pub digest: Digest,
    pub score: Score,
}

impl ScorePart {
    /// The part an arrival plays.
    pub fn new(arrival: &Arrival, score: Score) -> Self {
        Self { stamp: arrival.stamp(), digest: arrival.digest, score }
    }
}

/// Folds the arrivals of one score; `None` when there are none.
pub fn fold_score(mut parts: Vec<ScorePart>) -> Option<Score> {
    parts.sort_by_key(|part| (part.stamp, part.digest));
    let mut parts = parts.into_iter().map(|part| part.score);
    let first = parts.next()?;
    Some(parts.fold(first, |known, later| Score {
        trace_id: known.trace_id.or(later.trace_id),
        timestamp_ns: known.timestamp_ns,
        observation_id: later.observation_id.or(known.observation_id),
        session_id: later.session_id.or(known.session_id),
        dataset_run_id: later.dataset_run_id.or(known.dataset_run_id),
        comment: later.comment.or(known.comment),
        metadata: later.metadata.or(known.metadata),
        environment: known.environment.or(later.environment),
        config_id: later.config_id.or(known.config_id),
        queue_id: later.queue_id.or(known.queue_id),
        ..later
    }))
}
