//! What is stored of a trace, as far as a request touches it.

use std::collections::BTreeSet;

use crate::db::AnyConnection;
use crate::foundation::{Digest, Error, ProjectKey, Result};
use crate::traces::reads;
use packing::{Load, Packs, Refs, Role};
use trace_model::merge::Part;
use trace_model::{Arrival, ArrivalKind, Facts, Observation, ObservationKind, TraceFacts};

use super::build::{Known, KnownArrival};
use super::group::Group;
use super::rows::{self, StoredObservation, StoredTrace};

/// An arrival that came now, with what it says.
type Heard = (Arrival, Observation, Option<TraceFacts>);

/// Loads it: the observations that came again, their parents, the children of calls, and all arrivals of what came again.
pub(super) fn load(
    conn: &mut AnyConnection,
    project: ProjectKey,
    group: &Group,
    trace: StoredTrace,
) -> Result<Known> {
    let mut ids: BTreeSet<&str> = group.observations.keys().map(String::as_str).collect();
    let parents =
        group.observations.values().flatten().filter_map(|(_, facts, _)| facts.parent_id.as_deref());
    ids.extend(parents);
    let ids: Vec<&str> = ids.into_iter().collect();
    let mut known = Known { trace: Some(trace), ..Known::default() };
    known.add(rows::load_observations(conn, project, &group.trace_id, &ids)?);
    let calls = calls(group, &known);
    let parents: Vec<String> = calls.iter().filter_map(|id| known.missing_parent(id)).collect();
    let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
    known.add(rows::load_observations(conn, project, &group.trace_id, &parents)?);
    known.add(rows::load_children(conn, project, &group.trace_id, &calls)?);
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

impl Known {
    fn add(&mut self, rows: Vec<StoredObservation>) {
        self.observations.extend(rows.into_iter().map(|row| (row.shown.observation_id.clone(), row)));
    }

    /// The parent that an earlier arrival named, unless it is loaded.
    fn missing_parent(&self, id: &str) -> Option<String> {
        let parent = self.observations.get(id)?.shown.parent_id.as_ref()?;
        (!self.observations.contains_key(parent)).then(|| parent.clone())
    }
}

/// The observations that came again and call a model: whether they and what hangs from them count may change.
fn calls<'a>(group: &'a Group, known: &Known) -> Vec<&'a str> {
    let was_call = |id: &String| known.observations.get(id).is_some_and(StoredObservation::calls_a_model);
    let is_call = |facts: &Observation| facts.kind.is_some_and(ObservationKind::calls_a_model);
    let all = group.observations.iter();
    all.filter(|(id, arrivals)| was_call(id) || arrivals.iter().any(|(_, facts, _)| is_call(facts)))
        .map(|(id, _)| id.as_str())
        .collect()
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
