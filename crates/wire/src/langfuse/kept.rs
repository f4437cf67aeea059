//! What masking leaves alone in events: ids and times, by which things are joined, found and erased.

use masking::Finding;
use masking::{Notes, Step};
use trace_model::{ArrivalKind, Received};

const ENVELOPE: [&str; 3] = ["id", "timestamp", "type"];
const FIELDS: [&str; 17] = [
    "id",
    "traceId",
    "observationId",
    "parentObservationId",
    "sessionId",
    "userId",
    "datasetRunId",
    "configId",
    "queueId",
    "timestamp",
    "startTime",
    "endTime",
    "completionStartTime",
    "type",
    "level",
    "dataType",
    "environment",
];

/// In an event of a batch.
pub(super) fn in_event(path: &[Step]) -> bool {
    match path {
        [Step::Key(one)] => ENVELOPE.contains(&one.as_str()),
        [Step::Key(body), Step::Key(field)] => body == "body" && FIELDS.contains(&field.as_str()),
        _ => false,
    }
}

/// In a posted score.
pub(super) fn in_score(path: &[Step]) -> bool {
    matches!(path, [Step::Key(field)] if FIELDS.contains(&field.as_str()))
}

/// The findings of an event, now that it is known what it is about.
pub(super) fn findings(notes: Notes, received: &Received) -> Vec<Finding> {
    let arrival = &received.arrival;
    let own = matches!(arrival.kind, ArrivalKind::Create | ArrivalKind::Update | ArrivalKind::Span);
    // An update may leave its trace to be found by its observation.
    let trace = arrival.trace_id.as_deref().unwrap_or_default();
    notes.findings(trace, if own { &arrival.entity_id } else { "" })
}
