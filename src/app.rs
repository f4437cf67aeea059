//! Builds the application and wires the features together: projections, hooks, background work.
//!
//! Everything may be known here; nothing below knows this file.

use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use object_store::local::LocalFileSystem;

use crate::audit::after_verdict::{VERDICT_GIVEN, VerdictGiven};
use crate::config::{Config, Keys};
use crate::db::{self, AnyConnection, Db, Tx};
use crate::foundation::clock::SystemClock;
use crate::foundation::{Asker, Clock, Error, ProjectKey, Result};
use crate::gateway::Gateway;
use crate::intake::Intake;
use crate::ledger::{Ledger, Log, Projection};
use crate::maintenance::schedules::actions::make_due::{Place, make_due};
use crate::people::People;
use crate::repricing::actions::fill_parts;
use crate::state::App;
use crate::work_orders::facts::RecordFacts;
use crate::work_orders::model::Order;
use crate::work_orders::{Consequences, FactSources, Orders};
use crate::{
    audit, checks, hours, integrations, jobs, knowledge, ledger, media, notices, people, series, traces,
    work_orders,
};

/// Everything a server needs: the shared state and what the features keep in memory. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// Doors, ledger, keys, settings.
    pub app: App,
    /// Accounts, sessions, keys.
    pub people: People,
    /// Work orders, with the features that know facts about them.
    pub orders: Orders,
    /// The way in for traces, with its caches: one in a process.
    pub intake: Intake,
    /// Calls that are passed on, with the numbers that this process holds.
    pub gateway: Gateway,
    /// Every kind of background job, with what runs it.
    pub jobs: jobs::Registry,
    /// Secrets of webhooks on their way to the page that shows them once.
    pub hook_secrets: notices::ShownSecrets,
}

impl Services {
    /// Builds the services over an opened application.
    pub fn new(app: App) -> Result<Self> {
        Ok(Self::over(People::new(app)?))
    }

    /// The services of the story that an example tells: over [`beside`], with people whose passwords are made up.
    pub fn of_example(app: App) -> Result<Self> {
        Ok(Self::over(People::of_example(app)?))
    }

    fn over(people: People) -> Self {
        let (app, intake) = (people.app.clone(), intake());
        let jobs = jobs_registry(&intake);
        let orders = Orders::new(people.clone(), FACTS, CONSEQUENCES);
        let (hook_secrets, gateway) = (notices::ShownSecrets::default(), Gateway::new(&app));
        Self { app, people, orders, intake, gateway, jobs, hook_secrets }
    }
}

/// Every feature's read tables, in the order in which one event reaches them.
pub fn projections() -> Vec<Projection> {
    vec![
        people::PROJECTION,
        crate::assets::PROJECTION,
        work_orders::PROJECTION,
        crate::maintenance::PROJECTION,
        crate::maintenance::schedules::PROJECTION,
        crate::privacy::PROJECTION,
        crate::recognition::PROJECTION,
        crate::tombstones::PROJECTION,
        audit::PROJECTION,
        knowledge::PROJECTION,
        crate::budgets::PROJECTION,
        crate::alerts::PROJECTION,
    ]
}

/// Where the guards of work orders get what other features know.
const FACTS: FactSources = FactSources { evidence: audit::facts::evidence_facts, record: record_facts };

/// What happens where something happens to a work order.
const CONSEQUENCES: Consequences =
    Consequences { completed: audit::actions::open_for_pace, under_trace: audit::actions::link_under };

/// An order's record is its own stream and what audit recorded about it.
fn record_facts(conn: &mut AnyConnection, project: ProjectKey, order: &Order) -> Result<RecordFacts> {
    for stream in
        [work_orders::reads::stream_of(project, &order.id), audit::events::stream_of(project, &order.id)]
    {
        if let Some(fault) = ledger::verifier::stream_fault(conn, &stream)? {
            return Ok(RecordFacts::Broken(fault));
        }
    }
    Ok(RecordFacts::Whole)
}

/// The way in for traces, with who is told of what came. It brings caches, so a process builds one, in [`Services::new`].
pub fn intake() -> Intake {
    Intake::over(trace_hooks())
}

/// Holds everything that is derived from arrivals against them; `tell` hears now and then how many traces were looked at.
pub async fn check_arrivals(app: &App, tell: impl FnMut(u64) + Send + 'static) -> Result<checks::Checked> {
    let (app, handle) = (app.clone(), tokio::runtime::Handle::current());
    let checked = tokio::task::spawn_blocking(move || {
        let tell = std::cell::RefCell::new(tell);
        checks::check(
            &app.db,
            &checks::Sources {
                book: &|conn, project| crate::repricing::reads::book(conn, project).map(Arc::new),
                blob: &|project, digest| handle.block_on(traces::blobs::read(&app, project, digest)),
                progress: &|traces| (tell.borrow_mut())(traces),
            },
        )
    });
    checked.await.map_err(Error::internal)?
}

/// What arriving traces set off: those that name an order are linked to it, in the same transaction.
fn trace_hooks() -> traces::Hooks {
    traces::Hooks {
        arrived: vec![
            |app, tx, arrived| audit::actions::link_arrived(&app.ledger, tx, arrived),
            |_, tx, arrived| audit::actions::look_when_quiet(tx, arrived),
        ],
        found: vec![|app, tx, project, findings| {
            audit::actions::open_for_findings(&app.ledger, tx, project, findings)
        }],
        erased: vec![forget_words, |_, tx, project, traces| {
            audit::unknown_places::forget(tx.conn, project, traces)
        }],
    }
}

/// Erased traces leave the search index in the same transaction.
fn forget_words(_: &App, tx: &mut Tx<'_>, project: ProjectKey, traces: &[String]) -> Result<()> {
    crate::search::erase(tx, project, traces)
}

/// What follows a verdict: its quoted words become atoms.
fn after_verdict(context: jobs::JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let given: VerdictGiven = context.payload()?;
        let asker = Asker::system(context.project());
        knowledge::actions::extract(&context.app, &asker, &given.verdict).await.map(drop)
    })
}

/// A linked trace has been quiet for a minute: whether its calls name what the project requires.
fn look_for_names(context: jobs::JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let settled: audit::actions::SettledTrace = context.payload()?;
        let asker = Asker::system(context.project());
        audit::actions::settle_identity(&context.app, &asker, settled.trace).await.map(drop)
    })
}

/// Every kind of background job with what runs it, and the schedules of the installation.
fn jobs_registry(intake: &Intake) -> jobs::Registry {
    let registry = notices::jobs(jobs::upkeep(jobs::Registry::default()));
    let registry = crate::alerts::jobs(registry, WATCHED);
    let hooks = intake.hooks.clone();
    integrations::langfuse::jobs(registry, intake.clone())
        .job(VERDICT_GIVEN, after_verdict)
        .titled(VERDICT_GIVEN, "Take knowledge out of a verdict")
        .job(audit::actions::IDENTITY, look_for_names)
        .titled(audit::actions::IDENTITY, "Look whether calls of a linked trace name what they must")
        .job(traces::leftovers::KIND, traces::leftovers::run)
        .titled(traces::leftovers::KIND, "Remove erased bodies from storage")
        .job(media::leftovers::KIND, media::leftovers::run)
        .titled(media::leftovers::KIND, "Remove unused media from storage")
        .job(fill_parts::KIND, fill_parts::run)
        .titled(fill_parts::KIND, "Take older costs apart into input and output")
        .job(traces::recount::KIND, traces::recount::run)
        .titled(traces::recount::KIND, "Look at older traces by the rules of today")
        .job(HOURS, sum_hours)
        .titled(HOURS, "Add up metrics by hour")
        .schedule(jobs::Schedule {
            name: HOURS.name,
            when: jobs::When::minutes(5),
            kind: HOURS,
            payload: serde_json::Value::Null,
        })
        .job(SERIES, add_up_series)
        .titled(SERIES, "Add up what the fleet is measured by")
        .schedule(jobs::Schedule {
            name: SERIES.name,
            when: jobs::When::Every(10_000_000),
            kind: SERIES,
            payload: serde_json::Value::Null,
        })
        .job(ORDER_FILES, sweep_files)
        .titled(ORDER_FILES, "Remove bytes of order files that no record names")
        .schedule(jobs::Schedule {
            name: ORDER_FILES.name,
            when: jobs::When::Daily { hour: 3, minute: 20 },
            kind: ORDER_FILES,
            payload: serde_json::Value::Null,
        })
        .job(OFFLINE, forget_settled)
        .titled(OFFLINE, "Forget answers to entries of devices after a month")
        .schedule(jobs::Schedule {
            name: OFFLINE.name,
            when: jobs::When::Daily { hour: 3, minute: 30 },
            kind: OFFLINE,
            payload: serde_json::Value::Null,
        })
        .job(API_REQUESTS, forget_requests)
        .titled(API_REQUESTS, "Forget names of API requests after a week")
        .schedule(jobs::Schedule {
            name: API_REQUESTS.name,
            when: jobs::When::Daily { hour: 3, minute: 40 },
            kind: API_REQUESTS,
            payload: serde_json::Value::Null,
        })
        .job(SCHEDULES, make_scheduled)
        .titled(SCHEDULES, "Make the orders of schedules whose day has come")
        .schedule(jobs::Schedule {
            name: SCHEDULES.name,
            when: jobs::When::minutes(1),
            kind: SCHEDULES,
            payload: serde_json::Value::Null,
        })
        .job(RETENTION, move |context| let_old_go(context, hooks.clone()))
        .titled(RETENTION, "Erase traces older than their project keeps them")
        .schedule(jobs::Schedule {
            name: RETENTION.name,
            when: jobs::When::Daily { hour: 2, minute: 40 },
            kind: RETENTION,
            payload: serde_json::Value::Null,
        })
}

/// The background work that two of the rules of alerts look at.
const WATCHED: crate::alerts::Watched =
    crate::alerts::Watched { sums: &[HOURS.name, SERIES.name], pulls: integrations::langfuse::KIND.name };

/// Sums by hour for metrics, once nobody writes to an hour any more.
const HOURS: jobs::JobKind =
    jobs::JobKind { name: "traces.hours", tier: jobs::Tier::Normal, max_attempts: 1 };

fn sum_hours(context: jobs::JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let hours = hours::refresh(&context.app).await?;
        tracing::debug!(hours, "hours were summed for metrics");
        Ok(())
    })
}

/// The series of the fleet: what came in the last seconds is added to the sums.
const SERIES: jobs::JobKind =
    jobs::JobKind { name: "series.compact", tier: jobs::Tier::Normal, max_attempts: 1 };

fn add_up_series(context: jobs::JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let rows = series::refresh(&context.app).await?;
        tracing::debug!(rows, "series were added up");
        Ok(())
    })
}

/// Bytes of files of orders that no record names any more are removed once a day.
const ORDER_FILES: jobs::JobKind =
    jobs::JobKind { name: "work_orders.files", tier: jobs::Tier::Low, max_attempts: 5 };

fn sweep_files(context: jobs::JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let asker = Asker::system(context.project());
        let swept = work_orders::actions::sweep_files::sweep_files(&context.app, &asker).await?;
        tracing::info!(files = swept, "bytes that no record names were removed");
        Ok(())
    })
}

/// Answers to entries that devices kept are forgotten once a day, long after they were settled.
const OFFLINE: jobs::JobKind =
    jobs::JobKind { name: "offline.forget", tier: jobs::Tier::Low, max_attempts: 3 };

fn forget_settled(context: jobs::JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let asker = Asker::system(context.project());
        let forgotten = crate::offline::actions::forget_settled(&context.app, &asker).await?;
        tracing::info!(entries = forgotten, "old answers to entries of devices were forgotten");
        Ok(())
    })
}

/// Names of requests of the documented API are forgotten once a day, a week after they came.
const API_REQUESTS: jobs::JobKind =
    jobs::JobKind { name: "api.forget", tier: jobs::Tier::Low, max_attempts: 3 };

fn forget_requests(context: jobs::JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let asker = Asker::system(context.project());
        let forgotten = crate::api::actions::forget_old(&context.app, &asker).await?;
        tracing::info!(requests = forgotten, "old names of requests were forgotten");
        Ok(())
    })
}

/// Orders of schedules are made every minute, a bounded number of schedules at a time.
const SCHEDULES: jobs::JobKind =
    jobs::JobKind { name: "maintenance.schedules", tier: jobs::Tier::Normal, max_attempts: 3 };

fn make_scheduled(context: jobs::JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let asker = Asker::system(context.project());
        let ran = make_due(&context.app, &asker, context.saved::<Place>()).await?;
        if ran.made > 0 {
            tracing::info!(orders = ran.made, "orders of schedules were made");
        }
        ran.next.map_or(Ok(()), |next| context.put_back(&next))
    })
}

/// Traces that are older than their project keeps them are erased once a day.
const RETENTION: jobs::JobKind =
    jobs::JobKind { name: "traces.retention", tier: jobs::Tier::Low, max_attempts: 5 };

fn let_old_go(context: jobs::JobContext, hooks: traces::Hooks) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let (now, asker) = (context.app.now(), Asker::system(context.project()));
        let erased = crate::privacy::actions::retain_once(&context.app, &hooks, &asker, now).await?;
        tracing::info!(traces = erased, "old traces were erased");
        Ok(())
    })
}

/// Opens everything with the machine's clock and the keys of the data folder.
pub fn open(config: Config) -> Result<App> {
    #[cfg(unix)]
    crate::config::private::protect(&config.data);
    if !Keys::has_server_key(&config.data) {
        refuse_lost_key(&config)?;
    }
    let app = open_with_any_key(config)?;
    people::server_key::check(&app.db, &app.keys)?;
    Ok(app)
}

/// The same for the command that begins anew under another server key.
pub fn open_with_any_key(config: Config) -> Result<App> {
    let keys = Keys::load_or_create(&config.data)?;
    build(config, keys, Arc::new(SystemClock))
}

/// A key that is missing where something needs it was lost; the first start of all may make one.
fn refuse_lost_key(config: &Config) -> Result<()> {
    db::migrate(config.database_url())?;
    let db = Db::open(config.database_url(), config.database.options, Arc::new(SystemClock))?;
    let refused = db.read_blocking(people::server_key::refuse_loss);
    db.close();
    refused
}

/// Opens everything with a given clock and keys; applies missing migrations first.
pub fn build(config: Config, keys: Keys, clock: Arc<dyn Clock>) -> Result<App> {
    let applied = db::migrate(config.database_url())?;
    if !applied.is_empty() {
        tracing::info!(count = applied.len(), "database migrations applied");
    }
    let db = Db::open(config.database_url(), config.database.options, Arc::clone(&clock))?;
    let blobs = open_blobs(&config)?;
    let log = Arc::new(Log::open(&db, &keys.log_seed)?);
    let ledger = Ledger::new(projections());
    work_orders::renew::finish(&db, &ledger)?;
    let (blobs, keys, config) = (Arc::new(blobs), Arc::new(keys), Arc::new(config));
    Ok(App { db, ledger, log, blobs, clock, keys, config })
}

/// The same installation by another clock: for what an example says that happened before. Its writes wait for no disk, so that
/// three months of them take a second or two; close it, and everything is there.
pub fn beside(app: &App, clock: Arc<dyn Clock>) -> Result<App> {
    let options = db::DbOptions { is_lazy: true, ..app.config.database.options };
    let db = Db::open(app.config.database_url(), options, Arc::clone(&clock))?;
    Ok(App { db, clock, ..app.clone() })
}

fn open_blobs(config: &Config) -> Result<LocalFileSystem> {
    let folder = config.data.join("blobs");
    std::fs::create_dir_all(&folder)
        .map_err(|e| Error::Unavailable(format!("cannot create {}: {e}", folder.display()).into()))?;
    let store = LocalFileSystem::new_with_prefix(&folder).map_err(Error::internal)?;
    Ok(store.with_fsync(true))
}
