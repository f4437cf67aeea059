//! Storing arrivals: costly work before the queue, then rows in one transaction.
//!
//! A new trace is written as prepared. A known one is read again and folded inside the transaction, because another
//! writer may have come first. Exact repeats change no row.

mod build;
mod columns;
mod cost;
mod deleted_scores;
pub mod erase;
mod findings;
pub(crate) mod group;
mod homes;
mod inherit;
mod known;
mod late;
pub(crate) mod measure;
mod nesting;
mod parts;
pub mod recognise;
pub mod recount;
pub(crate) mod remake;
mod rewrite;
pub(crate) mod rows;
pub(crate) mod scores;
mod senders;
pub(crate) mod sessions;
mod shares;
mod summary;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::db::locks::{scope_turn, turn};
use crate::db::{AnyConnection, Db, Tx};
use crate::foundation::{Digest, Error, ProjectKey, Result};
use crate::hours::marks;
use crate::series;
use crate::state::App;

use super::hooks::{Arrived, Hooks};
use findings::write_findings;
use masking::Finding;
use packing::{PackId, big_pieces};
use trace_model::merge::Trace;
use trace_model::{Arrival, Observation, Score};

pub use build::Scope;
use build::{Built, Known, build};
pub(crate) use columns::{part_of_cost, text as column_text};
use group::Group;
pub use parts::{Part, cut};
use recognise::OwnRules;
use rows::StoredTrace;
pub use senders::senders_of;
use sessions::{Change, Turn};
use shares::{Shares, Shelf};

/// What a stored trace's arrivals said of it.
pub(super) fn trace_said(state: &[u8]) -> Result<Trace> {
    let state: summary::State = serde_json::from_slice(state)?;
    Ok(state.fold.view())
}

/// A part of a request, ready for the writer.
#[derive(Debug)]
pub struct Prepared {
    scope: Scope,
    groups: Vec<(Group, Option<Built>)>,
    shares: Shares,
    scores: Vec<(Arrival, Score)>,
    findings: Vec<Finding>,
    /// Big pieces, to be put into object storage first.
    pub blobs: BTreeMap<Digest, Vec<u8>>,
    /// The digests of all of them.
    put: BTreeSet<Digest>,
    /// Updates that name no trace: they belong to the stored observation they are about.
    homeless: Vec<(Arrival, Observation)>,
    /// Sent with the public half of a key alone.
    public: bool,
}

impl Prepared {
    /// The same, sent with the public half of a key alone.
    #[must_use]
    pub fn by_public_key(self, public: bool) -> Self {
        Self { public, ..self }
    }

    /// Roughly how many rows it writes.
    pub fn rows(&self) -> usize {
        let in_groups = self.groups.iter().map(|(group, _)| group.len() + 1).sum::<usize>();
        self.scores.len() + self.homeless.len() + in_groups
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.scores.is_empty() && self.homeless.is_empty()
    }
}

/// Looks up what may be shared, folds, hashes and compresses one part; call it on a blocking thread.
pub fn prepare(db: &Db, mut scope: Scope, part: Part) -> Result<Prepared> {
    let Part { sorted, findings, .. } = part;
    let (mut shares, project) = (Shares::default(), scope.project);
    if !sorted.groups.is_empty() {
        let read = |conn: &mut AnyConnection| {
            Ok((Shares::load(conn, project, &sorted.groups)?, OwnRules::of(conn, project)?))
        };
        (shares, scope.rules) = db.read_blocking(read)?;
    }
    let (mut groups, mut blobs) = (Vec::with_capacity(sorted.groups.len()), BTreeMap::new());
    for group in sorted.groups {
        if let Some(mut built) = build(&scope, &group, &Known::nothing(), &shares)? {
            blobs.extend(std::mem::take(&mut built.blobs));
            shares.add(&built)?;
            groups.push((group, Some(built)));
        }
    }
    // Whatever trace they turn out to belong to, their big pieces must be there before.
    for body in sorted.homeless.iter().flat_map(|(arrival, _)| &arrival.bodies) {
        blobs.extend(big_pieces(body, scope.blob_threshold));
    }
    Ok(Prepared {
        scope,
        groups,
        shares,
        scores: sorted.scores,
        findings,
        put: blobs.keys().copied().collect(),
        blobs,
        homeless: sorted.homeless,
        public: false,
    })
}

/// Writes a prepared request and tells the hooks what came. Gives the event ids of updates that name no trace and whose
/// observation nobody knows: they are not stored.
pub fn write(app: &App, hooks: &Hooks, tx: &mut Tx<'_>, mut prepared: Prepared) -> Result<Vec<String>> {
    let project = prepared.scope.project;
    let homeless = std::mem::take(&mut prepared.homeless);
    let refused = homes::find(tx.conn, project, &mut prepared.groups, homeless)?;
    homes::name_findings(&mut prepared.findings, &prepared.groups);
    let traces = prepared.groups.iter().map(|(group, _)| turn(project, "trace", &group.trace_id));
    let of_scores = prepared.scores.iter().filter_map(|(_, score)| score.trace_id.as_deref());
    let of_scores = of_scores.map(|id| turn(project, "trace", id));
    let named = prepared.scores.iter().map(|(_, score)| turn(project, "score", &score.id));
    crate::db::locks::take_turns(tx.conn, traces.chain(of_scores).chain(named).collect())?;
    late::drop_late(tx, &mut prepared)?;
    let Prepared { mut scope, mut groups, mut shares, scores, put, findings, public, .. } = prepared;
    follow_rules(tx, &mut scope, &mut groups)?;
    let (mut all, changes) = settle(tx, &scope, groups, &mut shares)?;
    erase::note_uses(tx.conn, project, &uses(&all, &put)?)?;
    marks::mark(tx, project, all.iter().flat_map(|built| built.hours.iter().copied()).collect())?;
    add_to_series(tx, project, &mut all)?;
    senders::note(tx, project, all.iter().map(|built| built.trace.shown.trace_id.as_str()))?;
    let arrived = insert(tx, all)?;
    write_findings(tx, project, &findings)?;
    sessions::update(tx.conn, project, scope.now, &changes)?;
    scores::write(tx, project, &scores, public)?;
    if !arrived.is_empty() {
        hooks.arrived.iter().try_for_each(|hook| hook(app, tx, &arrived))?;
    }
    if !findings.is_empty() {
        hooks.found.iter().try_for_each(|hook| hook(app, tx, project, &findings))?;
    }
    Ok(refused)
}

/// Adds what came to the series, all traces together: few rows, whatever a request holds.
fn add_to_series(tx: &mut Tx<'_>, project: ProjectKey, all: &mut [Built]) -> Result<()> {
    let mut more = series::Contributions::new();
    all.iter_mut().for_each(|built| series::add_all(&mut more, std::mem::take(&mut built.series)));
    series::add(tx.conn, project, &more)
}

/// Other rules may have been set since the request was prepared: then what was prepared is made anew.
fn follow_rules(tx: &mut Tx<'_>, scope: &mut Scope, groups: &mut [(Group, Option<Built>)]) -> Result<()> {
    if groups.is_empty() || scope.rules.is_current(tx.conn, scope.project)? {
        return Ok(());
    }
    scope.rules = OwnRules::of(tx.conn, scope.project)?;
    for (group, built) in groups.iter_mut().filter(|(_, built)| built.is_some()) {
        *built = build(scope, group, &Known::nothing(), &Shares::default())?;
    }
    Ok(())
}

/// Which traces use which pieces in object storage. Nothing is referred to that was not put there before.
fn uses(all: &[Built], put: &BTreeSet<Digest>) -> Result<Vec<(Digest, String)>> {
    let each =
        all.iter().flat_map(|built| built.big.iter().map(|digest| (*digest, &built.trace.shown.trace_id)));
    each.map(|(digest, trace_id)| {
        if put.contains(&digest) {
            return Ok((digest, trace_id.clone()));
        }
        Err(Error::internal(format!("a piece of {trace_id} was not put into object storage")))
    })
    .collect()
}

/// What to write: as prepared where the trace is new, folded anew where it is known.
fn settle(
    tx: &mut Tx<'_>,
    scope: &Scope,
    groups: Vec<(Group, Option<Built>)>,
    shares: &mut Shares,
) -> Result<(Vec<Built>, Vec<Change>)> {
    let ids: Vec<&str> = groups.iter().map(|(group, _)| group.trace_id.as_str()).collect();
    // From here on nobody takes away what the sessions offer, nor moves pieces of these traces.
    if !tx.conn.is_sqlite() {
        let stored = shares::sessions_of(tx.conn, scope.project, &ids)?;
        let named = groups.iter().filter_map(|(group, _)| group.session()).map(columns::text);
        let shelves = stored.into_iter().chain(named).filter_map(|id| Shelf::Session(id).name());
        crate::db::locks::take_turns(
            tx.conn,
            shelves.map(|name| scope_turn(scope.project, &name)).collect(),
        )?;
    }
    let stored = rows::load_traces(tx.conn, scope.project, &ids)?;
    let mut stored: HashMap<String, StoredTrace> =
        stored.into_iter().map(|row| (row.shown.trace_id.clone(), row)).collect();
    // What is prepared needs little of what is offered; what is folded anew may take any of it.
    let prepared = groups.iter().filter_map(|(_, built)| built.as_ref());
    let mut wanted: BTreeSet<PackId> = prepared.flat_map(Built::needs).copied().collect();
    wanted.extend(if stored.is_empty() { BTreeSet::new() } else { shares.packs() });
    let mut present = shares::present(tx.conn, scope.project, &wanted)?;
    shares.retain(&present);
    let (mut all, mut changes) = (Vec::with_capacity(groups.len()), Vec::new());
    for (group, built) in groups {
        let row = stored.remove(&group.trace_id);
        let before = row.as_ref().map(Turn::of);
        let built = match row {
            None => as_prepared(scope, &group, built, &present)?,
            Some(row) => rebuild(tx, scope, &group, row, shares)?,
        };
        if let Some(built) = built {
            present.extend(PackId::from_slice(&built.pack.pack));
            changes.push(Change { before, after: Turn::of(&built.trace), packs: built.packs.clone() });
            all.push(built);
        }
    }
    Ok((all, changes))
}

/// What was prepared for a new trace; built again without sharing when a pack that it needs went away.
fn as_prepared(
    scope: &Scope,
    group: &Group,
    built: Option<Built>,
    present: &BTreeSet<PackId>,
) -> Result<Option<Built>> {
    // Without anything prepared: the trace that an update belongs to went away. The client sends the update again.
    let built = built.ok_or(Error::Busy { retry_after_s: 1 })?;
    if built.needs().all(|pack| present.contains(pack)) {
        return Ok(Some(built));
    }
    build(scope, group, &Known::nothing(), &Shares::default())
}

/// Folds anew over what is stored, and makes room for the rows that change.
fn rebuild(
    tx: &mut Tx<'_>,
    scope: &Scope,
    group: &Group,
    row: StoredTrace,
    shares: &Shares,
) -> Result<Option<Built>> {
    let known = known::load(tx.conn, scope, group, row)?;
    let Some(built) = build(scope, group, &known, shares)? else { return Ok(None) };
    let old: Vec<&str> = built.observations.iter().map(|row| row.shown.observation_id.as_str()).collect();
    let old: Vec<&str> = old.into_iter().filter(|id| known.observations.contains_key(*id)).collect();
    rows::delete_observations(tx.conn, scope.project, &group.trace_id, &old)?;
    nesting::write(tx.conn, scope.project, &group.trace_id, &built.flips)?;
    inherit::write(tx.conn, scope.project, &group.trace_id, &built.heirs)?;
    rows::delete_traces(tx.conn, scope.project, &[&group.trace_id])?;
    Ok(Some(built))
}

fn insert(tx: &mut Tx<'_>, all: Vec<Built>) -> Result<Vec<Arrived>> {
    let (mut traces, mut packs, mut receipts) = (Vec::new(), Vec::new(), Vec::new());
    let (mut observations, mut arrivals, mut revisions) = (Vec::new(), Vec::new(), Vec::new());
    let mut arrived = Vec::new();
    for built in all {
        traces.push(built.trace);
        packs.push(built.pack);
        // Even one without a revision: search follows the receipts, and what is said of the trace itself has changed.
        receipts.push(built.receipt);
        observations.extend(built.observations);
        arrivals.extend(built.arrivals);
        revisions.extend(built.revisions);
        arrived.push(built.arrived);
    }
    rows::insert_observations(tx.conn, &observations)?;
    rows::insert_packs(tx.conn, &packs)?;
    rows::insert_traces(tx.conn, &traces)?;
    rows::insert_receipts(tx.conn, &receipts)?;
    rows::insert_arrivals_once(tx.conn, &arrivals)?;
    rows::insert_revisions_once(tx.conn, &revisions)?;
    Ok(arrived)
}
