//! The worker: a few slots that claim, run and settle jobs until they are told to stop.
//!
//! Slots differ in what they take first, so that neither end of the queue starves: one takes only critical and high, one
//! the most urgent of everything, one the oldest of everything. What waits for servers of others has slots of its own, which
//! take nothing else. A stop lets running jobs end or put themselves back.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{Either, select};
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::sleep;

use crate::db::Tx;
use crate::foundation::ids::random_bytes;
use crate::foundation::{Actor, Backoff, Error, Result};
use crate::state::App;

use super::context::{Fence, JobContext, Stopping};
use super::model::{Tier, is_worth_retrying, wait_before_retry};
use super::registry::Registry;
use super::scheduler;
use super::store::{self, Claimed, Renewed};

/// How often a worker says that it lives; a sixth of the lease.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// How often work of other processes is looked for.
const LOOK: Duration = Duration::from_secs(1);
/// The same while looking fails.
const LONGEST_LOOK: Duration = Duration::from_secs(15);
/// How long a job may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(8);
/// How often the end of a job is written when the database does not take it.
const SETTLE_TRIES: u32 = 5;
/// Jobs of a worker that may wait for servers of others at once.
const OUTWARD: usize = 4;

/// What a slot takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Critical and high only.
    Urgent,
    /// Anything, most urgent first.
    Any,
    /// Anything, longest due first.
    Oldest,
    /// Only what waits for servers of others, longest due first; no other slot takes that.
    Outward,
}

impl Slot {
    /// `count` slots, at least two: the first is urgent, the second any, then they take turns as oldest and any.
    pub fn share(count: usize) -> Vec<Self> {
        let nth = |n: usize| match n {
            0 => Self::Urgent,
            n if n.is_multiple_of(2) => Self::Oldest,
            _ => Self::Any,
        };
        (0..count.max(2)).map(nth).collect()
    }

    pub(super) fn last_tier(self) -> Tier {
        if self == Self::Urgent { Tier::High } else { Tier::Low }
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Done,
    /// In good order before it was finished; it waits again.
    PutBack,
    /// It failed and is tried again later.
    Later,
    /// It failed for good.
    Dead,
    Cancelled,
    /// Another worker had taken it over; nothing was noted.
    Lost,
}

/// A running worker; [`Worker::stop`] ends it in good order.
pub struct Worker {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Worker {
    /// Starts slots and schedules on the current thread's local tasks.
    pub fn start(app: &App, registry: &Registry, slots: &[Slot]) -> Self {
        let (stop, stopping) = Stopping::pair();
        let holder = hex::encode(random_bytes::<8>());
        let mut tasks = vec![spawn_local(keep_schedules(app.clone(), registry.clone(), stopping.clone()))];
        for slot in slots.iter().chain(&[Slot::Outward; OUTWARD]) {
            let (app, registry, holder) = (app.clone(), registry.clone(), holder.clone());
            tasks.push(spawn_local(work(app, registry, *slot, holder, stopping.clone())));
        }
        Self { stop, tasks }
    }

    /// Asks running jobs to end, waits a few seconds for them, and gives back those that did not.
    pub async fn stop(self) {
        // Nobody listens only when every slot has ended.
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

async fn keep_schedules(app: App, registry: Registry, mut stopping: Stopping) {
    let mut is_settled = false;
    let mut backoff = Backoff::new(LOOK, LONGEST_LOOK);
    while !stopping.is_asked() {
        if !is_settled {
            is_settled = scheduler::settle(&app, &registry).await.is_ok();
        }
        let pause = match scheduler::tick(&app, &registry).await {
            Ok(_) => {
                backoff.succeeded();
                LOOK
            }
            Err(cause) => {
                let pause = backoff.failed();
                tracing::warn!(%cause, again_in_s = pause.as_secs(), "the schedules could not be looked at");
                pause
            }
        };
        select(pin!(sleep(pause)), pin!(stopping.asked())).await;
    }
}

async fn work(app: App, registry: Registry, slot: Slot, holder: String, mut stopping: Stopping) {
    let mut backoff = Backoff::new(LOOK, LONGEST_LOOK);
    while !stopping.is_asked() {
        let mut pause = LOOK;
        // Listening begins before looking, so that nothing enqueued in between is slept through.
        let mut woken = pin!(store::wake().notified());
        woken.as_mut().enable();
        match run_next(&app, &registry, slot, &holder, &stopping).await {
            Ok(Some(_)) => {
                backoff.succeeded();
                continue;
            }
            Ok(None) => backoff.succeeded(),
            Err(cause) => {
                pause = backoff.failed();
                tracing::warn!(%cause, again_in_s = pause.as_secs(), "the job queue could not be worked on");
                woken.set(store::wake().notified());
            }
        }
        select(select(woken, pin!(sleep(pause))), pin!(stopping.asked())).await;
    }
}

/// Runs jobs one after the other until none is due; gives how each ended. For commands and tests.
pub async fn drain(app: &App, registry: &Registry) -> Result<Vec<Ended>> {
    let (_stop, stopping) = Stopping::pair();
    let holder = hex::encode(random_bytes::<8>());
    let mut ended = Vec::new();
    loop {
        let before = ended.len();
        for slot in [Slot::Any, Slot::Outward] {
            while let Some(end) = run_next(app, registry, slot, &holder, &stopping).await? {
                ended.push(end);
            }
        }
        if ended.len() == before {
            return Ok(ended);
        }
    }
}

/// Claims and runs the next job of a slot; `None` when none is due.
pub async fn run_next(
    app: &App,
    registry: &Registry,
    slot: Slot,
    holder: &str,
    stopping: &Stopping,
) -> Result<Option<Ended>> {
    let (now, kinds) = (app.now(), registry.names_for(slot));
    if !app.db.read(move |conn| store::has_due(conn, &kinds, slot, now)).await? {
        return Ok(None);
    }
    let (kinds, holder) = (registry.names_for(slot), holder.to_owned());
    let take = move |tx: &mut Tx<'_>| {
        let back = store::reap(tx)?;
        Ok((back, store::claim(tx, &kinds, slot, &holder)?))
    };
    let (back, job) = app.db.write(&Actor::system(), take).await?;
    if back > 0 {
        tracing::warn!(jobs = back, "jobs of a worker that fell silent were taken back");
    }
    match job {
        Some(job) => Ok(Some(run(app, registry, job, stopping.clone()).await?)),
        None => Ok(None),
    }
}

async fn run(app: &App, registry: &Registry, job: Claimed, worker: Stopping) -> Result<Ended> {
    let (kind, id, attempts) = (job.kind.clone(), job.id.0.clone(), job.attempts);
    let (tell, stopping) = Stopping::pair();
    let context = JobContext::new(app.clone(), job.clone(), stopping);
    let run = registry.run(&kind)?;
    let work = pin!(AssertUnwindSafe(run(context.clone())).catch_unwind());
    let watch = pin!(watch(app, context.fence(), worker, tell));
    let how = match select(work, watch).await {
        Either::Left((Ok(Ok(())), _)) if context.is_put_back() => How::PutBack,
        Either::Left((Ok(Ok(())), _)) => How::Done,
        Either::Left((Ok(Err(cause)), _)) => How::Failed(cause),
        Either::Left((Err(_), _)) => How::Failed(Error::internal("the job panicked; the log says where")),
        Either::Right((how, _)) => how,
    };
    let ended = settle(app, &job, &context, how).await?;
    tracing::info!(kind, id, attempts, ?ended, "a job's run ended");
    Ok(ended)
}

/// How a run came to its end, before that is written down.
#[derive(Debug)]
enum How {
    Done,
    PutBack,
    Failed(Error),
    CalledOff,
    Lost,
}

/// Says that the worker lives, and ends the run when it must not go on.
async fn watch(app: &App, fence: Fence, mut worker: Stopping, tell: watch::Sender<bool>) -> How {
    loop {
        let stops = matches!(select(pin!(sleep(HEARTBEAT)), pin!(worker.asked())).await, Either::Right(_));
        if stops {
            return grace(&tell, How::PutBack).await;
        }
        let mine = fence.clone();
        match app.db.write(&Actor::system(), move |tx| store::renew(tx, &mine)).await {
            Ok(Renewed::Ours) => {}
            Ok(Renewed::CancelAsked) => return grace(&tell, How::CalledOff).await,
            Ok(Renewed::Lost) => return How::Lost,
            Err(cause) => tracing::warn!(%cause, "a running job's lease could not be prolonged"),
        }
    }
}

/// Asks the job to end; this returns, and so drops the job, when it has not done so in time.
async fn grace(tell: &watch::Sender<bool>, how: How) -> How {
    let _ = tell.send(true);
    sleep(GRACE).await;
    how
}

/// Writes the end down; a database that is busy for a moment must not make the job run twice.
async fn settle(app: &App, job: &Claimed, context: &JobContext, how: How) -> Result<Ended> {
    let jitter = i64::from(u16::from_be_bytes(random_bytes::<2>())) * 1_000 / i64::from(u16::MAX);
    let (job, how) = (job.clone(), std::sync::Arc::new(how));
    let mut tries = 0;
    loop {
        let (fence, saved) = (context.fence(), context.saved_text());
        let (job, how) = (job.clone(), std::sync::Arc::clone(&how));
        let write = move |tx: &mut Tx<'_>| note(tx, &job, &fence, saved.as_deref(), &how, jitter);
        match app.db.write(&Actor::system(), write).await {
            Err(cause) if tries < SETTLE_TRIES => {
                tries += 1;
                tracing::warn!(%cause, tries, "a job's end could not be written; it is tried again");
                sleep(LOOK).await;
            }
            other => return other,
        }
    }
}

fn note(
    tx: &mut Tx<'_>,
    job: &Claimed,
    fence: &Fence,
    saved: Option<&str>,
    how: &How,
    jitter: i64,
) -> Result<Ended> {
    let called_off = matches!(how, How::CalledOff) || store::renew(tx, fence)? == Renewed::CancelAsked;
    let (written, ended) = match how {
        How::Lost => (false, Ended::Lost),
        How::Done => (store::finish(tx, fence)?, Ended::Done),
        _ if called_off => (store::cancel(tx, fence)?, Ended::Cancelled),
        How::PutBack | How::CalledOff => (store::give_back(tx, fence, saved)?, Ended::PutBack),
        How::Failed(cause) if job.attempts >= job.max_attempts || !is_worth_retrying(cause) => {
            (store::bury(tx, fence, &cause.to_string())?, Ended::Dead)
        }
        How::Failed(cause) => {
            let run_at = tx.now().plus_micros(wait(cause, job.attempts, jitter));
            (store::put_off(tx, fence, run_at, &cause.to_string())?, Ended::Later)
        }
    };
    Ok(if written { ended } else { Ended::Lost })
}

/// A source that says when to come again is not asked earlier.
fn wait(cause: &Error, attempts: i64, jitter: i64) -> i64 {
    let wait = wait_before_retry(attempts, jitter);
    match cause {
        Error::Busy { retry_after_s } => wait.max(i64::from(*retry_after_s) * 1_000_000),
        _ => wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_worker_keeps_a_slot_for_what_is_urgent() {
        for count in 0..6 {
            let slots = Slot::share(count);
            assert_eq!(slots.iter().filter(|slot| **slot == Slot::Urgent).count(), 1);
            assert!(slots.contains(&Slot::Any));
        }
        assert_eq!(Slot::share(4), [Slot::Urgent, Slot::Any, Slot::Oldest, Slot::Any]);
        assert!(Slot::Urgent.last_tier() < Tier::Normal);
    }
}
