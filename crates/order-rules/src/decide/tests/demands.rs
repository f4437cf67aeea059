//! What parts of a plan ask for beyond their words: checkpoints, answers that open parts, times, photos, evidence.

use super::*;
use crate::lifecycle::{bars_achieved, lacking};
use crate::model::demands::OnlyIf;
use crate::pace;
use foundation::{Digest, Timestamp};

/// The sample order under way, with a document whose blocks were changed.
fn asking_for(change: impl Fn(&mut Block)) -> Order {
    let mut order = at(Status::InProgress);
    order.document = crate::write::document_of(&order);
    order.document.iter_mut().for_each(change);
    let mut plan = Plan::of(&order);
    plan.fill_ids(&mut ids("text"));
    plan.put_into(&mut order);
    order
}

fn after_at(order: &Order, events: Result<Vec<OrderEvent>>, seconds: i64) -> Order {
    let mut order = order.clone();
    let at = Timestamp(NOON.0 + seconds * 1_000_000);
    for event in events.unwrap() {
        fold::apply(&mut order, &event, &EventMeta::of(&person("worker"), at, "ev"));
    }
    order
}

fn release(target: Target, reason: &str) -> Command {
    Command::Release { target, reason: reason.to_owned() }
}

fn follow_up(order: &Order, about: Target) -> Order {
    let related = OrderEvent::Related {
        kind: RelationKind::FollowedUpBy,
        order: "o2".to_owned(),
        number: OrderNumber::new(2026, 2),
        about: Some(about),
    };
    after(order, Ok(vec![related]), "boss")
}

#[test]
fn nothing_after_a_checkpoint_is_ticked_before_it_is_done() {
    let order = asking_for(|block| block.demands.blocking = block.id == "s1" || block.id == "i3");
    for later in [Target::Step("s2".to_owned()), item("i3"), Target::Criterion("c1".to_owned())] {
        let refused = refusal(worker(&order, tick(later)));
        assert!(
            refused.contains("1 \"Step s1\" is a checkpoint") && refused.contains("supervisor"),
            "{refused}"
        );
    }
    let flag = Command::MarkStep {
        step: "s2".to_owned(),
        state: StepState::Flagged { reason: "looks odd".to_owned() },
        reason: String::new(),
    };
    assert!(refusal(worker(&order, flag)).contains("checkpoint"));
    // What stands in it is not after it.
    let order = after(&order, worker(&order, tick(item("i1"))), "worker");
    let order = after(&order, worker(&order, tick(Target::Step("s2".to_owned()))), "worker");
    assert!(refusal(worker(&order, tick(Target::Criterion("c1".to_owned())))).contains("3.1"));
}

#[test]
fn a_failed_checkpoint_holds_until_it_is_taken_up_followed_up_or_let_pass() {
    let order = asking_for(|block| block.demands.blocking = block.id == "i1");
    let later = || tick(Target::Step("s2".to_owned()));
    let fail =
        Command::Answer { item: "i1".to_owned(), given: "fail".to_owned(), note: "it leaks".to_owned() };
    let failed = after(&order, worker(&order, fail), "worker");
    assert!(refusal(worker(&failed, later())).contains("failed. Take it up again or open a follow-up order"));
    let followed = follow_up(&failed, item("i1"));
    assert!(worker(&followed, later()).is_ok());
    let mut cancelled = facts(&person("worker"));
    cancelled.cancelled_follow_ups = ["o2".to_owned()].into();
    let held = run_with(&followed, later(), &person("worker"), &[Role::Technician], &cancelled);
    assert!(refusal(held).contains("open a follow-up order"), "nobody goes on with it");
    let again = after(&failed, worker(&failed, undo(item("i1"), "")), "worker");
    let done = after(&again, worker(&again, tick(item("i1"))), "worker");
    assert!(worker(&done, later()).is_ok());

    assert!(matches!(worker(&failed, release(item("i1"), "we can go on")), Err(Error::Forbidden(_))));
    assert!(boss(&failed, release(item("i1"), "")).is_err(), "a reason is needed");
    assert!(refusal(boss(&failed, release(item("i2"), "we can go on"))).contains("no checkpoint"));
    let passed = after(&failed, boss(&failed, release(item("i1"), "we can go on")), "boss");
    assert!(worker(&passed, later()).is_ok());
    assert!(refusal(boss(&passed, release(item("i1"), "we can go on"))).contains("already"));
    let released = passed.item("i1").unwrap().1.released.as_ref().unwrap();
    assert_eq!((released.by.id.as_str(), released.reason.as_str()), ("boss", "we can go on"));
}

#[test]
fn what_waits_for_an_answer_is_neither_ticked_nor_missed() {
    let order = asking_for(|block| {
        if block.id == "i1" {
            block.asks.kind = AskKind::YesNo;
        } else if block.id == "s2" || block.id == "s3" {
            block.demands.only_if = Some(OnlyIf { item: "i1".to_owned(), answer: "yes".to_owned() });
        }
    });
    assert_eq!((order.item_progress(), order.step_progress()), ((0, 2), (0, 1)));
    let refused = refusal(worker(&order, tick(Target::Step("s2".to_owned()))));
    assert!(refused.contains("only if 1.1 is Yes"), "{refused}");
    let answer =
        |given: &str| Command::Answer { item: "i1".to_owned(), given: given.to_owned(), note: String::new() };
    let yes = after(&order, worker(&order, answer("yes")), "worker");
    assert_eq!(yes.step_progress(), (1, 3));
    let ticked = after(&yes, worker(&yes, tick(Target::Step("s2".to_owned()))), "worker");
    let changed = after(&ticked, worker(&ticked, undo(item("i1"), "")), "worker");
    let no = after(&changed, worker(&changed, answer("no")), "worker");
    assert_eq!(no.step_progress(), (1, 1), "a settled order with nothing else asked");
    assert!(no.step("s2").unwrap().ticks.is_ticked(), "what was recorded stays");
    assert!(bars_achieved(&no, &facts(&person("worker"))).is_some_and(|why| why.contains("Criteria")));
}

#[test]
fn a_plan_whose_parts_wait_for_later_answers_is_refused_with_the_reason() {
    let mut plan = Plan::of(&asking_for(|_| ()));
    for block in &mut plan.document {
        if block.id == "s1" {
            block.demands.only_if = Some(OnlyIf { item: "i3".to_owned(), answer: "yes".to_owned() });
        }
    }
    let edit =
        Command::EditPlan { plan: Box::new(plan), reason: "for a test".to_owned(), expected_version: None };
    let refused = format!("{:?}", boss(&at(Status::InProgress), edit).unwrap_err());
    assert!(refused.contains("does not stand before it"), "{refused}");
}

#[test]
fn a_step_done_faster_than_planned_names_both_figures_and_is_a_point_before_signing() {
    for (first, last, told) in
        [(10, 40, Some("step 2 took 30 s, at least 1 min are planned")), (10, 70, None)]
    {
        let order = asking_for(|block| block.demands.least_seconds = if block.id == "s2" { 60 } else { 0 });
        let order = after_at(&order, worker(&order, tick(item("i1"))), first);
        let order = after_at(&order, worker(&order, tick(Target::Step("s2".to_owned()))), last);
        let says: Vec<String> = pace::too_fast(&order).iter().map(pace::TooFast::says).collect();
        assert_eq!(says, told.map(str::to_owned).into_iter().collect::<Vec<_>>());
        let points = crate::signing::points::of(&order, &facts(&person("worker")));
        let fast = points.iter().filter(|it| it.kind == crate::signing::points::Kind::TooFast).count();
        assert_eq!(fast, says.len());
    }
    for (text, seconds) in [
        ("", Some(0)),
        ("45 s", Some(45)),
        ("5", Some(300)),
        ("1h 30min", Some(5400)),
        ("8 days", None),
        ("-1", None),
        ("999 h", None),
    ] {
        assert_eq!(pace::read(text), seconds, "{text}");
    }
}

fn brought(media_type: &str) -> Command {
    let file = NewFile {
        id: "f1".to_owned(),
        name: "a.bin".to_owned(),
        media_type: media_type.to_owned(),
        size: 3,
        digest: Digest::of(media_type.as_bytes()),
        picture: None,
    };
    let place = FilePlace::Item("i1".to_owned());
    Command::Gather(Gather::AddFiles { files: vec![file], place, description: String::new(), most: 9 })
}

#[test]
fn a_photo_answers_an_item_that_asks_for_one() {
    let order = asking_for(|block| {
        if block.id == "i1" {
            block.asks.kind = AskKind::Photo;
        }
    });
    let answer = Command::Answer { item: "i1".to_owned(), given: "photo".to_owned(), note: String::new() };
    assert!(worker(&order, answer.clone()).is_err(), "there is none");
    assert_eq!(kinds(&worker(&order, brought("text/plain"))), ["work_order.file_added.v1"]);
    let events = worker(&order, brought("image/jpeg"));
    assert_eq!(kinds(&events), ["work_order.file_added.v1", "work_order.item_answered.v1"]);
    let answered = after(&order, events, "worker");
    assert_eq!(answered.step("s1").unwrap().state, StepState::Done);
    let take_back = || {
        let (file, reason) = ("f1".to_owned(), "the wrong one".to_owned());
        Command::Gather(Gather::WithdrawFile { file, reason })
    };
    assert!(refusal(worker(&answered, take_back())).contains("Undo the answer first"));
    let open = after(&answered, worker(&answered, undo(item("i1"), "")), "worker");
    assert!(worker(&open, answer).is_ok(), "the photo is still there");
    assert!(worker(&open, take_back()).is_ok());
}

#[test]
fn a_criterion_bars_only_achieved_until_it_has_the_evidence_it_asks_for() {
    let order = asking_for(|block| {
        if block.id == "c1" {
            block.demands.evidence = EvidenceAsked { traces: 2, files: 0, attested: true };
        }
    });
    let order = after(&order, worker(&order, tick(item("i1"))), "worker");
    let order = after(&order, worker(&order, tick(Target::Step("s2".to_owned()))), "worker");
    let order = after(&order, worker(&order, tick(item("i3"))), "worker");
    let criterion = || Target::Criterion("c1".to_owned());
    let order = after(&order, worker(&order, tick(criterion())), "worker");
    let mut known = facts(&person("worker"));
    known.evidence.traces_at = [("c1".to_owned(), 1)].into();
    let words = lacking(&order, order.criterion("c1").unwrap(), &known);
    assert_eq!(words, ["1 of 2 traces", "nobody else has attested it yet"]);
    assert!(
        bars_achieved(&order, &known).unwrap().contains("(1 of 2 traces, nobody else has attested it yet)")
    );

    let attest = || Command::Attest { target: criterion(), note: "I saw it".to_owned() };
    assert!(refusal(worker(&order, attest())).contains("Somebody else vouches"));
    let one_with = {
        let mut facts = facts(&person("boss"));
        facts.people.unit = foundation::Unit::of("boss", [("boss", "worker")]);
        facts
    };
    let same = run_with(&order, attest(), &person("boss"), &[Role::Supervisor], &one_with);
    assert!(refusal(same).contains("counts as one with you"));
    let done = |status: Status| Order { status, ..order.clone() };
    assert!(boss(&done(Status::Completed), attest()).is_ok());
    assert!(refusal(boss(&done(Status::Verified), attest())).contains("its record stands"));
    let attested = after(&order, boss(&order, attest()), "boss");
    known.evidence.traces_at = [("c1".to_owned(), 2)].into();
    assert_eq!(bars_achieved(&attested, &known), None);
    // What asks for nobody's word takes none.
    let plain = after(&at(Status::InProgress), worker(&at(Status::InProgress), tick(criterion())), "worker");
    assert!(boss(&plain, attest()).is_err());
}
