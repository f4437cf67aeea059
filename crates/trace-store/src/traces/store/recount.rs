//! Traces that were stored under an older rule of whose tokens count, of whose a call is and of what the series count, are looked at
//! by the rules of today, some at a time.
//!
//! The table `recounts` says which projects are left and how far each is; every step is a short transaction. A server does
//! it as a job; `migrate` and `rebuild --check` do what is left before they say anything, so that an older version's rows are
//! never taken for altered ones.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::upsert::excluded;
use futures_util::future::LocalBoxFuture;
use packing::{Packs, Refs, Role};
use serde::Deserialize;
use serde_json::value::RawValue;
use trace_model::{JsonMap, exact};

use crate::db::locks::{every_turn, take_turns, turn};
use crate::db::schema::{observations, recounts, traces};
use crate::db::{AnyConnection, Db, Tx, each};
use crate::foundation::{Actor, ProjectKey, Result};
use crate::hours::marks;
use crate::jobs::{JobContext, JobKind, Tier};
use crate::series::{self, Contributions, difference};
use crate::traces::reads;

use super::columns;
use super::inherit::{self, Heir};
use super::measure;
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

/// Takes all series away and has every trace looked at again, which puts each of them back once. Nobody writes a trace meanwhile.
pub fn begin_anew(tx: &mut Tx<'_>) -> Result<()> {
    take_turns(tx.conn, every_turn())?;
    series::anew(tx.conn)?;
    diesel::update(traces::table).set(traces::measured.eq(false)).execute(tx.conn)?;
    let projects: Vec<ProjectKey> =
        each!(&mut *tx.conn, |c| traces::table.select(traces::project).distinct().load(c))?;
    for project in projects {
        let row = (recounts::project.eq(project), recounts::after_trace.eq(""));
        each!(&mut *tx.conn, |c| diesel::insert_into(recounts::table)
            .values(row)
            .on_conflict(recounts::project)
            .do_update()
            .set(recounts::after_trace.eq(excluded(recounts::after_trace)))
            .execute(c))?;
    }
    Ok(())
}

/// Projects of which something is left.
fn left(conn: &mut AnyConnection) -> Result<Vec<ProjectKey>> {
    Ok(recounts::table.select(recounts::project).order(recounts::project).load(conn)?)
}

/// Looks at the next traces; gives how many, which may be none of them, or nothing when the project is done.
fn step(tx: &mut Tx<'_>, project: ProjectKey) -> Result<Option<i64>> {
    let Some(after) = place(tx.conn, project)? else { return Ok(None) };
    let ids = next(tx.conn, project, &after)?;
    let Some(last) = ids.last() else {
        let here =
            recounts::table.filter(recounts::project.eq(project)).filter(recounts::after_trace.eq(&after));
        let is_done = diesel::delete(here).execute(tx.conn)? > 0;
        return Ok(if is_done { None } else { Some(0) });
    };
    take_turns(tx.conn, ids.iter().map(|id| turn(project, "trace", id)).collect())?;
    // Somebody else came here first, or all begin anew.
    if place(tx.conn, project)? != Some(after) {
        return Ok(Some(0));
    }
    for id in &ids {
        count(tx, project, id)?;
    }
    diesel::update(recounts::table.find(project)).set(recounts::after_trace.eq(last)).execute(tx.conn)?;
    Ok(i64::try_from(ids.len()).ok())
}

/// The trace after which some are left; none when the project is done.
fn place(conn: &mut AnyConnection, project: ProjectKey) -> Result<Option<String>> {
    let row = recounts::table.find(project).select(recounts::after_trace);
    Ok(row.first::<String>(conn).optional()?)
}

/// The next traces; a large one is the last of its step.
fn next(conn: &mut AnyConnection, project: ProjectKey, after: &str) -> Result<Vec<String>> {
    let rows: Vec<(String, i64)> = each!(conn, |c| traces::table
        .filter(traces::project.eq(project))
        .filter(traces::trace_id.gt(after))
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

/// Writes whose tokens count and whose the calls are, and what follows: the sums of the trace, the series, and the hours that
/// must be summed again.
fn count(tx: &mut Tx<'_>, project: ProjectKey, id: &str) -> Result<()> {
    let Some(before) = before(tx.conn, project, id)? else { return Ok(()) };
    let is_renamed = take_from_images(tx.conn, project, id)?;
    let tree = nesting::load(tx.conn, project, id)?;
    let (mut flips, mut heirs) = (Vec::new(), Vec::new());
    if i64::try_from(tree.len()).is_ok_and(|many| many <= nesting::MOST) {
        flips = nesting::settle(&mut BTreeMap::new(), &tree);
        heirs = heirs_of(tx.conn, project, id, &tree)?;
    }
    inherit::write(tx.conn, project, id, &heirs)?;
    nesting::write(tx.conn, project, id, &flips)?;
    let after = measure::of_stored(tx.conn, project, id)?;
    series::add(tx.conn, project, &difference(after, &before))?;
    let row = traces::table.filter(traces::project.eq(project)).filter(traces::trace_id.eq(id));
    diesel::update(row).set(traces::measured.eq(true)).execute(tx.conn)?;
    if flips.is_empty() && heirs.is_empty() && !is_renamed {
        return Ok(());
    }
    add_to_sums(tx.conn, project, id, &flips)?;
    let touched = flips.iter().map(|flip| flip.start_at).chain(heirs.iter().map(|heir| heir.start_at));
    let renamed = tree.values().filter(|_| is_renamed).map(|row| row.start_at);
    let starts = touched.chain(renamed).flatten().map(|at| at.0).collect();
    marks::mark_touched(tx, project, &[id], starts)
}

/// What the trace has in the series: nothing, as long as it was not counted. None for one that was erased meanwhile.
fn before(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<Option<Contributions>> {
    let row = traces::table.filter(traces::project.eq(project)).filter(traces::trace_id.eq(id));
    let is_measured = row.select(traces::measured).first::<bool>(conn).optional()?;
    Ok(match is_measured {
        Some(true) => Some(measure::of_stored(conn, project, id)?),
        Some(false) => Some(Contributions::new()),
        None => None,
    })
}

/// What an image says of the run that a call is part of, and of what it is beyond its kind.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Run {
    name: Option<String>,
    workflow: Option<String>,
    stage: Option<String>,
    gate_result: Option<String>,
    metadata: Option<Box<RawValue>>,
}

impl Run {
    fn fact(&self) -> Option<String> {
        let metadata = self.metadata.as_deref().map_or("{}", RawValue::get);
        let metadata: JsonMap = serde_json::from_str(&exact::marked(metadata)).ok()?;
        columns::fact(self.name.as_deref(), &metadata)
    }
}

/// A row: its id, where its image lies, and what it has of workflow, stage, gate and fact.
type Columns = (String, Vec<u8>, Option<String>, Option<String>, Option<String>, Option<String>);

/// Sets the columns that rows of before do not have, as their images say: workflow, stage, gate and fact; gives whether a row is of
/// another workflow, stage or gate now. What a row took over from above is not touched.
fn take_from_images(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<bool> {
    let of_trace = || {
        observations::table.filter(observations::project.eq(project)).filter(observations::trace_id.eq(id))
    };
    let rows: Vec<Columns> = of_trace()
        .select((
            observations::observation_id,
            observations::image,
            observations::workflow,
            observations::stage,
            observations::gate,
            observations::fact,
        ))
        .load(conn)?;
    let (mut packs, mut is_renamed) = (Packs::default(), false);
    for (observation_id, refs, workflow, stage, gate, fact) in rows {
        let stored = (workflow, stage, gate, fact);
        let refs = Refs::decode(&refs)?;
        let Some(piece) = refs.piece(Role::Image) else { continue };
        let mut load = |pack| reads::pack_bytes(conn, project, pack);
        let Some(image) = packs.bytes(piece, &mut load)? else { continue };
        let run: Run = serde_json::from_slice(&image)?;
        let (workflow, stage, gate, _) = stored.clone();
        let made = (
            columns::optional(run.workflow.as_ref()).or(workflow),
            columns::optional(run.stage.as_ref()).or(stage),
            run.gate_result.as_deref().map(columns::gate).or(gate),
            run.fact(),
        );
        if made == stored {
            continue;
        }
        is_renamed |= (&made.0, &made.1, &made.2) != (&stored.0, &stored.1, &stored.2);
        diesel::update(of_trace().filter(observations::observation_id.eq(&observation_id)))
            .set((
                observations::workflow.eq(made.0),
                observations::stage.eq(made.1),
                observations::gate.eq(made.2),
                observations::fact.eq(made.3),
            ))
            .execute(conn)?;
    }
    Ok(is_renamed)
}

fn heirs_of(
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
