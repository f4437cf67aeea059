//! Steps that leave for another order.

use super::*;

/// The rest of the plan without a step, and the ids of what goes.
fn parts(order: &Order, step: &str) -> (Plan, Vec<String>) {
    let mut rest = Plan::of(order);
    let gone = rest.steps.iter().position(|it| it.id == step).unwrap();
    let gone = rest.steps.remove(gone);
    let ids = std::iter::once(gone.id).chain(gone.items.into_iter().map(|item| item.id)).collect();
    (rest, ids)
}

fn split(order: &Order, step: &str, reason: &str) -> Command {
    let (rest, moved) = parts(order, step);
    let number = OrderNumber::new(2026, 9);
    Command::Split { rest: Box::new(rest), moved, order: "o9".to_owned(), number, reason: reason.to_owned() }
}

/// As somebody, with evidence linked to nothing.
fn by(order: &Order, command: Command, who: &str, role: Role) -> Result<Vec<OrderEvent>> {
    run_with(order, command, &person(who), &[role], &bare(who))
}

fn bare(who: &str) -> Facts {
    let mut facts = facts(&person(who));
    facts.evidence.evidenced.clear();
    facts
}

fn boss(order: &Order, command: Command) -> Result<Vec<OrderEvent>> {
    by(order, command, "boss", Role::Supervisor)
}

#[test]
fn steps_leave_by_a_change_of_the_plan_that_says_where_they_went() {
    let order = at(Status::InProgress);
    let events = boss(&order, split(&order, "s3", "too much for one shift"));
    assert_eq!(kinds(&events), ["work_order.plan_edited.v1", "work_order.related.v1"]);
    let Some(OrderEvent::PlanEdited { reason, .. }) = events.as_ref().unwrap().first() else { panic!() };
    assert_eq!(reason, "moved to WO-2026-009: too much for one shift");
    let rest = after(&order, events, "boss");
    assert!(rest.step("s3").is_none() && rest.step("s1").is_some());
    assert_eq!(rest.relations[0].kind, RelationKind::SplitTo);
    assert!(matches!(boss(&order, split(&order, "s3", "")), Err(Error::Invalid(_))), "work has begun");
    assert!(matches!(
        by(&order, split(&order, "s3", "a good reason"), "worker", Role::Technician),
        Err(Error::Forbidden(_))
    ));
    let draft = at(Status::Draft);
    assert!(
        by(&draft, split(&draft, "s3", ""), "author", Role::Technician).is_ok(),
        "a draft is its author's"
    );
    let approved = at(Status::Approved);
    assert!(refusal(boss(&approved, split(&approved, "s3", "a good reason"))).contains("is approved"));
}

#[test]
fn what_carries_a_record_stays() {
    let order = at(Status::InProgress);
    let ticked = after(&order, worker(&order, tick(item("i1"))), "worker");
    let undone = after(&ticked, worker(&ticked, undo(item("i1"), "")), "worker");
    for order in [&ticked, &undone] {
        assert!(refusal(boss(order, split(order, "s1", "a good reason"))).contains("carries a record"));
        assert!(stays(order, &bare("boss"), order.step("s1").unwrap()));
    }
    let asked = || split(&order, "s1", "a good reason");
    assert!(boss(&order, asked()).is_ok());
    let mut judged = judged("boss");
    judged.evidence.evidenced.clear();
    for facts in [judged, facts(&person("boss"))] {
        let refused = run_with(&order, asked(), &person("boss"), &[Role::Supervisor], &facts);
        assert!(refusal(refused).contains("carries a record"));
    }
}
