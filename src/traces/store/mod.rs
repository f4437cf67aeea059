//! Storing arrivals: costly work before the queue, then rows in one transaction.
//!
//! A new trace is written as prepared. A known one is read again and folded inside the transaction, because another
//! writer may have come first. Exact repeats change no row.

mod build;
mod columns;
mod cost;
mod group;
mod known;
pub(super) mod rows;
mod scores;
mod summary;

use std::collections::HashMap;

use crate::db::Tx;
use crate::foundation::{Digest, ProjectKey, Result};
use crate::state::App;

use super::hooks::{Arrived, Hooks};
use super::model::{Arrival, Received, Score};

pub use build::Scope;
use build::{Built, Known, build};
use group::{Group, sort};
use rows::StoredTrace;

/// A request ready for the writer.
#[derive(Debug)]
pub struct Prepared {
    scope: Scope,
    groups: Vec<(Group, Built)>,
    scores: Vec<(Arrival, Score)>,
    /// Big bodies, to be put into object storage first.
    pub blobs: Vec<(Digest, Vec<u8>)>,
    /// Event ids of updates whose observation nobody knows.
    pub homeless: Vec<String>,
}

impl Prepared {
    /// Roughly how many rows it writes.
    pub fn rows(&self) -> usize {
        self.scores.len() + self.groups.iter().map(|(group, _)| group.len() + 1).sum::<usize>()
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.scores.is_empty()
    }
}

/// Sorts, folds, hashes and compresses; call it on a blocking thread.
pub fn prepare(scope: Scope, received: Vec<Received>) -> Result<Prepared> {
    let sorted = sort(received);
    let (mut groups, mut blobs) = (Vec::with_capacity(sorted.groups.len()), Vec::new());
    for group in sorted.groups {
        if let Some(mut built) = build(&scope, &group, &Known::default())? {
            blobs.append(&mut built.blobs);
            groups.push((group, built));
        }
    }
    Ok(Prepared { scope, groups, scores: sorted.scores, blobs, homeless: sorted.homeless })
}

/// Writes a prepared request and tells the hooks what came.
pub fn write(app: &App, hooks: &Hooks, tx: &mut Tx<'_>, prepared: Prepared) -> Result<()> {
    let Prepared { scope, groups, scores, .. } = prepared;
    let project = scope.project;
    let traces = groups.iter().map(|(group, _)| turn(project, "trace", &group.trace_id));
    let named = scores.iter().map(|(_, score)| turn(project, "score", &score.id));
    rows::take_turns(tx.conn, traces.chain(named).collect())?;
    let ids: Vec<&str> = groups.iter().map(|(group, _)| group.trace_id.as_str()).collect();
    let stored = rows::load_traces(tx.conn, project, &ids)?;
    let mut stored: HashMap<String, StoredTrace> =
        stored.into_iter().map(|row| (row.trace_id.clone(), row)).collect();
    let mut all = Vec::with_capacity(groups.len());
    for (group, built) in groups {
        match stored.remove(&group.trace_id) {
            None => all.push(built),
            Some(row) => all.extend(rebuild(tx, &scope, &group, row)?),
        }
    }
    let arrived = insert(tx, all)?;
    scores::write(tx, project, scores)?;
    if arrived.is_empty() {
        return Ok(());
    }
    hooks.arrived.iter().try_for_each(|hook| hook(app, tx, &arrived))
}

/// Folds anew over what is stored, and makes room for the rows that change.
fn rebuild(tx: &mut Tx<'_>, scope: &Scope, group: &Group, row: StoredTrace) -> Result<Option<Built>> {
    let known = known::load(tx.conn, scope.project, group, row)?;
    let Some(built) = build(scope, group, &known)? else { return Ok(None) };
    let old: Vec<&str> = built.observations.iter().map(|row| row.observation_id.as_str()).collect();
    let old: Vec<&str> = old.into_iter().filter(|id| known.observations.contains_key(*id)).collect();
    rows::delete_observations(tx.conn, scope.project, &group.trace_id, &old)?;
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
        if !built.receipt.revisions.is_empty() {
            receipts.push(built.receipt);
        }
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

/// Locks are shared among this many names, so that a huge request cannot exhaust the server's lock table.
const LOCKS: i64 = 16_384;

pub(in crate::traces) fn turn(project: ProjectKey, kind: &str, id: &str) -> i64 {
    let digest = Digest::of_parts(&[kind.as_bytes(), &project.0.to_be_bytes(), id.as_bytes()]);
    let head = digest.0.iter().take(6).fold(0_i64, |sum, byte| sum << 8 | i64::from(*byte));
    7_401_884_200_000 + head.rem_euclid(LOCKS)
}
