//! Schedules: each period is enqueued by whichever process notices first, and by no second one.

use serde::Serialize;

use crate::db::Tx;
use crate::foundation::{Actor, Error, ProjectKey, Result};
use crate::state::App;

use super::model::{Options, When, WhileRunning};
use super::registry::{JobKind, Registry};
use super::store::{self, ScheduleRow, ScheduleSpec};

/// The installation, whose schedules stand in the registry.
const INSTALLATION: ProjectKey = ProjectKey(0);

/// Makes or changes a schedule of a project. A beat runs for the first time at once; setting the same one again changes
/// nothing.
pub fn set_schedule(
    tx: &mut Tx<'_>,
    project: ProjectKey,
    name: &str,
    when: When,
    kind: JobKind,
    payload: &impl Serialize,
) -> Result<()> {
    if name.is_empty() || name.len() > 200 {
        return Err(Error::invalid("schedule", "a schedule needs a name of at most 200 bytes"));
    }
    let payload = serde_json::to_string(payload)?;
    store::put_schedule(tx, &ScheduleSpec { project, name, when, kind: kind.name, payload: &payload })
}

/// Ends a schedule; what it has enqueued stays.
pub fn drop_schedule(tx: &mut Tx<'_>, project: ProjectKey, name: &str) -> Result<()> {
    store::remove_schedule(tx, project, name)
}

/// The dedup key of what a schedule enqueues, so that "run now" and the schedule do not run side by side.
pub fn schedule_key(name: &str) -> String {
    format!("schedule:{name}")
}

/// Writes the schedules of the registry into the database, at the start of a worker.
pub async fn settle(app: &App, registry: &Registry) -> Result<()> {
    let registry = registry.clone();
    let write = move |tx: &mut Tx<'_>| {
        let settle = |schedule: &super::Schedule| {
            set_schedule(tx, INSTALLATION, schedule.name, schedule.when, schedule.kind, &schedule.payload)
        };
        registry.schedules().iter().try_for_each(settle)
    };
    app.db.write(&Actor::system(), write).await
}

/// Enqueues what is due; gives how many. A worker does so once a second.
pub async fn tick(app: &App, registry: &Registry) -> Result<usize> {
    let now = app.now();
    if !app.db.read(move |conn| store::has_due_schedule(conn, now)).await? {
        return Ok(0);
    }
    let registry = registry.clone();
    app.db.write(&Actor::system(), move |tx| run_due(tx, &registry)).await
}

fn run_due(tx: &mut Tx<'_>, registry: &Registry) -> Result<usize> {
    let now = tx.now();
    let mut ran = 0;
    for row in store::due_schedules(tx.conn, now)? {
        // A kind of a newer or older build waits for a process that knows it.
        let Some(kind) = registry.kind(&row.kind) else { continue };
        if store::mark_run(tx, &row, row.when().next_after(row.next_run, now))? {
            run_one(tx, &row, kind)?;
            ran += 1;
        }
    }
    Ok(ran)
}

/// A run that takes longer than its period is not doubled.
fn run_one(tx: &mut Tx<'_>, row: &ScheduleRow, kind: JobKind) -> Result<()> {
    let payload: Box<serde_json::value::RawValue> = serde_json::from_str(&row.payload)?;
    let options = Options { while_running: WhileRunning::Skip, ..Options::once(schedule_key(&row.name)) };
    super::enqueue(tx, row.project, kind, &payload, options)?;
    Ok(())
}
