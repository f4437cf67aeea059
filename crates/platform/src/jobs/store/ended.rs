//! How a run ends: done, tried again later, dead, put back, cancelled. Only under the fence of the run.

use diesel::prelude::*;

use crate::db::schema::jobs;
use crate::db::{Tx, each};
use crate::foundation::ids::new_id;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::jobs::context::Fence;
use crate::jobs::model::State;
use crate::jobs::registry::JobKind;

use super::claim::held;

/// The longest error text kept, in characters.
const MAX_ERROR: usize = 2_000;
/// The longest progress text kept, in characters.
const MAX_TEXT: usize = 300;

/// The job ended well; one that was asked for meanwhile waits again as a new one.
pub(in crate::jobs) fn finish(tx: &mut Tx<'_>, fence: &Fence) -> Result<bool> {
    let now = tx.now();
    let again: Option<i64> = held(fence).select(jobs::again).first(tx.conn).optional()?;
    if !end(tx, fence, State::Done, None)? {
        return Ok(false);
    }
    if again == Some(1) {
        repeat(tx, fence, now)?;
    }
    Ok(true)
}

/// What a job has in common with its copy.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = jobs, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct Repeated {
    project: ProjectKey,
    kind: String,
    tier: i16,
    payload: String,
    dedup_key: Option<String>,
    max_attempts: i64,
}

/// A copy of an ended job that waits.
fn repeat(tx: &mut Tx<'_>, fence: &Fence, now: Timestamp) -> Result<()> {
    let ended = jobs::table.find(&fence.id.0);
    let repeated: Repeated = ended.select(Repeated::as_select()).first(tx.conn)?;
    let row = (
        repeated,
        jobs::id.eq(new_id(now)),
        jobs::state.eq(State::Waiting.as_str()),
        jobs::run_at.eq(now.0),
        jobs::attempts.eq(0_i64),
        jobs::epoch.eq(0_i64),
        jobs::again.eq(0_i64),
        jobs::created_at.eq(now.0),
    );
    each!(tx.conn, |inner| {
        diesel::insert_into(jobs::table).values(row).on_conflict_do_nothing().execute(inner)
    })?;
    tx.after_commit(|| super::wake().notify_waiters());
    Ok(())
}

/// The job failed for good.
pub(in crate::jobs) fn bury(tx: &mut Tx<'_>, fence: &Fence, why: &str) -> Result<bool> {
    end(tx, fence, State::Dead, Some(why))
}

/// The job was called off while it ran.
pub(in crate::jobs) fn cancel(tx: &mut Tx<'_>, fence: &Fence) -> Result<bool> {
    end(tx, fence, State::Cancelled, None)
}

fn end(tx: &mut Tx<'_>, fence: &Fence, state: State, why: Option<&str>) -> Result<bool> {
    let now = tx.now();
    let ended = diesel::update(held(fence))
        .set((
            jobs::state.eq(state.as_str()),
            jobs::finished_at.eq(now.0),
            jobs::holder.eq(None::<String>),
            jobs::lease_until.eq(None::<i64>),
            jobs::last_error.eq(why.map(|text| cut(text, MAX_ERROR))),
        ))
        .execute(tx.conn)?;
    Ok(ended == 1)
}

/// The attempt failed; the next one is at `run_at`.
pub(in crate::jobs) fn put_off(tx: &mut Tx<'_>, fence: &Fence, run_at: Timestamp, why: &str) -> Result<bool> {
    let put_off = diesel::update(held(fence))
        .set((
            jobs::state.eq(State::Waiting.as_str()),
            jobs::run_at.eq(run_at.0),
            jobs::holder.eq(None::<String>),
            jobs::lease_until.eq(None::<i64>),
            jobs::last_error.eq(cut(why, MAX_ERROR)),
        ))
        .execute(tx.conn)?;
    Ok(put_off == 1)
}

/// The run ended in good order before the job was finished: it waits, and the attempt does not count.
pub(in crate::jobs) fn give_back(tx: &mut Tx<'_>, fence: &Fence, saved: Option<&str>) -> Result<bool> {
    let now = tx.now();
    let back = diesel::update(held(fence))
        .set((
            jobs::state.eq(State::Waiting.as_str()),
            jobs::run_at.eq(now.0),
            jobs::attempts.eq(jobs::attempts - 1),
            jobs::holder.eq(None::<String>),
            jobs::lease_until.eq(None::<i64>),
            jobs::saved.eq(saved),
        ))
        .execute(tx.conn)?;
    tx.after_commit(|| super::wake().notify_waiters());
    Ok(back == 1)
}

/// Notes how far a run is.
pub(in crate::jobs) fn set_progress(
    tx: &mut Tx<'_>,
    fence: &Fence,
    done: i64,
    total: i64,
    text: &str,
) -> Result<()> {
    diesel::update(held(fence))
        .set((
            jobs::progress_done.eq(done),
            jobs::progress_total.eq(total),
            jobs::progress_text.eq(cut(text, MAX_TEXT)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// How a job was when somebody changed it by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::jobs) struct ByHand {
    pub(in crate::jobs) kind: String,
    pub(in crate::jobs) state: State,
    pub(in crate::jobs) dedup_key: Option<String>,
}

/// One job of a project, locked until COMMIT.
pub(in crate::jobs) fn by_hand(tx: &mut Tx<'_>, project: ProjectKey, id: &str) -> Result<Option<ByHand>> {
    let mine = jobs::table.filter(jobs::project.eq(project.0)).filter(jobs::id.eq(id));
    diesel::update(mine).set(jobs::project.eq(project.0)).execute(tx.conn)?;
    let row: Option<(String, String, Option<String>)> =
        mine.select((jobs::kind, jobs::state, jobs::dedup_key)).first(tx.conn).optional()?;
    Ok(row.map(|(kind, state, dedup_key)| ByHand { kind, state: State::from_stored(&state), dedup_key }))
}

/// Whether the same work waits or runs already.
pub(in crate::jobs) fn is_taken(tx: &mut Tx<'_>, project: ProjectKey, job: &ByHand) -> Result<bool> {
    let Some(key) = &job.dedup_key else { return Ok(false) };
    let same = jobs::table
        .filter(jobs::project.eq(project.0))
        .filter(jobs::kind.eq(&job.kind))
        .filter(jobs::dedup_key.eq(key))
        .filter(jobs::state.eq(State::Waiting.as_str()).or(jobs::state.eq(State::Running.as_str())));
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(tx.conn)?)
}

/// Lets an ended job run from its first attempt.
pub(in crate::jobs) fn restart(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    let now = tx.now();
    diesel::update(jobs::table.find(id))
        .set((
            jobs::state.eq(State::Waiting.as_str()),
            jobs::run_at.eq(now.0),
            jobs::attempts.eq(0_i64),
            jobs::finished_at.eq(None::<i64>),
            jobs::cancel_asked_at.eq(None::<i64>),
        ))
        .execute(tx.conn)?;
    tx.after_commit(|| super::wake().notify_waiters());
    Ok(())
}

/// Calls a job off: a waiting or dead one at once, a running one at its worker's next word.
pub(in crate::jobs) fn call_off(tx: &mut Tx<'_>, id: &str, state: State) -> Result<()> {
    let now = tx.now();
    let job = jobs::table.find(id);
    if state == State::Running {
        diesel::update(job).set(jobs::cancel_asked_at.eq(now.0)).execute(tx.conn)?;
        tx.after_commit(|| super::wake().notify_waiters());
        return Ok(());
    }
    let ended = (jobs::state.eq(State::Cancelled.as_str()), jobs::finished_at.eq(now.0));
    diesel::update(job).set(ended).execute(tx.conn)?;
    Ok(())
}

/// Calls off the job of a kind that has this key, if it waits or runs: what it was to work on is gone.
pub fn call_off_named(tx: &mut Tx<'_>, project: ProjectKey, kind: JobKind, dedup_key: &str) -> Result<()> {
    let found: Option<(String, String)> = jobs::table
        .filter(jobs::project.eq(project.0))
        .filter(jobs::kind.eq(kind.name))
        .filter(jobs::dedup_key.eq(dedup_key))
        .filter(jobs::state.eq_any([State::Waiting.as_str(), State::Running.as_str()]))
        .select((jobs::id, jobs::state))
        .first(tx.conn)
        .optional()?;
    found.map_or(Ok(()), |(id, state)| call_off(tx, &id, State::from_stored(&state)))
}

/// Removes jobs that ended well, or were called off, before a moment. Dead ones stay.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<usize> {
    let over = jobs::state.eq(State::Done.as_str()).or(jobs::state.eq(State::Cancelled.as_str()));
    let old = jobs::table.filter(jobs::finished_at.lt(before.0)).filter(over);
    Ok(diesel::delete(old).execute(tx.conn)?)
}

fn cut(text: &str, characters: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(characters).collect()
}
