//! What observations' arrivals say beside their bodies: attributes, events, links, resource, scope.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::arrivals;
use crate::foundation::{ProjectKey, Result};
use packing::{PackId, Packs, Refs, Role};
use wire::sent::Sent;

use super::{current_refs, pack_bytes};

/// Arrivals of one observation that are read; of more, the last.
pub const MOST_ARRIVALS: i64 = 100;

/// What is said of one observation as it stands; nothing when there is none.
pub fn sent(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
) -> Result<Option<Sent>> {
    let Some((_, refs)) = current_refs(conn, project, trace_id, observation_id)? else { return Ok(None) };
    sent_under(conn, project, (trace_id, observation_id), &refs, &mut Packs::default()).map(Some)
}

/// The same where the references of its present state are at hand. The arrivals of what arrived more than once are joined
/// in the order of their time.
pub fn sent_under(
    conn: &mut AnyConnection,
    project: ProjectKey,
    (trace_id, observation_id): (&str, &str),
    refs: &Refs,
    packs: &mut Packs,
) -> Result<Sent> {
    if refs.header.is_some() {
        return read(conn, project, refs, packs);
    }
    let mut all = Sent::default();
    for refs in arrived(conn, project, trace_id, observation_id)? {
        all.join(read(conn, project, &Refs::decode(&refs)?, packs)?);
    }
    Ok(all)
}

/// What is said of a trace itself by the events that declare it.
pub fn sent_of_trace(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<Sent> {
    sent_under(conn, project, (trace_id, ""), &Refs::default(), &mut Packs::default())
}

fn arrived(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
) -> Result<Vec<Vec<u8>>> {
    let mut refs: Vec<Vec<u8>> = arrivals::table
        .filter(arrivals::project.eq(project))
        .filter(arrivals::trace_id.eq(trace_id))
        .filter(arrivals::observation_id.eq(observation_id))
        .order((arrivals::event_ns.desc(), arrivals::digest.desc()))
        .limit(MOST_ARRIVALS)
        .select(arrivals::refs)
        .load(conn)?;
    refs.reverse();
    Ok(refs)
}

fn read(conn: &mut AnyConnection, project: ProjectKey, refs: &Refs, packs: &mut Packs) -> Result<Sent> {
    let (Some(header), Some(record)) = (&refs.header, refs.piece(Role::Record)) else {
        return Ok(Sent::default());
    };
    let mut load = |pack: PackId| pack_bytes(conn, project, pack);
    let record = packs.bytes(record, &mut load)?;
    Ok(record.and_then(|record| Sent::read(header.form, &record)).unwrap_or_default())
}
