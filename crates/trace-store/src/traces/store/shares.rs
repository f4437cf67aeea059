//! What earlier commits of a conversation hold, so that a later one refers to it instead of storing it again.
//!
//! A scope is a session, or a trace that belongs to none. Directories are read before the queue; the writer then asks
//! only whether the packs are still there.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::db::schema::{packs, sessions, traces};
use crate::db::{AnyConnection, each};
use crate::foundation::{Digest, ProjectKey, Result};
use packing::{PackId, Shared};

use super::build::Built;
use super::columns;
use super::group::Group;
use super::rows::CHUNK;

/// A scope remembers so many packs; what falls out is stored again when it comes again.
const KEPT: usize = 256;
/// A request looks into so many packs at most, however many scopes it touches.
const LOOKED_INTO: usize = 512;

/// Inside what equal pieces are stored once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shelf {
    Session(String),
    Trace(String),
}

impl Shelf {
    /// The scope of a trace.
    pub(super) fn of(trace_id: &str, session_id: Option<&str>) -> Self {
        match session_id.map(columns::text).filter(|id| !id.is_empty()) {
            Some(id) => Self::Session(id),
            None => Self::Trace(trace_id.to_owned()),
        }
    }

    /// The name in `packs.scope`. A trace needs none: nobody else refers to its packs.
    pub(super) fn name(&self) -> Option<String> {
        let Self::Session(id) = self else { return None };
        Digest::of_parts(&[b"tracewright session scope\n", id.as_bytes()])
            .to_hex()
            .get(..16)
            .map(str::to_owned)
    }
}

/// What each scope of a request offers.
#[derive(Debug, Default)]
pub(super) struct Shares {
    offers: BTreeMap<Shelf, Shared>,
    /// Traces that are stored already: what is prepared for them will be built again.
    stored: BTreeSet<String>,
}

impl Shares {
    /// Looks up the scopes that exist already.
    pub(super) fn load(conn: &mut AnyConnection, project: ProjectKey, groups: &[Group]) -> Result<Self> {
        let mut shares = Self::default();
        let lists = lists(conn, project, groups, &mut shares.stored)?;
        let each = (LOOKED_INTO / lists.len().max(1)).clamp(4, KEPT);
        let wanted: Vec<(Shelf, Vec<PackId>)> = lists
            .into_iter()
            .take(LOOKED_INTO / 4)
            .map(|(shelf, list)| (shelf, names(&list).take(each).collect()))
            .collect();
        let ids: BTreeSet<PackId> = wanted.iter().flat_map(|(_, list)| list).copied().collect();
        let directories = directories(conn, project, &ids)?;
        for (shelf, list) in wanted {
            let shared = shares.offers.entry(shelf).or_default();
            for pack in list {
                directories.get(&pack).map_or(Ok(()), |directory| shared.add(pack, directory))?;
            }
        }
        Ok(shares)
    }

    pub(super) fn of(&self, shelf: &Shelf) -> Option<&Shared> {
        self.offers.get(shelf)
    }

    /// Offers a pack to those that come after it in the same request.
    pub(super) fn add(&mut self, built: &Built) -> Result<()> {
        let Some(pack) = PackId::from_slice(&built.pack.pack) else { return Ok(()) };
        match &built.pack.directory {
            Some(directory) if !self.stored.contains(&built.trace.shown.trace_id) => {
                self.offers.entry(built.shelf.clone()).or_default().add(pack, directory)
            }
            _ => Ok(()),
        }
    }

    /// All packs that are offered.
    pub(super) fn packs(&self) -> BTreeSet<PackId> {
        self.offers.values().flat_map(Shared::packs).collect()
    }

    /// Offers only what lies in these packs.
    pub(super) fn retain(&mut self, packs: &BTreeSet<PackId>) {
        self.offers.values_mut().for_each(|shared| shared.retain(packs));
    }
}

/// The lists of packs of all scopes that the groups belong to, or may belong to.
fn lists(
    conn: &mut AnyConnection,
    project: ProjectKey,
    groups: &[Group],
    stored: &mut BTreeSet<String>,
) -> Result<BTreeMap<Shelf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut ids: BTreeSet<String> = groups.iter().filter_map(Group::session).map(columns::text).collect();
    let traces: Vec<&str> = groups.iter().map(|group| group.trace_id.as_str()).collect();
    for (trace_id, session_id, list) in trace_lists(conn, project, &traces)? {
        ids.extend(session_id);
        stored.insert(trace_id.clone());
        if !list.is_empty() {
            found.insert(Shelf::Trace(trace_id), list);
        }
    }
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<(String, Vec<u8>)> = each!(conn, |c| sessions::table
            .filter(sessions::project.eq(project))
            .filter(sessions::session_id.eq_any(chunk.iter().copied()))
            .select((sessions::session_id, sessions::packs))
            .load(c))?;
        found.extend(rows.into_iter().map(|(id, list)| (Shelf::Session(id), list)));
    }
    Ok(found)
}

/// The sessions that stored traces belong to.
pub(super) fn sessions_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    ids: &[&str],
) -> Result<BTreeSet<String>> {
    Ok(trace_lists(conn, project, ids)?.into_iter().filter_map(|(_, session_id, _)| session_id).collect())
}

type TraceList = (String, Option<String>, Vec<u8>);

fn trace_lists(conn: &mut AnyConnection, project: ProjectKey, ids: &[&str]) -> Result<Vec<TraceList>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<TraceList> = each!(conn, |c| traces::table
            .filter(traces::project.eq(project))
            .filter(traces::trace_id.eq_any(chunk.iter().copied()))
            .select((traces::trace_id, traces::session_id, traces::packs))
            .load(c))?;
        found.extend(rows);
    }
    Ok(found)
}

fn directories(
    conn: &mut AnyConnection,
    project: ProjectKey,
    ids: &BTreeSet<PackId>,
) -> Result<BTreeMap<PackId, Vec<u8>>> {
    let ids: Vec<&[u8]> = ids.iter().map(|id| id.0.as_slice()).collect();
    let mut found = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<(Vec<u8>, Option<Vec<u8>>)> = each!(conn, |c| packs::table
            .filter(packs::project.eq(project))
            .filter(packs::pack.eq_any(chunk.iter().copied()))
            .select((packs::pack, packs::directory))
            .load(c))?;
        let known =
            rows.into_iter().filter_map(|(id, directory)| Some((PackId::from_slice(&id)?, directory?)));
        found.extend(known);
    }
    Ok(found)
}

/// Which of these packs may be shared still: erasure takes a pack away, or takes away its directory.
pub(super) fn present(
    conn: &mut AnyConnection,
    project: ProjectKey,
    ids: &BTreeSet<PackId>,
) -> Result<BTreeSet<PackId>> {
    let ids: Vec<&[u8]> = ids.iter().map(|id| id.0.as_slice()).collect();
    let mut found = BTreeSet::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<Vec<u8>> = each!(conn, |c| packs::table
            .filter(packs::project.eq(project))
            .filter(packs::pack.eq_any(chunk.iter().copied()))
            .filter(packs::directory.is_not_null())
            .select(packs::pack)
            .load(c))?;
        found.extend(rows.iter().filter_map(|id| PackId::from_slice(id)));
    }
    Ok(found)
}

/// A stored list of packs: their names one after the other.
fn names(list: &[u8]) -> impl Iterator<Item = PackId> {
    list.chunks(16).filter_map(PackId::from_slice)
}

/// The list with these packs at its front; those unused for longest fall out.
pub(super) fn with_front(list: &[u8], front: &[PackId]) -> Vec<u8> {
    let mut seen = BTreeSet::new();
    let all = front.iter().copied().chain(names(list));
    all.filter(|pack| seen.insert(*pack)).take(KEPT).flat_map(|pack| pack.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packs_used_last_stay() {
        let pack = |n: u16| PackId([n.to_be_bytes(); 8].concat().try_into().unwrap());
        let mut list = Vec::new();
        for n in 0..300 {
            list = with_front(&list, &[pack(n), pack(0)]);
        }
        let kept: Vec<PackId> = names(&list).collect();
        assert_eq!((kept.len(), kept[0], kept[1]), (KEPT, pack(299), pack(0)));
        assert!(!kept.contains(&pack(1)) && kept.contains(&pack(200)));
    }
}
