//! Every action refuses by itself whoever may not ask for it, whichever way they came: a page, a key, a command, a rule.

mod sending;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use prices::builtin_table;
use tracewright::assets::actions as assets;
use tracewright::assets::actions::create::NewAsset;
use tracewright::assets::actions::read_meter::Reading;
use tracewright::assets::model::{Facts, MeterFacts};
use tracewright::audit::actions as audit;
use tracewright::audit::actions::{Judgement, NewLink, NewQuote, NewStatement};
use tracewright::audit::exceptions::Answer;
use tracewright::audit::model::{Materiality as Weight, MissingReason, Outcome};
use tracewright::bundle::Stored;
use tracewright::bundle::actions::export;
use tracewright::foundation::money::Currency;
use tracewright::foundation::permission::{Scope, Scopes};
use tracewright::foundation::{Action, Actor, ActorKind, Asker, Error, Grant, Result, Role};
use tracewright::integrations::langfuse::actions::add_source::{NewSource, add_source};
use tracewright::integrations::langfuse::actions::{remove_source::remove_source, run_now::run_now};
use tracewright::media::reads::MediaRow;
use tracewright::notices::actions as notices;
use tracewright::order_settings::hours::actions as hours;
use tracewright::order_settings::hours::model::Week;
use tracewright::order_settings::policies::{self, PolicyChange};
use tracewright::order_settings::{currency, identity};
use tracewright::people::AccountId;
use tracewright::people::actions::create_account::NewAccount;
use tracewright::people::actions::create_api_key::NewApiKey;
use tracewright::people::model::{KeyLabel, ProjectId, ProjectName};
use tracewright::privacy::actions::{retain_once, set_policy};
use tracewright::privacy::model::Policy;
use tracewright::recognition::actions::{RuleChange, change_rules};
use tracewright::repricing::actions::fill_parts::fill_parts;
use tracewright::repricing::actions::import_table::{Reach, ensure_builtin, import_table};
use tracewright::repricing::actions::override_price::override_price;
use tracewright::repricing::actions::reprice::{look, reprice};
use tracewright::repricing::events::RepriceScope;
use tracewright::traces::actions::{delete_score::delete_score, erase};
use tracewright::work_orders::Orders;
use tracewright::work_orders::actions::transition::{Move, transition};
use tracewright::work_orders::actions::{self as orders, import::import};
use tracewright::work_orders::gathered::events::{PartAmount, Worked};
use tracewright::work_orders::model::{FilePlace, Quantity, TypeClass};
use tracewright::work_orders::model::{Materiality, Plan, Status, StepState, Target};
use tracewright::work_orders::reads;
use tracewright::{jobs, knowledge, trust};

use crate::harness::{TestApp, on_both};
use crate::people::{owner, person};

const FILE: &str = "# Work Order\n\n## Description\n**Wire it**\n\n## Steps\n\n### Step 1: Wire it\n- [ ] one\n\n## Safety Notes\n- Keys are secret\n";
const BEGUN: &str = include_str!("work_orders/order.md");
/// Numbers for files that say that the work has begun, so that each is another one.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A verb, the action that was asked for, and what it said.
type Said = (Action, &'static str, Result<()>);

/// One order of the owner's, that nobody else is tied to.
struct Order {
    id: String,
    number: String,
    target: Target,
    step: String,
}

on_both! {
    async fn an_action_refuses_whoever_the_table_does_not_name(t: TestApp) {
        let admin = owner(&t).await;
        let (order, file) = (order(&t, &admin).await, sending::file(&t, &admin).await);
        let mut wrong = Vec::new();
        for (name, who) in callers(&admin) {
            for (action, called, said) in try_all(&t, &order, &file, &who).await {
                let is_granted = who.may(action) == Grant::Any;
                let is_refused = matches!(said, Err(Error::Forbidden(_)));
                if is_refused == is_granted {
                    wrong.push(format!("{called} ({action:?}) by {name}: {said:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }
}

/// People of every role, an agent, keys, the operator of a command and the system; none of them is tied to the order.
fn callers(admin: &Asker) -> Vec<(String, Asker)> {
    let of = |id: &str, kind, roles: Vec<Role>| {
        let actor = Actor { id: id.to_owned(), kind, ..Actor::system() };
        Asker::account(actor, admin.project, roles)
    };
    let agent = of("agent", ActorKind::Agent, vec![Role::Agent]);
    let scores = Scopes(vec![Scope::Scores]);
    let mut callers = vec![
        ("a page without a role".to_owned(), of("none", ActorKind::Human, Vec::new())),
        ("a key that gives scores".to_owned(), Asker::key(admin.project, scores)),
        ("a key with every right".to_owned(), Asker::key(admin.project, Scopes::all())),
        ("an agent's key".to_owned(), agent.clone().with_key(Scopes::all())),
        ("an agent".to_owned(), agent),
        ("a command".to_owned(), Asker::operator(admin.project)),
        ("a rule".to_owned(), Asker::system(admin.project)),
    ];
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Agent) {
        callers.push((format!("a page as {role:?}"), of(role.as_str(), ActorKind::Human, vec![role])));
    }
    callers
}

async fn order(t: &TestApp, admin: &Asker) -> Order {
    let made = import(&t.app, admin, None, FILE.as_bytes().to_vec()).await.unwrap();
    let (project, id) = (admin.project, made.order_id.clone());
    let order = t.app.db.read(move |conn| reads::load(conn, project, &id, None)).await.unwrap();
    Order {
        id: made.order_id,
        number: made.number.to_string(),
        target: order.targets()[0].clone(),
        step: order.steps[0].id.clone(),
    }
}

async fn try_all(t: &TestApp, order: &Order, file: &MediaRow, who: &Asker) -> Vec<Said> {
    let mut said = on_people(t, who).await;
    said.extend(on_order(t, order, who).await);
    said.extend(on_hands(t, order, who).await);
    said.extend(on_delegation(t, order, who).await);
    said.extend(on_procedures(t, order, who).await);
    said.extend(on_schedules(t, who).await);
    said.extend(on_claims(t, order, who).await);
    said.extend(on_keeping(t, who).await);
    said.extend(on_hours(t, who).await);
    said.extend(on_budgets(t, who).await);
    said.extend(on_alerts(t, who).await);
    said.extend(on_assets(t, who).await);
    said.extend(on_traces(t, who).await);
    said.extend(on_prices(t, who).await);
    said.extend(sending::on_sending(t, file, who).await);
    said
}

async fn on_people(t: &TestApp, who: &Asker) -> Vec<Said> {
    const PEOPLE: Action = Action::ManagePeople;
    let (people, nobody) = (&t.people, || AccountId("nobody".to_owned()));
    let key = NewApiKey {
        label: KeyLabel::parse("label", "k").unwrap(),
        scopes: Scopes::all(),
        account: None,
        expires_at: None,
        pair: None,
    };
    let new = NewAccount { email: None, ..person("x@example.com", &[]) };
    let id = ProjectId::parse("project", "other").unwrap();
    let name = ProjectName::parse("project", "Other").unwrap();
    vec![
        (PEOPLE, "create_account", people.create_account(who, new).await.map(drop)),
        (PEOPLE, "grant_role", people.grant_role(who, nobody(), Role::Viewer).await),
        (PEOPLE, "revoke_role", people.revoke_role(who, nobody(), Role::Viewer).await),
        (PEOPLE, "disable_account", people.disable_account(who, nobody()).await),
        (PEOPLE, "enable_account", people.enable_account(who, nobody()).await),
        (
            PEOPLE,
            "same_person",
            people.same_person(who, nobody(), AccountId("other".to_owned())).await.map(drop),
        ),
        (PEOPLE, "issue_link", people.issue_link(who, nobody()).await.map(drop)),
        (PEOPLE, "create_api_key", people.create_api_key(who, key).await.map(drop)),
        (PEOPLE, "revoke_api_key", people.revoke_api_key(who, "none").await),
        (Action::CreateProject, "create_project", people.create_project(who, id, name).await.map(drop)),
    ]
}

async fn used(service: &Orders, who: &Asker, id: &str) -> Result<()> {
    let amount =
        PartAmount { quantity: Quantity(1), unit: String::new(), unit_cost: None, source: String::new() };
    orders::use_part::use_part(service, who, id, None, "seal".to_owned(), amount).await.map(drop)
}

async fn split(service: &Orders, who: &Asker, id: &str) -> Result<()> {
    let asked = orders::split::Asked { steps: Vec::new(), title: "Rest".to_owned(), reason: String::new() };
    orders::split::split(service, who, id, asked).await.map(drop)
}

async fn no_files(service: &Orders, who: &Asker, id: &str) -> Result<()> {
    let (files, place) = (orders::add_files::Received::default(), FilePlace::Order);
    orders::add_files::add_files(service, who, id, files, place, String::new()).await.map(drop)
}

async fn on_order(t: &TestApp, order: &Order, who: &Asker) -> Vec<Said> {
    let (app, service, id, target) = (&t.app, &t.services.orders, order.id.as_str(), || order.target.clone());
    let plan = Plan { title: "A plan".to_owned(), ..Plan::default() };
    let begun =
        BEGUN.replace("WO-2026-014", &format!("WO-2026-{}", 500 + NEXT.fetch_add(1, Ordering::Relaxed)));
    let entry = orders::log::Entry { title: "Said".to_owned(), ..orders::log::Entry::default() };
    let failed = StepState::Failed { reason: "a good reason".to_owned() };
    let skipped = StepState::NotApplicable { reason: "a good reason".to_owned() };
    let step = || order.step.clone();
    // Without the reason that it needs, so that whoever may cancel it does not.
    let asked = Move::to(Status::Cancelled);
    let weight = Materiality::Critical;
    let text = || "a good reason".to_owned();
    vec![
        (Action::CreateDraft, "create", orders::create::create(app, who, plan, None).await.map(drop)),
        (Action::CreateDraft, "import", import(app, who, None, begun.into_bytes()).await.map(drop)),
        (Action::Cancel, "transition", transition(service, who, id, asked).await.map(drop)),
        (Action::Tick, "tick", orders::tick::tick(service, who, id, target()).await.map(drop)),
        (
            Action::UndoOthersTick,
            "undo",
            orders::undo::undo(service, who, id, target(), text()).await.map(drop),
        ),
        (
            Action::Attest,
            "attest",
            orders::attest::attest(service, who, id, target(), text()).await.map(drop),
        ),
        (
            Action::Tick,
            "mark_step",
            orders::mark_step::mark_step(service, who, id, step(), failed, String::new()).await.map(drop),
        ),
        (
            Action::SkipStep,
            "mark_step as not applicable",
            orders::mark_step::mark_step(service, who, id, step(), skipped, String::new()).await.map(drop),
        ),
        (Action::Log, "log", orders::log::log(service, who, id, entry).await.map(drop)),
        (
            Action::Log,
            "log_time",
            orders::log_time::log_time(service, who, id, Worked::default()).await.map(drop),
        ),
        (Action::Log, "start_timer", orders::start_timer::start_timer(service, who, id).await.map(drop)),
        (Action::Log, "use_part", used(service, who, id).await),
        (Action::AddEvidence, "may_add", orders::add_files::may_add(service, who, id).await),
        (Action::AddEvidence, "add_files", no_files(service, who, id).await),
        (
            Action::ViewOrders,
            "check_files",
            orders::check_files::check_files(service, who, id).await.map(drop),
        ),
        (Action::RemoveErased, "sweep_files", orders::sweep_files::sweep_files(app, who).await.map(drop)),
        (Action::SetOrderPolicy, "currency::set", currency::set(app, who, Currency::DEFAULT).await),
        (Action::Comment, "comment", orders::comment::comment(service, who, id, text()).await.map(drop)),
        (
            Action::AcknowledgeSafety,
            "acknowledge",
            orders::acknowledge::acknowledge(service, who, id, 1).await.map(drop),
        ),
        (
            Action::SetWeight,
            "set_materiality",
            orders::set_materiality::set_materiality(service, who, id, target(), weight).await.map(drop),
        ),
        (
            Action::SetOrderPolicy,
            "policies::set",
            policies::set(app, who, TypeClass::Other, PolicyChange::default()).await.map(drop),
        ),
        (
            Action::LetPass,
            "release",
            orders::release::release(service, who, id, target(), text()).await.map(drop),
        ),
        (
            Action::Amend,
            "amend",
            orders::amend::amend(service, who, id, None, text(), text()).await.map(drop),
        ),
        (
            Action::LetPass,
            "pass_block",
            orders::relate::pass_block(service, who, id, "none".to_owned(), text()).await.map(drop),
        ),
        (Action::Tick, "sign_on", orders::isolation::sign_on(service, who, id).await.map(drop)),
        (
            Action::LetPass,
            "sign_off",
            orders::isolation::sign_off(service, who, id, "nobody".to_owned(), text()).await.map(drop),
        ),
        (Action::ViewOrders, "export as Markdown", markdown(t, order, who).await),
        (
            Action::ExportBundle,
            "export",
            export(app, who, &order.number, Arc::new(Stored::new(app.clone()))).await.map(drop),
        ),
    ]
}

/// Work that changes hands, is split or is pointed at.
async fn on_hands(t: &TestApp, order: &Order, who: &Asker) -> Vec<Said> {
    let (service, id, text) = (&t.services.orders, order.id.as_str(), || "a good reason".to_owned());
    vec![
        (Action::Assign, "assign", orders::assign::assign(service, who, id, None).await.map(drop)),
        (
            Action::Assign,
            "hand_over",
            orders::hand_over::hand_over(service, who, id, text(), text(), text()).await.map(drop),
        ),
        (
            Action::UndoOthersTick,
            "stop_timer_of",
            orders::stop_timer::stop_timer_of(service, who, id, "nobody".to_owned()).await.map(drop),
        ),
        (Action::EditPlan, "split", split(service, who, id).await),
        (
            Action::AddEvidence,
            "pin::place",
            orders::pin::place(service, who, id, text(), (0, 0), text()).await.map(drop),
        ),
    ]
}

/// Claims, agents that are stopped, questions and decisions.
async fn on_delegation(t: &TestApp, order: &Order, who: &Asker) -> Vec<Said> {
    const CLAIM: Action = Action::ClaimWork;
    let (service, id, why) = (&t.services.orders, order.id.as_str(), "a good reason");
    let (question, decision) =
        (orders::ask_person::Question::default(), orders::record_decision::NewDecision::default());
    vec![
        (CLAIM, "claim", orders::claim::claim(service, who, id, None).await.map(drop)),
        (CLAIM, "heartbeat", orders::heartbeat::heartbeat(service, who, id).await.map(drop)),
        (CLAIM, "release_claim", orders::release_claim::release_claim(service, who, id, why).await.map(drop)),
        (
            Action::StopAgent,
            "stop_agent",
            orders::stop_agent::stop_agent(service, who, id, "none", why).await.map(drop),
        ),
        (
            Action::StopAgent,
            "let_agent_on",
            orders::let_agent_on::let_agent_on(service, who, id, "none").await.map(drop),
        ),
        (
            Action::Log,
            "ask_person",
            orders::ask_person::ask_person(service, who, id, question).await.map(drop),
        ),
        (
            Action::AnswerQuestion,
            "answer_question",
            orders::answer_question::answer_question(service, who, id, "none", why).await.map(drop),
        ),
        (
            Action::Log,
            "withdraw_question",
            orders::withdraw_question::withdraw_question(service, who, id, "none", why).await.map(drop),
        ),
        (
            Action::Log,
            "record_decision",
            orders::record_decision::record_decision(service, who, id, decision).await.map(drop),
        ),
    ]
}

/// Procedures that are not there, but for a new one.
async fn on_procedures(t: &TestApp, order: &Order, who: &Asker) -> Vec<Said> {
    use tracewright::maintenance::procedures::actions as acts;
    const WRITE: Action = Action::WriteProcedure;
    let (app, none, text) = (&t.app, "none", || "a good reason".to_owned());
    let plan = "# Round\n\n## Look\n- [ ] one\n";
    vec![
        (WRITE, "procedure create", acts::create::create(app, who, text(), plan).await.map(drop)),
        (WRITE, "procedure draft", acts::draft::draft(app, who, none, plan).await.map(drop)),
        (WRITE, "procedure change", acts::change::change(app, who, none, 1, plan).await.map(drop)),
        (WRITE, "procedure rename", acts::rename::rename(app, who, none, text()).await.map(drop)),
        (WRITE, "copy_order", acts::copy_order::copy_order(app, who, "WO-1999-001").await.map(drop)),
        (WRITE, "copy_into", acts::copy_order::copy_into(app, who, none, &order.number).await.map(drop)),
        (Action::SubmitProcedure, "submit", acts::submit::submit(app, who, none, 1).await.map(drop)),
        (
            Action::SubmitProcedure,
            "withdraw",
            acts::withdraw::withdraw(app, who, none, 1, text()).await.map(drop),
        ),
        (
            Action::ApproveProcedure,
            "approve",
            acts::approve::approve(app, who, none, 1, None).await.map(drop),
        ),
        (
            Action::ApproveProcedure,
            "return_version",
            acts::return_version::return_version(app, who, none, 1, text()).await.map(drop),
        ),
        (Action::RetireProcedure, "retire", acts::retire::retire(app, who, none, text()).await.map(drop)),
        (
            Action::RetireProcedure,
            "procedure take_up",
            acts::take_up::take_up(app, who, none, text()).await.map(drop),
        ),
        (Action::CreateDraft, "make_order", acts::make_order::make_order(app, who, none, 1).await.map(drop)),
    ]
}

/// Schedules that are not there, of a procedure that is not there.
async fn on_schedules(t: &TestApp, who: &Asker) -> Vec<Said> {
    use tracewright::maintenance::schedules::actions as acts;
    use tracewright::maintenance::schedules::model::Terms;
    const KEEP: Action = Action::KeepSchedules;
    let (app, none, text, terms) = (&t.app, "none", || "a good reason".to_owned(), Terms::default);
    let day = chrono::NaiveDate::default();
    let change = acts::change::change(app, who, none, terms(), text(), None).await.map(drop);
    let made = acts::make_due::make_due(app, who, None).await.map(drop);
    vec![
        (KEEP, "schedule create", acts::create::create(app, who, none, terms()).await.map(drop)),
        (KEEP, "schedule change", change),
        (KEEP, "schedule pause", acts::pause::pause(app, who, none, text(), None).await.map(drop)),
        (KEEP, "schedule resume", acts::resume::resume(app, who, none, text()).await.map(drop)),
        (KEEP, "schedule skip", acts::skip::skip(app, who, none, day, text()).await.map(drop)),
        (KEEP, "schedule end", acts::end::end(app, who, none, text()).await.map(drop)),
        (Action::MakeScheduledOrder, "make_due", made),
    ]
}

async fn markdown(t: &TestApp, order: &Order, who: &Asker) -> Result<()> {
    let (who, number) = (who.clone(), order.number.clone());
    t.app.db.read(move |conn| orders::export::export(conn, &who, &number)).await.map(drop)
}

async fn on_claims(t: &TestApp, order: &Order, who: &Asker) -> Vec<Said> {
    let (app, none) = (&t.app, || "none".to_owned());
    let quote = NewQuote {
        trace_id: none(),
        observation_id: none(),
        field: "output".to_owned(),
        exact: none(),
        prefix: String::new(),
        suffix: String::new(),
    };
    let judgement = Judgement {
        claim_id: none(),
        outcome: Outcome::NotEnoughInformation,
        quotes: Vec::new(),
        reason: Some(MissingReason::NoEvidenceLinked),
        comment: String::new(),
        supersedes: None,
    };
    let link = NewLink { order_id: order.id.clone(), target: None, trace_id: none(), observation_id: None };
    let statement =
        NewStatement { order_id: order.id.clone(), target: order.target.clone(), text: none(), quote };
    let replaced = Answer::Replaced;
    vec![
        (Action::Judge, "judge", audit::judge(app, who, judgement).await.map(drop)),
        (Action::AddEvidence, "link", audit::link(app, who, link).await.map(drop)),
        (
            Action::StateClaim,
            "state",
            tie_free(audit::state(app, who, statement).await.map(drop), who, Action::StateClaim),
        ),
        (
            Action::AddEvidence,
            "unlink",
            tie_free(audit::unlink(app, who, none(), none()).await.map(drop), who, Action::AddEvidence),
        ),
        (Action::WeighStatement, "weigh", audit::weigh(app, who, none(), Weight::Normal).await),
        (
            Action::WithdrawStatement,
            "withdraw",
            tie_free(audit::withdraw(app, who, none()).await.map(drop), who, Action::WithdrawStatement),
        ),
        (
            Action::AnswerException,
            "resolve_exception",
            audit::resolve_exception(app, who, none(), replaced, "done").await.map(drop),
        ),
        (Action::PinEvidence, "pin_settled", audit::pin_settled(app, who).await.map(drop)),
        (Action::PinEvidence, "settle_identity", audit::settle_identity(app, who, none()).await.map(drop)),
        (Action::ExtractAtoms, "extract", knowledge::actions::extract(app, who, "none").await.map(drop)),
    ]
}

/// What needs a record of one's own is refused before any record is found only to those who may never; for the
/// others, "there is no such record" is as good as a refusal.
fn tie_free(said: Result<()>, who: &Asker, action: Action) -> Result<()> {
    let may_some = who.may(action) > Grant::Never && who.may(action) < Grant::Any;
    match said {
        Err(Error::NotFound(_) | Error::Invalid(_)) if may_some => Err(Error::forbidden("not theirs")),
        other => other,
    }
}

async fn on_keeping(t: &TestApp, who: &Asker) -> Vec<Said> {
    const KEEP: Action = Action::KeepJobs;
    const SOURCES: Action = Action::ManageSources;
    let (app, project) = (&t.app, who.project);
    let source = NewSource {
        label: String::new(),
        url: String::new(),
        public_key: String::new(),
        secret_key: String::new(),
        every_minutes: String::new(),
    };
    let hook = || notices::NewHook { label: String::new(), url: String::new(), kinds: Vec::new() };
    vec![
        (KEEP, "pause_schedule", jobs::actions::pause_schedule(app, who, project, "none").await),
        (KEEP, "resume_schedule", jobs::actions::resume_schedule(app, who, project, "none").await),
        (KEEP, "run_schedule", jobs::actions::run_schedule(app, who, project, "none").await),
        (KEEP, "retry", jobs::actions::retry(app, who, project, "none").await),
        (KEEP, "cancel", jobs::actions::cancel(app, who, project, "none").await),
        (SOURCES, "add_source", add_source(app, who, source).await.map(drop)),
        (SOURCES, "remove_source", remove_source(app, who, "none").await),
        (SOURCES, "run_now", run_now(app, who, "none").await.map(drop)),
        (SOURCES, "add_hook", notices::add_hook(app, who, hook()).await.map(drop)),
        (SOURCES, "change_hook", notices::change_hook(app, who, "none", hook()).await),
        (SOURCES, "remove_hook", notices::remove_hook(app, who, "none").await),
        (SOURCES, "rotate_secret", notices::rotate_secret(app, who, "none").await.map(drop)),
        (SOURCES, "start_hook", notices::start_hook(app, who, "none").await),
        (SOURCES, "test_hook", notices::test_hook(app, who, "none").await),
        (Action::SetTrustPolicy, "ensure_policy", trust::ensure_policy(app, who).await),
    ]
}

/// When people work who are not there.
async fn on_hours(t: &TestApp, who: &Asker) -> Vec<Said> {
    const SET: Action = Action::SetWorkingHours;
    let (app, none, day) = (&t.app, "none", "2026-12-01");
    vec![
        (SET, "set_hours", hours::set_hours::set_hours(app, who, none, day, Week::default()).await),
        (SET, "set_holiday", hours::set_holiday::set_holiday(app, who, day, "").await),
        (SET, "take_away_holiday", hours::take_away_holiday::take_away_holiday(app, who, day).await),
        (SET, "set_absence", hours::set_absence::set_absence(app, who, none, day, day).await.map(drop)),
        (SET, "take_away_absence", hours::take_away_absence::take_away_absence(app, who, none).await),
    ]
}

/// An alert that is not there; the system alone looks at the rules.
async fn on_alerts(t: &TestApp, who: &Asker) -> Vec<Said> {
    use tracewright::alerts::{Watched, actions as acts};
    const KEEP: Action = Action::KeepJobs;
    let (app, none, soon) = (&t.app, "none", Some(t.app.now().plus_micros(1_000_000)));
    let watched = Watched { sums: &[], pulls: "langfuse.pull" };
    vec![
        (KEEP, "take an alert", acts::acknowledge(app, who, none).await.map(drop)),
        (KEEP, "give an alert back", acts::give_back(app, who, none).await.map(drop)),
        (KEEP, "silence an alert", acts::silence(app, who, none, soon, "a good reason").await.map(drop)),
        (KEEP, "end a silence", acts::end_silence(app, who, none).await.map(drop)),
        (Action::RemoveErased, "look at the rules", acts::evaluate_all(app, who, watched).await.map(drop)),
    ]
}

/// Budgets that are not there, and one of nobody.
async fn on_budgets(t: &TestApp, who: &Asker) -> Vec<Said> {
    use tracewright::budgets::actions as acts;
    use tracewright::budgets::model::{About, AtEnd, Period, Scope, Terms, Unit};
    const KEEP: Action = Action::ChangePrices;
    let (app, none, text) = (&t.app, "none", || "a good reason".to_owned());
    let (scope, unit, period, name) = (Scope::Agent, Unit::Tokens, Period::Day, String::new());
    let about = About { scope, name, unit, period, zone: "UTC".to_owned(), already_used: 0 };
    let terms = Terms { amount: 1, warn_at: Vec::new(), at_end: AtEnd::Tells };
    let asked = acts::change::Change::default();
    vec![
        (KEEP, "set a budget", acts::set::set(app, who, about, terms, text()).await.map(drop)),
        (KEEP, "change a budget", acts::change::change(app, who, none, asked, text(), None).await.map(drop)),
        (KEEP, "end a budget", acts::end::end(app, who, none, text()).await.map(drop)),
    ]
}

async fn on_assets(t: &TestApp, who: &Asker) -> Vec<Said> {
    const KEEP: Action = Action::KeepAssets;
    let app = &t.app;
    let (facts, meter) = (Facts { name: "Mill".to_owned(), ..Facts::default() }, MeterFacts::default);
    let meter = || MeterFacts { name: "Hours".to_owned(), ..meter() };
    let new = NewAsset::default();
    let none = ("none", "none");
    vec![
        (KEEP, "create an asset", assets::create::create(app, who, new).await.map(drop)),
        (KEEP, "import assets", assets::import::import(app, who, "").await.map(drop)),
        (KEEP, "change an asset", assets::change::change(app, who, "none", facts, None).await.map(drop)),
        (
            KEEP,
            "relocate an asset",
            assets::relocate::relocate(app, who, "none", String::new()).await.map(drop),
        ),
        (KEEP, "retire an asset", assets::retire::retire(app, who, "none", "gone").await),
        (KEEP, "take_up an asset", assets::take_up::take_up(app, who, "none", "back").await),
        (KEEP, "add_meter", assets::add_meter::add_meter(app, who, "none", meter()).await.map(drop)),
        (
            KEEP,
            "change_meter",
            assets::change_meter::change_meter(app, who, "none", "none", meter(), None).await.map(drop),
        ),
        (
            Action::ReadMeter,
            "read_meter",
            assets::read_meter::read_meter(app, who, "none", "none", Reading::default()).await.map(drop),
        ),
        (
            Action::ReadMeter,
            "withdraw_reading",
            assets::withdraw_reading::withdraw_reading(app, who, "none", none, "wrong").await,
        ),
    ]
}

fn own_rule() -> wire::mapping::own_rules::OwnRule {
    wire::mapping::own_rules::OwnRule::new("agent", "tag", "crew:").unwrap()
}

async fn on_traces(t: &TestApp, who: &Asker) -> Vec<Said> {
    let (app, intake) = (&t.app, &t.services.intake);
    let hooks = &intake.hooks;
    let ids = vec!["none".to_owned()];
    vec![
        (Action::SetPrivacy, "identity::set", identity::set(app, who, BTreeSet::new(), "a reason").await),
        (Action::SetPrivacy, "set_policy", set_policy(app, &intake.masks, who, Policy::default()).await),
        (
            Action::SetPrivacy,
            "change_rules",
            change_rules(app, who, RuleChange::TakeBack(own_rule()), "a reason").await.map(drop),
        ),
        (
            Action::EraseTraces,
            "erase_traces",
            erase::erase_traces(app, hooks, who, ids, "a reason").await.map(drop),
        ),
        (
            Action::EraseTraces,
            "erase_user",
            erase::erase_user(app, hooks, who, "none", "a reason").await.map(drop),
        ),
        (Action::Retain, "retain_once", retain_once(app, hooks, who, app.now()).await.map(drop)),
        (Action::DeleteScore, "delete_score", delete_score(app, who, "none".to_owned()).await),
    ]
}

async fn on_prices(t: &TestApp, who: &Asker) -> Vec<Said> {
    let (app, books) = (&t.app, &t.services.intake.books);
    let table = || builtin_table().unwrap();
    let price = || table().prices.remove(0);
    let all = RepriceScope::default;
    vec![
        (Action::ChangeSharedPrices, "ensure_builtin", ensure_builtin(app, who).await),
        (
            Action::ChangeSharedPrices,
            "import_table for everybody",
            import_table(app, books, who, Reach::Everybody, table()).await.map(drop),
        ),
        (
            Action::ChangePrices,
            "import_table",
            import_table(app, books, who, Reach::Project, table()).await.map(drop),
        ),
        (Action::ChangePrices, "override_price", override_price(app, books, who, price()).await.map(drop)),
        (Action::Reprice, "look", look(app, who, all(), 1).await.map(drop)),
        (Action::Reprice, "reprice", reprice(app, who, all()).await.map(drop)),
        (Action::Reprice, "fill_parts", fill_parts(app, books, who, None, None).await.map(drop)),
    ]
}
