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
use trace_model::lineage::bit;
use trace_model::merge::Trace;

use crate::db::locks::{every_turn, take_turns, turn};
use crate::db::schema::{observations, recounts, traces};
use crate::db::{AnyConnection, Db, Tx, each};
use crate::foundation::{Actor, ProjectKey, Result, Timestamp};
use crate::hours::marks;
use crate::jobs::{JobContext, JobKind, Options, Tier, enqueue};
use crate::series::{self, Contributions, difference};

use super::columns;
use super::inherit;
use super::known;
use super::measure;
use super::nesting::{self, Flip};
use super::recognise::{Own, OwnRules, owns};
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

/// Looks at all traces of a project from the first on: by what its rows are made has changed. The one caller of the job besides
/// migrations; what a running one has done so far is done again.
pub fn again(tx: &mut Tx<'_>, project: ProjectKey) -> Result<()> {
    each!(tx.conn, |c| diesel::insert_into(recounts::table)
        .values((recounts::project.eq(project), recounts::after_trace.eq("")))
        .on_conflict(recounts::project)
        .do_update()
        .set(recounts::after_trace.eq(excluded(recounts::after_trace)))
        .execute(c))?;
    enqueue(tx, project, KIND, &(), Options::once("names")).map(drop)
}

/// Whether traces of any project are still to be looked at, so that the series may lack some.
pub fn is_going_on(conn: &mut AnyConnection) -> Result<bool> {
    Ok(!left(conn)?.is_empty())
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
    let rules = OwnRules::of(tx.conn, project)?;
    let mut more = Contributions::new();
    for id in &ids {
        series::add_all(&mut more, count(tx, project, id, &rules)?);
    }
    // All of them together: until they are added up, whoever reads the series reads every row.
    series::add(tx.conn, project, &more)?;
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

/// Writes what the rows say themselves, whose tokens count and whose the calls are, and what follows: the sums of the trace, and the
/// hours that must be summed again. Gives what the series change by.
fn count(tx: &mut Tx<'_>, project: ProjectKey, id: &str, rules: &OwnRules) -> Result<Contributions> {
    let Some(before) = before(tx.conn, project, id)? else { return Ok(Contributions::new()) };
    let view = view(tx.conn, project, id)?;
    let is_renamed = name_trace(tx.conn, project, id, rules.tenant(&view).as_ref(), &view)?;
    let mut starts = name_again(tx.conn, project, id, rules)?;
    find_facts(tx.conn, project, id)?;
    let tree = nesting::load(tx.conn, project, id)?;
    let (mut flips, mut heirs) = (Vec::new(), Vec::new());
    if i64::try_from(tree.len()).is_ok_and(|many| many <= nesting::MOST) {
        flips = nesting::settle(&mut BTreeMap::new(), &tree);
        heirs = inherit::settle(&mut BTreeMap::new(), &tree, &inherit::of_trace(&view, rules.rules()));
    }
    inherit::write(tx.conn, project, id, &heirs)?;
    nesting::write(tx.conn, project, id, &flips)?;
    let more = difference(measure::of_stored(tx.conn, project, id)?, &before);
    let row = traces::table.filter(traces::project.eq(project)).filter(traces::trace_id.eq(id));
    diesel::update(row).set(traces::measured.eq(true)).execute(tx.conn)?;
    if flips.is_empty() && heirs.is_empty() && !is_renamed && starts.is_empty() {
        return Ok(more);
    }
    add_to_sums(tx.conn, project, id, &flips)?;
    starts.extend(flips.iter().map(|flip| flip.start_at));
    starts.extend(heirs.iter().map(|heir| heir.start_at));
    marks::mark_touched(tx, project, &[id], starts.into_iter().flatten().map(|at| at.0).collect())?;
    Ok(more)
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

fn view(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<Trace> {
    let row = traces::table.filter(traces::project.eq(project)).filter(traces::trace_id.eq(id));
    let state: Vec<u8> = row.select(traces::state).first(conn)?;
    super::trace_said(&state)
}

/// Sets the tenant of the trace itself; tells whether it was another.
fn name_trace(
    conn: &mut AnyConnection,
    project: ProjectKey,
    id: &str,
    found: Option<&String>,
    view: &Trace,
) -> Result<bool> {
    let said = columns::optional(view.tenant.as_ref());
    let tenant = said.as_ref().or(found);
    let row = || traces::table.filter(traces::project.eq(project)).filter(traces::trace_id.eq(id));
    let stored: Option<String> = row().select(traces::tenant).first(conn)?;
    if stored.as_ref() == tenant {
        return Ok(false);
    }
    diesel::update(row()).set(traces::tenant.eq(tenant)).execute(conn)?;
    Ok(true)
}

/// A row as it is stored: its id, its start, its five names, those of them that it took over, and how its gate ended.
#[derive(Queryable, Selectable)]
#[diesel(table_name = observations)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct StoredNames {
    observation_id: String,
    start_at: Option<Timestamp>,
    tenant: Option<String>,
    agent: Option<String>,
    persona: Option<String>,
    workflow: Option<String>,
    stage: Option<String>,
    inherited: i16,
    gate: Option<String>,
}

impl StoredNames {
    /// What it says itself, as stored.
    fn own(&self) -> Own {
        let names = [&self.tenant, &self.agent, &self.persona, &self.workflow, &self.stage];
        let mut who = names.map(Clone::clone);
        for (place, name) in who.iter_mut().enumerate() {
            if self.inherited & bit(place) != 0 {
                *name = None;
            }
        }
        Own { who, gate: self.gate.clone() }
    }
}

/// Sets in each row what it says itself, by its image and the rules of today, where that is something else than what is stored.
/// What it took over is worked out afterwards. Gives the starts of what changed.
fn name_again(
    conn: &mut AnyConnection,
    project: ProjectKey,
    id: &str,
    rules: &OwnRules,
) -> Result<Vec<Option<Timestamp>>> {
    let of_trace = || {
        observations::table.filter(observations::project.eq(project)).filter(observations::trace_id.eq(id))
    };
    let rows: Vec<StoredNames> = of_trace().select(StoredNames::as_select()).load(conn)?;
    let owns = owns(conn, project, id, rules.rules())?;
    let mut starts = Vec::new();
    for row in rows {
        let Some(own) = owns.get(&row.observation_id).filter(|own| **own != row.own()) else { continue };
        let [tenant, agent, persona, workflow, stage] = &own.who;
        diesel::update(of_trace().filter(observations::observation_id.eq(&row.observation_id)))
            .set((
                observations::tenant.eq(tenant),
                observations::agent.eq(agent),
                observations::persona.eq(persona),
                observations::workflow.eq(workflow),
                observations::stage.eq(stage),
                observations::gate.eq(&own.gate),
                observations::inherited.eq(0_i16),
            ))
            .execute(conn)?;
        starts.push(row.start_at);
    }
    Ok(starts)
}

/// Sets what each row is evidence of besides a call, where it is something else than what is stored. Images do not hold all that it is
/// read from, so the arrivals are read.
fn find_facts(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<()> {
    let of_trace = || {
        observations::table.filter(observations::project.eq(project)).filter(observations::trace_id.eq(id))
    };
    for (observation_id, stored, made) in known::facts(conn, project, id)? {
        if stored != made {
            diesel::update(of_trace().filter(observations::observation_id.eq(&observation_id)))
                .set(observations::fact.eq(made))
                .execute(conn)?;
        }
    }
    Ok(())
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
