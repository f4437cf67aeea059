//! What holds a schedule up, and the rules of signing and approving that its orders are under.

use diesel::connection::SimpleConnection as _;
use tracewright::assets::actions::create::{NewAsset, create as create_asset};
use tracewright::assets::actions::retire::retire as retire_asset;
use tracewright::assets::model::Facts;
use tracewright::db::AnyConnection;
use tracewright::foundation::{Actor, Asker, Error, Role};
use tracewright::maintenance::procedures::actions::{approve, create, retire, submit, take_up};
use tracewright::maintenance::schedules::actions::{change, create as set_up, pause};
use tracewright::maintenance::schedules::model::{Basis, Rhythm, Schedule, Terms};
use tracewright::maintenance::schedules::reads::{self, ScheduleRow};
use tracewright::order_settings::policies::{self, PolicyChange};
use tracewright::people::AccountId;
use tracewright::work_orders::actions::tick;
use tracewright::work_orders::actions::transition::{Move, transition};
use tracewright::work_orders::model::{Assignee, Outcome, Priority, Status, TypeClass};

use super::{TEXT, daily, is_as_its_events_make_it, make_due, orders, procedure, schedule, set};
use crate::guards::stage::{do_tick, give, go, hire, load, owner, refusal};
use crate::harness::{DAY, TestApp, on_both};

/// A procedure one item of which is signed, and whose second step waits for the first.
const SIGNED: &str = "# Round of the press\n\n## Header\n\n| Field | Value |\n|-------|-------|\n| **Type** | Preventive |\n\
    | **Priority** | MEDIUM |\n\n## Step 1: Look\n\n- [ ] It is shut\n\n## Step 2: Press\n\n- [ ] It is pressed\n\n\
    ## Completion Criteria\n\n- It holds 6 bar\n\n<!-- What the parts of this work order ask for\n{\n\
    \"1.1\": {\"asks\":{\"kind\":\"signature\",\"unit\":\"\",\"least\":\"\",\"most\":\"\",\"outside_fails\":false,\"options\":[]}}\n}\n-->\n";

fn to(who: &Asker) -> Option<Assignee> {
    Some(Assignee { account: Some(who.id().to_owned()), ..Assignee::default() })
}

fn why(schedule: &Schedule) -> String {
    schedule.obstacle.as_ref().map(|it| it.why.clone()).unwrap_or_default()
}

async fn decide(t: &TestApp, boss: &Asker, change: PolicyChange) {
    policies::set(&t.app, boss, TypeClass::Preventive, change).await.unwrap();
}

/// The state that the newest order of a schedule began in.
async fn newest(t: &TestApp, who: &Asker, id: &str) -> Status {
    let made = schedule(t, who, id).await.made;
    load(t, who, &made.last().unwrap().order.order).await.status
}

/// What nobody can do through the application.
async fn tamper(t: &TestApp, sql: String) {
    let change = move |conn: &mut AnyConnection| match conn {
        AnyConnection::Sqlite(conn) => {
            conn.batch_execute(&format!("DROP TRIGGER IF EXISTS events_no_update; {sql}"))
        }
        AnyConnection::Postgres(conn) => {
            conn.batch_execute(&format!("ALTER TABLE events DISABLE TRIGGER USER; {sql}"))
        }
    };
    t.app.db.write(&Actor::system(), move |tx| Ok(change(tx.conn)?)).await.unwrap();
}

async fn row_of(t: &TestApp, who: &Asker, id: &str) -> ScheduleRow {
    let (project, id) = (who.project, id.to_owned());
    t.app.db.read(move |conn| reads::by_id(conn, project, &id)).await.unwrap().unwrap()
}

on_both! {
    async fn it_makes_no_order_says_why_once_and_tries_on(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let app = &t.app;
        let made = create::create(app, &boss, String::new(), TEXT).await.unwrap().procedure;
        let facts = Facts { name: "The press".to_owned(), ..Facts::default() };
        create_asset(app, &boss, NewAsset { code: "press-7".to_owned(), facts, parent: String::new() }).await.unwrap();
        let terms = Terms { asset: Some("PRESS-7".to_owned()), assignee: to(&dana), priority: Some(Priority::High), ..daily("2026-11-21") };
        let id = set(&t, &boss, &made, terms).await;
        assert_eq!((make_due(app, &boss).await, make_due(app, &boss).await), (0, 0));
        let held = schedule(&t, &boss, &id).await;
        assert_eq!((why(&held).as_str(), held.version, held.made.len()), ("PR-001 has no version in use", 2, 0));
        submit::submit(app, &boss, &made, 1).await.unwrap();
        approve::approve(app, &boss, &made, 1, None).await.unwrap();
        assert_eq!(make_due(app, &boss).await, 1, "it is made once it can be");
        let found = schedule(&t, &boss, &id).await;
        let order = load(&t, &boss, &found.made[0].order.order).await;
        assert_eq!((order.asset.unwrap().tag.as_str(), order.priority), ("press-7", Priority::High));
        assert_eq!((order.assignee.unwrap().name.as_str(), order.due.unwrap().raw.as_str()), ("dana", "2026-11-21"));

        t.clock.advance(DAY);
        retire::retire(app, &boss, &made, "the press was sold".to_owned()).await.unwrap();
        assert_eq!(make_due(app, &boss).await, 0);
        assert!(why(&schedule(&t, &boss, &id).await).contains("retired by"), "a retired procedure");
        take_up::take_up(app, &boss, &made, "it came back".to_owned()).await.unwrap();
        retire_asset(app, &boss, "press-7", "gone").await.unwrap();
        assert_eq!(make_due(app, &boss).await, 0);
        assert!(why(&schedule(&t, &boss, &id).await).contains("press-7 is retired"), "a retired asset");
        let without = Terms { assignee: to(&dana), ..daily("2026-11-21") };
        change::change(app, &boss, &id, without, "without the press".to_owned(), None).await.unwrap();
        t.people.disable_account(&boss, AccountId(dana.id().to_owned())).await.unwrap();
        assert_eq!(make_due(app, &boss).await, 0);
        assert!(why(&schedule(&t, &boss, &id).await).contains("dana does no work here"), "somebody who left");
        // An admin, who gives no work, can still change the rest of it.
        let ada = hire(&t, &boss, "ada", &[Role::Admin]).await;
        let later = Terms { assignee: to(&dana), minute: 420, ..daily("2026-11-21") };
        change::change(app, &ada, &id, later, "an hour later".to_owned(), None).await.unwrap();
        assert_eq!(schedule(&t, &boss, &id).await.terms.assignee.unwrap().name, "dana");
        // Whoever changes it begins anew with that day; the one that was held up stands in the history.
        t.clock.advance(DAY);
        change::change(app, &boss, &id, daily("2026-11-21"), "to nobody".to_owned(), None).await.unwrap();
        assert_eq!(make_due(app, &boss).await, 1);
        let found = schedule(&t, &boss, &id).await;
        assert_eq!((found.made.len(), found.obstacle), (2, None));
        is_as_its_events_make_it(&t).await;
    }

    async fn one_that_cannot_be_read_holds_up_no_other_and_says_so(t: TestApp) {
        let boss = owner(&t).await;
        let press = procedure(&t, &boss, TEXT).await;
        let terms = Terms { rhythm: Rhythm::Days { every: 7 }, basis: Basis::Completion, ..daily("2026-11-21") };
        let broken = set(&t, &boss, &press, terms).await;
        assert_eq!(make_due(&t.app, &boss).await, 1);
        let first = schedule(&t, &boss, &broken).await.made[0].order.order.clone();
        go(&t, &boss, &first, Status::Cancelled).await.unwrap();
        let sound = set(&t, &boss, &press, daily("2026-11-22")).await;
        t.clock.advance(DAY);
        let kind = |from: &str, to: &str| {
            format!("UPDATE events SET kind = '{to}' WHERE kind = '{from}' AND stream_id = '{broken}'")
        };
        let (known, unknown) = ("order_schedule.order_made.v1", "order_schedule.order_made.v9");
        tamper(&t, kind(known, unknown)).await;
        assert_eq!((make_due(&t.app, &boss).await, make_due(&t.app, &boss).await), (1, 0));
        assert_eq!(schedule(&t, &boss, &sound).await.made.len(), 1, "the other one is made");
        let row = row_of(&t, &boss, &broken).await;
        assert!(row.is_in_trouble() && row.why.contains("cannot be read"), "{row:?}");
        assert!(!row_of(&t, &boss, &sound).await.is_in_trouble());
        tamper(&t, kind(unknown, known)).await;
        t.clock.advance(7 * DAY);
        assert_eq!(make_due(&t.app, &boss).await, 2, "both, once both can be read");
        assert_eq!(row_of(&t, &boss, &broken).await.why, "");
        is_as_its_events_make_it(&t).await;
    }

    async fn what_a_rule_refuses_after_a_pause_is_noted_once_with_the_days_that_passed(t: TestApp) {
        let boss = owner(&t).await;
        let press = procedure(&t, &boss, TEXT).await;
        let id = set(&t, &boss, &press, daily("2026-11-22")).await;
        pause::pause(&t.app, &boss, &id, "the press is away".to_owned(), Some("2026-11-25".parse().unwrap())).await.unwrap();
        // It comes back two days after its pause is over, and its procedure is gone.
        t.clock.advance(6 * DAY);
        let gone = |from: &str, to: &str| {
            format!("UPDATE events SET stream_id = '{to}' WHERE stream_kind = 'procedure' AND stream_id = '{from}'")
        };
        tamper(&t, gone(&press, "gone")).await;
        for _ in 0..3 {
            assert_eq!(make_due(&t.app, &boss).await, 0);
        }
        let held = schedule(&t, &boss, &id).await;
        assert!(held.is_running(), "its pause is over: {:?}", held.standing);
        assert_eq!(why(&held), "this procedure was not found");
        let days: Vec<String> = held.missed.iter().map(ToString::to_string).collect();
        assert_eq!(days, ["2026-11-25", "2026-11-26"], "each once, and none of the pause");
        // Set up, paused, resumed, missed, not made.
        assert_eq!(held.version, 5);
        assert_eq!(row_of(&t, &boss, &id).await.why, "this procedure was not found");
        tamper(&t, gone("gone", &press)).await;
        assert_eq!(make_due(&t.app, &boss).await, 1);
        let made = schedule(&t, &boss, &id).await;
        assert_eq!((made.made[0].day.to_string().as_str(), made.missed.len(), made.obstacle), ("2026-11-27", 2, None));
        is_as_its_events_make_it(&t).await;
    }

    async fn an_order_comes_approved_only_where_nobody_has_to_sign_and_whoever_set_it_up_may_approve(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let ada = hire(&t, &boss, "ada", &[Role::Admin]).await;
        let made = procedure(&t, &boss, TEXT).await;
        let at_once = Terms { approve: true, ..daily("2026-11-21") };
        let id = set(&t, &sam, &made, at_once.clone()).await;
        make_due(&t.app, &boss).await;
        assert_eq!(newest(&t, &boss, &id).await, Status::Submitted, "approving is signed, so it waits");
        let unsigned = PolicyChange { approval_signed: Some(false), ..PolicyChange::default() };
        decide(&t, &boss, unsigned).await;
        t.clock.advance(DAY);
        make_due(&t.app, &boss).await;
        assert_eq!(newest(&t, &boss, &id).await, Status::Approved);
        let found = schedule(&t, &boss, &id).await;
        let order = load(&t, &boss, &found.made[1].order.order).await;
        let approved = order.transitions.last().unwrap();
        assert!(approved.by.id == "system" && approved.reason.contains("SC-001") && approved.reason.contains("sam"), "{approved:?}");
        assert!(order.signatures.is_empty());

        // A controlled type waits for somebody apart from whoever set it up.
        decide(&t, &boss, PolicyChange { controlled: Some(true), ..unsigned }).await;
        t.clock.advance(DAY);
        make_due(&t.app, &boss).await;
        let found = schedule(&t, &boss, &id).await;
        let order = found.made[2].order.order.clone();
        assert_eq!(load(&t, &boss, &order).await.status, Status::Submitted);
        let why = refusal(go(&t, &sam, &order, Status::Approved).await);
        assert!(why.contains("whoever set up the schedule"), "{why}");
        go(&t, &boss, &order, Status::Approved).await.unwrap();

        // An admin keeps schedules, and neither assigns nor approves.
        decide(&t, &boss, PolicyChange { controlled: Some(false), ..unsigned }).await;
        let is_forbidden = |said: &Error| matches!(said, Error::Forbidden(_));
        let said = set_up::create(&t.app, &ada, &made, at_once.clone()).await.unwrap_err();
        assert!(is_forbidden(&said), "{said:?}");
        let said = set_up::create(&t.app, &ada, &made, Terms { assignee: to(&sam), ..daily("2026-11-25") }).await.unwrap_err();
        assert!(is_forbidden(&said), "{said:?}");
        // What the admin does not change needs no right; the admin answers for it from then on, and so it is not approved at once.
        change::change(&t.app, &ada, &id, Terms { minute: 420, ..at_once }, "an hour later".to_owned(), None).await.unwrap();
        t.clock.advance(DAY);
        make_due(&t.app, &boss).await;
        assert_eq!(newest(&t, &boss, &id).await, Status::Submitted);
        is_as_its_events_make_it(&t).await;
    }

    async fn signatures_that_the_procedure_and_the_policy_ask_for_are_asked_of_its_orders(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let made = procedure(&t, &boss, SIGNED).await;
        let id = set(&t, &boss, &made, Terms { approve: true, ..daily("2026-11-21") }).await;
        assert_eq!(make_due(&t.app, &boss).await, 1);
        let order = schedule(&t, &boss, &id).await.made[0].order.order.clone();
        let service = &t.services.orders;
        // The approval is signed by a person.
        let unsigned = transition(service, &boss, &order, Move::to(Status::Approved)).await;
        assert!(refusal(unsigned).contains("you must sign"));
        go(&t, &boss, &order, Status::Approved).await.unwrap();
        give(&t, &boss, &order, Some(&dana)).await;
        go(&t, &dana, &order, Status::InProgress).await.unwrap();
        // The item is signed: a tick is none.
        let item = load(&t, &dana, &order).await.resolve_part("1.1").unwrap();
        assert!(tick::tick(service, &dana, &order, item).await.is_err(), "a tick in place of a signature");
        do_tick(&t, &dana, &order, "2.1").await;
        let unsigned = Move { outcome: Some(Outcome::Partial), reason: "as far as it went".to_owned(), ..Move::to(Status::Completed) };
        let why = refusal(transition(service, &dana, &order, unsigned).await);
        assert!(why.contains("still open") || why.contains("you must sign"), "{why}");
        assert_eq!(load(&t, &dana, &order).await.status, Status::InProgress);
        assert_eq!(orders(&t, &boss).await, 1);
    }
}
