//! What a row's call costs where the client did not say: provided cost wins, then nothing is computed.
//!
//! A price once named stays: a later update of the same call is counted by the same price, however the tables changed
//! since. Only a re-pricing, which is an event, names another. Cost and price are derived: no image holds them.

use crate::foundation::Timestamp;
use prices::book::Book;
use prices::calls::Call;
use trace_model::Observation;

use super::columns;
use super::rows::StoredObservation;

/// Fills in cost and price.
pub(super) fn fill(
    row: &mut StoredObservation,
    facts: &Observation,
    book: &Book,
    old: Option<&StoredObservation>,
    now: Timestamp,
) {
    if row.shown.cost_nanos.is_some() {
        return;
    }
    let Some(call) = Call::of(facts, now) else { return };
    let same = |old: &&StoredObservation| {
        let (old, new) = (&old.shown, &row.shown);
        old.model == new.model && old.provider == new.provider && old.start_at == new.start_at
    };
    let pinned = old.filter(same).and_then(|old| old.price.as_deref());
    if let Some(priced) = call.priced(book, pinned) {
        row.shown.cost_nanos = Some(columns::cost(priced.cost.total));
        row.input_nanos = Some(priced.cost.input.0);
        row.output_nanos = Some(priced.cost.output().0);
        row.price = Some(columns::text(&priced.row.id));
    }
}
