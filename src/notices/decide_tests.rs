//! Who is told of what, as a table.

use order_rules::samples;
use serde_json::{Value, json};

use super::*;
use crate::foundation::{ActorKind, ProjectKey, Timestamp};
use crate::ledger::Body;
use crate::maintenance::schedules::model::MadeOrder;
use crate::work_orders::gathered::events::Mentioned;
use crate::work_orders::model::{Claim, Comment, Mention, Question, Status, TransitionRecord, When, Who};

/// The author asks, the worker does, the boss plans, ann judges, vera looks, otto is another worker.
fn people() -> Vec<Person> {
    let person = |account: &str, role| Person { account: account.to_owned(), roles: vec![role] };
    vec![
        person("author", Role::Requester),
        person("worker", Role::Technician),
        person("boss", Role::Supervisor),
        person("ann", Role::Auditor),
        person("vera", Role::Viewer),
        person("otto", Role::Technician),
    ]
}

fn event(actor: &str, stream: &str, kind: &str, data: Value) -> Event {
    let (actor_name, at) = (actor.to_owned(), Timestamp(1));
    let body = Body {
        actor_name,
        under_reset: None,
        session: None,
        request_id: None,
        reason: None,
        data: data.into(),
    };
    Event {
        seq: 1,
        id: "e1".to_owned(),
        project: ProjectKey(1),
        stream_kind: stream.to_owned(),
        stream_id: "o1".to_owned(),
        version: 1,
        kind: kind.to_owned(),
        at,
        actor: actor.to_owned(),
        actor_kind: ActorKind::Human,
        body: Some(body),
    }
}

fn order_event(actor: &str, what: &OrderEvent) -> Event {
    event(actor, "work_order", what.kind(), what.to_json().unwrap())
}

/// An order that the boss approved and gave to the worker.
fn about() -> About {
    let mut order = samples::at(Status::InProgress);
    order.transitions.push(TransitionRecord {
        id: Transition::Approve,
        from: Status::Submitted,
        to: Status::Approved,
        by: Who::from(&samples::person("boss")),
        at: samples::NOON,
        reason: String::new(),
        event: "ev".to_owned(),
    });
    About::Order { order: Box::new(order), assigner: Some("boss".to_owned()) }
}

fn told(event: &Event, about: &About) -> Vec<(Kind, Vec<String>)> {
    decide(event, about, &people()).unwrap().into_iter().map(|one| (one.kind, one.to)).collect()
}

fn moved(transition: Transition) -> OrderEvent {
    OrderEvent::Transitioned {
        transition,
        from: Status::Draft,
        to: Status::Draft,
        reason: "because".to_owned(),
        hold: None,
        outcome: None,
        signature: None,
        signed: None,
    }
}

fn handed(from: Option<&str>, to: Option<&str>) -> OrderEvent {
    let one = |account: &str| samples::assignee(account, ActorKind::Human);
    OrderEvent::Assigned { from: from.map(one), to: to.map(one), reason: String::new() }
}

#[test]
fn each_move_is_told_to_those_whom_it_concerns_but_never_to_whoever_made_it() {
    let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    for (actor, transition, expected) in [
        ("author", Transition::Submit, Some((Kind::WaitsForApproval, names(&["boss"])))),
        ("boss", Transition::Submit, Some((Kind::WaitsForApproval, names(&[])))),
        ("boss", Transition::ReturnToDraft, Some((Kind::Returned, names(&["author", "worker"])))),
        ("boss", Transition::Approve, Some((Kind::Approved, names(&["author", "worker"])))),
        ("worker", Transition::Start, None),
        ("worker", Transition::Hold, Some((Kind::Held, names(&["author", "boss"])))),
        ("boss", Transition::Resume, Some((Kind::Resumed, names(&["author", "worker"])))),
        ("worker", Transition::Complete, Some((Kind::Completed, names(&["ann", "author"])))),
        ("ann", Transition::ReturnForRework, Some((Kind::Rework, names(&["worker"])))),
        ("ann", Transition::Verify, Some((Kind::Verified, names(&["author", "worker"])))),
        ("boss", Transition::Close, Some((Kind::Closed, names(&["author", "worker"])))),
        ("author", Transition::Cancel, Some((Kind::Cancelled, names(&["worker"])))),
    ] {
        let found = told(&order_event(actor, &moved(transition)), &about());
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{transition:?} by {actor}");
    }
}

#[test]
fn an_order_that_changes_hands_is_told_to_both_and_whoever_lost_it_is_led_to_no_order_of_others() {
    // The order is otto's by now, as the event says.
    let About::Order { mut order, assigner } = about() else { unreachable!() };
    order.assignee = Some(samples::assignee("otto", ActorKind::Human));
    let about = About::Order { order, assigner };
    let given =
        decide(&order_event("boss", &handed(Some("worker"), Some("otto"))), &about, &people()).unwrap();
    let places: Vec<(Kind, &str, &str)> =
        given.iter().map(|it| (it.kind, it.to[0].as_str(), it.place.as_str())).collect();
    assert_eq!(
        places,
        [(Kind::Given, "otto", "/work-orders/WO-2026-001"), (Kind::Taken, "worker", "/work-orders")]
    );
    // Who took it themselves needs no word; an agent or a stranger is nobody to be told.
    assert_eq!(told(&order_event("otto", &handed(None, Some("otto"))), &about), [(Kind::Given, Vec::new())]);
    assert_eq!(told(&order_event("boss", &handed(None, Some("relay"))), &about), [(Kind::Given, Vec::new())]);
    assert!(told(&order_event("boss", &handed(Some("otto"), Some("otto"))), &about).is_empty());
}

#[test]
fn nobody_is_told_of_an_order_that_they_may_not_see() {
    let mentions = |account: &str| {
        let one = Mentioned { account: account.to_owned(), name: String::new(), words: String::new() };
        OrderEvent::Gathered(GatheredEvent::PeopleMentioned { entry: "c9".to_owned(), people: vec![one] })
    };
    for (account, hears) in
        [("worker", true), ("vera", true), ("ann", true), ("otto", false), ("nobody", false)]
    {
        let found = told(&order_event("boss", &mentions(account)), &about());
        let expected = if hears { vec![account.to_owned()] } else { Vec::new() };
        assert_eq!(found, [(Kind::Mentioned, expected)], "{account}");
    }
}

#[test]
fn a_comment_is_told_once_and_whoever_is_mentioned_in_it_hears_of_that() {
    let comment = OrderEvent::CommentAdded { comment: "c9".to_owned(), text: "Look\r\n@worker".to_owned() };
    assert_eq!(
        told(&order_event("boss", &comment), &about()),
        [(Kind::Commented, vec!["author".to_owned(), "worker".to_owned()])]
    );
    let About::Order { mut order, assigner } = about() else { unreachable!() };
    let (entry, account) = ("c9".to_owned(), "worker".to_owned());
    order.gathered.mentions.push(Mention { entry, account, name: String::new(), words: String::new() });
    order.comments.push(Comment {
        id: "c9".to_owned(),
        when: When::exact(samples::NOON),
        by: Who::from(&samples::person("boss")),
        text: "Look\r\n@worker".to_owned(),
    });
    let about = About::Order { order, assigner };
    let one = decide(&order_event("boss", &comment), &about, &people()).unwrap().remove(0);
    assert_eq!((one.to, one.said.as_str()), (vec!["author".to_owned()], "Look @worker"));
    assert_eq!(one.place, "/work-orders/WO-2026-001#comment-c9");
}

#[test]
fn what_failed_is_told_to_whoever_plans_it_and_what_is_good_to_nobody() {
    let answer = |found| OrderEvent::ItemAnswered {
        item: "i1".to_owned(),
        tick: "t1".to_owned(),
        answer: Answer { value: "Fail".to_owned(), found, ..Answer::default() },
        signature: None,
        signed: None,
    };
    let trouble = [(Kind::Trouble, vec!["author".to_owned(), "boss".to_owned()])];
    assert_eq!(told(&order_event("worker", &answer(Found::Failed)), &about()), trouble);
    assert!(told(&order_event("worker", &answer(Found::Good)), &about()).is_empty());
    let marked = OrderEvent::StepMarked {
        step: "s1".to_owned(),
        from: StepState::Open,
        to: StepState::Flagged { reason: "loose".to_owned() },
        reason: String::new(),
    };
    assert_eq!(told(&order_event("worker", &marked), &about()), trouble);
}

#[test]
fn meters_are_told_to_keepers_and_erased_or_everyday_events_to_nobody() {
    let (id, code, name) = ("a1".to_owned(), "mill-7".to_owned(), "Mill".to_owned());
    let asset = About::Asset { id, code, name };
    let read = |beyond: &str| {
        let data = json!({"meter": "m", "name": "Heat", "unit": "°C", "reading": "r", "value": "91", "millionths": 91_000_000,
            "beyond": beyond, "below": null, "reason": ""});
        event("worker", "asset", "asset.meter_read.v1", data)
    };
    assert_eq!(told(&read("1 °C above the limit"), &asset), [(Kind::Meter, vec!["boss".to_owned()])]);
    assert!(told(&read(""), &asset).is_empty());
    let erased = Event { body: None, ..read("1 °C above the limit") };
    assert!(told(&erased, &asset).is_empty());
    let ticked = OrderEvent::ItemTicked { item: "i1".to_owned(), tick: "t".to_owned() };
    assert!(told(&order_event("worker", &ticked), &about()).is_empty());
}

/// The order with a claim of an agent that ann answers for, and a question that somebody asked.
fn asked(by: &Who, assigner: Option<&str>, is_held: bool) -> About {
    let About::Order { mut order, .. } = about() else { unreachable!() };
    if is_held {
        order.delegation.claims.push(Claim {
            agent: Who::from(&samples::agent("relay")),
            accountable: Who::from(&samples::person("ann")),
            since: samples::NOON,
            until: samples::NOON,
            lease_seconds: 600,
            seen: samples::NOON,
            ended: None,
        });
    } else {
        order.assignee = None;
    }
    order.delegation.questions.push(Question {
        id: "q1".to_owned(),
        by: by.clone(),
        at: samples::NOON,
        text: "Which one?".to_owned(),
        choices: Vec::new(),
        about: None,
        reply: None,
        withdrawn: None,
    });
    About::Order { order, assigner: assigner.map(str::to_owned) }
}

#[test]
fn a_question_is_told_to_whoever_answers_and_where_nobody_does_to_all_who_may() {
    let question = OrderEvent::Delegated(DelegationEvent::QuestionAsked {
        question: "q1".to_owned(),
        text: "Which one?".to_owned(),
        choices: Vec::new(),
        about: None,
    });
    let (relay, worker) = (Who::from(&samples::agent("relay")), Who::from(&samples::person("worker")));
    let asked_by =
        |by: &Who, assigner, is_held| told(&order_event(&by.id, &question), &asked(by, assigner, is_held));
    let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let all = [(Kind::Asked, names(&["worker", "boss", "ann"]))];
    assert_eq!(asked_by(&relay, Some("boss"), true), all);
    assert_eq!(
        asked_by(&worker, None, true),
        [(Kind::Asked, names(&["ann"]))],
        "nobody is asked by themselves"
    );
    assert_eq!(
        asked_by(&relay, None, false),
        [(Kind::Asked, names(&["boss"]))],
        "nobody has it, nobody gave it"
    );
    let one =
        decide(&order_event("relay", &question), &asked(&relay, None, true), &people()).unwrap().remove(0);
    assert_eq!(
        (one.place.as_str(), one.said.as_str()),
        ("/work-orders/WO-2026-001#question-q1", "Which one?")
    );
}

#[test]
fn a_schedule_that_stands_still_is_told_to_whoever_keeps_it_and_whoever_made_it() {
    let schedule = |keeper: &str| About::Schedule {
        schedule: Box::new(Schedule {
            id: "s1".to_owned(),
            code: "SC-001".to_owned(),
            keeper: Some(Who::from(&samples::person(keeper))),
            ..Schedule::default()
        }),
        title: "Round of the press".to_owned(),
    };
    let of = |what: &ScheduleEvent, keeper: &str| {
        let event = event("system", "order_schedule", what.kind(), what.draft().unwrap().data);
        decide(&event, &schedule(keeper), &people()).unwrap()
    };
    let order = MadeOrder { order: "o1".to_owned(), number: "WO-2026-001".to_owned() };
    let stopped = ScheduleEvent::Stopped { orders: vec![order.clone(), order] };
    let one = of(&stopped, "worker").remove(0);
    assert_eq!((one.kind, one.to), (Kind::ScheduleStopped, vec!["boss".to_owned(), "worker".to_owned()]));
    assert_eq!((one.place.as_str(), one.about.number.as_str()), ("/schedules/SC-001", "SC-001"));
    assert_eq!(one.said, "Nobody touched the 2 orders that it made last.");
    let day = "2026-11-25".parse().unwrap();
    let not_made = ScheduleEvent::OrderNotMade { day, why: "PR-001 has no version in use".to_owned() };
    let one = of(&not_made, "boss").remove(0);
    assert_eq!((one.kind, one.to), (Kind::ScheduleHeldUp, vec!["boss".to_owned()]));
    assert_eq!(one.said, "For Wed 25 Nov 2026: PR-001 has no version in use");
    assert_eq!(of(&not_made, "somebody who left").remove(0).to, ["boss"]);
    assert!(of(&ScheduleEvent::DaysMissed { days: vec![day] }, "worker").is_empty());
}

#[test]
fn an_alert_is_told_once_of_each_change_and_under_a_silence_to_nobody() {
    use crate::alerts::model::{Rule, Unit};
    let (rule, subject) = (Rule::SlowWorkflowStage, "stage publish of release".to_owned());
    let said = "it took too long".to_owned();
    let fired = |is_silenced| AlertEvent::Fired {
        rule,
        subject: subject.clone(),
        value: 301_000_000,
        unit: Unit::Microseconds,
        said: said.clone(),
        is_silenced,
    };
    let over = |is_silenced| AlertEvent::Resolved {
        rule,
        subject: subject.clone(),
        since: Timestamp(1),
        is_silenced,
    };
    let speaks = |is_firing| AlertEvent::SilenceEnded {
        rule,
        subject: subject.clone(),
        is_firing,
        said: said.clone(),
    };
    let silenced =
        AlertEvent::Silenced { rule, subject: subject.clone(), until: Timestamp(9), reason: String::new() };
    for (what, expected) in [
        (fired(false), Some(Kind::AlertFires)),
        (fired(true), None),
        (over(false), Some(Kind::AlertOver)),
        (over(true), None),
        (speaks(true), Some(Kind::AlertFires)),
        (speaks(false), None),
        (silenced, None),
        (AlertEvent::Acknowledged { rule, subject: subject.clone() }, None),
    ] {
        let event = event("system", "alert", what.kind(), what.draft().unwrap().data);
        let told = decide(&event, &About::Alert { id: "a1".to_owned() }, &people()).unwrap();
        let kinds: Vec<Kind> = told.iter().map(|one| one.kind).collect();
        assert_eq!(kinds, expected.into_iter().collect::<Vec<_>>(), "{what:?}");
        for one in told {
            assert_eq!((one.to, one.about.number.as_str()), (vec!["boss".to_owned()], "SlowWorkflowStage"));
            assert_eq!(one.place, "/fleet/alerts#alert-a1");
        }
    }
}
