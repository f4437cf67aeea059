//! Taking an erased trace out of a conversation that others share pieces in.
//!
//! What the surviving traces of the scope need is copied into their own packs, byte for byte, and their references point
//! there; so nothing needs the erased packs any more. The packs keep their names, which receipts know, but offer nothing
//! from now on: a request prepared before must not refer to places that are no longer the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;

use crate::db::schema::{arrivals, observations, packs, revisions, traces};
use crate::db::{AnyConnection, each};
use crate::foundation::{Digest, Error, ProjectKey, Result};
use crate::traces::reads;
use packing::{Content, Pack, PackBuilder, PackId, Packs, Piece, Place, Refs, Role, Shared};
use trace_model::Body;

use super::rows::CHUNK;

/// The packs of a scope, by name, with the trace that each belongs to.
type Owners = BTreeMap<PackId, String>;

/// Where a row with references stands.
enum Row {
    Trace(String),
    Observation(String, String),
    Arrival(String, String, Vec<u8>),
    Revision(String, String, Vec<u8>),
}

impl Row {
    fn trace_id(&self) -> &str {
        match self {
            Self::Trace(id) | Self::Observation(id, _) | Self::Arrival(id, ..) | Self::Revision(id, ..) => id,
        }
    }
}

/// The scopes that these packs stand in.
pub(super) fn scopes(
    conn: &mut AnyConnection,
    project: ProjectKey,
    ids: &[&[u8]],
) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for chunk in ids.chunks(CHUNK) {
        let names: Vec<Option<String>> = each!(conn, |c| packs::table
            .filter(packs::project.eq(project))
            .filter(packs::pack.eq_any(chunk))
            .select(packs::scope)
            .load(c))?;
        found.extend(names.into_iter().flatten());
    }
    Ok(found)
}

/// The packs of a scope.
pub(super) fn owners(conn: &mut AnyConnection, project: ProjectKey, scope: &str) -> Result<Owners> {
    let rows: Vec<(Vec<u8>, String)> = packs::table
        .filter(packs::project.eq(project))
        .filter(packs::scope.eq(scope))
        .select((packs::pack, packs::trace_id))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, trace)| Some((PackId::from_slice(&id)?, trace))).collect())
}

/// Makes the traces that stay in a scope independent of those that go, whose rows are gone already but whose packs are
/// still there.
pub(super) fn rewrite(
    conn: &mut AnyConnection,
    project: ProjectKey,
    owners: &Owners,
    gone: &BTreeSet<&str>,
) -> Result<()> {
    let (lost, kept): (Vec<_>, Vec<_>) = owners.iter().partition(|(_, trace)| gone.contains(trace.as_str()));
    let lost: BTreeSet<PackId> = lost.into_iter().map(|(id, _)| *id).collect();
    let kept: Owners = kept.into_iter().map(|(id, trace)| (*id, trace.clone())).collect();
    if lost.is_empty() || kept.is_empty() {
        return Ok(());
    }
    let traces: BTreeSet<&str> = kept.values().map(String::as_str).collect();
    let rows = rows(conn, project, &traces.into_iter().collect::<Vec<_>>())?;
    let mut reading = Reading { conn, project, packs: Packs::default() };
    if !reading.any_needs(&rows, &lost)? {
        return Ok(());
    }
    let scope: BTreeSet<PackId> = owners.keys().copied().collect();
    let mut copy = Copy { reading, scope, kept: &kept, shared: Shared::default(), placed: HashMap::new() };
    let written = copy.all(&rows)?;
    let placed = copy.placed;
    for pack in written {
        replace_pack(conn, project, &pack)?;
    }
    rows.into_iter().try_for_each(|(row, refs)| {
        let pieces = refs.pieces.iter().map(|piece| placed.get(&key(&row, piece)).copied().unwrap_or(*piece));
        let new = Refs { pieces: pieces.collect(), header: refs.header.clone() };
        if new == refs { Ok(()) } else { update(conn, project, &row, new.encode()) }
    })
}

fn rows(conn: &mut AnyConnection, project: ProjectKey, ids: &[&str]) -> Result<Vec<(Row, Refs)>> {
    let mut found = Vec::new();
    macro_rules! load {
        ($table:ident, $columns:expr, $row:expr) => {
            for chunk in ids.chunks(CHUNK) {
                let rows = each!(conn, |c| $table::table
                    .filter($table::project.eq(project))
                    .filter($table::trace_id.eq_any(chunk))
                    .select($columns)
                    .load(c))?;
                for row in rows {
                    let (row, refs): (Row, Vec<u8>) = $row(row);
                    found.push((row, Refs::decode(&refs)?));
                }
            }
        };
    }
    load!(traces, (traces::trace_id, traces::refs), |(id, refs): (String, Vec<u8>)| (Row::Trace(id), refs));
    load!(
        observations,
        (observations::trace_id, observations::observation_id, observations::image),
        |(id, o, refs): (String, String, Vec<u8>)| (Row::Observation(id, o), refs)
    );
    load!(
        arrivals,
        (arrivals::trace_id, arrivals::observation_id, arrivals::digest, arrivals::refs),
        |(id, o, digest, refs): (String, String, Vec<u8>, Vec<u8>)| (Row::Arrival(id, o, digest), refs)
    );
    load!(
        revisions,
        (revisions::trace_id, revisions::observation_id, revisions::digest, revisions::refs),
        |(id, o, digest, refs): (String, String, Vec<u8>, Vec<u8>)| (Row::Revision(id, o, digest), refs)
    );
    Ok(found)
}

struct Reading<'c> {
    conn: &'c mut AnyConnection,
    project: ProjectKey,
    packs: Packs,
}

impl Reading<'_> {
    fn any_needs(&mut self, rows: &[(Row, Refs)], lost: &BTreeSet<PackId>) -> Result<bool> {
        for piece in rows.iter().flat_map(|(_, refs)| &refs.pieces) {
            let mut load = |pack| reads::pack_bytes(self.conn, self.project, pack);
            if self.packs.needs(piece, &mut load)?.packs.iter().any(|pack| lost.contains(pack)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn content(&mut self, piece: &Piece) -> Result<Content> {
        let mut load = |pack| reads::pack_bytes(self.conn, self.project, pack);
        self.packs.content(piece, &mut load)
    }
}

/// One piece of one trace: what a row refers to, wherever it lay.
type Key = (String, Role, Place, Option<Digest>);

fn key(row: &Row, piece: &Piece) -> Key {
    (row.trace_id().to_owned(), piece.role, piece.place, piece.body.map(|body| body.digest))
}

/// Copies pieces into new packs of the old names, the oldest first, so that later ones share with earlier ones again.
struct Copy<'c, 'o> {
    reading: Reading<'c>,
    scope: BTreeSet<PackId>,
    kept: &'o Owners,
    shared: Shared,
    placed: HashMap<Key, Piece>,
}

impl Copy<'_, '_> {
    fn all(&mut self, rows: &[(Row, Refs)]) -> Result<Vec<Pack>> {
        let mut homes: BTreeMap<PackId, Vec<(&Row, &Piece)>> = BTreeMap::new();
        for (row, refs) in rows {
            let inside = refs.pieces.iter().filter_map(|piece| Some((piece, pack_of(piece)?)));
            for (piece, pack) in inside.filter(|(_, pack)| self.scope.contains(pack)) {
                homes.entry(self.home(row, refs, pack)?).or_default().push((row, piece));
            }
        }
        let mut written = Vec::new();
        for id in self.kept.keys() {
            let pieces = homes.remove(id).unwrap_or_default();
            written.push(self.pack(*id, &pieces)?);
        }
        Ok(written)
    }

    /// Where the copy of a piece goes: where it was if that pack is the trace's own, else beside the rest of its row, else
    /// into the trace's first pack.
    fn home(&self, row: &Row, refs: &Refs, pack: PackId) -> Result<PackId> {
        let is_own = |pack: &PackId| self.kept.get(pack).is_some_and(|trace| trace == row.trace_id());
        let beside = refs.pieces.iter().filter_map(pack_of);
        let mut candidates = std::iter::once(pack).chain(beside).filter(is_own);
        let own = candidates.next().or_else(|| self.kept.keys().copied().find(|pack| is_own(pack)));
        own.ok_or_else(|| Error::internal("a trace has no pack of its own"))
    }

    fn pack(&mut self, id: PackId, pieces: &[(&Row, &Piece)]) -> Result<Pack> {
        let shared = std::mem::take(&mut self.shared);
        let mut builder = PackBuilder::new(id, usize::MAX).sharing(Some(&shared));
        for (row, piece) in pieces {
            let key = key(row, piece);
            if self.placed.contains_key(&key) {
                continue;
            }
            let content = self.reading.content(piece)?;
            if let Some(copy) = copied(&mut builder, piece, content) {
                self.placed.insert(key, copy);
            }
        }
        let (pack, _) = builder.finish()?;
        self.shared = shared;
        if let Some(directory) = &pack.directory {
            self.shared.add(pack.id, directory)?;
        }
        Ok(pack)
    }
}

/// The copy of a piece in a pack; `None` when the stored bytes are not what their digest says: they are left alone.
fn copied(builder: &mut PackBuilder<'_>, piece: &Piece, content: Content) -> Option<Piece> {
    let Some(reference) = piece.body else {
        return Some(builder.add(piece.role, &content.whole()?));
    };
    let Role::Body(role) = piece.role else { return None };
    if content.is_whole() {
        let bytes = content.whole()?;
        let is_sound = Digest::of(&bytes) == reference.digest;
        return is_sound.then(|| builder.add_body(&Body { role, reference, bytes }));
    }
    Some(builder.add_content(piece.role, reference, &content))
}

fn pack_of(piece: &Piece) -> Option<PackId> {
    match piece.place {
        Place::Pack(pack, _) | Place::List(pack, _) => Some(pack),
        Place::Blob => None,
    }
}

fn replace_pack(conn: &mut AnyConnection, project: ProjectKey, pack: &Pack) -> Result<()> {
    let raw_len = i64::try_from(pack.raw_len).map_err(Error::internal)?;
    diesel::update(packs::table.find((project, pack.id.0.as_slice())))
        .set((packs::bytes.eq(&pack.bytes), packs::raw_len.eq(raw_len), packs::directory.eq(None::<Vec<u8>>)))
        .execute(conn)?;
    Ok(())
}

fn update(conn: &mut AnyConnection, project: ProjectKey, row: &Row, refs: Vec<u8>) -> Result<()> {
    match row {
        Row::Trace(id) => {
            diesel::update(traces::table.find((project, id))).set(traces::refs.eq(refs)).execute(conn)?
        }
        Row::Observation(id, o) => diesel::update(observations::table.find((project, id, o)))
            .set(observations::image.eq(refs))
            .execute(conn)?,
        Row::Arrival(id, o, digest) => diesel::update(arrivals::table.find((project, id, o, digest)))
            .set(arrivals::refs.eq(refs))
            .execute(conn)?,
        Row::Revision(id, o, digest) => diesel::update(revisions::table.find((project, id, o, digest)))
            .set(revisions::refs.eq(refs))
            .execute(conn)?,
    };
    Ok(())
}
