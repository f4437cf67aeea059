//! Everything that is stored of one trace, and what its arrivals say.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;

use crate::db::schema::{arrivals, body_uses, observations, receipts, revisions};
use crate::db::{AnyConnection, each};
use crate::foundation::{Digest, ProjectKey, Result};
use crate::traces::stored::Group;
use crate::traces::stored::{StoredArrival, StoredObservation, StoredTrace};
use packing::{PackId, Piece, Place, Refs, Role};
use trace_model::{Arrival, BodyRole};

/// A superseded state.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = revisions)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(super) struct RevisionRow {
    pub(super) observation_id: String,
    pub(super) digest: Vec<u8>,
    pub(super) refs: Vec<u8>,
}

/// The rows of one trace.
pub(super) struct Loaded {
    pub(super) project: ProjectKey,
    pub(super) trace: StoredTrace,
    pub(super) observations: HashMap<String, StoredObservation>,
    pub(super) arrivals: Vec<StoredArrival>,
    pub(super) revisions: Vec<RevisionRow>,
    /// Bodies in object storage that it is noted to use.
    pub(super) uses: BTreeSet<Vec<u8>>,
}

impl Loaded {
    pub(super) fn of(conn: &mut AnyConnection, trace: StoredTrace) -> Result<Self> {
        let (project, id) = (trace.project, trace.shown.trace_id.clone());
        let rows: Vec<StoredObservation> = each!(conn, |c| observations::table
            .filter(observations::project.eq(project))
            .filter(observations::trace_id.eq(&id))
            .select(StoredObservation::as_select())
            .load(c))?;
        let arrivals = each!(conn, |c| arrivals::table
            .filter(arrivals::project.eq(project))
            .filter(arrivals::trace_id.eq(&id))
            .select(StoredArrival::as_select())
            .load(c))?;
        let revisions = each!(conn, |c| revisions::table
            .filter(revisions::project.eq(project))
            .filter(revisions::trace_id.eq(&id))
            .select(RevisionRow::as_select())
            .load(c))?;
        let uses: Vec<Vec<u8>> = each!(conn, |c| body_uses::table
            .filter(body_uses::project.eq(project))
            .filter(body_uses::trace_id.eq(&id))
            .select(body_uses::digest)
            .load(c))?;
        let observations = rows.into_iter().map(|row| (row.shown.observation_id.clone(), row)).collect();
        Ok(Self { project, trace, observations, arrivals, revisions, uses: uses.into_iter().collect() })
    }
}

/// The revisions that the receipts of some packs vouch for; a pack without a receipt has no entry.
pub(super) fn received(
    conn: &mut AnyConnection,
    project: ProjectKey,
    packs: &BTreeSet<PackId>,
) -> Result<BTreeMap<PackId, BTreeSet<Digest>>> {
    let names: Vec<&[u8]> = packs.iter().map(|pack| pack.0.as_slice()).collect();
    let mut found = BTreeMap::new();
    for chunk in names.chunks(128) {
        let rows: Vec<(Vec<u8>, Vec<u8>)> = each!(conn, |c| receipts::table
            .filter(receipts::project.eq(project))
            .filter(receipts::pack.eq_any(chunk.iter().copied()))
            .select((receipts::pack, receipts::revisions))
            .load(c))?;
        for (pack, revisions) in rows {
            let digests = revisions.chunks(32).filter_map(Digest::from_slice).collect();
            found.extend(PackId::from_slice(&pack).map(|pack| (pack, digests)));
        }
    }
    Ok(found)
}

/// A stored arrival with where its pieces lie.
pub(super) struct Heard {
    pub(super) arrival: Arrival,
    pub(super) refs: Refs,
}

/// Adds what an arrival says to the group of its trace; false when it cannot be read again.
pub(super) fn hear(group: &mut Group, id: &str, heard: &Heard) -> bool {
    match wire::reread(&heard.arrival) {
        Some(trace_model::Facts::Trace(facts)) if id.is_empty() => {
            group.declared.push((heard.arrival.clone(), *facts));
            true
        }
        Some(trace_model::Facts::Observation(observation, trace)) if !id.is_empty() => {
            // An update that names no trace says nothing of the one it was given to.
            let trace = trace.filter(|_| observation.trace_id.is_some()).map(|trace| *trace);
            let list = group.observations.entry(id.to_owned()).or_default();
            list.push((heard.arrival.clone(), *observation, trace));
            true
        }
        _ => false,
    }
}

/// The pieces of a trace's own bodies.
pub(super) fn trace_pieces(refs: &Refs) -> impl Iterator<Item = Piece> {
    let own = [Role::Body(BodyRole::TraceInput), Role::Body(BodyRole::TraceOutput)];
    refs.pieces.iter().filter(move |piece| own.contains(&piece.role)).copied()
}

/// The pack that a piece was put into.
pub(super) fn pack_of(piece: &Piece) -> Option<PackId> {
    match piece.place {
        Place::Pack(pack, _) | Place::List(pack, _) => Some(pack),
        Place::Blob => None,
    }
}
