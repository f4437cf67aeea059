//! Into the queue.

use diesel::prelude::*;
use serde::Serialize;
use tokio::sync::Notify;

use crate::db::schema::jobs;
use crate::db::{AnyConnection, Tx, each};
use crate::foundation::ids::new_id;
use crate::foundation::{Error, ProjectKey, Result};
use crate::jobs::model::{JobId, Options, State, WhileRunning};
use crate::jobs::registry::JobKind;

/// The longest payload, in bytes of JSON: a job names its work, it does not carry it.
const MAX_PAYLOAD: usize = 64 << 10;

/// Workers of this process sleep on it; those of others look for themselves.
static NEW_WORK: Notify = Notify::const_new();

/// Resolves when something was enqueued in this process.
pub(in crate::jobs) fn wake() -> &'static Notify {
    &NEW_WORK
}

/// Adds a job in the caller's transaction and gives its id; with a dedup key that is already waiting or running, the id
/// of that one.
pub fn enqueue(
    tx: &mut Tx<'_>,
    project: ProjectKey,
    kind: JobKind,
    payload: &impl Serialize,
    options: Options,
) -> Result<JobId> {
    let payload = serde_json::to_string(payload)?;
    if payload.len() > MAX_PAYLOAD {
        return Err(Error::TooLarge(
            "a job's payload may have at most 64 KiB; store the data, name it here".into(),
        ));
    }
    let id = JobId(new_id(tx.now()));
    if !insert(tx, &id, project, kind, &payload, &options)? {
        return join(tx, project, kind, &options);
    }
    tx.after_commit(|| NEW_WORK.notify_waiters());
    Ok(id)
}

/// Whether a job of this kind with this very payload waits or runs. One that is dead, done or called off does nothing any more.
pub fn is_to_come(
    conn: &mut AnyConnection,
    project: ProjectKey,
    kind: JobKind,
    payload: &impl Serialize,
) -> Result<bool> {
    let same = jobs::table
        .filter(jobs::project.eq(project.0))
        .filter(jobs::state.eq(State::Waiting.as_str()).or(jobs::state.eq(State::Running.as_str())))
        .filter(jobs::kind.eq(kind.name))
        .filter(jobs::payload.eq(serde_json::to_string(payload)?));
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(conn)?)
}

/// `false` when the dedup key is taken.
fn insert(
    tx: &mut Tx<'_>,
    id: &JobId,
    project: ProjectKey,
    kind: JobKind,
    payload: &str,
    options: &Options,
) -> Result<bool> {
    let now = tx.now();
    let row = (
        jobs::id.eq(&id.0),
        jobs::project.eq(project.0),
        jobs::kind.eq(kind.name),
        jobs::tier.eq(kind.tier.number()),
        jobs::payload.eq(payload),
        jobs::dedup_key.eq(options.dedup_key.as_deref()),
        jobs::state.eq(State::Waiting.as_str()),
        jobs::run_at.eq(options.run_at.unwrap_or(now).0),
        jobs::attempts.eq(0_i64),
        jobs::max_attempts.eq(kind.max_attempts.max(1)),
        jobs::epoch.eq(0_i64),
        jobs::again.eq(0_i64),
        jobs::created_at.eq(now.0),
    );
    let inserted = each!(tx.conn, |inner| {
        diesel::insert_into(jobs::table).values(row).on_conflict_do_nothing().execute(inner)
    })?;
    Ok(inserted == 1)
}

/// The job that has this key already; a running one is marked to run once more.
fn join(tx: &mut Tx<'_>, project: ProjectKey, kind: JobKind, options: &Options) -> Result<JobId> {
    let (id, state): (JobId, String) = jobs::table
        .filter(jobs::project.eq(project.0))
        .filter(jobs::kind.eq(kind.name))
        .filter(jobs::dedup_key.eq(options.dedup_key.as_deref()))
        .filter(jobs::state.eq(State::Waiting.as_str()).or(jobs::state.eq(State::Running.as_str())))
        .select((jobs::id, jobs::state))
        .first(tx.conn)
        .optional()?
        // It ended between the two statements, on PostgreSQL; the caller's transaction is run again by whoever asked.
        .ok_or(Error::Busy { retry_after_s: 1 })?;
    if state == State::Running.as_str() && options.while_running == WhileRunning::RunAgain {
        diesel::update(jobs::table.find(&id.0)).set(jobs::again.eq(1_i64)).execute(tx.conn)?;
    }
    Ok(id)
}
