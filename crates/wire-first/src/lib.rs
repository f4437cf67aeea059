//! The first mapping, kept as it was: what arrivals say that were read with it.
//!
//! An arrival keeps the number of the mapping it was read with, and an observation is folded anew whenever something
//! comes for it. Read with a better mapping, an old arrival would say something else, and what receipts and verdicts
//! name could not be recomputed any more. So nothing in here changes: what was wrong is mended in the mapping that
//! reads what comes in. Everything that reads the text of a record is here, down to the numbers in it.

pub mod attributes;
pub mod cost;
pub mod decimal;
pub mod environment;
pub mod event;
pub mod fields;
pub mod identity;
pub mod json;
pub mod keys;
pub mod kind;
pub mod metadata;
pub mod observation;
pub mod parameters;
pub mod score;
pub mod span;
pub mod spans;
pub mod status;
pub mod trace;
pub mod usage;
pub mod work_refs;

use trace_model::{Arrival, Facts, RecordForm};

/// The number of this mapping.
pub const VERSION: u16 = 1;

/// What a stored arrival says. Needs the references of its bodies, not their bytes. `None` when the record is not
/// readable.
pub fn reread(arrival: &Arrival) -> Option<Facts> {
    match (arrival.form, &arrival.event_id) {
        (RecordForm::Protobuf, _) => spans::reread(arrival),
        (RecordForm::Json, Some(_)) => {
            event::reread(std::str::from_utf8(&arrival.record).ok()?, &arrival.bodies)
        }
        (RecordForm::Json, None) => score::reread(arrival),
    }
}

#[cfg(test)]
mod tests;
