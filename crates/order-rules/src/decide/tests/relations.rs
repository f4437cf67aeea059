//! Relations to other orders: who makes them, and what a block keeps from beginning.

use super::*;

fn relate(kind: RelationKind) -> Command {
    Command::Relate { kind, order: "o2".to_owned(), number: OrderNumber::new(2026, 2) }
}

fn pass(reason: &str) -> Command {
    Command::PassBlock { order: "o2".to_owned(), reason: reason.to_owned() }
}

fn begin_with(order: &Order, blockers: &[&str]) -> Result<Vec<OrderEvent>> {
    let mut known = facts(&person("worker"));
    known.blockers = blockers.iter().map(|it| (*it).to_owned()).collect();
    run_with(order, tick(item("i1")), &person("worker"), &[Role::Technician], &known)
}

#[test]
fn a_blocked_order_begins_once_the_other_is_done_or_a_supervisor_says_why() {
    let order =
        after(&at(Status::Approved), boss(&at(Status::Approved), relate(RelationKind::BlockedBy)), "boss");
    let refused = refusal(begin_with(&order, &["o2"]));
    assert!(refused.contains("Blocked by WO-2026-002") && refused.contains("supervisor"), "{refused}");
    assert!(begin_with(&order, &[]).is_ok(), "the other is done");
    assert!(matches!(worker(&order, pass("it cannot wait")), Err(Error::Forbidden(_))));
    assert!(boss(&order, pass("")).is_err(), "a reason is needed");
    let passed = after(&order, boss(&order, pass("it cannot wait")), "boss");
    assert!(begin_with(&passed, &["o2"]).is_ok());
    assert!(refusal(boss(&passed, pass("it cannot wait"))).contains("already"));
    let removed = Command::Unrelate { kind: RelationKind::BlockedBy, order: "o2".to_owned() };
    let free = after(&order, boss(&order, removed.clone()), "boss");
    assert!(begin_with(&free, &["o2"]).is_ok() && free.relations.is_empty());
    assert!(refusal(boss(&free, removed)).contains("already"));
}

#[test]
fn relations_are_made_once_by_whoever_may_plan_and_never_to_oneself() {
    let order = at(Status::InProgress);
    assert!(matches!(worker(&order, relate(RelationKind::Blocks)), Err(Error::Forbidden(_))));
    let with = after(&order, boss(&order, relate(RelationKind::Blocks)), "boss");
    assert!(refusal(boss(&with, relate(RelationKind::Blocks))).contains("already"));
    assert!(boss(&with, relate(RelationKind::DuplicateOf)).is_ok());
    assert!(boss(&order, relate(RelationKind::FollowUpOf)).is_err());
    let own = Command::Relate {
        kind: RelationKind::Blocks,
        order: "o1".to_owned(),
        number: OrderNumber::new(2026, 1),
    };
    assert!(boss(&order, own).is_err());
    for (kind, word) in RelationKind::BY_HAND {
        assert_eq!((RelationKind::read(word), kind.turned().turned()), (Some(kind), kind));
    }
}

#[test]
fn the_other_end_of_a_relation_is_asked_too() {
    let may = |theirs: &Order, kind: RelationKind, who: &str, role: Role| {
        check_other_end(theirs, kind, &samples::asking(&person(who), &[role])).is_ok()
    };
    let (draft, approved) = (at(Status::Draft), at(Status::Approved));
    for (theirs, kind, who, role, taken) in [
        (&draft, RelationKind::Blocks, "author", Role::Technician, true),
        (&draft, RelationKind::Blocks, "other", Role::Technician, false),
        (&approved, RelationKind::Blocks, "author", Role::Technician, false),
        (&approved, RelationKind::Blocks, "worker", Role::Technician, false),
        (&approved, RelationKind::Blocks, "boss", Role::Supervisor, true),
        // That one's own order waits holds nobody else up.
        (&approved, RelationKind::BlockedBy, "other", Role::Technician, true),
        (&approved, RelationKind::DuplicateOf, "other", Role::Technician, true),
        (&approved, RelationKind::DuplicatedBy, "other", Role::Technician, true),
    ] {
        assert_eq!(may(theirs, kind, who, role), taken, "{:?} {kind:?} {who}", theirs.status);
    }
    for status in Status::ALL {
        for (kind, _) in RelationKind::BY_HAND {
            let taken = may(&at(status), kind, "boss", Role::Supervisor);
            let open = !status.is_final();
            assert_eq!(taken, open, "{status:?} {kind:?}");
        }
    }
}
