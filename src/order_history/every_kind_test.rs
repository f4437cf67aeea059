//! Every kind of event that an order can have is told as a sentence of its own, with what stood there before and what stands there since.

use std::collections::{BTreeMap, BTreeSet};

use order_rules::samples::{NOON, at, meta, person};
use serde_json::json;

use super::told::{Around, told};
use super::words::Told;
use super::{audit, kinds};
use crate::audit::events::AuditEvent;
use crate::foundation::{ActorKind, Digest};
use crate::web::words::KINDS;
use crate::work_orders::delegation::DelegationEvent;
use crate::work_orders::events::OrderEvent;
use crate::work_orders::fold::apply;
use crate::work_orders::gathered::events::{Mentioned, PartAmount, Worked};
use crate::work_orders::gathered::{GatheredEvent, StopCause};
use crate::work_orders::model::{
    Answer, Assignee, FilePlace, FileState, HoldCode, LogKind, MadeFrom, Materiality, Order, OrderNumber,
    Outcome, Plan, Quantity, RelationKind, Status, StepState, Target, Transition, Who,
};
use crate::work_orders::plan_diff::{ChangeOp, PlanChange};

fn text(text: &str) -> String {
    text.to_owned()
}

fn item(id: &str) -> Target {
    Target::Item(text(id))
}

fn somebody(name: &str) -> Option<Assignee> {
    Some(Assignee { name: text(name), ..Assignee::default() })
}

fn amount(thousandths: i64) -> PartAmount {
    PartAmount { quantity: Quantity(thousandths), unit: text("m"), unit_cost: None, source: String::new() }
}

fn minutes(minutes: u32) -> Worked {
    Worked { minutes, ..Worked::default() }
}

fn answer(value: &str) -> Answer {
    Answer { value: text(value), ..Answer::default() }
}

fn file_added() -> GatheredEvent {
    GatheredEvent::FileAdded {
        file: text("f"),
        place: FilePlace::Order,
        name: text("gauge.png"),
        media_type: text("image/png"),
        size: 3,
        digest: Digest::of(b"abc"),
        description: String::new(),
        picture: None,
    }
}

/// An order in which everything stands that a later event can change, take back or correct.
fn before() -> Order {
    let mut order = at(Status::InProgress);
    let gathered: [GatheredEvent; 7] = [
        file_added(),
        GatheredEvent::PinPlaced { pin: text("p"), file: text("f"), x: 1, y: 1, text: text("here") },
        GatheredEvent::FileChecked { file: text("f"), found: FileState::Missing },
        GatheredEvent::TimerStarted { timer: text("t") },
        GatheredEvent::TimeLogged { entry: text("e"), worked: minutes(30) },
        GatheredEvent::PartUsed { line: text("l"), part: None, name: text("hose"), amount: amount(2_000) },
        GatheredEvent::PartPlanned {
            line: text("pl"),
            part: text("hose"),
            name: text("hose"),
            amount: amount(2_000),
            reason: None,
        },
    ];
    let ticked = OrderEvent::ItemAnswered {
        item: text("i1"),
        tick: text("k1"),
        answer: answer("4 bar"),
        signature: None,
        signed: None,
    };
    let own = [
        ticked,
        OrderEvent::StepTicked { step: text("s2"), tick: text("k2") },
        OrderEvent::CriterionMet { criterion: text("c1"), tick: text("k3") },
        OrderEvent::LogAdded {
            entry: text("g"),
            title: text("Filled it"),
            lines: Vec::new(),
            kind: LogKind::Note,
            corrects: None,
        },
        OrderEvent::Related {
            kind: RelationKind::BlockedBy,
            order: text("o2"),
            number: OrderNumber::new(2026, 2),
            about: None,
        },
        OrderEvent::SignedOn {},
    ];
    let delegated = [
        DelegationEvent::QuestionAsked {
            question: text("q1"),
            text: text("Which valve?"),
            choices: Vec::new(),
            about: None,
        },
        DelegationEvent::DecisionRecorded {
            decision: text("d1"),
            number: 1,
            title: text("Valve"),
            says: text("Use V-1"),
            reasons: text("it is there"),
            consequences: String::new(),
            supersedes: None,
        },
    ];
    let own = own.into_iter().chain(delegated.map(OrderEvent::Delegated));
    for event in own.into_iter().chain(gathered.map(OrderEvent::Gathered)) {
        apply(&mut order, &event, &meta(&person("worker")));
    }
    order
}

/// One event of each kind with the value before and the value since, where there are such.
#[rustfmt::skip]
fn table() -> Vec<(OrderEvent, &'static str, &'static str)> {
    use DelegationEvent as D;
    use GatheredEvent as G;
    use OrderEvent as O;
    let change = |path: &[&str], old: &str, new: &str| PlanChange {
        path: path.iter().map(|part| text(part)).collect(),
        op: ChangeOp::Changed,
        old: json!(old),
        new: json!(new),
    };
    let (worker, why) = (text("worker"), || text("because"));
    let own = vec![
        (O::Created { order: text("o"), number: OrderNumber::new(2026, 1), plan: Box::new(Plan { title: text("Wire it"), ..Plan::default() }), assignee: None }, "", "Wire it"),
        (O::Imported { source: Digest::of(b"f"), file: Some(text("a.md")), order: Box::new(Order { title: text("From a file"), ..Order::default() }) }, "", "From a file"),
        (O::PlanEdited { changes: vec![change(&["title"], "Trace every call", "Trace some calls")], reason: why() }, "Trace every call", "Trace some calls"),
        (O::MadeFrom(MadeFrom { procedure: text("p"), code: text("PR-003"), version: 2, digest: Digest::of(b"v"), of_draft: false, schedule: None }), "", "PR-003, version 2"),
        (O::Assigned { from: somebody("Dana"), to: somebody("Eva"), reason: String::new() }, "Dana", "Eva"),
        (O::ItemTicked { item: text("i2"), tick: text("k") }, "open", "done"),
        (O::ItemAnswered { item: text("i2"), tick: text("k"), answer: answer("3 bar"), signature: None, signed: None }, "open", "3 bar"),
        (O::ItemSkipped { item: text("i2"), reason: why() }, "to be done", "does not apply"),
        (O::ItemTakenUp { item: text("i2"), reason: why() }, "does not apply", "to be done"),
        (O::ItemTickUndone { item: text("i1"), tick: text("k1"), reason: why() }, "4 bar", "open"),
        (O::StepTicked { step: text("s3"), tick: text("k") }, "open", "done"),
        (O::StepTickUndone { step: text("s2"), tick: text("k2"), reason: why() }, "done, by worker Name", "open"),
        (O::CriterionMet { criterion: text("c9"), tick: text("k") }, "not met", "met"),
        (O::CriterionUnmet { criterion: text("c1"), tick: text("k3"), reason: why() }, "met, by worker Name", "not met"),
        (O::StepMarked { step: text("s1"), from: StepState::Open, to: StepState::Failed { reason: why() }, reason: String::new() }, "open", "failed"),
        (O::SignedOn {}, "not signed on", "signed on"),
        (O::SignedOff { account: worker.clone(), reason: why() }, "worker Name signed on", "signed off"),
        (O::CheckpointReleased { target: item("i1"), reason: why() }, "holds the work", "passed"),
        (O::TickAttested { target: item("i1"), tick: text("k1"), note: why() }, "nobody's word", "attested"),
        (O::LogAdded { entry: text("h"), title: text("Drained it"), lines: Vec::new(), kind: LogKind::Note, corrects: Some(text("g")) }, "Filled it", "Drained it"),
        (O::CommentAdded { comment: text("m"), text: text("Good") }, "", "Good"),
        (O::SafetyAcknowledged { version: 2 }, "not read", "version 2 read"),
        (O::Transitioned { transition: Transition::Hold, from: Status::InProgress, to: Status::OnHold, reason: why(), hold: Some(HoldCode::Parts), outcome: None, signature: None, signed: None }, "In progress", "On hold, waits for parts"),
        (O::Transitioned { transition: Transition::Complete, from: Status::InProgress, to: Status::Completed, reason: why(), hold: None, outcome: Some(Outcome::Partial), signature: None, signed: None }, "In progress", "Completed, achieved in part"),
        (O::ApprovalRenewed { note: why(), signature: None, signed: None }, "nobody had approved", "approved"),
        (O::Related { kind: RelationKind::Blocks, order: text("o3"), number: OrderNumber::new(2026, 3), about: None }, "", "blocks WO-2026-003"),
        (O::Unrelated { kind: RelationKind::BlockedBy, order: text("o2") }, "blocked by WO-2026-002", ""),
        (O::BlockPassed { order: text("o2"), reason: why() }, "blocked by WO-2026-002", "may begin"),
        (O::Amended { amendment: text("a"), about: None, text: text("It held"), reason: why() }, "", "It held"),
        (O::MaterialitySet { target: item("i1"), from: Materiality::Normal, to: Materiality::Critical }, "normal", "critical"),
    ];
    let gathered = vec![
        (file_added(), "", "gauge.png"),
        (G::FileWithdrawn { file: text("f"), reason: why() }, "gauge.png", ""),
        (G::FileChecked { file: text("f"), found: FileState::Whole }, "missing", "whole"),
        (G::PinPlaced { pin: text("q"), file: text("f"), x: 1, y: 1, text: text("there") }, "", "there"),
        (G::PinRemoved { pin: text("p"), file: text("f"), reason: String::new() }, "here", ""),
        (G::TimerStarted { timer: text("u") }, "no timer", "a timer runs"),
        (G::TimerStopped { timer: text("t"), account: worker, cause: StopCause::Pressed }, "the timer of worker Name", "stopped"),
        (G::TimeLogged { entry: text("n"), worked: minutes(90) }, "", "1 h 30 m"),
        (G::TimeCorrected { entry: text("n"), corrects: text("e"), worked: minutes(90), reason: why() }, "30 m", "1 h 30 m"),
        (G::PartPlanned { line: text("x"), part: text("hose"), name: text("hose"), amount: amount(3_000), reason: None }, "2 m", "3 m"),
        (G::PartUsed { line: text("x"), part: None, name: text("hose"), amount: amount(3_000) }, "", "3 m"),
        (G::PartUseCorrected { line: text("x"), corrects: text("l"), amount: amount(3_000), reason: why() }, "2 m", "3 m"),
        (G::PeopleMentioned { entry: text("m"), people: vec![Mentioned { account: text("e"), name: text("Eva"), words: text("@Eva") }] }, "", "Eva"),
        (G::QueuedEntrySetAside { target: None, said: text("answered 3 bar") }, "answered 3 bar", "not recorded"),
    ];
    let who = |name: &str| Who { id: text(name), name: text(name), kind: ActorKind::Agent };
    let delegated = vec![
        (D::Claimed { accountable: who("Dana"), until: NOON, lease_seconds: 300, lapsed: None }, "no claim", "until 2026"),
        (D::ClaimRenewed { until: NOON }, "", "until 2026"),
        (D::ClaimReleased { reason: why() }, "claimed", "no claim"),
        (D::AgentStopped { agent: who("Relay"), reason: why() }, "may work on it", "stopped"),
        (D::AgentLetOn { agent: who("Relay") }, "stopped", "may work on it"),
        (D::QuestionAsked { question: text("q9"), text: text("Which pump?"), choices: Vec::new(), about: None }, "", "Which pump?"),
        (D::QuestionAnswered { question: text("q1"), answer: text("The left one") }, "not answered", "The left one"),
        (D::QuestionWithdrawn { question: text("q1"), reason: why() }, "Which valve?", ""),
        (D::DecisionRecorded { decision: text("d9"), number: 2, title: text("Pump"), says: text("Use P-2"), reasons: why(), consequences: String::new(), supersedes: Some(text("d1")) }, "D-1", "Use P-2"),
    ];
    let delegated = delegated.into_iter().map(|(event, old, new)| (O::Delegated(event), old, new));
    own.into_iter().chain(delegated).chain(gathered.into_iter().map(|(event, old, new)| (O::Gathered(event), old, new))).collect()
}

#[test]
fn every_kind_of_an_order_is_told_with_both_its_values() {
    let (order, mut seen) = (before(), BTreeSet::new());
    for (event, old, new) in table() {
        let kind = event.kind();
        let it = told(Around { before: &order, last: &order }, &event);
        assert_ne!(it.what, kind, "no words of its own");
        let said = format!("{} {} {} {}", it.old, it.new, it.what, it.each.join(" "));
        assert!(said.contains(old) && said.contains(new), "{kind}: {it:?}");
        assert_eq!(
            (it.old.is_empty(), it.new.is_empty()),
            (old.is_empty() || !it.each.is_empty(), new.is_empty() || !it.each.is_empty()),
            "{kind}: {it:?}"
        );
        seen.insert(kind);
    }
    let of_order = |kind: &&str| kind.starts_with("work_order.") && !kinds::is_of_project(kind);
    let unseen: Vec<&str> = KINDS.into_iter().filter(of_order).filter(|kind| !seen.contains(kind)).collect();
    assert!(unseen.is_empty(), "give each a row in the table: {unseen:?}");
}

#[test]
fn a_file_speaks_for_itself_and_is_marked_so() {
    let order = before();
    let around = Around { before: &Order::default(), last: &order };
    let claims = |event: &OrderEvent| told(around, event).is_claimed;
    let told: Vec<bool> = table().iter().map(|(event, ..)| claims(event)).collect();
    assert_eq!(told.iter().filter(|is_claimed| **is_claimed).count(), 1, "the import alone");
}

#[test]
fn every_kind_of_audit_is_told() {
    let order = before();
    let claims = BTreeMap::from([(text("cl"), (item("i1"), text("The pressure holds")))]);
    let pins = json!([{"trace": "t", "observation": "o", "revision": Digest::of(b"r")}]);
    let link = json!({"id": "l", "target": {"on": "item", "id": "i1"}, "trace": "t1", "observation": null, "how": {"by": "hand"}});
    let verdict = json!({
        "id": "v", "claim": "cl", "outcome": "supported", "relation": "independent", "quotes": [], "checks": [], "reason": null,
        "comment": "It does", "supersedes": null,
    });
    let exception =
        json!({"id": "x", "order": "o", "trace": "", "kind": "too_fast", "detail": "Step 1 took 3 s"});
    let rows = [
        (json!({"type": "audit.evidence_linked.v1", "links": [link]}), "", "t1"),
        (
            json!({"type": "audit.evidence_unlinked.v1", "link": "l", "reason": "wrong"}),
            "linked",
            "not linked",
        ),
        (json!({"type": "audit.evidence_pinned.v1", "why": "settled", "pins": pins}), "not pinned", "pinned"),
        (
            json!({"type": "audit.claim_weighed.v1", "claim": "cl", "from": 0, "to": 2}),
            "does not count",
            "important",
        ),
        (json!({"type": "audit.claim_withdrawn.v1", "claim": "cl"}), "The pressure holds", ""),
        (json!({"type": "audit.exception_opened.v1", "exception": exception}), "", "Step 1 took 3 s"),
        (
            json!({"type": "audit.exception_resolved.v1", "exception": "x", "how": "accepted", "comment": "fine"}),
            "open",
            "It stays",
        ),
        (json!({"type": "audit.verdict_given.v1", "verdict": verdict}), "not judged", "supported"),
    ];
    let mut seen = BTreeSet::from(["audit.claim_stated.v1"]);
    for (stored, old, new) in rows {
        let kind = KINDS.into_iter().find(|kind| stored["type"] == *kind).unwrap();
        let event = AuditEvent::from_json(kind, stored).unwrap();
        let it: Told = audit::told(Around { before: &order, last: &order }, &claims, &event);
        assert!(it.old.contains(old) && it.new.contains(new), "{kind}: {it:?}");
        seen.insert(kind);
    }
    let unseen: Vec<&str> =
        KINDS.into_iter().filter(|kind| kinds::is_audit(kind) && !seen.contains(kind)).collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}
