//! Revisions of observations: which one is current, the image that a revision names, and the pieces it is made of.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::schema::{arrivals, observations, packs, revisions, traces};
use crate::db::{AnyConnection, each};
use crate::foundation::{Digest, Error, ProjectKey, Result, Timestamp};

use packing::{Content, PackId, Packs, Refs, Role};
use trace_model::BodyRole;

/// Earlier revisions listed of one observation.
const MOST_EARLIER: i64 = 200;
/// Observations of one trace that are asked whether a body is theirs.
const MOST_HOLDERS: i64 = 2_000;
/// Traces of one question.
const TRACES_AT_ONCE: usize = 128;

/// The present revision of each observation of a trace, by observation id.
pub fn current_revisions(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
) -> Result<Vec<(String, Digest)>> {
    let rows: Vec<(String, Vec<u8>)> = observations::table
        .filter(observations::project.eq(project))
        .filter(observations::trace_id.eq(trace_id))
        .order(observations::observation_id.asc())
        .select((observations::observation_id, observations::revision))
        .load(conn)?;
    rows.into_iter().map(|(id, bytes)| Ok((id, digest(&bytes)?))).collect()
}

/// The same of many traces, by trace; one that holds nothing is not among them.
pub fn current_revisions_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_ids: &[&str],
) -> Result<HashMap<String, Vec<(String, Digest)>>> {
    let mut found: HashMap<String, Vec<(String, Digest)>> = HashMap::new();
    for chunk in trace_ids.chunks(TRACES_AT_ONCE) {
        let rows: Vec<(String, String, Vec<u8>)> = each!(conn, |c| observations::table
            .filter(observations::project.eq(project))
            .filter(observations::trace_id.eq_any(chunk.iter().copied()))
            .order((observations::trace_id.asc(), observations::observation_id.asc()))
            .select((observations::trace_id, observations::observation_id, observations::revision))
            .load(c))?;
        for (trace_id, id, bytes) in rows {
            found.entry(trace_id).or_default().push((id, digest(&bytes)?));
        }
    }
    Ok(found)
}

/// The earlier revisions of an observation and when each was replaced, oldest first; at most 200, the newest.
pub fn earlier_revisions(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
) -> Result<Vec<(Digest, Timestamp)>> {
    let mut rows: Vec<(Vec<u8>, Timestamp)> = revisions::table
        .filter(revisions::project.eq(project))
        .filter(revisions::trace_id.eq(trace_id))
        .filter(revisions::observation_id.eq(observation_id))
        .order((revisions::superseded_at.desc(), revisions::digest.desc()))
        .limit(MOST_EARLIER)
        .select((revisions::digest, revisions::superseded_at))
        .load(conn)?;
    rows.reverse();
    rows.into_iter().map(|(bytes, at)| Ok((digest(&bytes)?, at))).collect()
}

/// The observations of a trace that have earlier revisions, in the order of their ids.
pub fn changed_observations(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    limit: i64,
) -> Result<Vec<String>> {
    Ok(revisions::table
        .filter(revisions::project.eq(project))
        .filter(revisions::trace_id.eq(trace_id))
        .order(revisions::observation_id.asc())
        .select(revisions::observation_id)
        .distinct()
        .limit(limit)
        .load(conn)?)
}

fn digest(bytes: &[u8]) -> Result<Digest> {
    Digest::from_slice(bytes).ok_or_else(|| Error::internal("a stored digest has not 32 bytes"))
}

/// The image of one revision: JSON whose SHA-256 is the revision.
pub fn image(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
    revision: Digest,
) -> Result<Option<Vec<u8>>> {
    let Some(refs) = refs_of_revision(conn, project, trace_id, observation_id, revision)? else {
        return Ok(None);
    };
    piece(conn, project, &refs, Role::Image)
}

/// The raw record of the present state, when it is a single arrival: an OTLP `ResourceSpans` message or the event's
/// JSON, both without their bodies.
pub fn record(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
) -> Result<Option<Vec<u8>>> {
    match current_refs(conn, project, trace_id, observation_id)? {
        Some((_, refs)) => piece(conn, project, &refs, Role::Record),
        None => Ok(None),
    }
}

/// The revision and the pieces of an observation as it stands.
pub fn current_refs(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
) -> Result<Option<(Digest, Refs)>> {
    let found: Option<(Vec<u8>, Vec<u8>)> = observations::table
        .find((project, trace_id, observation_id))
        .select((observations::revision, observations::image))
        .first(conn)
        .optional()?;
    found.map(|(revision, refs)| Ok((digest(&revision)?, Refs::decode(&refs)?))).transpose()
}

/// The pieces of the trace's own input and output.
pub fn trace_refs(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<Option<Refs>> {
    let found: Option<Vec<u8>> =
        traces::table.find((project, trace_id)).select(traces::refs).first(conn).optional()?;
    found.map(|refs: Vec<u8>| Refs::decode(&refs)).transpose()
}

/// The pieces of a revision, present or earlier.
pub fn refs_of_revision(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
    revision: Digest,
) -> Result<Option<Refs>> {
    if let Some((current, refs)) = current_refs(conn, project, trace_id, observation_id)?
        && current == revision
    {
        return Ok(Some(refs));
    }
    let earlier: Option<Vec<u8>> = revisions::table
        .find((project, trace_id, observation_id, revision.0.as_slice()))
        .select(revisions::refs)
        .first(conn)
        .optional()?;
    earlier.map(|refs| Refs::decode(&refs)).transpose()
}

/// The pieces of every revision and arrival of an observation, the present one first.
pub fn all_refs(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
) -> Result<Vec<Refs>> {
    let current: Vec<Vec<u8>> = observations::table
        .filter(observations::project.eq(project))
        .filter(observations::trace_id.eq(trace_id))
        .filter(observations::observation_id.eq(observation_id))
        .select(observations::image)
        .load(conn)?;
    let earlier: Vec<Vec<u8>> = revisions::table
        .filter(revisions::project.eq(project))
        .filter(revisions::trace_id.eq(trace_id))
        .filter(revisions::observation_id.eq(observation_id))
        .order((revisions::superseded_at.desc(), revisions::digest.asc()))
        .select(revisions::refs)
        .load(conn)?;
    let arrived: Vec<Vec<u8>> = arrivals::table
        .filter(arrivals::project.eq(project))
        .filter(arrivals::trace_id.eq(trace_id))
        .filter(arrivals::observation_id.eq(observation_id))
        .select(arrivals::refs)
        .load(conn)?;
    [current, earlier, arrived].concat().iter().map(|refs| Refs::decode(refs)).collect()
}

/// The content of the piece in one role, each pack loaded once; `None` when there is none.
pub fn content(
    conn: &mut AnyConnection,
    project: ProjectKey,
    refs: &Refs,
    role: Role,
) -> Result<Option<Content>> {
    let Some(piece) = refs.piece(role) else { return Ok(None) };
    let mut load = |pack: PackId| pack_bytes(conn, project, pack);
    Packs::default().content(piece, &mut load).map(Some)
}

/// The bytes of the piece in one role; `None` when there is none or some of it lies in object storage.
pub fn piece(
    conn: &mut AnyConnection,
    project: ProjectKey,
    refs: &Refs,
    role: Role,
) -> Result<Option<Vec<u8>>> {
    Ok(content(conn, project, refs, role)?.and_then(Content::whole))
}

/// The stored bytes of a pack and their unpacked length.
pub fn pack_bytes(conn: &mut AnyConnection, project: ProjectKey, pack: PackId) -> Result<(Vec<u8>, i64)> {
    Ok(packs::table.find((project, pack.0.as_slice())).select((packs::bytes, packs::raw_len)).first(conn)?)
}

/// The first of so many observations of a trace, in the order of their ids, whose input or output is the one with this
/// digest, and which of the two it is.
pub fn holder_of_body(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    body: Digest,
) -> Result<Option<(String, BodyRole)>> {
    let rows: Vec<(String, Vec<u8>)> = observations::table
        .filter(observations::project.eq(project))
        .filter(observations::trace_id.eq(trace_id))
        .order(observations::observation_id.asc())
        .limit(MOST_HOLDERS)
        .select((observations::observation_id, observations::image))
        .load(conn)?;
    for (id, refs) in rows {
        let refs = Refs::decode(&refs)?;
        let holds = |role: &BodyRole| {
            refs.piece(Role::Body(*role)).and_then(|piece| piece.body).is_some_and(|it| it.digest == body)
        };
        if let Some(role) = [BodyRole::Input, BodyRole::Output].into_iter().find(holds) {
            return Ok(Some((id, role)));
        }
    }
    Ok(None)
}
