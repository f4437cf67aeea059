//! From request bytes to arrivals: unpack, decode, check, map, hash. Pure, and done before any queue.
//!
//! One bad item never spoils a batch: it is refused with a reason, the rest is taken. A body that
//! cannot be read at all is refused whole.

pub mod ids;
pub mod langfuse;
pub mod otlp;
pub mod unpack;

use std::collections::HashMap;

use super::model::{Arrival, Facts, Received, RecordForm};

/// The arrivals of one trace in one request. Those that name no trace stand alone under `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceGroup {
    /// The trace.
    pub trace_id: Option<String>,
    /// Its arrivals, in the order sent.
    pub received: Vec<Received>,
}

/// Groups arrivals by trace, keeping the order in which traces first appear.
pub fn group_by_trace(received: Vec<Received>) -> Vec<TraceGroup> {
    let mut groups: Vec<TraceGroup> = Vec::new();
    let mut places: HashMap<Option<String>, usize> = HashMap::new();
    for item in received {
        let trace_id = &item.arrival.trace_id;
        let place = places.get(trace_id).copied();
        if let Some(group) = place.and_then(|place| groups.get_mut(place)) {
            group.received.push(item);
            continue;
        }
        places.insert(trace_id.clone(), groups.len());
        groups.push(TraceGroup { trace_id: trace_id.clone(), received: vec![item] });
    }
    groups
}

/// What a stored arrival says: the same facts it gave when it came in. Needs the references of its
/// bodies, not their bytes. `None` when the record is not readable.
pub fn reread(arrival: &Arrival) -> Option<Facts> {
    match (arrival.form, &arrival.event_id) {
        (RecordForm::Protobuf, _) => otlp::reread(arrival),
        (RecordForm::Json, Some(_)) => {
            langfuse::event::reread(std::str::from_utf8(&arrival.record).ok()?, &arrival.bodies)
        }
        (RecordForm::Json, None) => langfuse::score::reread(arrival),
    }
}
