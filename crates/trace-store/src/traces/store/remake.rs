//! A trace made anew from nothing but its stored arrivals, by the rules that made it first: for whoever holds the rows
//! against them. Nothing here reads or writes the database.

use std::collections::{BTreeMap, HashMap};

use crate::foundation::{Digest, Result, Timestamp};
use packing::Piece;
use trace_model::Observation;
use trace_model::image;
use trace_model::merge::{Part, fold_observation};

use super::build::{Known, Scope, fold_order, hear};
use super::columns;
use super::cost;
use super::group::Group;
use super::inherit;
use super::nesting;
use super::rows::{StoredObservation, StoredTrace};
use super::summary::{self, Sums};

/// The rows as the arrivals have them; where pieces lie and which price a call names is taken from the stored rows.
#[derive(Debug)]
pub(crate) struct Remade {
    pub(crate) trace: StoredTrace,
    pub(crate) observations: HashMap<String, StoredObservation>,
}

/// Makes the rows of a trace anew. `pieces` are the trace's own bodies, from its arrivals.
pub(crate) fn remake(
    scope: &Scope,
    group: &Group,
    stored: &HashMap<String, StoredObservation>,
    trace: &StoredTrace,
    pieces: &[Piece],
) -> Result<Remade> {
    let (state, _) = hear(group, &Known::default())?;
    let mut observations = BTreeMap::new();
    for (id, arrivals) in &group.observations {
        let parts = arrivals.iter().map(|(arrival, facts, _)| Part::new(arrival, facts.clone()));
        if let Some(row) = fold(scope, group, parts.collect(), stored.get(id))? {
            observations.insert(id.clone(), row);
        }
    }
    count(&mut observations, stored);
    let view = state.fold.view();
    name(&mut observations, stored, &inherit::of_trace(&view, scope.rules.rules()));
    let sums = observations.values().fold(Sums::default(), |sums, row| sums.plus(Sums::of(row), 1));
    let (first, last) = (trace.shown.first_arrival_at, trace.shown.last_arrival_at);
    let mut made = summary::row(scope.project, &group.trace_id, &state, sums, pieces, first, last)?;
    scope.rules.fill_trace(&mut made, &view);
    let is_same_refs = same_bodies(&made.refs, &trace.refs);
    let trace = StoredTrace {
        packs: trace.packs.clone(),
        refs: if is_same_refs { trace.refs.clone() } else { made.refs },
        ..made
    };
    Ok(Remade { trace, observations: observations.into_iter().collect() })
}

fn same_bodies(a: &[u8], b: &[u8]) -> bool {
    let bodies = |refs: &[u8]| {
        let refs = packing::Refs::decode(refs).ok()?;
        let mut bodies: Vec<_> =
            refs.pieces.iter().map(|piece| format!("{:?}", (piece.role, piece.body))).collect();
        bodies.sort();
        Some(bodies)
    };
    bodies(a).is_some_and(|a| Some(a) == bodies(b))
}

fn fold(
    scope: &Scope,
    group: &Group,
    mut parts: Vec<Part>,
    stored: Option<&StoredObservation>,
) -> Result<Option<StoredObservation>> {
    let count = parts.len();
    let order: Vec<Digest> = fold_order(&parts);
    let (observation, order) = match (count, parts.pop()) {
        (1, Some(only)) => (only.facts, vec![only.digest]),
        (_, Some(last)) => {
            parts.push(last);
            let Some(folded) = fold_observation(parts) else { return Ok(None) };
            (folded.observation, order)
        }
        (_, None) => return Ok(None),
    };
    let image = image::image(&group.trace_id, &observation, &order)?;
    let refs = stored.map(|row| row.image.clone()).unwrap_or_default();
    let mut row = columns::row(scope.project, &group.trace_id, &observation, count, Digest::of(&image), refs);
    price(scope, &mut row, &observation, stored);
    scope.rules.fill(&mut row, &observation);
    Ok(Some(row))
}

/// A call that names a price costs what that price makes of it; one that names none was priced by nobody.
fn price(
    scope: &Scope,
    row: &mut StoredObservation,
    facts: &Observation,
    stored: Option<&StoredObservation>,
) {
    let Some(named) = stored.filter(|stored| stored.price.is_some()) else { return };
    if named.price.as_deref().is_some_and(|id| scope.book.row(id).is_some()) {
        cost::fill(row, facts, &scope.book, Some(named), Timestamp(0));
    }
}

/// Whose tokens count, by the whole tree. That of a larger trace is not looked at again once it is stored, so its rows keep
/// what they have.
fn count(rows: &mut BTreeMap<String, StoredObservation>, stored: &HashMap<String, StoredObservation>) {
    if is_looked_at(rows) {
        nesting::settle(rows, &BTreeMap::new());
        return;
    }
    for (id, row) in rows {
        row.shown.counted = stored.get(id).is_none_or(|old| old.shown.counted);
    }
}

/// Whose calls they are, by the whole tree; in a larger trace the rows keep what they have.
fn name(
    rows: &mut BTreeMap<String, StoredObservation>,
    stored: &HashMap<String, StoredObservation>,
    of_trace: &inherit::Who,
) {
    if is_looked_at(rows) {
        inherit::settle(rows, &BTreeMap::new(), of_trace);
        return;
    }
    for (id, row) in rows {
        stored.get(id).into_iter().for_each(|old| inherit::keep(row, old));
    }
}

fn is_looked_at(rows: &BTreeMap<String, StoredObservation>) -> bool {
    i64::try_from(rows.len()).is_ok_and(|many| many <= nesting::MOST)
}
