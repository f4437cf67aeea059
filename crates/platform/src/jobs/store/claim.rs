//! Out of the queue: one job for one worker, under a lease that ends by itself.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::db::schema::jobs;
use crate::db::{AnyConnection, Tx};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::jobs::context::Fence;
use crate::jobs::model::{JobId, State};
use crate::jobs::worker::Slot;

/// How long a worker that says nothing keeps its job, in microseconds.
pub(in crate::jobs) const LEASE_MICROS: i64 = 30_000_000;

/// A job in the hands of a worker.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = jobs)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(in crate::jobs) struct Claimed {
    pub(in crate::jobs) id: JobId,
    pub(in crate::jobs) project: ProjectKey,
    pub(in crate::jobs) kind: String,
    pub(in crate::jobs) payload: String,
    /// With this one.
    pub(in crate::jobs) attempts: i64,
    pub(in crate::jobs) max_attempts: i64,
    pub(in crate::jobs) epoch: i64,
    pub(in crate::jobs) saved: Option<String>,
}

/// Whether a worker would find something to do: a job that is due, or a lease that has run out.
pub(in crate::jobs) fn has_due(
    conn: &mut AnyConnection,
    kinds: &[&'static str],
    slot: Slot,
    now: Timestamp,
) -> Result<bool> {
    let due = diesel::select(diesel::dsl::exists(due(kinds, slot, now))).get_result(conn)?;
    let silent = diesel::select(diesel::dsl::exists(silent(now))).get_result::<bool>(conn)?;
    Ok(due || silent)
}

/// The next job for this slot, now running under the holder's lease.
pub(in crate::jobs) fn claim(
    tx: &mut Tx<'_>,
    kinds: &[&'static str],
    slot: Slot,
    holder: &str,
) -> Result<Option<Claimed>> {
    let now = tx.now();
    let Some(mut job) = next(tx.conn, kinds, slot, now)? else { return Ok(None) };
    job.attempts += 1;
    job.epoch += 1;
    let taken = diesel::update(jobs::table.find(&job.id.0).filter(jobs::state.eq(State::Waiting.as_str())))
        .set((
            jobs::state.eq(State::Running.as_str()),
            jobs::attempts.eq(job.attempts),
            jobs::epoch.eq(job.epoch),
            jobs::holder.eq(holder),
            jobs::lease_until.eq(now.0.saturating_add(LEASE_MICROS)),
            jobs::started_at.eq(now.0),
            jobs::finished_at.eq(None::<i64>),
            jobs::progress_done.eq(None::<i64>),
            jobs::progress_total.eq(None::<i64>),
            jobs::progress_text.eq(None::<String>),
        ))
        .execute(tx.conn)?;
    Ok((taken == 1).then_some(job))
}

/// PostgreSQL passes by the rows that other workers are taking at this moment; SQLite has one writer.
fn next(
    conn: &mut AnyConnection,
    kinds: &[&'static str],
    slot: Slot,
    now: Timestamp,
) -> Result<Option<Claimed>> {
    let found = match (conn, slot) {
        (AnyConnection::Sqlite(conn), Slot::Oldest | Slot::Outward) => due(kinds, slot, now)
            .order((jobs::run_at, jobs::id))
            .select(Claimed::as_select())
            .first(conn)
            .optional()?,
        (AnyConnection::Sqlite(conn), _) => due(kinds, slot, now)
            .order((jobs::tier, jobs::run_at, jobs::id))
            .select(Claimed::as_select())
            .first(conn)
            .optional()?,
        (AnyConnection::Postgres(conn), Slot::Oldest | Slot::Outward) => due(kinds, slot, now)
            .order((jobs::run_at, jobs::id))
            .select(Claimed::as_select())
            .for_update()
            .skip_locked()
            .first(conn)
            .optional()?,
        (AnyConnection::Postgres(conn), _) => due(kinds, slot, now)
            .order((jobs::tier, jobs::run_at, jobs::id))
            .select(Claimed::as_select())
            .for_update()
            .skip_locked()
            .first(conn)
            .optional()?,
    };
    Ok(found)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn due<'a>(kinds: &'a [&'static str], slot: Slot, now: Timestamp) -> _ {
    let last: i16 = slot.last_tier().number();
    let names: Vec<&'a str> = kinds.to_vec();
    let now: i64 = now.0;
    // In the words of the index.
    let is_waiting: SqlLiteral<Bool> = sql("jobs.state = 'waiting'");
    jobs::table
        .filter(is_waiting)
        .filter(jobs::tier.le(last))
        .filter(jobs::run_at.le(now))
        .filter(jobs::kind.eq_any(names))
}

#[diesel::dsl::auto_type(no_type_alias)]
fn silent(now: Timestamp) -> _ {
    let now: i64 = now.0;
    let is_running: SqlLiteral<Bool> = sql("jobs.state = 'running'");
    jobs::table.filter(is_running).filter(jobs::lease_until.lt(now))
}

/// Takes back the jobs of workers that fell silent; those that did so too often are dead. Gives how many.
pub(in crate::jobs) fn reap(tx: &mut Tx<'_>) -> Result<usize> {
    let now = tx.now();
    let why = "the worker that ran it fell silent (it was killed, or its machine stopped)";
    let dead = diesel::update(silent(now).filter(jobs::attempts.ge(jobs::max_attempts)))
        .set((
            jobs::state.eq(State::Dead.as_str()),
            jobs::finished_at.eq(now.0),
            jobs::holder.eq(None::<String>),
            jobs::lease_until.eq(None::<i64>),
            jobs::last_error.eq(why),
        ))
        .execute(tx.conn)?;
    let back = diesel::update(silent(now))
        .set((
            jobs::state.eq(State::Waiting.as_str()),
            jobs::run_at.eq(now.0),
            jobs::holder.eq(None::<String>),
            jobs::lease_until.eq(None::<i64>),
            jobs::last_error.eq(why),
        ))
        .execute(tx.conn)?;
    Ok(dead + back)
}

/// What a worker hears when it says that it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::jobs) enum Renewed {
    /// Go on.
    Ours,
    CancelAsked,
    /// Another worker has it.
    Lost,
}

/// Prolongs the lease of a job under way.
pub(in crate::jobs) fn renew(tx: &mut Tx<'_>, fence: &Fence) -> Result<Renewed> {
    let until = tx.now().0.saturating_add(LEASE_MICROS);
    let renewed = diesel::update(held(fence)).set(jobs::lease_until.eq(until)).execute(tx.conn)?;
    if renewed == 0 {
        return Ok(Renewed::Lost);
    }
    let asked: Option<i64> = jobs::table.find(&fence.id.0).select(jobs::cancel_asked_at).first(tx.conn)?;
    Ok(if asked.is_some() { Renewed::CancelAsked } else { Renewed::Ours })
}

/// Whether the job is still in the hands of this run; locks its row until COMMIT.
pub(in crate::jobs) fn is_held(tx: &mut Tx<'_>, fence: &Fence) -> Result<bool> {
    let held = diesel::update(held(fence)).set(jobs::epoch.eq(fence.epoch)).execute(tx.conn)?;
    Ok(held == 1)
}

#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn held<'a>(fence: &'a Fence) -> _ {
    let running: &'static str = State::Running.as_str();
    let id: &'a str = fence.id.0.as_str();
    let epoch: i64 = fence.epoch;
    jobs::table.filter(jobs::id.eq(id)).filter(jobs::epoch.eq(epoch)).filter(jobs::state.eq(running))
}
