//! A database in which every table that is covered has rows: the example, and what else people, agents and an operator do.

use serde_json::{Value, json};
use tracewright::alerts::events::AlertEvent;
use tracewright::alerts::model::Rule;
use tracewright::assets::actions::create::{NewAsset, create as create_asset};
use tracewright::assets::actions::retire::retire;
use tracewright::assets::model::Facts;
use tracewright::budgets::actions::set as set_budget;
use tracewright::budgets::model::{About, AtEnd, Period, Scope, Terms, Unit};
use tracewright::db::Tx;
use tracewright::foundation::money::Currency;
use tracewright::foundation::permission::Scopes;
use tracewright::foundation::{Actor, ActorKind, Asker, ProjectKey, Role};
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::ledger::Event;
use tracewright::ledger::events::read_from;
use tracewright::ledger::{erasure, rebuild, sequencer};
use tracewright::order_settings::currency;
use tracewright::order_settings::hours::actions::{set_absence, set_holiday, set_hours};
use tracewright::order_settings::hours::model::Week;
use tracewright::order_settings::policies::{self, PolicyChange};
use tracewright::people::actions::create_api_key::NewApiKey;
use tracewright::people::actions::set_profile::NewProfile;
use tracewright::people::model::{KeyLabel, PersonName};
use tracewright::people::reads::members;
use tracewright::people::{AccountId, Visitor};
use tracewright::privacy::actions::set_policy;
use tracewright::privacy::model::Policy;
use tracewright::recognition::actions::{RuleChange, change_rules};
use tracewright::traces::actions::delete_score::delete_score;
use tracewright::traces::actions::erase::erase_traces;
use tracewright::traces::receipts;
use tracewright::work_orders::actions::create::create;
use tracewright::work_orders::actions::{comment, start_timer};
use tracewright::work_orders::model::Status;
use tracewright::work_orders::model::{Plan, TypeClass};
use tracewright::work_orders::reads::{self, Filter};
use tracewright::{alerts, demo, hours, jobs, series};
use wire::mapping::own_rules::OwnRule;

use crate::harness::{SECOND, TestApp};

/// The trace that is erased last.
pub(super) const GONE: &str = "trace-gone";

/// Everything but the erasure of [`GONE`].
pub(super) async fn filled_before_erasure(t: &TestApp) -> Asker {
    demo::fill_today(&t.services).await.unwrap();
    // Atoms are made by the job of their verdict.
    jobs::drain(&t.app, &t.services.jobs).await.unwrap();
    receipts::receive_once(&t.app).await.unwrap();
    let operator = t.people.operator(None).await.unwrap();
    people(t, &operator).await;
    let strict = PolicyChange { controlled: Some(true), min_reason: Some(20), ..PolicyChange::default() };
    // One that is written here, so that a number of the sequence is given: those of the example come with their files.
    let plan = Plan { title: "Look at the seal".to_owned(), ..Plan::default() };
    create(&t.app, &operator, plan, None).await.unwrap();
    policies::set(&t.app, &operator, TypeClass::Integration, strict).await.unwrap();
    let policy = Policy { keep_days: Some(4_000), ..Policy::default() };
    set_policy(&t.app, &t.services.intake.masks, &operator, policy).await.unwrap();
    gathered(t, &operator).await;
    assets(t, &operator).await;
    traces(t, operator.project).await;
    delete_score(&t.app, &operator, "score-2".to_owned()).await.unwrap();
    words_are_erased(t, &operator).await;
    settled(t).await;
    // What was told of each counter is a row once somebody asked.
    crate::scrape::told(t).await;
    operator
}

pub(super) async fn filled(t: &TestApp) {
    let operator = filled_before_erasure(t).await;
    erase(t, &operator).await;
    settled(t).await;
}

pub(super) async fn erase(t: &TestApp, operator: &Asker) {
    let gone = [GONE.to_owned()].into_iter().collect();
    let hooks = &t.services.intake.hooks;
    assert_eq!(erase_traces(&t.app, hooks, operator, gone, "asked by the customer").await.unwrap(), 1);
}

/// Receipts are written, hours and series summed, and everything has its place in the log.
pub(super) async fn settled(t: &TestApp) {
    receipts::receive_once(&t.app).await.unwrap();
    t.clock.advance(600 * SECOND);
    hours::refresh(&t.app).await.unwrap();
    series::refresh(&t.app).await.unwrap();
    sequencer::sequence_now(&t.app.db, &t.app.log).await.unwrap();
}

/// A rule of recognition, a currency, a timer that runs, and a comment that speaks to somebody.
async fn gathered(t: &TestApp, operator: &Asker) {
    let rule = OwnRule::new("agent", "tag", "crew:").unwrap();
    change_rules(&t.app, operator, RuleChange::Add(rule), "our own words").await.unwrap();
    currency::set(&t.app, operator, Currency::parse("EUR").unwrap()).await.unwrap();
    let project = operator.project;
    let read = move |conn: &mut _| {
        let filter = Filter { status: Some(Status::InProgress), ..Filter::default() };
        Ok((reads::list(conn, project, &filter, None, 1)?, members(conn, project)?))
    };
    let (orders, members) = t.app.db.read(read).await.unwrap();
    let named = |role: Role| members.iter().find(|it| it.roles.contains(&role)).unwrap().account.clone();
    let (boss, auditor) = (named(Role::Supervisor), named(Role::Auditor));
    let actor = Actor { id: boss.id.0, kind: ActorKind::Human, name: boss.name, ..Actor::system() };
    let boss = Asker::account(actor, project, vec![Role::Supervisor]);
    let (service, id) = (&t.services.orders, &orders[0].order_id);
    start_timer::start_timer(service, &boss, id).await.unwrap();
    comment::comment(service, &boss, id, format!("@{} please look", auditor.code)).await.unwrap();
    works(t, &boss).await;
    budget(t, &boss).await;
    alert(t, &boss).await;
}

/// Hours of a supervisor, a holiday and an absence.
async fn works(t: &TestApp, boss: &Asker) {
    let week = Week([480, 480, 480, 480, 420, 0, 0]);
    set_hours::set_hours(&t.app, boss, boss.id(), "2026-11-02", week).await.unwrap();
    set_holiday::set_holiday(&t.app, boss, "2026-12-25", "Christmas").await.unwrap();
    set_absence::set_absence(&t.app, boss, boss.id(), "2026-12-28", "2026-12-30").await.unwrap();
}

/// What an agent may use, and what happens then.
async fn budget(t: &TestApp, boss: &Asker) {
    let (scope, name, unit, period) = (Scope::Agent, "desk".to_owned(), Unit::Tokens, Period::Total);
    let about = About { scope, name, unit, period, zone: "UTC".to_owned(), already_used: 5 };
    let terms = Terms { amount: 1_000_000, warn_at: vec![80], at_end: AtEnd::Refuses };
    set_budget::set(&t.app, boss, about, terms, "what the pilot may use".to_owned()).await.unwrap();
}

/// One that fires under a silence.
async fn alert(t: &TestApp, boss: &Asker) {
    let (rule, subject) = (Rule::SlowWorkflowStage, "stage publish of release".to_owned());
    let (until, reason) = (t.app.now().plus_micros(3_600_000_000), "it is known".to_owned());
    let fired = AlertEvent::Fired {
        rule,
        subject: subject.clone(),
        value: 301_000_000,
        unit: alerts::model::Unit::Microseconds,
        said: "it took too long".to_owned(),
        is_silenced: true,
    };
    let silenced = AlertEvent::Silenced { rule, subject, until, reason };
    let (ledger, stream) = (t.app.ledger.clone(), alerts::events::stream_of(boss.project, "an-alert"));
    let write = move |tx: &mut Tx<'_>| {
        ledger.append(tx, &stream, 0, vec![silenced.draft()?, fired.draft()?]).map(drop)
    };
    t.app.db.write(&boss.actor, write).await.unwrap();
}

/// A retired asset; the example has others, with meters and readings, of which one is withdrawn.
async fn assets(t: &TestApp, operator: &Asker) {
    let facts = Facts { name: "Old mill".to_owned(), ..Facts::default() };
    let new = NewAsset { code: "mill-1".to_owned(), facts, parent: String::new() };
    create_asset(&t.app, operator, new).await.unwrap();
    retire(&t.app, operator, "mill-1", "it was sold").await.unwrap();
}

/// Two accounts of one person, a password by somebody's link, a key that is revoked.
async fn people(t: &TestApp, operator: &Asker) {
    let events = t.app.db.read(|conn| read_from(conn, 0, 10_000)).await.unwrap();
    let with_mail = events.iter().filter(|event| event.kind == "account.created.v1");
    let ids: Vec<AccountId> = with_mail
        .filter(|event| event.data()["email"].is_string())
        .map(|event| AccountId(event.stream_id.clone()))
        .collect();
    let [one, two, three, ..] = ids.as_slice() else { panic!("{ids:?}") };
    assert!(t.people.same_person(operator, one.clone(), two.clone()).await.unwrap());
    let link = t.people.issue_link(operator, three.clone()).await.unwrap();
    let visitor =
        Visitor { ip: "192.0.2.7".to_owned(), user_agent: "Test/1".to_owned(), ..Visitor::default() };
    t.people.redeem_link(link.expose(), "a password of nobody's", &visitor).await.unwrap();
    signs(t, &events, three, &visitor).await;
    let new = NewApiKey {
        label: KeyLabel::parse("label", "left").unwrap(),
        scopes: Scopes::all(),
        account: None,
        expires_at: None,
        pair: None,
    };
    let key = t.people.create_api_key(operator, new).await.unwrap();
    t.people.revoke_api_key(operator, &key.id).await.unwrap();
}

/// Somebody with a profile who proved who they are and then no more, and a form of theirs that came after they had left.
async fn signs(t: &TestApp, events: &[Event], who: &AccountId, visitor: &Visitor) {
    let made =
        events.iter().find(|event| event.kind == "account.created.v1" && event.stream_id == who.0).unwrap();
    let email = made.data()["email"].as_str().unwrap().to_owned();
    let enter = async || t.people.sign_in(&email, "a password of nobody's", visitor).await.unwrap();
    let gone = enter().await;
    let leaver = t.people.authenticate(gone.token.expose()).await.unwrap().unwrap();
    t.people.sign_out(&leaver).await.unwrap();
    assert!(t.people.keep_late(gone.token.expose(), b"text=a+long+report").await.unwrap());
    let stays = enter().await;
    let signer = t.people.authenticate(stays.token.expose()).await.unwrap().unwrap();
    let profile = NewProfile {
        name: PersonName::parse("name", "Somebody Else").unwrap(),
        zone: "Europe/Vienna".to_owned(),
        dates: String::new(),
    };
    t.people.set_profile(&signer, profile).await.unwrap();
    t.people.confirm_signing(&signer, &email, "a password of nobody's").await.unwrap();
    for _ in 0..5 {
        assert!(t.people.confirm_signing(&signer, &email, "no such password").await.is_err());
    }
}

fn event(id: &str, kind: &str, second: u32, body: Value) -> Value {
    let timestamp = format!("2026-11-21T09:00:{second:02}.000Z");
    json!({ "id": id, "type": kind, "timestamp": timestamp, "body": body })
}

async fn send(t: &TestApp, agent: &Asker, events: &[Value]) {
    let body = json!({ "batch": events }).to_string().into_bytes();
    let answers = ingest_batch(&t.app, &t.services.intake, agent, RequestBody::plain(body)).await.unwrap();
    assert!(answers.iter().all(|answer| answer.fault.is_none()), "{answers:?}");
    t.clock.advance(SECOND);
}

/// A trace with a body in object storage, calls in an agent, an observation that came twice, scores, and an order that nobody
/// knows; a secret in a trace that an order links; one that will be erased.
async fn traces(t: &TestApp, project: ProjectKey) {
    let relay = Actor { id: "relay".to_owned(), kind: ActorKind::Agent, ..Actor::system() };
    let agent = Asker::account(relay, project, vec![Role::Agent]).with_key(Scopes::all());
    let usage = json!({ "input": 7, "output": 5, "total": 12 });
    let words: Vec<String> =
        (0..60_000_u32).map(|n| format!("{:x}", n.wrapping_mul(2_654_435_761))).collect();
    let big = words.concat();
    let trace = "trace-more";
    send(
        t,
        &agent,
        &[
            event(
                "e1",
                "trace-create",
                1,
                json!({ "id": trace, "name": "more", "tags": ["wo:WO-2099-001/1"] }),
            ),
            event("e2", "span-create", 2, json!({ "id": "outer", "traceId": trace, "name": "agent" })),
            event(
                "e3",
                "generation-create",
                3,
                json!({ "id": "call", "traceId": trace, "parentObservationId": "outer",
                "model": "gpt-4o", "usage": usage, "input": big, "output": "first" }),
            ),
            event(
                "e4",
                "score-create",
                4,
                json!({ "id": "score-1", "traceId": trace, "name": "helpful", "value": 1 }),
            ),
            event(
                "e5",
                "score-create",
                5,
                json!({ "id": "score-2", "traceId": trace, "name": "kind", "value": 0 }),
            ),
        ],
    )
    .await;
    let update = json!({ "id": "call", "traceId": trace, "output": "second" });
    send(t, &agent, &[event("e6", "generation-update", 6, update)]).await;
    let linked = linked_trace(t).await;
    let secret = format!("{}_{}{}", "ghp", "Zk3Qw9Lm2Xc7Vb5N", "aB1cD2eF3gH4iJ5kL6mN");
    let spilled =
        json!({ "id": "spill", "traceId": linked, "name": "spill", "input": format!("use {secret}") });
    send(t, &agent, &[event("e7", "span-create", 7, spilled)]).await;
    send(
        t,
        &agent,
        &[
            event("e8", "trace-create", 8, json!({ "id": GONE, "name": "gone", "userId": "ann" })),
            event(
                "e9",
                "span-create",
                9,
                json!({ "id": "gone-1", "traceId": GONE, "name": "work", "input": "a name" }),
            ),
            event(
                "e10",
                "score-create",
                10,
                json!({ "id": "score-3", "traceId": GONE, "name": "helpful", "value": 1 }),
            ),
        ],
    )
    .await;
}

async fn linked_trace(t: &TestApp) -> String {
    let events = t.app.db.read(|conn| read_from(conn, 0, 10_000)).await.unwrap();
    let linked = events.iter().find(|event| event.kind == "audit.evidence_linked.v1").unwrap().data();
    linked["links"][0]["trace"].as_str().unwrap().to_owned()
}

/// The words of one record of the log are erased, with a record that names it.
async fn words_are_erased(t: &TestApp, operator: &Asker) {
    let events = t.app.db.read(|conn| read_from(conn, 0, 10_000)).await.unwrap();
    let note = events.iter().find(|event| event.kind == "work_order.log_added.v1").unwrap();
    let (ledger, project, id) = (t.app.ledger.clone(), operator.project, note.id.clone());
    let write = move |tx: &mut Tx<'_>| {
        erasure::erase(tx, &ledger, project, &[id], "it names a customer")?;
        rebuild::remake(tx, &ledger)
    };
    t.app.db.write(&operator.actor, write).await.unwrap();
}
