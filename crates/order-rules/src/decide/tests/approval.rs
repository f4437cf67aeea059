//! A plan that was changed after its approval, and its new one.

use super::*;
use crate::gathered::events::PartAmount;
use foundation::Unit;

/// An order under way whose approval was signed, and whose plan `boss` changed since.
fn changed() -> Order {
    let mut order = at(Status::Submitted);
    order.started = false;
    order = after(&order, boss(&order, signed_move(Status::Approved)), "boss");
    order = after(&order, worker(&order, tick(item("i1"))), "worker");
    after(&order, boss(&order, edit(other_title(&order), "a good reason")), "boss")
}

fn other_title(order: &Order) -> Plan {
    Plan { title: format!("{} again", order.title), ..Plan::of(order) }
}

fn signed_move(to: Status) -> Command {
    let proof = Some(samples::proof());
    let (reason, outcome) = (String::new(), Some(Outcome::Partial));
    Command::Move(MoveTo { to, reason, hold: None, outcome, proof, expected_version: None })
}

fn renew(proof: Option<Proof>) -> Command {
    Command::RenewApproval { note: "seen".to_owned(), proof, expected_version: None }
}

/// What `who` knows where the type is controlled.
fn controlled(who: &str) -> Facts {
    let mut facts = facts(&person(who));
    facts.policy.controlled = true;
    facts
}

fn renewed(order: &Order, who: &Actor, role: Role, facts: &Facts) -> Result<Vec<OrderEvent>> {
    run_with(order, renew(Some(samples::proof())), who, &[role], facts)
}

#[test]
fn a_controlled_type_asks_another_supervisor_and_a_new_signature_stands_after_it() {
    let order = changed();
    assert!(order.signatures[0].superseded.is_some() && order.changed_since_approval.len() == 1);
    let facts = controlled("second");
    let bare = run_with(&order, renew(None), &person("second"), &[Role::Supervisor], &facts);
    assert!(refusal(bare).contains("give your password again"));
    let events = renewed(&order, &person("second"), Role::Supervisor, &facts);
    assert_eq!(kinds(&events), ["work_order.approval_renewed.v1"]);
    let again = after(&order, events, "second");
    assert!(again.changed_since_approval.is_empty() && again.status == order.status);
    let signature = again.signatures.last().unwrap();
    let signed = signature.signed.as_ref().unwrap();
    assert!(signature.meaning == Meaning::Approval && signature.transition.is_none());
    assert!(signature.superseded.is_none() && again.signatures[0].superseded.is_some());
    assert_eq!((signed.version, signed.account.as_str()), (order.version, "second"));
    assert!(
        signed.statement.contains("with the 1 change made since it was last approved"),
        "{}",
        signed.statement
    );
    assert!(refusal(renewed(&again, &person("second"), Role::Supervisor, &facts)).contains("No change"));
    let later = after(&again, boss(&again, edit(other_title(&again), "once more, please")), "boss");
    assert_eq!(later.changed_since_approval.len(), 1, "each change after it asks again");
    assert!(later.signatures.last().unwrap().superseded.is_some());
}

#[test]
fn who_may_approve_a_changed_plan() {
    let order = changed();
    let mut one_with_boss = controlled("second");
    one_with_boss.people.unit = Unit::of("second", [("second", "boss")]);
    for (who, role, facts, word) in [
        ("boss", Role::Supervisor, controlled("boss"), "changed this plan"),
        ("second", Role::Supervisor, one_with_boss, "changed this plan"),
        ("worker", Role::Technician, controlled("worker"), "can be done by a supervisor"),
        ("mei", Role::Auditor, controlled("mei"), "can be done by a supervisor"),
        ("ada", Role::Admin, controlled("ada"), "can be done by a supervisor"),
    ] {
        let why = refusal(renewed(&order, &person(who), role, &facts));
        assert!(why.contains(word), "{who}: {why}");
    }
    let program = renewed(&order, &agent("bot"), Role::Supervisor, &controlled("bot"));
    assert!(matches!(program, Err(Error::Forbidden(_))), "{program:?}");
    assert!(
        renewed(&order, &person("author"), Role::Supervisor, &controlled("author")).is_ok(),
        "it is another's change"
    );
}

#[test]
fn where_nothing_asks_for_it_a_changed_plan_asks_for_nothing() {
    let order = changed();
    let plain = facts(&person("second"));
    assert!(refusal(renewed(&order, &person("second"), Role::Supervisor, &plain)).contains("No change"));
    // Neither does an order that nobody changed, whatever its type asked when it was approved.
    let mut unsigned = at(Status::InProgress);
    unsigned.signatures.clear();
    let why = refusal(renewed(&unsigned, &person("second"), Role::Supervisor, &controlled("second")));
    assert!(why.contains("No change"), "{why}");
    assert!(
        lifecycle::awaits_approval(&order, &controlled("x"))
            && !lifecycle::awaits_approval(&unsigned, &controlled("x"))
    );
    // Where approving is not signed, the changed plan is approved without a signature, as the first was.
    let mut facts = controlled("second");
    facts.policy.approval_signed = false;
    let events = run_with(&order, renew(None), &person("second"), &[Role::Supervisor], &facts);
    let again = after(&order, events, "second");
    assert!(again.changed_since_approval.is_empty() && again.signatures.len() == 1);
}

#[test]
fn only_a_change_of_the_plan_asks_for_a_new_approval() {
    let mut order = at(Status::Submitted);
    order.started = false;
    order = after(&order, boss(&order, signed_move(Status::Approved)), "boss");
    for (command, who, role) in [
        (tick(item("i1")), "worker", Role::Technician),
        (Command::AddComment { text: "a word".to_owned() }, "worker", Role::Technician),
        (Command::Assign { assignee: Some(assignee("dana", ActorKind::Human)) }, "boss", Role::Supervisor),
    ] {
        order = after(&order, run(&order, command, who, role), who);
    }
    assert!(order.changed_since_approval.is_empty());
    assert_eq!(order.signatures.iter().filter(|it| it.superseded.is_none()).count(), 1);
}

/// What becomes of a plan before somebody asks to approve it: who does what, the last of them asks.
type Way<'a> = &'a [(&'a str, Deed)];

#[derive(Clone, Copy)]
enum Deed {
    Edit,
    Submit,
    Approve,
    TakeBack,
    Hold,
}

fn go(order: &Order, who: &str, step: Deed, facts: &Facts) -> Result<Vec<OrderEvent>> {
    let to = |to: Status| {
        Command::Move(MoveTo {
            to,
            reason: "a good reason".to_owned(),
            hold: Some(HoldCode::Parts),
            outcome: None,
            proof: Some(samples::proof()),
            expected_version: None,
        })
    };
    let command = match step {
        Deed::Edit => edit(other_title(order), "a good reason"),
        Deed::Submit | Deed::TakeBack => to(Status::Submitted),
        Deed::Approve => to(Status::Approved),
        Deed::Hold => to(Status::OnHold),
    };
    run_with(order, command, &person(who), &[Role::Supervisor], facts)
}

#[test]
fn whoever_changed_a_controlled_plan_since_another_approved_it_does_not_approve_it() {
    use Deed::{Approve, Edit, Hold, Submit, TakeBack};
    let rows: [(Way<'_>, bool, &str); 9] = [
        (&[("author", Submit), ("boss", Approve)], true, "another's plan"),
        (&[("author", Submit), ("boss", Edit), ("boss", Approve)], false, "changed while submitted"),
        (&[("boss", Edit), ("author", Submit), ("boss", Approve)], false, "changed as a draft"),
        (&[("boss", Edit), ("author", Submit), ("second", Approve)], true, "another's change"),
        (
            &[("boss", Edit), ("author", Submit), ("second", Approve), ("boss", TakeBack), ("boss", Approve)],
            true,
            "another approved it since",
        ),
        (
            &[("author", Submit), ("boss", Approve), ("boss", TakeBack), ("boss", Edit), ("boss", Approve)],
            false,
            "changed after taking it back",
        ),
        (
            &[
                ("author", Submit),
                ("boss", Approve),
                ("second", TakeBack),
                ("second", Edit),
                ("boss", Approve),
            ],
            true,
            "approves what another changed",
        ),
        (
            &[("author", Submit), ("boss", Approve), ("second", Hold), ("second", Edit), ("second", Approve)],
            true,
            "resumes only: the change waits for its own approval",
        ),
        (&[("author", Edit), ("author", Submit), ("author", Approve)], false, "the author"),
    ];
    for (way, may, why) in rows {
        let mut order = draft();
        let (last, before) = way.split_last().unwrap();
        for (who, step) in before {
            order = after(&order, go(&order, who, *step, &controlled(who)), who);
        }
        let asked = go(&order, last.0, last.1, &controlled(last.0));
        assert_eq!(asked.is_ok(), may, "{why}: {asked:?}");
        let mut twin = controlled("twin");
        twin.people.unit = Unit::of("twin", [("twin", last.0)]);
        assert_eq!(
            go(&order, "twin", last.1, &twin).is_ok(),
            may,
            "{why}, by an account that is one with them"
        );
        assert!(
            go(&order, last.0, last.1, &facts(&person(last.0))).is_ok(),
            "{why}: where nothing is controlled"
        );
    }
}

#[test]
fn taking_a_changed_plan_back_does_not_go_around_its_renewed_approval() {
    use Deed::{Approve, Edit, Hold, Submit, TakeBack};
    let mut order = draft();
    let way =
        [("author", Submit), ("boss", Approve), ("second", Hold), ("second", Edit), ("second", Approve)];
    for (who, step) in way {
        order = after(&order, go(&order, who, step, &controlled(who)), who);
    }
    assert!(order.status == Status::Approved && lifecycle::awaits_approval(&order, &controlled("second")));
    let own = renewed(&order, &person("second"), Role::Supervisor, &controlled("second"));
    assert!(refusal(own).contains("changed this plan"));
    let back = after(&order, go(&order, "second", TakeBack, &controlled("second")), "second");
    let own = go(&back, "second", Approve, &controlled("second"));
    assert!(refusal(own).contains("changed its plan"), "the change is not forgotten");
    let again = after(&back, go(&back, "boss", Approve, &controlled("boss")), "boss");
    assert!(again.planners.is_empty(), "somebody else approved it");
    // What somebody approved of their own while nothing was controlled, nobody else has seen.
    let mut own = draft();
    for (who, step) in [("boss", Edit), ("author", Submit), ("boss", Approve), ("boss", TakeBack)] {
        own = after(&own, go(&own, who, step, &facts(&person(who))), who);
    }
    assert!(go(&own, "boss", Approve, &controlled("boss")).is_err());
}

#[test]
fn what_is_planned_of_a_part_is_a_change_of_the_approved_plan() {
    let plan_part = |order: &Order, reason: &str| {
        Command::Gather(Gather::PlanPart {
            part: order.parts[0].id.clone(),
            amount: PartAmount {
                quantity: Quantity(2_000),
                unit: "pcs".to_owned(),
                unit_cost: None,
                source: String::new(),
            },
            reason: reason.to_owned(),
        })
    };
    let mut submitted = Order { started: false, ..at(Status::Submitted) };
    submitted.parts.push(Entry { id: "p1".to_owned(), text: "seal".to_owned() });
    let planned = after(&submitted, boss(&submitted, plan_part(&submitted, "")), "boss");
    assert!(planned.changed_since_approval.is_empty() && planned.planners == ["boss"]);
    let asked = run_with(
        &planned,
        signed_move(Status::Approved),
        &person("boss"),
        &[Role::Supervisor],
        &controlled("boss"),
    );
    assert!(refusal(asked).contains("changed its plan"));
    let by = run(&planned, signed_move(Status::Approved), "second", Role::Supervisor);
    let approved = after(&planned, by, "second");
    assert!(
        matches!(boss(&approved, plan_part(&approved, "")), Err(Error::Invalid(_))),
        "a reason is needed"
    );
    let again = after(&approved, boss(&approved, plan_part(&approved, "one more is needed")), "boss");
    assert!(lifecycle::awaits_approval(&again, &controlled("boss")));
    assert!(again.signatures[0].superseded.is_some(), "another plan was signed");
    let own = renewed(&again, &person("boss"), Role::Supervisor, &controlled("boss"));
    assert!(refusal(own).contains("changed this plan"));
    // An event from before reasons were asked for changes nothing of what was approved.
    let json = serde_json::json!({
        "type": "work_order.part_planned.v1", "line": "l", "part": approved.parts[0].id, "name": "seal",
        "amount": { "quantity": 1000, "unit": "", "unit_cost": null, "source": "" },
    });
    let old = OrderEvent::from_json("work_order.part_planned.v1", json.clone()).unwrap();
    assert_eq!(old.to_json().unwrap(), json);
    let same = after(&approved, Ok(vec![old]), "boss");
    assert!(same.changed_since_approval.is_empty() && same.signatures[0].superseded.is_none());
}
