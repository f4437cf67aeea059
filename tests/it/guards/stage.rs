//! The order, the people and the ways to bring an order to where a guard is asked.

use serde_json::json;
use tracewright::audit::actions::{Judgement, NewLink, judge, link};
use tracewright::audit::model::{MissingReason, Outcome as VerdictOutcome};
use tracewright::audit::reads::judged_claims;
use tracewright::config::InitConfig;
use tracewright::foundation::{Actor, ActorKind, Asker, Error, Result, Role};
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::ledger::Event;
use tracewright::order_settings::policies::{self, PolicyChange};
use tracewright::people::actions::create_account::NewAccount;
use tracewright::people::actions::create_api_key::NewApiKey;
use tracewright::people::model::{Email, KeyLabel, PersonName, Scopes};
use tracewright::people::{AccountId, AccountKind, Credentials, Visitor};
use tracewright::work_orders::actions::edit_plan::edit_plan;
use tracewright::work_orders::actions::transition::{Move, transition};
use tracewright::work_orders::actions::{acknowledge, assign, import, tick};
use tracewright::work_orders::editing::{Changed, Edit, plan_of};
use tracewright::work_orders::model::{Assignee, Block, Outcome, Status, Target, TypeClass};

pub use crate::harness::orders::{PASSWORD, load};
use crate::harness::{TestApp, orders};

pub const FILE: &str = include_str!("order.md");

/// Sets up headless and signs the owner in: admin, supervisor, technician and auditor in one.
pub async fn owner(t: &TestApp) -> Asker {
    let init = InitConfig {
        project_id: Some("plant-7".to_owned()),
        project_name: Some("Plant 7".to_owned()),
        public_key: None,
        secret_key: None,
        owner_email: Some("owner@example.com".to_owned()),
        owner_password: Some(PASSWORD.to_owned()),
    };
    t.people.set_up_headless(&init).await.unwrap();
    sign_in(t, "owner@example.com").await
}

async fn sign_in(t: &TestApp, email: &str) -> Asker {
    let started = t.people.sign_in(email, PASSWORD, &Visitor::default()).await.unwrap();
    t.people.authenticate(started.token.expose()).await.unwrap().unwrap()
}

/// What somebody signs in with, by their printed name.
fn email_of(who: &Asker) -> String {
    format!("{}@example.com", who.actor.name.to_lowercase())
}

/// A person with an account and a password, made by the operator.
pub async fn hire(t: &TestApp, owner: &Asker, name: &str, roles: &[Role]) -> Asker {
    let email = format!("{name}@example.com");
    let new = NewAccount {
        kind: AccountKind::Human,
        name: PersonName::parse("name", name).unwrap(),
        email: Some(Email::parse("email", &email).unwrap()),
        roles: roles.to_vec(),
        password: Some(PASSWORD.to_owned()),
    };
    t.people.create_account(&Asker::operator(owner.project), new).await.unwrap();
    sign_in(t, &email).await
}

/// An agent with an account, made by `maker`.
pub async fn agent(t: &TestApp, maker: &Asker, name: &str) -> Asker {
    let new = NewAccount {
        kind: AccountKind::Agent,
        name: PersonName::parse("name", name).unwrap(),
        email: None,
        roles: vec![Role::Agent],
        password: None,
    };
    let account = t.people.create_account(maker, new).await.unwrap().account;
    let actor = Actor {
        id: account.id.0,
        kind: ActorKind::Agent,
        name: name.to_owned(),
        session: None,
        request_id: None,
        under_reset: None,
    };
    Asker::account(actor, maker.project, vec![Role::Agent])
}

/// Somebody without an account, for acts that nobody signs.
pub fn other(owner: &Asker, id: &str, roles: &[Role]) -> Asker {
    let actor = Actor {
        id: id.to_owned(),
        kind: ActorKind::Human,
        name: id.to_owned(),
        session: None,
        request_id: None,
        under_reset: None,
    };
    Asker::account(actor, owner.project, roles.to_vec())
}

pub async fn take(t: &TestApp, by: &Asker, text: &str) -> String {
    import::import(&t.app, by, None, text.as_bytes().to_vec()).await.unwrap().order_id
}

/// The file with another status.
pub fn file_at(status: &str) -> String {
    FILE.replace("| DRAFT |", &format!("| {status} |"))
}

pub async fn place(t: &TestApp, by: &Asker, id: &str, place: &str) -> Target {
    load(t, by, id).await.resolve_part(place).unwrap()
}

/// Moves the order, with the password where the move is signed.
pub async fn go(t: &TestApp, by: &Asker, id: &str, to: Status) -> Result<Vec<Event>> {
    go_with(t, by, id, Move::to(to)).await
}

pub async fn go_with(t: &TestApp, by: &Asker, id: &str, asked: Move) -> Result<Vec<Event>> {
    let email = Some(email_of(by));
    let asked =
        Move { email, password: Some(PASSWORD.to_owned()), reason: "a good reason".to_owned(), ..asked };
    let moved = transition(&t.services.orders, by, id, asked).await;
    t.clock.advance(1_000_000);
    moved
}

pub async fn complete(t: &TestApp, by: &Asker, id: &str, outcome: Outcome) -> Result<Vec<Event>> {
    go_with(t, by, id, Move { outcome: Some(outcome), ..Move::to(Status::Completed) }).await
}

pub async fn give(t: &TestApp, owner: &Asker, id: &str, to: Option<&Asker>) {
    let to = to.map(|to| Assignee {
        account: Some(to.actor.id.clone()),
        kind: Some(to.actor.kind),
        name: to.actor.name.clone(),
        code: String::new(),
    });
    assign::assign(&t.services.orders, owner, id, to).await.unwrap();
}

pub async fn do_tick(t: &TestApp, by: &Asker, id: &str, at: &str) {
    let target = place(t, by, id, at).await;
    tick::tick(&t.services.orders, by, id, target).await.unwrap();
    t.clock.advance(1_000_000);
}

pub async fn read_safety(t: &TestApp, by: &Asker, id: &str) {
    acknowledge::acknowledge(&t.services.orders, by, id, 1).await.unwrap();
}

/// Submits and approves it.
pub async fn approve(t: &TestApp, owner: &Asker, id: &str) {
    go(t, owner, id, Status::Submitted).await.unwrap();
    go(t, owner, id, Status::Approved).await.unwrap();
}

/// An order written, approved and closed by the owner, done by `worker`.
pub async fn running(t: &TestApp, owner: &Asker, worker: &Asker) -> String {
    let id = take(t, owner, FILE).await;
    orders::walk(t, owner, worker, &id, Status::InProgress).await;
    t.clock.advance(1_000_000);
    id
}

/// [`running`], with everything ticked and completed by the worker.
pub async fn completed(t: &TestApp, owner: &Asker, worker: &Asker) -> String {
    let id = take(t, owner, FILE).await;
    work(t, owner, worker, &id).await;
    id
}

/// Takes a draft through approval and work to completion.
pub async fn work(t: &TestApp, owner: &Asker, worker: &Asker, id: &str) {
    orders::walk(t, owner, worker, id, Status::InProgress).await;
    t.clock.advance(1_000_000);
    for at in ["1.1", "2.1", "C1"] {
        do_tick(t, worker, id, at).await;
    }
    complete(t, worker, id, Outcome::Achieved).await.unwrap();
}

/// Makes an order one that is worked on under isolation.
pub async fn isolate(t: &TestApp, owner: &Asker, id: &str) {
    edit_head(t, owner, id, "", true, "the pump is locked out").await;
}

/// Changes the plan of an order: its title says these words too.
pub async fn change_plan(t: &TestApp, by: &Asker, id: &str, words: &str) {
    edit_head(t, by, id, words, false, "it came out on site").await;
}

async fn edit_head(t: &TestApp, by: &Asker, id: &str, words: &str, isolation: bool, reason: &str) {
    let order = load(t, by, id).await;
    let head = Edit::Head {
        title: format!("{} {words}", order.title).trim().to_owned(),
        order_type: order.order_type.clone(),
        priority: order.priority,
        due: order.due.clone(),
        asset: order.asset.clone(),
        isolation,
    };
    edit_plan(&t.services.orders, by, id, vec![head], reason.to_owned()).await.unwrap();
    t.clock.advance(1_000_000);
}

/// Gives every open claim a verdict that needs no quote.
pub async fn judge_all(t: &TestApp, by: &Asker, id: &str) {
    let (project, order) = (by.project, id.to_owned());
    let claims = t.app.db.read(move |conn| judged_claims(conn, project, &order)).await.unwrap();
    for claim in claims.into_iter().filter(|claim| claim.claim.standing == "open") {
        judge_one(t, by, &claim.claim.claim_id).await.unwrap();
    }
    t.clock.advance(1_000_000);
}

pub async fn judge_one(t: &TestApp, by: &Asker, claim: &str) -> Result<String> {
    let asked = Judgement {
        claim_id: claim.to_owned(),
        outcome: VerdictOutcome::NotEnoughInformation,
        quotes: Vec::new(),
        reason: Some(MissingReason::NoEvidenceLinked),
        comment: String::new(),
        supersedes: None,
    };
    judge(&t.app, by, asked).await.map(|judged| judged.verdict)
}

/// Sends one span of a trace, with a key and as whoever it is, with what it says.
pub async fn send(t: &TestApp, by: &Asker, trace: &str, tags: &[&str], said: &str) {
    let by = by.clone().with_key(Scopes::all());
    let at = t.app.now().to_rfc3339();
    let event =
        |id: String, kind: &str, body| json!({ "id": id, "type": kind, "timestamp": at, "body": body });
    let span = json!({ "id": "call", "traceId": trace, "name": "ask", "output": said });
    let named = json!({ "id": trace, "name": "ask", "tags": tags });
    let moment = t.app.now().0;
    let batch = [
        event(format!("{trace}-{moment}-1"), "trace-create", named),
        event(format!("{trace}-{moment}-2"), "span-create", span),
    ];
    let sent = RequestBody::plain(json!({ "batch": batch }).to_string().into_bytes());
    let answers = ingest_batch(&t.app, &t.services.intake, &by, sent).await.unwrap();
    assert!(answers.iter().all(|answer| answer.fault.is_none()), "{answers:?}");
    t.clock.advance(1_000_000);
}

/// Who sends what comes in by a new key of an agent that `maker` makes.
pub async fn by_key(t: &TestApp, maker: &Asker, agent: &Asker) -> Asker {
    let new = NewApiKey {
        label: KeyLabel::parse("label", "agent").unwrap(),
        scopes: Scopes::all(),
        account: Some(AccountId(agent.actor.id.clone())),
        expires_at: None,
        pair: None,
    };
    let key = t.people.create_api_key(maker, new).await.unwrap();
    let pair =
        Credentials::Pair { public: key.public.as_str().to_owned(), secret: key.secret.expose().to_owned() };
    t.people.check_key(&pair).await.unwrap().unwrap().asker()
}

pub async fn link_trace(t: &TestApp, by: &Asker, id: &str, at: &str, trace: &str) {
    let target = place(t, by, id, at).await;
    let asked = NewLink {
        order_id: id.to_owned(),
        target: Some(target),
        trace_id: trace.to_owned(),
        observation_id: None,
    };
    link(&t.app, by, asked).await.unwrap();
}

pub async fn decide_policy(t: &TestApp, owner: &Asker, change: PolicyChange) {
    policies::set(&t.app, owner, TypeClass::Integration, change).await.unwrap();
}

/// The words of a refusal that stands in the way, not of a missing right.
pub fn refusal(result: Result<Vec<Event>>) -> String {
    match result {
        Err(Error::Refused(why)) => why.to_string(),
        other => panic!("not refused by a guard: {other:?}"),
    }
}

/// What is wrong with a field.
pub fn fault_at(result: Result<Vec<Event>>, field: &str) -> String {
    match result {
        Err(Error::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("{errors}")).to_owned(),
        other => panic!("not refused by field: {other:?}"),
    }
}

/// Changes one block of a plan and leaves all else of it as it is.
pub async fn reword(
    t: &TestApp,
    by: &Asker,
    id: &str,
    which: impl Fn(&Block) -> bool,
    change: impl FnOnce(&mut Changed),
    reason: &str,
) -> Result<Vec<Event>> {
    let block = plan_of(&load(t, by, id).await).document.into_iter().find(which).unwrap();
    let mut now = Changed {
        text: block.text.clone(),
        kind: block.kind,
        language: block.language.clone(),
        required: block.required,
        ordered: block.ordered,
        asks: block.asks.clone(),
        demands: None,
        depth: block.depth,
    };
    change(&mut now);
    let edit = Edit::Set { id: block.id, was: block.text, now };
    let done = edit_plan(&t.services.orders, by, id, vec![edit], reason.to_owned()).await;
    t.clock.advance(1_000_000);
    done
}
