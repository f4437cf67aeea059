//! The forms in which clients send traces, read into arrivals: decode, check, mask, map, hash. No input or output.
//!
//! One bad item never spoils a batch: it is refused with a reason, the rest is taken. A body that
//! cannot be read at all is refused whole.

mod bounded;
pub mod langfuse;
pub mod mapping;
pub mod messages;
pub mod otlp;
pub mod sent;

#[cfg(test)]
mod conventions_test;
#[cfg(test)]
mod dialects_test;
#[cfg(test)]
mod fixtures_test;
#[cfg(test)]
mod merging_test;
#[cfg(test)]
mod speed_test;

use trace_model::{Arrival, Facts, RecordForm};

/// What a stored arrival says: the same facts it gave when it came in, by the mapping that it was read with. Needs the
/// references of its bodies, not their bytes. `None` when the record is not readable.
pub fn reread(arrival: &Arrival) -> Option<Facts> {
    if arrival.mapping <= wire_first::VERSION {
        return wire_first::reread(arrival);
    }
    match (arrival.form, &arrival.event_id) {
        (RecordForm::Protobuf, _) => otlp::reread(arrival),
        (RecordForm::Json, Some(_)) => {
            langfuse::event::reread(std::str::from_utf8(&arrival.record).ok()?, &arrival.bodies)
        }
        (RecordForm::Json, None) => langfuse::score::reread(arrival),
    }
}
