//! The queue on both databases: tiers, leases, exactly one claim, backoff, dedup, schedules, dead letters, the page.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use actix_web::http::StatusCode;
use diesel::RunQueryDsl as _;
use futures_util::future::{LocalBoxFuture, join_all};
use serde_json::{Value, json};
use tracewright::app::Services;
use tracewright::db::{AnyConnection, Tx};
use tracewright::foundation::{Actor, Error, ProjectKey, Result, Role};
use tracewright::jobs::{
    self, Ended, JobContext, JobId, JobKind, Options, Registry, Schedule, Slot, State, Stopping, Tier, When,
    WhileRunning, Worker, reads,
};
use tracewright::state::App;

use crate::harness::http::{Client, site};
use crate::harness::{DAY, MINUTE, SECOND, on_both};
use crate::people::pages::cookie;
use crate::people::{create, owner};

const PROJECT: ProjectKey = ProjectKey(1);

const fn kind(name: &'static str, tier: Tier) -> JobKind {
    JobKind { name, tier, max_attempts: 3 }
}

const CRITICAL: JobKind = kind("test.critical", Tier::Critical);
const HIGH: JobKind = kind("test.high", Tier::High);
const NORMAL: JobKind = kind("test.normal", Tier::Normal);
const LOW: JobKind = kind("test.low", Tier::Low);
const FAILS: JobKind = kind("test.fails", Tier::Normal);
const REFUSED: JobKind = kind("test.refused", Tier::Normal);
const PANICS: JobKind = kind("test.panics", Tier::Normal);
const STEPS: JobKind = kind("test.steps", Tier::Normal);
const ASKS: JobKind = kind("test.asks", Tier::Normal);
const HANGS: JobKind = kind("test.hangs", Tier::Normal);
const ABROAD: JobKind = kind("test.abroad", Tier::Critical);

thread_local! {
    /// What ran on this test's thread, in order.
    static RAN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn note(context: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let what: Value = context.payload()?;
        RAN.with_borrow_mut(|ran| ran.push(what.as_str().unwrap_or_default().to_owned()));
        Ok(())
    })
}

fn fail(_: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async { Err(Error::Unavailable("the other side does not answer".into())) })
}

fn refuse(_: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async { Err(Error::refused("never")) })
}

fn panic(_: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async { panic!("a bug in a job") })
}

/// Three steps, one a run: each puts itself back with what it has done.
fn step(context: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let done = context.saved::<i64>().unwrap_or(0) + 1;
        context.progress(done, 3, "steps").await?;
        RAN.with_borrow_mut(|ran| ran.push(format!("step {done}")));
        if done < 3 { context.put_back(&done) } else { Ok(()) }
    })
}

/// The first time, asks for itself while it runs.
fn ask(context: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        RAN.with_borrow_mut(|ran| ran.push("asks".to_owned()));
        if RAN.with_borrow(Vec::len) == 1 {
            put(&context.app, ASKS, "", Options::once("key")).await;
        }
        Ok(())
    })
}

/// Runs until it is asked to stop.
fn hang(mut context: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        RAN.with_borrow_mut(|ran| ran.push("hangs".to_owned()));
        context.stopping.asked().await;
        context.put_back(&"half")
    })
}

fn registry() -> Registry {
    Registry::default()
        .job(CRITICAL, note)
        .job(HIGH, note)
        .job(NORMAL, note)
        .job(LOW, note)
        .job(FAILS, fail)
        .job(REFUSED, refuse)
        .job(PANICS, panic)
        .job(STEPS, step)
        .job(ASKS, ask)
        .job(HANGS, hang)
        .job(ABROAD, hang)
        .outward(ABROAD)
}

fn ran() -> Vec<String> {
    RAN.take()
}

async fn put(app: &App, kind: JobKind, what: &str, options: Options) -> JobId {
    let what = what.to_owned();
    app.db.write(&Actor::system(), move |tx| jobs::enqueue(tx, PROJECT, kind, &what, options)).await.unwrap()
}

async fn job(app: &App, id: &JobId) -> reads::JobRow {
    let id = id.clone();
    app.db.read(move |conn| reads::job(conn, &id)).await.unwrap().unwrap()
}

async fn next(app: &App, slot: Slot) -> Option<Ended> {
    let (_stop, stopping) = Stopping::pair();
    jobs::run_next(app, &registry(), slot, "a worker", &stopping).await.unwrap()
}

/// Makes a job look as if a worker had claimed it and was killed.
async fn leave_running(app: &App, id: &JobId, lease_until: i64, attempts: i64) {
    let sql = format!(
        "UPDATE jobs SET state = 'running', holder = 'gone', epoch = epoch + 1, attempts = {attempts}, \
         lease_until = {lease_until} WHERE id = '{}'",
        id.0
    );
    let write = move |tx: &mut Tx<'_>| {
        match tx.conn {
            AnyConnection::Sqlite(conn) => diesel::sql_query(sql).execute(conn)?,
            AnyConnection::Postgres(conn) => diesel::sql_query(sql).execute(conn)?,
        };
        Ok(())
    };
    app.db.write(&Actor::system(), write).await.unwrap();
}

on_both! {
    async fn urgent_work_goes_first_and_has_a_slot_of_its_own(t: TestApp) {
        for (kind, what) in [(LOW, "low"), (NORMAL, "normal"), (HIGH, "high"), (CRITICAL, "critical")] {
            put(&t.app, kind, what, Options::default()).await;
            t.clock.advance(SECOND);
        }
        assert_eq!(next(&t.app, Slot::Urgent).await, Some(Ended::Done));
        assert_eq!(next(&t.app, Slot::Oldest).await, Some(Ended::Done));
        assert_eq!(next(&t.app, Slot::Urgent).await, Some(Ended::Done));
        assert_eq!(next(&t.app, Slot::Urgent).await, None);
        assert_eq!(next(&t.app, Slot::Any).await, Some(Ended::Done));
        assert_eq!(next(&t.app, Slot::Any).await, None);
        assert_eq!(ran(), ["critical", "low", "high", "normal"]);
    }

    async fn a_job_exists_only_if_its_transaction_does_and_runs_at_its_time(t: TestApp) {
        let enqueue = |tx: &mut Tx<'_>| {
            jobs::enqueue(tx, PROJECT, NORMAL, &"never", Options::default())?;
            Err::<(), _>(Error::refused("rolled back"))
        };
        t.app.db.write(&Actor::system(), enqueue).await.unwrap_err();
        let later = Options { run_at: Some(t.app.now().plus_micros(MINUTE)), ..Options::default() };
        put(&t.app, NORMAL, "later", later).await;
        assert!(jobs::drain(&t.app, &registry()).await.unwrap().is_empty());
        t.clock.advance(MINUTE);
        assert_eq!(jobs::drain(&t.app, &registry()).await.unwrap(), [Ended::Done]);
        assert_eq!(ran(), ["later"]);
    }

    async fn many_workers_in_two_processes_run_each_job_once(t: TestApp) {
        const JOBS: usize = 60;
        for n in 0..JOBS {
            put(&t.app, NORMAL, &n.to_string(), Options::default()).await;
        }
        let other = t.other_process();
        let registry = registry();
        let drains = (0..8).map(|n| jobs::drain(if n % 2 == 0 { &t.app } else { &other.app }, &registry));
        let ended: Vec<Ended> = join_all(drains).await.into_iter().flat_map(Result::unwrap).collect();
        assert_eq!(ended, vec![Ended::Done; JOBS]);
        let ran = ran();
        assert_eq!(ran.len(), JOBS);
        assert_eq!(ran.into_iter().collect::<BTreeSet<_>>().len(), JOBS);
    }

    async fn the_job_of_a_killed_worker_comes_back_after_its_lease_and_not_before(t: TestApp) {
        let id = put(&t.app, NORMAL, "again", Options::default()).await;
        leave_running(&t.app, &id, t.app.now().0 + 30 * SECOND, 1).await;
        assert_eq!(next(&t.app, Slot::Any).await, None);
        t.clock.advance(31 * SECOND);
        assert_eq!(next(&t.app, Slot::Any).await, Some(Ended::Done));
        assert_eq!(ran(), ["again"]);
        let done = job(&t.app, &id).await;
        assert_eq!((done.state(), done.attempts), (State::Done, 2));
    }

    async fn a_job_that_kills_its_workers_is_dead_in_the_end(t: TestApp) {
        let id = put(&t.app, NORMAL, "poison", Options::default()).await;
        leave_running(&t.app, &id, t.app.now().0 - 1, 3).await;
        assert_eq!(next(&t.app, Slot::Any).await, None);
        let dead = job(&t.app, &id).await;
        assert_eq!(dead.state(), State::Dead);
        assert!(dead.last_error.unwrap().contains("fell silent"));
        assert!(ran().is_empty());
    }

    async fn a_worker_that_slept_too_long_writes_nothing(t: TestApp) {
        let id = put(&t.app, HANGS, "", Options::default()).await;
        let (app, other) = (t.app.clone(), t.other_process());
        let slow = tokio::task::spawn_local(async move { next(&app, Slot::Any).await });
        wait_until(|| RAN.with_borrow(|ran| !ran.is_empty())).await;
        // Another worker took it over meanwhile: the epoch is higher, and at its next word the first one hears it.
        leave_running(&other.app, &id, t.app.now().0 + DAY, 2).await;
        assert_eq!(slow.await.unwrap(), Some(Ended::Lost));
        let still = job(&t.app, &id).await;
        assert_eq!((still.state(), still.attempts), (State::Running, 2));
    }

    async fn failures_wait_longer_each_time_and_end_as_dead_letters(t: TestApp) {
        let id = put(&t.app, FAILS, "", Options::default()).await;
        for (attempt, least) in [(1, 10 * SECOND), (2, 20 * SECOND)] {
            assert_eq!(next(&t.app, Slot::Any).await, Some(Ended::Later));
            let waiting = job(&t.app, &id).await;
            let wait = waiting.run_at.micros_since(t.app.now());
            assert!((least..=least + least / 4).contains(&wait), "{wait}");
            assert_eq!((waiting.state(), waiting.attempts), (State::Waiting, attempt));
            assert_eq!(waiting.last_error.as_deref(), Some("the other side does not answer"));
            t.clock.advance(wait);
        }
        assert_eq!(next(&t.app, Slot::Any).await, Some(Ended::Dead));
        t.clock.advance(DAY);
        assert_eq!(next(&t.app, Slot::Any).await, None);
        for kind in [REFUSED, PANICS] {
            t.clock.advance(SECOND);
            put(&t.app, kind, "", Options::default()).await;
        }
        assert_eq!(next(&t.app, Slot::Any).await, Some(Ended::Dead), "a refusal is not tried again");
        assert_eq!(next(&t.app, Slot::Any).await, Some(Ended::Later), "a panic is");
    }

    async fn the_same_work_waits_once_and_runs_once_more_when_asked_for_while_it_runs(t: TestApp) {
        let first = put(&t.app, NORMAL, "a", Options::once("key")).await;
        assert_eq!(put(&t.app, NORMAL, "b", Options::once("key")).await, first);
        t.clock.advance(SECOND);
        assert_ne!(put(&t.app, NORMAL, "c", Options::once("other")).await, first);
        assert_eq!(jobs::drain(&t.app, &registry()).await.unwrap().len(), 2);
        assert_eq!(ran(), ["a", "c"]);

        let hanging = put(&t.app, HANGS, "", Options::once("key")).await;
        let (sender, stopping) = Stopping::pair();
        let app = t.app.clone();
        let run = tokio::task::spawn_local(async move {
            jobs::run_next(&app, &registry(), Slot::Any, "w", &stopping).await.unwrap()
        });
        wait_until(|| RAN.with_borrow(|ran| !ran.is_empty())).await;
        let skip = Options { while_running: WhileRunning::Skip, ..Options::once("key") };
        assert_eq!(put(&t.app, HANGS, "", skip).await, hanging);
        sender.send(true).unwrap();
        assert_eq!(run.await.unwrap(), Some(Ended::PutBack));
        let back = job(&t.app, &hanging).await;
        assert_eq!((back.state(), back.attempts), (State::Waiting, 0));
    }

    async fn work_asked_for_while_it_runs_is_done_once_more(t: TestApp) {
        put(&t.app, ASKS, "", Options::once("key")).await;
        assert_eq!(jobs::drain(&t.app, &registry()).await.unwrap(), [Ended::Done, Ended::Done]);
        assert_eq!(ran(), ["asks", "asks"]);
    }

    async fn a_job_goes_on_where_it_put_itself_back(t: TestApp) {
        let id = put(&t.app, STEPS, "", Options::default()).await;
        let ended = jobs::drain(&t.app, &registry()).await.unwrap();
        assert_eq!(ended, [Ended::PutBack, Ended::PutBack, Ended::Done]);
        assert_eq!(ran(), ["step 1", "step 2", "step 3"]);
        let done = job(&t.app, &id).await;
        assert_eq!((done.attempts, done.bar()), (1, Some((3, 3))));
    }

    async fn a_stopped_worker_lets_its_jobs_put_themselves_back(t: TestApp) {
        let id = put(&t.app, HANGS, "", Options::default()).await;
        let worker = Worker::start(&t.app, &registry(), &Slot::share(3));
        wait_until(|| RAN.with_borrow(|ran| !ran.is_empty())).await;
        put(&t.app, CRITICAL, "urgent", Options::default()).await;
        wait_until(|| RAN.with_borrow(|ran| ran.len() == 2)).await;
        worker.stop().await;
        assert_eq!(job(&t.app, &id).await.state(), State::Waiting);
    }

    async fn what_waits_for_servers_of_others_holds_up_nothing_else(t: TestApp) {
        for number in 0..8 {
            put(&t.app, ABROAD, "", Options::once(number.to_string())).await;
        }
        for slot in [Slot::Urgent, Slot::Any, Slot::Oldest] {
            assert_eq!(next(&t.app, slot).await, None, "{slot:?}");
        }
        let worker = Worker::start(&t.app, &registry(), &Slot::share(3));
        wait_until(|| RAN.with_borrow(|ran| ran.len() == 4)).await;
        for (number, kind) in [CRITICAL, NORMAL, LOW].into_iter().enumerate() {
            put(&t.app, kind, "our own", Options::default()).await;
            wait_until(|| RAN.with_borrow(|ran| ran.len() == 5 + number)).await;
        }
        worker.stop().await;
        assert_eq!(ran().iter().filter(|what| *what == "hangs").count(), 4, "no more at once than their slots");
        assert_eq!(next(&t.app, Slot::Oldest).await, None);
    }

    async fn a_job_whose_work_is_gone_is_called_off_by_its_name(t: TestApp) {
        let call_off = async |kind: JobKind, key: &'static str| {
            t.app.db.write(&Actor::system(), move |tx| jobs::call_off_named(tx, PROJECT, kind, key)).await.unwrap();
        };
        let waiting = put(&t.app, NORMAL, "never", Options::once("a")).await;
        let other = put(&t.app, NORMAL, "other", Options::once("b")).await;
        call_off(NORMAL, "a").await;
        call_off(LOW, "b").await;
        assert_eq!(jobs::drain(&t.app, &registry()).await.unwrap(), [Ended::Done]);
        assert_eq!((job(&t.app, &waiting).await.state(), job(&t.app, &other).await.state()), (State::Cancelled, State::Done));
        let running = put(&t.app, ABROAD, "", Options::once("c")).await;
        RAN.take();
        let worker = Worker::start(&t.app, &registry(), &Slot::share(2));
        wait_until(|| RAN.with_borrow(|ran| !ran.is_empty())).await;
        call_off(ABROAD, "c").await;
        let mut looks = 0;
        while job(&t.app, &running).await.state() != State::Cancelled {
            looks += 1;
            assert!(looks < 12_000, "it never happened");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        worker.stop().await;
    }

    async fn schedules_run_once_a_period_over_two_processes(t: TestApp) {
        let schedule = |name, when, what| Schedule { name, when, kind: NORMAL, payload: json!(what) };
        let registry = registry()
            .schedule(schedule("beat", When::minutes(10), "beat"))
            .schedule(schedule("daily", When::Daily { hour: 9, minute: 30 }, "daily"));
        let other = t.other_process();
        for services in [&t.services, &other] {
            settle(services, &registry).await;
        }
        let mut expected = Vec::new();
        for minute in 0..65 {
            let ticks = [&t.app, &other.app].map(|app| jobs::tick(app, &registry));
            let ran_now: usize = join_all(ticks).await.into_iter().map(Result::unwrap).sum();
            let due = usize::from(minute % 10 == 0) + usize::from(minute == 30);
            assert_eq!(ran_now, due, "minute {minute}");
            expected.extend((minute % 10 == 0).then_some("beat"));
            expected.extend((minute == 30).then_some("daily"));
            jobs::drain(&t.app, &registry).await.unwrap();
            t.clock.advance(MINUTE);
        }
        let (mut ran, mut expected) = (ran(), expected);
        ran.sort();
        expected.sort_unstable();
        assert_eq!(ran, expected);
    }

    async fn a_schedule_that_was_slept_through_runs_once_and_keeps_its_beat(t: TestApp) {
        t.app.db.write(&Actor::system(), |tx| {
            jobs::set_schedule(tx, PROJECT, "pull", When::minutes(10), NORMAL, &"pull")
        }).await.unwrap();
        assert_eq!(jobs::tick(&t.app, &registry()).await.unwrap(), 1);
        t.clock.advance(DAY + MINUTE);
        assert_eq!(jobs::tick(&t.app, &registry()).await.unwrap(), 1, "the first run still waits");
        let waiting = jobs::drain(&t.app, &registry()).await.unwrap();
        assert_eq!(waiting.len(), 1, "the same work is not queued twice");
        t.clock.advance(9 * MINUTE);
        assert_eq!(jobs::tick(&t.app, &registry()).await.unwrap(), 1);
        t.app.db.write(&Actor::system(), |tx| jobs::drop_schedule(tx, PROJECT, "pull")).await.unwrap();
        t.clock.advance(DAY);
        assert_eq!(jobs::tick(&t.app, &registry()).await.unwrap(), 0);
    }

    async fn schedules_are_run_paused_and_resumed_by_those_who_may(t: TestApp) {
        let admin = owner(&t).await;
        create(&t.people, &admin, "supervisor@example.com", &[Role::Supervisor]).await;
        let supervisor = Client::browser(Some(&cookie(&t, "supervisor@example.com").await));
        let boss = Client::browser(Some(&cookie(&t, "owner@example.com").await));
        let site = site(&t).await;
        let daily = Schedule { name: "daily", when: When::Daily { hour: 9, minute: 30 }, kind: REFUSED, payload: json!("daily") };
        let registry = registry().schedule(daily);
        jobs::settle(&t.app, &registry).await.unwrap();
        let page = supervisor.get(&site, "/jobs").await.body;
        assert!(page.contains("daily at 09:30 UTC") && page.contains("of the installation") && !page.contains("Run now"), "{page}");
        let of_all = "name=daily&scope=installation";
        for action in ["run", "pause", "resume"] {
            let path = format!("/jobs/schedules/{action}");
            assert_eq!(supervisor.post(&site, &path, of_all).await.status, StatusCode::NOT_FOUND, "{action}");
            assert_eq!(boss.post(&site, &path, "name=other").await.status, StatusCode::NOT_FOUND, "{action}");
        }
        assert_eq!(jobs::tick(&t.app, &registry).await.unwrap(), 0);
        assert_eq!(boss.post(&site, "/jobs/schedules/run", of_all).await.status, StatusCode::SEE_OTHER);
        assert_eq!(jobs::tick(&t.app, &registry).await.unwrap(), 1);
        assert_eq!(jobs::drain(&t.app, &registry).await.unwrap(), [Ended::Dead]);
        let page = boss.get(&site, "/jobs").await.body;
        assert!(page.contains("href=\"/jobs?state=dead\">Failed</a>") && page.contains("Run now"), "{page}");

        assert_eq!(boss.post(&site, "/jobs/schedules/pause", of_all).await.status, StatusCode::SEE_OTHER);
        let page = boss.get(&site, "/jobs").await.body;
        assert!(page.contains("Paused") && page.contains("Resume") && !page.contains("Run now"), "{page}");
        for action in ["run", "pause"] {
            let again = boss.post(&site, &format!("/jobs/schedules/{action}"), of_all).await;
            assert_eq!(again.status, StatusCode::CONFLICT, "{action}");
        }
        // A worker that starts meanwhile names its schedules again; that wakes none up.
        t.clock.advance(DAY);
        jobs::settle(&t.app, &registry).await.unwrap();
        assert_eq!(jobs::tick(&t.app, &registry).await.unwrap(), 0);
        assert_eq!(boss.post(&site, "/jobs/schedules/resume", of_all).await.status, StatusCode::SEE_OTHER);
        assert_eq!(jobs::tick(&t.app, &registry).await.unwrap(), 0, "what was missed is not made up for");
        t.clock.advance(DAY);
        assert_eq!(jobs::tick(&t.app, &registry).await.unwrap(), 1);
    }

    async fn people_see_retry_and_cancel_jobs_of_their_project(t: TestApp) {
        let admin = owner(&t).await;
        create(&t.people, &admin, "supervisor@example.com", &[Role::Supervisor]).await;
        let browser = Client::browser(Some(&cookie(&t, "supervisor@example.com").await));
        let site = site(&t).await;
        let empty = browser.get(&site, "/jobs").await;
        assert!(empty.body.contains("Nothing waits and nothing has failed"), "{}", empty.body);

        let dead = put(&t.app, REFUSED, "", Options::default()).await;
        jobs::drain(&t.app, &registry()).await.unwrap();
        let waiting = put(&t.app, LOW, "<b>", Options::default()).await;
        let page = browser.get(&site, "/jobs").await;
        assert!(page.body.contains("test.refused") && page.body.contains(">never</p>"), "{}", page.body);
        assert!(!browser.get(&site, "/jobs?state=waiting").await.body.contains("test.refused"));

        let retried = browser.post(&site, &format!("/jobs/{}/retry", dead.0), "").await;
        assert_eq!(retried.status, StatusCode::SEE_OTHER);
        assert_eq!(job(&t.app, &dead).await.state(), State::Waiting);
        let cancelled = browser.post(&site, &format!("/jobs/{}/cancel", waiting.0), "").await;
        assert_eq!(cancelled.status, StatusCode::SEE_OTHER);
        assert_eq!(job(&t.app, &waiting).await.state(), State::Cancelled);
        let again = browser.post(&site, &format!("/jobs/{}/cancel", waiting.0), "").await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let not_theirs = browser.post(&site, &format!("/jobs/{}/retry", waiting.0), "scope=installation").await;
        assert_eq!(not_theirs.status, StatusCode::NOT_FOUND);
    }
}

async fn settle(services: &Services, registry: &Registry) {
    // A worker writes its schedules down when it starts; with no clock moving, it does nothing else here.
    jobs::settle(&services.app, registry).await.unwrap();
}

/// Gives the other tasks of this thread their turn until something has happened; two minutes are for a machine that
/// hardly gets to it.
async fn wait_until(happened: impl Fn() -> bool) {
    for _ in 0..12_000 {
        if happened() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never happened");
}

#[test]
fn every_kind_of_job_says_in_words_what_it_does() {
    crate::harness::block_on(crate::harness::Backend::Sqlite, |t| async move {
        let registry = t.services.jobs.clone();
        let silent: Vec<_> =
            registry.names().into_iter().filter(|name| registry.title(name) == *name).collect();
        assert!(silent.is_empty(), "{silent:?}");
    });
}
