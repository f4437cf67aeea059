//! Items that a person answers with a signature.

use super::*;

/// An order whose item `i1` asks for a signature.
fn asking(status: Status) -> Order {
    let mut order = at(status);
    order.started = status != Status::Approved;
    order.steps[0].items[0].asks.kind = AskKind::Signature;
    order
}

fn sign(proof: Option<Proof>) -> Command {
    Command::SignItem {
        item: "i1".to_owned(),
        note: "seen on site".to_owned(),
        proof,
        expected_version: None,
    }
}

fn with_proof() -> Command {
    sign(Some(samples::proof()))
}

#[test]
fn a_person_signs_with_the_words_of_the_item_and_nothing_else_answers_it() {
    let order = asking(Status::InProgress);
    assert!(refusal(worker(&order, sign(None))).contains("give your password again"));
    assert!(refusal(worker(&order, tick(item("i1")))).contains("a signature"));
    for given in ["signed", "fail", "pass"] {
        let answer =
            Command::Answer { item: "i1".to_owned(), given: given.to_owned(), note: "because".to_owned() };
        assert!(matches!(worker(&order, answer), Err(Error::Invalid(_))), "{given}");
    }
    let plain = Command::SignItem {
        item: "i2".into(),
        note: String::new(),
        proof: Some(samples::proof()),
        expected_version: None,
    };
    assert!(refusal(worker(&order, plain)).contains("asks for no signature"));
    let signed = after(&order, worker(&order, with_proof()), "worker");
    let signature = signed.signatures.last().unwrap();
    assert_eq!(
        (signature.meaning, signature.item.as_deref(), signature.transition),
        (Meaning::Item, Some("i1"), None)
    );
    let record = signature.signed.as_ref().unwrap();
    assert!(record.statement.contains("“do i1”") && record.version == order.version, "{}", record.statement);
    let standing = signed.item("i1").unwrap().1.ticks.current().unwrap();
    let answer = standing.answer.as_ref().unwrap();
    assert_eq!((answer.value.as_str(), answer.note.as_str()), ("Signed", "seen on site"));
    assert!(refusal(worker(&signed, with_proof())).contains("answered already"));
    assert!(signed.performers.contains(&"worker".to_owned()), "whoever signs did part of the work");
}

#[test]
fn who_signs_an_item() {
    let order = asking(Status::InProgress);
    for (who, role, may) in [
        ("worker", Role::Technician, true),
        ("boss", Role::Supervisor, true),
        ("other", Role::Technician, false),
        ("mei", Role::Auditor, false),
        ("ada", Role::Admin, false),
    ] {
        assert_eq!(run(&order, with_proof(), who, role).is_ok(), may, "{who}");
    }
    let mut given = order.clone();
    given.assignee = Some(assignee("bot", ActorKind::Agent));
    let program = run_with(&given, with_proof(), &agent("bot"), &Role::ALL, &facts(&agent("bot")));
    assert!(matches!(program, Err(Error::Forbidden(_))), "{program:?}");
    for status in Status::ALL {
        let may = matches!(status, Status::Approved | Status::InProgress);
        assert_eq!(worker(&asking(status), with_proof()).is_ok(), may, "{status:?}");
    }
}

#[test]
fn a_first_signature_brings_the_start_behind_it() {
    let order = asking(Status::Approved);
    let events = worker(&order, with_proof());
    assert_eq!(kinds(&events), ["work_order.item_answered.v1", "work_order.transitioned.v1"]);
    assert_eq!(after(&order, events, "worker").status, Status::InProgress);
    let mut unread = order;
    unread.safety.acknowledgements.clear();
    assert!(
        refusal(worker(&unread, sign(None))).contains("acknowledge"),
        "told before a password is asked for"
    );
}

#[test]
fn it_stands_until_it_is_taken_back_with_a_reason_and_its_words_stand_as_long() {
    let order = asking(Status::InProgress);
    let order = after(&order, worker(&order, with_proof()), "worker");
    let order = after(&order, worker(&order, tick(item("i2"))), "worker");
    assert!(order.signatures[0].superseded.is_none(), "work elsewhere changes nothing of what it says");
    let mut plan = Plan::of(&order);
    plan.steps[0].items[0].text = "something else".to_owned();
    assert!(refusal(boss(&order, edit(plan.clone(), "a good reason"))).contains("is signed"));
    let mut elsewhere = Plan::of(&order);
    elsewhere.steps[0].items[1].text = "something else".to_owned();
    assert!(boss(&order, edit(elsewhere, "a good reason")).is_ok());
    assert!(matches!(worker(&order, undo(item("i1"), "")), Err(Error::Invalid(_))));
    let order = after(&order, worker(&order, undo(item("i1"), "the wrong valve")), "worker");
    assert_eq!(order.signatures[0].superseded.as_ref().unwrap().why, "it was taken back");
    assert!(boss(&order, edit(plan, "a good reason")).is_ok());
    assert!(worker(&order, with_proof()).is_ok());
}

#[test]
fn no_tick_of_a_file_stands_for_a_signature() {
    let mut order = asking(Status::InProgress);
    order.steps[0].items[0].ticks.0.push(Tick::imported("t"));
    let vouch = Command::Attest { target: item("i1"), note: "I was there".to_owned() };
    assert!(refusal(worker(&order, vouch)).contains("asks for a signature"));
}

#[test]
fn an_answer_from_before_is_read_and_written_as_it_was() {
    let old = serde_json::json!({ "type": "work_order.item_answered.v1", "item": "i1", "tick": "t",
        "answer": { "value": "Pass", "found": "good", "note": "" } });
    let event = OrderEvent::from_json("work_order.item_answered.v1", &old).unwrap();
    assert_eq!(event.to_json().unwrap(), old);
}
