//! Erasing traces: rows, packs and digests go, and what somebody else's proof needs stays.
//!
//! Receipts keep the salted leaf of each erased revision, so that the others under the same root can still be proven;
//! digest and salt go. A body in object storage goes only when no other trace uses it. On SQLite freed bytes are
//! overwritten. What remains until the database is tidied up: old versions of rows that ingest replaced earlier (SQLite
//! until VACUUM) and dead rows (PostgreSQL until VACUUM).

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::db::schema::{
    arrivals, body_uses, deleted_scores, findings, observations, packs, receipts, revisions, scores,
    sessions, traces,
};
use crate::db::{AnyConnection, Tx, each};
use crate::foundation::{Digest, Error, ProjectKey, Result, Timestamp};
use crate::hours::marks;
use crate::media;
use crate::series::{self, Contributions};
use crate::traces::leftovers::{self, Leftovers};
use crate::traces::reads;
use crate::traces::receipts::sealed;
use packing::{Packs, Refs};

use super::measure;
use super::rewrite;
use super::rows::StoredReceipt;
use super::shares::Shelf;
use crate::db::locks::take_turns;
use crate::db::locks::{scope_turn, turn};

/// Values in one statement.
const CHUNK: usize = 128;

/// What went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// The traces that were stored, by id.
    pub traces: Vec<String>,
    pub observations: usize,
    pub scores: usize,
    /// The packs that went, in hex: their receipts are sealed.
    pub packs: BTreeSet<String>,
    /// What nobody speaks of any more in object storage; to be removed after COMMIT.
    pub left: Leftovers,
}

/// Erases these traces with everything derived from them; ids that nothing is stored under are passed over.
pub fn erase(tx: &mut Tx<'_>, project: ProjectKey, ids: &[String]) -> Result<Erased> {
    lock(tx.conn, project, ids)?;
    overwrite_freed(tx.conn, true)?;
    let erased = erase_rows(tx.conn, project, ids, tx.now());
    let names: Vec<&str> = ids.iter().map(String::as_str).collect();
    let media = media::store::erase_of_traces(tx, project, &names);
    overwrite_freed(tx.conn, false)?;
    let mut erased = erased?;
    erased.left.media = media?;
    leftovers::note(tx, project, &erased.left)?;
    Ok(erased)
}

/// Keeps writers away from the traces, from those that share pieces with them, and from their conversations. Those that
/// join a conversation meanwhile hold its lock until they are stored, and are seen after it is ours.
fn lock(conn: &mut AnyConnection, project: ProjectKey, ids: &[String]) -> Result<()> {
    if conn.is_sqlite() {
        return Ok(());
    }
    let (mut names, mut scopes) = (ids.iter().cloned().collect::<BTreeSet<_>>(), BTreeSet::new());
    for chunk in ids.chunks(CHUNK) {
        let chunk: Vec<&str> = chunk.iter().map(String::as_str).collect();
        let mut pieces = Pieces::default();
        pieces.gather(conn, project, &chunk)?;
        scopes.extend(rewrite::scopes(conn, project, &pieces.names())?);
        let sessions = sessions_of(conn, project, &chunk)?;
        scopes.extend(sessions.into_iter().filter_map(|id| Shelf::Session(id).name()));
    }
    for scope in &scopes {
        names.extend(rewrite::owners(conn, project, scope)?.into_values());
    }
    take_turns(conn, names.iter().map(|id| turn(project, "trace", id)).collect())?;
    take_turns(conn, scopes.iter().map(|scope| scope_turn(project, scope)).collect())
}

/// Whether SQLite writes zeros over what is deleted; it costs too much for the everyday writes.
fn overwrite_freed(conn: &mut AnyConnection, on: bool) -> Result<()> {
    if let AnyConnection::Sqlite(conn) = conn {
        conn.batch_execute(if on { "PRAGMA secure_delete = ON" } else { "PRAGMA secure_delete = OFF" })?;
    }
    Ok(())
}

fn erase_rows(
    conn: &mut AnyConnection,
    project: ProjectKey,
    ids: &[String],
    now: Timestamp,
) -> Result<Erased> {
    let mut erased = Erased::default();
    let (mut pieces, mut left_sessions, mut touched) = (Pieces::default(), BTreeSet::new(), BTreeSet::new());
    let mut measured = Contributions::new();
    for chunk in ids.chunks(CHUNK) {
        let known = known(conn, project, chunk)?;
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        pieces.gather(conn, project, &names)?;
        left_sessions.extend(sessions_of(conn, project, &names)?);
        touched.append(&mut marks::of_traces(conn, project, &names)?);
        series::add_all(&mut measured, measure::of_measured(conn, project, &names)?);
        let (observations, scores) = delete_rows(conn, project, &names)?;
        erased.observations += observations;
        erased.scores += scores;
        erased.traces.extend(known);
    }
    let gone: BTreeSet<&str> = erased.traces.iter().map(String::as_str).collect();
    for scope in rewrite::scopes(conn, project, &pieces.names())? {
        let owners = rewrite::owners(conn, project, &scope)?;
        rewrite::rewrite(conn, project, &owners, &gone)?;
        pieces.packs.extend(owners.into_keys().map(|pack| pack.0));
    }
    erased.packs = delete_packs(conn, project, &pieces.packs, &gone)?;
    erased.left.pieces = unused(conn, project, &pieces.blobs, &gone)?;
    erased.scores += delete_empty_sessions(conn, project, &left_sessions)?;
    super::sessions::refresh(conn, project, now, &left_sessions)?;
    // Sums carry names too.
    marks::forget(conn, project, now, touched)?;
    series::take_away(conn, project, &measured)?;
    Ok(erased)
}

/// The ids among these under which a trace, a score or media are stored, each once.
fn known(conn: &mut AnyConnection, project: ProjectKey, ids: &[String]) -> Result<BTreeSet<String>> {
    let mut known: BTreeSet<String> = each!(conn, |c| traces::table
        .filter(traces::project.eq(project))
        .filter(traces::trace_id.eq_any(ids))
        .select(traces::trace_id)
        .load::<String>(c))?
    .into_iter()
    .collect();
    let scored: Vec<Option<String>> = each!(conn, |c| scores::table
        .filter(scores::project.eq(project))
        .filter(scores::trace_id.eq_any(ids.iter().map(Some)))
        .select(scores::trace_id)
        .load(c))?;
    known.extend(media::reads::speaking_among(conn, project, ids)?);
    known.extend(scored.into_iter().flatten());
    Ok(known)
}

/// Where the bytes of the traces lie.
#[derive(Default)]
struct Pieces {
    packs: BTreeSet<[u8; 16]>,
    blobs: BTreeSet<Digest>,
}

impl Pieces {
    fn gather(&mut self, conn: &mut AnyConnection, project: ProjectKey, ids: &[&str]) -> Result<()> {
        macro_rules! refs {
            ($table:ident, $column:ident) => {
                each!(conn, |c| $table::table
                    .filter($table::project.eq(project))
                    .filter($table::trace_id.eq_any(ids))
                    .select($table::$column)
                    .load::<Vec<u8>>(c))?
            };
        }
        let all =
            [refs!(observations, image), refs!(arrivals, refs), refs!(revisions, refs), refs!(traces, refs)];
        let mut packs = Packs::default();
        for refs in all.iter().flatten() {
            for piece in Refs::decode(refs)?.pieces {
                let mut load = |pack| reads::pack_bytes(conn, project, pack);
                let needs = packs.needs(&piece, &mut load)?;
                self.packs.extend(needs.packs.into_iter().map(|pack| pack.0));
                self.blobs.extend(needs.blobs);
            }
        }
        Ok(())
    }

    fn names(&self) -> Vec<&[u8]> {
        self.packs.iter().map(<[u8; 16]>::as_slice).collect()
    }
}

fn sessions_of(conn: &mut AnyConnection, project: ProjectKey, ids: &[&str]) -> Result<Vec<String>> {
    let found: Vec<Option<String>> = each!(conn, |c| traces::table
        .filter(traces::project.eq(project))
        .filter(traces::trace_id.eq_any(ids))
        .select(traces::session_id)
        .load(c))?;
    Ok(found.into_iter().flatten().collect())
}

/// Deletes what is kept by trace id; gives the numbers of observations and scores.
fn delete_rows(conn: &mut AnyConnection, project: ProjectKey, ids: &[&str]) -> Result<(usize, usize)> {
    macro_rules! delete {
        ($table:ident) => {
            each!(conn, |c| diesel::delete($table::table)
                .filter($table::project.eq(project))
                .filter($table::trace_id.eq_any(ids))
                .execute(c))?
        };
    }
    let observations = delete!(observations);
    delete!(arrivals);
    delete!(revisions);
    delete!(findings);
    super::senders::keep_of_erased(conn, project, ids)?;
    delete!(traces);
    each!(conn, |c| diesel::delete(deleted_scores::table)
        .filter(deleted_scores::project.eq(project))
        .filter(deleted_scores::trace_id.eq_any(ids.iter().map(Some)))
        .execute(c))?;
    let scores = each!(conn, |c| diesel::delete(scores::table)
        .filter(scores::project.eq(project))
        .filter(scores::trace_id.eq_any(ids.iter().map(Some)))
        .execute(c))?;
    Ok((observations, scores))
}

/// Deletes the packs that belong to erased traces, and closes their receipts; gives their names in hex.
fn delete_packs(
    conn: &mut AnyConnection,
    project: ProjectKey,
    named: &BTreeSet<[u8; 16]>,
    gone: &BTreeSet<&str>,
) -> Result<BTreeSet<String>> {
    let mut deleted = BTreeSet::new();
    let named: Vec<&[u8]> = named.iter().map(<[u8; 16]>::as_slice).collect();
    for chunk in named.chunks(CHUNK) {
        let owners: Vec<(Vec<u8>, String)> = each!(conn, |c| packs::table
            .filter(packs::project.eq(project))
            .filter(packs::pack.eq_any(chunk))
            .select((packs::pack, packs::trace_id))
            .load(c))?;
        let own: Vec<Vec<u8>> =
            owners.into_iter().filter(|(_, trace)| gone.contains(trace.as_str())).map(|(id, _)| id).collect();
        each!(conn, |c| diesel::delete(packs::table)
            .filter(packs::project.eq(project))
            .filter(packs::pack.eq_any(&own))
            .execute(c))?;
        seal_receipts(conn, project, &own)?;
        deleted.extend(own.iter().map(hex::encode));
    }
    Ok(deleted)
}

fn seal_receipts(conn: &mut AnyConnection, project: ProjectKey, packs: &[Vec<u8>]) -> Result<()> {
    let open: Vec<StoredReceipt> = each!(conn, |c| receipts::table
        .filter(receipts::project.eq(project))
        .filter(receipts::pack.eq_any(packs))
        .select(StoredReceipt::as_select())
        .load(c))?;
    for receipt in open {
        let leaves = sealed(&receipt)?;
        let row = receipts::table.find((project, receipt.pack));
        diesel::update(row)
            .set((receipts::salt.eq(Vec::<u8>::new()), receipts::revisions.eq(leaves)))
            .execute(conn)?;
    }
    Ok(())
}

/// Forgets that the erased traces used these bodies; gives those that nobody uses now.
fn unused(
    conn: &mut AnyConnection,
    project: ProjectKey,
    blobs: &BTreeSet<Digest>,
    gone: &BTreeSet<&str>,
) -> Result<Vec<Digest>> {
    let mut left = Vec::new();
    for digest in blobs {
        for chunk in gone.iter().copied().collect::<Vec<_>>().chunks(CHUNK) {
            each!(conn, |c| diesel::delete(body_uses::table)
                .filter(body_uses::project.eq(project))
                .filter(body_uses::digest.eq(digest.0.as_slice()))
                .filter(body_uses::trace_id.eq_any(chunk))
                .execute(c))?;
        }
        if !is_used(conn, project, *digest)? {
            left.push(*digest);
        }
    }
    Ok(left)
}

/// Whether a stored trace uses a body in object storage.
pub fn is_used(conn: &mut AnyConnection, project: ProjectKey, digest: Digest) -> Result<bool> {
    let user = body_uses::table
        .filter(body_uses::project.eq(project))
        .filter(body_uses::digest.eq(digest.0.as_slice()))
        .select(body_uses::trace_id)
        .first::<String>(conn);
    Ok(user.optional()?.is_some())
}

/// Remembers which trace uses which body in object storage.
pub(super) fn note_uses(
    conn: &mut AnyConnection,
    project: ProjectKey,
    uses: &[(Digest, String)],
) -> Result<()> {
    for chunk in uses.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(digest, trace)| {
                (
                    body_uses::project.eq(project),
                    body_uses::digest.eq(digest.0.as_slice()),
                    body_uses::trace_id.eq(trace),
                )
            })
            .collect();
        each!(conn, |c| diesel::insert_into(body_uses::table)
            .values(&rows)
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// Deletes the conversations that no trace is left of, with their scores; gives the number of those.
fn delete_empty_sessions(
    conn: &mut AnyConnection,
    project: ProjectKey,
    left: &BTreeSet<String>,
) -> Result<usize> {
    let mut deleted = 0;
    for session in left {
        let alive = traces::table
            .filter(traces::project.eq(project))
            .filter(traces::session_id.eq(session))
            .select(traces::trace_id)
            .first::<String>(conn);
        if alive.optional().map_err(Error::from)?.is_some() {
            continue;
        }
        diesel::delete(sessions::table.find((project, session))).execute(conn)?;
        let own = scores::table.filter(scores::project.eq(project)).filter(scores::session_id.eq(session));
        deleted += diesel::delete(own).execute(conn)?;
    }
    Ok(deleted)
}
