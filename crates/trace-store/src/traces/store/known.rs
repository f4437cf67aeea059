//! What is stored of a trace, as far as a request touches it.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::observations;
use crate::foundation::{Digest, Error, ProjectKey, Result};
use crate::traces::reads;
use packing::{Load, Packs, Refs, Role};
use trace_model::merge::{Part, fold_observation};
use trace_model::{Arrival, ArrivalKind, Facts, Observation, TraceFacts};

use super::build::{Known, KnownArrival, Scope};
use super::columns;
use super::group::Group;
use super::inherit;
use super::nesting;
use super::rows::{self, StoredObservation, StoredTrace};

/// An arrival that came now, with what it says.
type Heard = (Arrival, Observation, Option<TraceFacts>);

/// Loads it: the observations that came again, all arrivals of what came again, and the tree where tokens may nest anew or
/// calls may change hands.
pub(super) fn load(
    conn: &mut AnyConnection,
    scope: &Scope,
    group: &Group,
    trace: StoredTrace,
) -> Result<Known> {
    let project = scope.project;
    let ids: Vec<&str> = group.observations.keys().map(String::as_str).collect();
    let tree = may_change(scope, group, &trace)
        .then(|| nesting::load(conn, project, &group.trace_id))
        .transpose()?;
    let moved = (tree.is_none() && may_move(group, &trace))
        .then(|| nesting::load(conn, project, &group.trace_id))
        .transpose()?;
    let mut known = Known { trace: Some(trace), tree, moved, ..Known::default() };
    known.add(rows::load_observations(conn, project, &group.trace_id, &ids)?);
    let again: Vec<&str> = group
        .observations
        .keys()
        .filter(|id| known.observations.contains_key(*id))
        .map(String::as_str)
        .collect();
    let mut wanted = again.clone();
    if !group.declared.is_empty() {
        wanted.push("");
    }
    let mut packs = Packs::default();
    for row in rows::load_arrivals(conn, project, &group.trace_id, &wanted)? {
        if row.observation_id.is_empty() {
            known.declared.extend(Digest::from_slice(&row.digest));
            continue;
        }
        let refs = Refs::decode(&row.refs)?;
        let arrival = read(conn, project, group, &row.observation_id, refs, true, &mut packs)?;
        known.arrivals.entry(row.observation_id).or_default().push(arrival);
    }
    for id in again {
        let single = known.observations.get(id).filter(|row| row.shown.arrivals == 1);
        if let Some(row) = single {
            let refs = Refs::decode(&row.image)?;
            let arrival = read(conn, project, group, id, refs, false, &mut packs)?;
            known.arrivals.insert(id.to_owned(), vec![arrival]);
        }
    }
    Ok(known)
}

/// An observation: its id, what its row tells beyond its kind, and what its arrivals do.
pub(super) type Told = (String, Option<String>, Option<String>);

/// What the observations of a trace tell beyond their kind; those whose arrivals cannot be read are left out.
pub(super) fn facts(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<Vec<Told>> {
    let group = Group { trace_id: trace_id.to_owned(), ..Group::default() };
    let of_trace = observations::table
        .filter(observations::project.eq(project))
        .filter(observations::trace_id.eq(trace_id));
    let stored: Vec<(String, i64, Vec<u8>, Option<String>)> = of_trace
        .select((
            observations::observation_id,
            observations::arrivals,
            observations::image,
            observations::fact,
        ))
        .load(conn)?;
    let several: Vec<&str> = stored.iter().filter(|row| row.1 > 1).map(|row| row.0.as_str()).collect();
    let (mut packs, mut parts) = (Packs::default(), HashMap::<String, Vec<Part>>::new());
    for row in rows::load_arrivals(conn, project, trace_id, &several)? {
        let refs = Refs::decode(&row.refs)?;
        if let Ok(known) = read(conn, project, &group, &row.observation_id, refs, true, &mut packs) {
            parts.entry(row.observation_id).or_default().push(known.part);
        }
    }
    for (id, _, image, _) in stored.iter().filter(|row| row.1 == 1) {
        let refs = Refs::decode(image)?;
        if let Ok(known) = read(conn, project, &group, id, refs, false, &mut packs) {
            parts.insert(id.clone(), vec![known.part]);
        }
    }
    let told = stored.into_iter().filter_map(|(id, arrivals, _, fact)| {
        let parts = parts.remove(&id).filter(|parts| i64::try_from(parts.len()) == Ok(arrivals))?;
        Some((id, fact, columns::fact(&folded(parts)?)))
    });
    Ok(told.collect())
}

/// One is what it says, several are folded.
fn folded(mut parts: Vec<Part>) -> Option<Observation> {
    let last = parts.pop()?;
    if parts.is_empty() {
        return Some(last.facts);
    }
    parts.push(last);
    fold_observation(parts).map(|folded| folded.observation)
}

impl Known {
    fn add(&mut self, rows: Vec<StoredObservation>) {
        self.observations.extend(rows.into_iter().map(|row| (row.shown.observation_id.clone(), row)));
    }
}

/// Whether what came may change which observations of the trace count, or whose they are.
fn may_change(scope: &Scope, group: &Group, trace: &StoredTrace) -> bool {
    let rules = scope.rules.rules();
    let names_somebody = || group.declared.iter().any(|(_, facts)| inherit::names_somebody(facts, rules));
    let is_looked_at = trace.shown.observation_count <= nesting::MOST;
    is_looked_at && (!group.observations.is_empty() || names_somebody())
}

/// Whether what came may put the trace into a session; once it is in one, it stays in one.
fn may_move(group: &Group, trace: &StoredTrace) -> bool {
    !trace.is_in_session() && group.session().is_some()
}

fn read(
    conn: &mut AnyConnection,
    project: ProjectKey,
    group: &Group,
    id: &str,
    refs: Refs,
    has_row: bool,
    packs: &mut Packs,
) -> Result<KnownArrival> {
    let trace_id = &group.trace_id;
    let damaged = || Error::internal(format!("a stored arrival of {trace_id}/{id} cannot be read"));
    let header = refs.header.clone().ok_or_else(damaged)?;
    let event_ns = header.event_ns;
    let mut load = |pack| reads::pack_bytes(conn, project, pack);
    let record = refs.piece(Role::Record).map(|piece| packs.bytes(piece, &mut load)).transpose()?.flatten();
    let arrival = header.arrival(trace_id, id, record.ok_or_else(damaged)?, &refs.pieces);
    let Some(Facts::Observation(observation, _)) = wire::reread(&arrival) else { return Err(damaged()) };
    let part = Part::new(&arrival, *observation);
    let repeats = repeats(arrival, group.observations.get(id), &refs, packs, &mut load)?;
    Ok(KnownArrival { part, event_ns, refs, has_row, repeats })
}

/// What came now and is the stored span once more, sent again after a better mapping came: it has another digest, and
/// nothing new in it.
fn repeats(
    mut stored: Arrival,
    news: Option<&Vec<Heard>>,
    refs: &Refs,
    packs: &mut Packs,
    load: &mut Load<'_>,
) -> Result<Vec<Digest>> {
    let is_like = |new: &&Heard| {
        let new = &new.0;
        (new.kind, new.event_ns) == (stored.kind, stored.event_ns) && new.mapping != stored.mapping
    };
    let alike: Vec<&Heard> = news.into_iter().flatten().filter(is_like).collect();
    if alike.is_empty() || stored.kind != ArrivalKind::Span {
        return Ok(Vec::new());
    }
    for body in &mut stored.bodies {
        let Some(piece) = refs.piece(Role::Body(body.role)) else { continue };
        // What lies in object storage is not fetched for this: then it counts as new.
        let Some(bytes) = packs.bytes(piece, load)? else { return Ok(Vec::new()) };
        body.bytes = bytes;
    }
    let same = alike.into_iter().filter(|(new, ..)| wire::otlp::is_same_span(&stored, new));
    Ok(same.map(|(new, ..)| new.digest).collect())
}
