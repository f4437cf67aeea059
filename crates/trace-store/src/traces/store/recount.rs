//! Traces that were stored under an older rule of whose tokens count, and of whose a call is, are looked at by the rules of today, some at a
//! time.
//!
//! The table `recounts` says which projects are left and how far each is; every step is a short transaction. A server does
//! it as a job; `migrate` and `rebuild --check` do what is left before they say anything, so that an older version's rows are
//! never taken for altered ones.

use std::collections::BTreeMap;

use diesel::prelude::*;
use futures_util::future::LocalBoxFuture;
use packing::{Packs, Refs, Role};
use serde::Deserialize;

use crate::db::locks::{take_turns, turn};
use crate::db::schema::{observations, recounts, traces};
use crate::db::{AnyConnection, Db, Tx, each};
use crate::foundation::{Actor, ProjectKey, Result};
use crate::hours::marks;
use crate::jobs::{JobContext, JobKind, Tier};
use crate::traces::reads;

use super::columns;
use super::inherit::{self, Heir};
use super::nesting::{self, Flip, TreeRow};
use super::summary::Sums;

/// `traces.recount`
pub const KIND: JobKind = JobKind { name: "traces.recount", tier: Tier::Low, max_attempts: 20 };
/// Traces, and observations after which no other trace is begun, in one step.
const STEP: (i64, i64) = (50, 2_000);

/// The job of one project.
pub fn run(context: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let (project, mut looked_at) = (context.project(), 0);
        loop {
            let fence = context.fence();
            let write = move |tx: &mut Tx<'_>| fence.check(tx).and_then(|()| step(tx, project));
            let Some(count) = context.app.db.write(&Actor::system(), write).await? else { return Ok(()) };
            looked_at += count;
            context.progress(looked_at, 0, &format!("{looked_at} traces were looked at")).await?;
            if context.stopping.is_asked() {
                return context.put_back(&());
            }
        }
    })
}

/// Does all that is left, of every project; gives how many traces were looked at.
pub fn finish(db: &Db) -> Result<i64> {
    let mut looked_at = 0;
    for project in db.read_blocking(left)? {
        while let Some(count) = db.write_blocking(&Actor::system(), move |tx| step(tx, project))? {
            looked_at += count;
        }
    }
    Ok(looked_at)
}

/// Projects of which something is left.
fn left(conn: &mut AnyConnection) -> Result<Vec<ProjectKey>> {
    Ok(recounts::table.select(recounts::project).order(recounts::project).load(conn)?)
}

/// Looks at the next traces; gives how many, none when the project is done.
fn step(tx: &mut Tx<'_>, project: ProjectKey) -> Result<Option<i64>> {
    let place = recounts::table.find(project).select(recounts::after_trace);
    let Some(after) = place.first::<String>(tx.conn).optional()? else { return Ok(None) };
    let ids = next(tx.conn, project, &after)?;
    let Some(last) = ids.last() else {
        diesel::delete(recounts::table.find(project)).execute(tx.conn)?;
        return Ok(None);
    };
    take_turns(tx.conn, ids.iter().map(|id| turn(project, "trace", id)).collect())?;
    for id in &ids {
        count(tx, project, id)?;
    }
    diesel::update(recounts::table.find(project)).set(recounts::after_trace.eq(last)).execute(tx.conn)?;
    Ok(i64::try_from(ids.len()).ok())
}

/// The next traces that are small enough to be looked at.
fn next(conn: &mut AnyConnection, project: ProjectKey, after: &str) -> Result<Vec<String>> {
    let rows: Vec<(String, i64)> = each!(conn, |c| traces::table
        .filter(traces::project.eq(project))
        .filter(traces::trace_id.gt(after))
        .filter(traces::observation_count.between(1_i64, nesting::MOST))
        .order(traces::trace_id.asc())
        .limit(STEP.0)
        .select((traces::trace_id, traces::observation_count))
        .load(c))?;
    let mut before = 0;
    let few = rows.into_iter().take_while(|(_, count)| {
        let is_taken = before < STEP.1;
        before += count;
        is_taken
    });
    Ok(few.map(|(id, _)| id).collect())
}

/// Writes whose tokens count and whose the calls are, and what follows: the sums of the trace, and the hours that must be
/// summed again.
fn count(tx: &mut Tx<'_>, project: ProjectKey, id: &str) -> Result<()> {
    take_from_images(tx.conn, project, id)?;
    let tree = nesting::load(tx.conn, project, id)?;
    let flips = nesting::settle(&mut BTreeMap::new(), &tree);
    let heirs = heirs(tx.conn, project, id, &tree)?;
    if flips.is_empty() && heirs.is_empty() {
        return Ok(());
    }
    inherit::write(tx.conn, project, id, &heirs)?;
    nesting::write(tx.conn, project, id, &flips)?;
    add_to_sums(tx.conn, project, id, &flips)?;
    let starts = flips.iter().filter_map(|flip| flip.start_at);
    let starts = starts.chain(heirs.iter().filter_map(|heir| heir.start_at));
    marks::mark_touched(tx, project, &[id], starts.map(|at| at.0).collect())
}

/// What an image says of the run that a call is part of.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Run {
    workflow: Option<String>,
    stage: Option<String>,
    gate_result: Option<String>,
}

/// Sets the columns of the run that rows of before do not have, as their images say.
fn take_from_images(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<()> {
    let of_trace = || {
        observations::table.filter(observations::project.eq(project)).filter(observations::trace_id.eq(id))
    };
    let rows: Vec<(String, Vec<u8>)> =
        of_trace().select((observations::observation_id, observations::image)).load(conn)?;
    let mut packs = Packs::default();
    for (observation_id, refs) in rows {
        let refs = Refs::decode(&refs)?;
        let Some(piece) = refs.piece(Role::Image) else { continue };
        let mut load = |pack| reads::pack_bytes(conn, project, pack);
        let Some(image) = packs.bytes(piece, &mut load)? else { continue };
        let run: Run = serde_json::from_slice(&image)?;
        if run.workflow.is_none() && run.stage.is_none() && run.gate_result.is_none() {
            continue;
        }
        let (workflow, stage) =
            (columns::optional(run.workflow.as_ref()), columns::optional(run.stage.as_ref()));
        diesel::update(of_trace().filter(observations::observation_id.eq(&observation_id)))
            .set((
                observations::workflow.eq(workflow),
                observations::stage.eq(stage),
                observations::gate.eq(run.gate_result.as_deref().map(columns::gate)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

fn heirs(
    conn: &mut AnyConnection,
    project: ProjectKey,
    id: &str,
    tree: &BTreeMap<String, TreeRow>,
) -> Result<Vec<Heir>> {
    let row = traces::table.filter(traces::project.eq(project)).filter(traces::trace_id.eq(id));
    let state: Vec<u8> = row.select(traces::state).first(conn)?;
    let of_trace = inherit::of_trace(&super::trace_said(&state)?);
    Ok(inherit::settle(&mut BTreeMap::new(), tree, &of_trace))
}

fn add_to_sums(conn: &mut AnyConnection, project: ProjectKey, id: &str, flips: &[Flip]) -> Result<()> {
    let sign = |flip: &Flip| if flip.counted { 1 } else { -1 };
    let more = flips.iter().fold(Sums::default(), |sums, flip| sums.plus(flip.sums, sign(flip)));
    let row = traces::table.filter(traces::project.eq(project)).filter(traces::trace_id.eq(id));
    diesel::update(row)
        .set((
            traces::input_tokens.eq(traces::input_tokens + more.input),
            traces::output_tokens.eq(traces::output_tokens + more.output),
            traces::total_tokens.eq(traces::total_tokens + more.input.saturating_add(more.output)),
            traces::cost_nanos.eq(traces::cost_nanos + more.cost),
        ))
        .execute(conn)?;
    Ok(())
}
