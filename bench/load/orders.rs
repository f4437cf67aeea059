//! `load orders`: fills a data folder with work orders in all states, each with a text of its own.
//!
//! Every event is decided by the rules of the product and appended by its ledger, so the rows, claims and signatures
//! are those that people would have made; only the facts of other features are put in by hand, and a hundred orders
//! share a commit.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use tracewright::app::{self, Services};
use tracewright::config::{Config, Values};
use tracewright::db::Tx;
use tracewright::foundation::ids::{new_id, random_bytes};
use tracewright::foundation::{Actor, ActorKind, Asker, Error, ProjectKey, Result, Role, Timestamp};
use tracewright::ledger::{Draft, sequencer};
use tracewright::notices::follow;
use tracewright::people::AccountRow;
use tracewright::people::operator::AccountWords;
use tracewright::people::units::Unit;
use tracewright::work_orders::decide::{Command, MoveTo, NewOrder, Proof, begin, decide};
use tracewright::work_orders::events::OrderEvent;
use tracewright::work_orders::facts::{EvidenceFacts, Facts, PeopleFacts, RecordFacts};
use tracewright::work_orders::fold::{self, EventMeta};
use tracewright::work_orders::model::{
    Assignee, Order, OrderNumber, Outcome, Plan, SigningMethod, Status, Target, TypePolicy,
};
use tracewright::work_orders::{read, reads, signing};

use super::random::Random;
use super::report;
use super::traces::prose;

/// Orders that share a commit.
const BATCH: u64 = 100;
/// People who work, so that "mine" is a small share.
const WORKERS: usize = 40;
const TYPES: [&str; 6] =
    ["Maintenance", "Inspection", "Integration Setup", "Release", "Incident", "Calibration"];
const PRIORITIES: [&str; 4] = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];

#[derive(Args)]
pub struct Options {
    /// The data folder; no server may run on it
    #[arg(long)]
    data: PathBuf,
    /// A PostgreSQL in place of the SQLite in the folder
    #[arg(long)]
    database_url: Option<String>,
    #[arg(long, default_value_t = 100_000)]
    orders: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// An account that gets a share of the work, by its email
    #[arg(long)]
    worker: Option<String>,
}

/// Who plays: a writer, a supervisor and those who work.
struct Cast {
    project: ProjectKey,
    writer: Asker,
    boss: Asker,
    workers: Vec<(Asker, Assignee)>,
}

/// Runs; false when fewer orders are there than were asked for.
pub fn run(options: &Options) -> bool {
    let services = open(options);
    let began = Instant::now();
    let system = actix_web::rt::System::new();
    let cast = system.block_on(hire(&services, options.worker.as_deref())).expect("accounts are made");
    let mut done = 0;
    while done < options.orders {
        let numbers: Vec<u64> = (done..options.orders.min(done + BATCH)).collect();
        done += numbers.len() as u64;
        fill(&services, &cast, options.seed, numbers).expect("orders are written");
        if done.is_multiple_of(BATCH * 50) {
            println!("{done} orders after {:.0?}", began.elapsed());
        }
    }
    system.block_on(settle(&services)).expect("every event gets its place");
    report::figure("orders", done as f64);
    report::figure("orders_per_s", done as f64 / began.elapsed().as_secs_f64());
    services.app.db.close();
    done == options.orders
}

/// Gives every event its place in the log, and tells people of it: a server would do both at its start, beside whatever is measured.
/// Each turn of the log says that it is behind until it is not.
async fn settle(services: &Services) -> Result<()> {
    let (db, log) = (&services.app.db, &services.app.log);
    while let Err(behind) = sequencer::sequence_now(db, log).await {
        assert!(matches!(behind, Error::Unavailable(_)), "{behind}");
    }
    follow::follow(&services.app).await?;
    sequencer::release(db, log).await
}

fn open(options: &Options) -> Services {
    let data = options.data.to_string_lossy();
    let mut settings = vec![("data", data.as_ref())];
    settings.extend(options.database_url.as_deref().map(|url| ("database-url", url)));
    let config = Config::from_values(Values::of(&settings)).expect("the settings are right");
    Services::new(app::open(config).expect("the data opens")).expect("the services start")
}

async fn hire(services: &Services, worker: Option<&str>) -> Result<Cast> {
    let operator = services.people.operator(None).await?;
    let (writer, _) = account(services, &operator, "Wanda Writer", "requester").await?;
    let (boss, _) = account(services, &operator, "Bo Planner", "supervisor").await?;
    let members = services.people.list_users(&operator).await?;
    let known = members.into_iter().find(|it| worker.is_some() && it.account.email.as_deref() == worker);
    let mut workers: Vec<_> =
        known.map(|it| as_worker(it.account, operator.project, it.roles)).into_iter().collect();
    for number in workers.len()..WORKERS {
        workers.push(account(services, &operator, &format!("Worker {number}"), "technician").await?);
    }
    Ok(Cast { project: operator.project, writer, boss, workers })
}

async fn account(services: &Services, by: &Asker, name: &str, role: &str) -> Result<(Asker, Assignee)> {
    let words = AccountWords {
        name: name.to_owned(),
        email: Some(format!("{}@load.example", name.to_lowercase().replace(' ', "."))),
        is_agent: false,
        roles: vec![role.to_owned()],
        password: Some(hex::encode(random_bytes::<8>())),
    };
    let made = services.people.add_user(by, &words).await?.account;
    let role = Role::from_stored(role).expect("the role is known");
    Ok(as_worker(made, by.project, vec![role]))
}

fn as_worker(account: AccountRow, project: ProjectKey, roles: Vec<Role>) -> (Asker, Assignee) {
    let actor = Actor {
        id: account.id.0.clone(),
        kind: ActorKind::Human,
        name: account.name.clone(),
        session: None,
        request_id: None,
        under_reset: None,
    };
    let assignee = Assignee {
        account: Some(account.id.0),
        kind: Some(ActorKind::Human),
        name: account.name,
        code: account.code,
    };
    (Asker::account(actor, project, roles), assignee)
}

/// One order that is under way.
#[derive(Clone)]
struct Job {
    id: String,
    number: u64,
    worker: usize,
}

fn fill(services: &Services, cast: &Cast, seed: u64, numbers: Vec<u64>) -> Result<()> {
    let jobs: Vec<Job> = numbers
        .into_iter()
        .map(|number| Job {
            id: new_id(services.app.now()),
            number,
            worker: Random(number).next() as usize % WORKERS,
        })
        .collect();
    write(services, &cast.writer, &jobs, cast.project, move |tx, who, job, order| {
        let number = OrderNumber::new(2026, u32::try_from(job.number + 1).unwrap_or(u32::MAX));
        let plan = Box::new(plan(seed, job.number));
        let new = NewOrder::Create { id: job.id.clone(), number, plan, assignee: None };
        let now = tx.now();
        let mut events = begin(new, who, now, &mut || new_id(now))?;
        events.iter().for_each(|event| apply(order, event, who, now));
        if reaches(job.number) >= 1 {
            events.extend(step(order, who, now, to(Status::Submitted))?);
        }
        Ok(events)
    })?;
    let assignees: Vec<Assignee> = cast.workers.iter().map(|(_, assignee)| assignee.clone()).collect();
    let planned: Vec<Job> = jobs.iter().filter(|job| reaches(job.number) >= 2).cloned().collect();
    write(services, &cast.boss, &planned, cast.project, move |tx, who, job, order| {
        let now = tx.now();
        step(order, who, now, Command::Assign { assignee: assignees.get(job.worker).cloned() })
    })?;
    write(services, &cast.boss, &planned, cast.project, |tx, who, job, order| {
        let now = tx.now();
        step(order, who, now, signed(tx, job, who, order, Status::Approved)?)
    })?;
    for (place, (worker, _)) in cast.workers.iter().enumerate() {
        let mine: Vec<Job> =
            planned.iter().filter(|job| job.worker == place && reaches(job.number) >= 3).cloned().collect();
        write(services, worker, &mine, cast.project, work)?;
        let ready: Vec<Job> = mine.into_iter().filter(|job| reaches(job.number) >= 4).collect();
        write(services, worker, &ready, cast.project, |tx, who, job, order| {
            let now = tx.now();
            step(order, who, now, signed(tx, job, who, order, Status::Completed)?)
        })?;
    }
    Ok(())
}

/// How far an order of this number comes: draft, submitted, approved, in work, completed.
fn reaches(number: u64) -> u64 {
    match number % 20 {
        0 => 0,
        1 => 1,
        2 | 3 => 2,
        4..=8 => 3,
        _ => 4,
    }
}

/// Reads the safety notes, ticks all or, where the work is still under way, half, and says a word or two.
fn work(tx: &mut Tx<'_>, who: &Asker, job: &Job, order: &mut Order) -> Result<Vec<OrderEvent>> {
    let now = tx.now();
    let mut events = Vec::new();
    if !order.safety.notes.is_empty() {
        let version = order.safety.version;
        events.extend(step(order, who, now, Command::AcknowledgeSafety { version })?);
    }
    let steps = order.steps.iter();
    let items: Vec<Target> =
        steps.flat_map(|step| &step.items).map(|item| Target::Item(item.id.clone())).collect();
    let criteria = order.criteria.iter().map(|it| Target::Criterion(it.id.clone()));
    let all: Vec<Target> = items.into_iter().chain(criteria.collect::<Vec<_>>()).collect();
    let done = if reaches(job.number) == 3 { all.len() / 2 } else { all.len() };
    for target in all.into_iter().take(done) {
        events.extend(step(order, who, now, Command::Tick { target })?);
    }
    let mut random = Random(job.number ^ 0x5eed);
    let text = prose(80, &mut random);
    events.extend(step(order, who, now, Command::AddComment { text })?);
    let lines = vec![prose(120, &mut random)];
    let log = Command::AddLog { title: prose(30, &mut random), lines, kind: None, corrects: None };
    events.extend(step(order, who, now, log)?);
    Ok(events)
}

/// Does one thing to each order in one commit: reads it, decides, appends.
fn write(
    services: &Services,
    who: &Asker,
    jobs: &[Job],
    project: ProjectKey,
    decide: impl Fn(&mut Tx<'_>, &Asker, &Job, &mut Order) -> Result<Vec<OrderEvent>> + Send + 'static,
) -> Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    let (jobs, asker, ledger) = (jobs.to_vec(), who.clone(), services.app.ledger.clone());
    services.app.db.write_blocking(&who.actor, move |tx| {
        for job in &jobs {
            let events = reads::history(tx.conn, project, &job.id, None)?;
            let mut order = reads::fold_events(&events)?;
            let version = i64::try_from(events.len()).unwrap_or(i64::MAX);
            let decided = decide(tx, &asker, job, &mut order)?;
            let drafts: Result<Vec<Draft>> =
                decided.iter().map(|event| Ok(Draft::new(event.kind(), event.to_json()?))).collect();
            ledger.append(tx, &reads::stream_of(project, &job.id), version, drafts?)?;
        }
        Ok(())
    })
}

fn step(order: &mut Order, who: &Asker, now: Timestamp, command: Command) -> Result<Vec<OrderEvent>> {
    let decided = decide(order, command, who, &facts(order, who), &mut || new_id(now))?;
    decided.iter().for_each(|event| apply(order, event, who, now));
    Ok(decided)
}

fn apply(order: &mut Order, event: &OrderEvent, who: &Asker, now: Timestamp) {
    fold::apply(order, event, &EventMeta::of(&who.actor, now, new_id(now)));
}

fn to(status: Status) -> Command {
    let outcome = (status == Status::Completed).then_some(Outcome::Partial);
    Command::Move(MoveTo {
        to: status,
        reason: "As planned; the rest is with the next shift.".to_owned(),
        hold: None,
        outcome,
        proof: None,
        expected_version: None,
    })
}

/// A move with a signature over what the ledger holds.
fn signed(tx: &mut Tx<'_>, job: &Job, who: &Asker, order: &Order, status: Status) -> Result<Command> {
    let events = reads::history(tx.conn, who.project, &job.id, None)?;
    let content = signing::digest(order, &events)?;
    let proof = Proof { method: SigningMethod::Password, code: "USR-001".to_owned(), content, points: None };
    let Command::Move(asked) = to(status) else { return Ok(to(status)) };
    Ok(Command::Move(MoveTo { proof: Some(proof), ..asked }))
}

/// What other features would say: there is evidence of everything, nothing is odd, nobody is one with anybody.
fn facts(order: &Order, who: &Asker) -> Facts {
    let items = order.steps.iter().flat_map(|step| step.items.iter().map(|item| item.id.clone()));
    Facts {
        evidence: EvidenceFacts {
            linked_by_hand: false,
            evidenced: items.chain(order.criteria.iter().map(|it| it.id.clone())).collect(),
            altered: 0,
            senders: [].into(),
            claims_open: 0,
            exceptions_open: 0,
            judged: [].into(),
            refuted: [].into(),
            undecided: [].into(),
            traces_at: [].into(),
        },
        record: RecordFacts::Whole,
        people: PeopleFacts { unit: Unit::of(&who.actor.id, []), answering: Vec::new() },
        policy: TypePolicy::UNDECIDED,
        now: Timestamp(0),
        blockers: [].into(),
        cancelled_follow_ups: [].into(),
        draft_follow_ups: [].into(),
    }
}

/// The plan of the order with this number: three to five steps of two to five items, criteria, now and then a warning.
fn plan(seed: u64, number: u64) -> Plan {
    let mut random = Random(seed.wrapping_mul(0x1_0000_0001).wrapping_add(number));
    let mut pick = |most: u64| random.next() % most;
    let (kind, priority) = (pick(6) as usize, pick(4) as usize);
    let (steps, safety, day) = (3 + pick(3), pick(3), 1 + pick(28));
    let mut text = format!(
        "# {}\n\n| Field | Value |\n|---|---|\n| Type | {} |\n| Priority | {} |\n| Due | 2026-{:02}-{day:02} |\n\n{}\n",
        prose(45, &mut random),
        TYPES.get(kind).copied().unwrap_or_default(),
        PRIORITIES.get(priority).copied().unwrap_or_default(),
        1 + number % 12,
        prose(300, &mut random),
    );
    if safety == 0 {
        text.push_str(&format!("\n## Safety\n\n- {}\n", prose(60, &mut random)));
    }
    for step in 1..=steps {
        text.push_str(&format!("\n## Step {step}: {}\n\n", prose(40, &mut random)));
        for _ in 0..2 + random.next() % 4 {
            text.push_str(&format!("- [ ] {}\n", prose(60, &mut random)));
        }
    }
    text.push_str(&format!(
        "\n## Completion criteria\n\n- {}\n- {}\n",
        prose(50, &mut random),
        prose(50, &mut random)
    ));
    let now = Timestamp(1_780_272_000_000_000);
    let order = read::read(&text).and_then(|reading| reading.into_order(&mut || new_id(now)));
    Plan::of(&order.expect("the text is an order"))
}
