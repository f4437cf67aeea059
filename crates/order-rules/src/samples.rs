//! Orders, people and generated texts for the tests of this feature.

use super::events::OrderEvent;
use super::facts::{EvidenceFacts, Facts, PeopleFacts, RecordFacts};
use super::fold::{self, EventMeta};
pub use super::model::any::{NOON, any_order, ids, sample_plan as plan};
use super::model::{
    Acknowledgement, Assignee, Order, OrderNumber, SigningMethod, Status, Transition, TransitionRecord,
    TypePolicy, Who,
};
use foundation::Unit;
use foundation::{Actor, ActorKind, Asker, ProjectKey, Role};

/// A person.
pub fn person(id: &str) -> Actor {
    Actor {
        id: id.to_owned(),
        kind: ActorKind::Human,
        name: format!("{id} Name"),
        session: None,
        request_id: None,
        under_reset: None,
    }
}

/// This actor in a project, holding these roles.
pub fn asking(actor: &Actor, roles: &[Role]) -> Asker {
    Asker::account(actor.clone(), ProjectKey(1), roles.to_vec())
}

/// Every role that a person can hold.
pub fn persons_roles() -> Vec<Role> {
    Role::ALL.into_iter().filter(|role| *role != Role::Agent).collect()
}

/// A program with an account.
pub fn agent(id: &str) -> Actor {
    Actor { kind: ActorKind::Agent, ..person(id) }
}

/// Facts on which nothing stands in the way of `actor`, who is one with nobody.
pub fn facts(actor: &Actor) -> Facts {
    Facts {
        evidence: EvidenceFacts {
            linked_by_hand: false,
            evidenced: ["i1", "i2", "i3", "s2", "c1"].map(str::to_owned).into(),
            traces_at: [].into(),
            altered: 0,
            senders: [].into(),
            claims_open: 0,
            exceptions_open: 0,
            judged: [].into(),
            refuted: [].into(),
            undecided: [].into(),
        },
        record: RecordFacts::Whole,
        people: PeopleFacts { unit: Unit::of(&actor.id, []), answering: Vec::new() },
        blockers: [].into(),
        cancelled_follow_ups: [].into(),
        draft_follow_ups: [].into(),
        policy: TypePolicy::UNDECIDED,
        now: NOON,
    }
}

/// What an order says of the account it is given to.
pub fn assignee(account: &str, kind: ActorKind) -> Assignee {
    Assignee {
        account: Some(account.to_owned()),
        kind: Some(kind),
        name: format!("{account} Name"),
        code: "USR-1".to_owned(),
    }
}

/// What stands around an event of this actor, at noon.
pub fn meta(actor: &Actor) -> EventMeta {
    EventMeta::of(actor, NOON, "ev")
}

/// A draft written by `author` and given to `worker`.
pub fn draft() -> Order {
    let mut order = Order::default();
    let created = OrderEvent::Created {
        order: "o1".to_owned(),
        number: OrderNumber::new(2026, 1),
        plan: Box::new(plan()),
        assignee: Some(assignee("worker", ActorKind::Human)),
    };
    fold::apply(&mut order, &created, &meta(&person("author")));
    order
}

/// The draft as if it had come to `status` in the ordinary way, worked on by `worker`, with the
/// safety notes acknowledged by `worker`.
pub fn at(status: Status) -> Order {
    let mut order = draft();
    order.status = status;
    let by = Who::from(&person("worker"));
    order.safety.acknowledgements.push(Acknowledgement { version: 1, by: by.clone(), at: NOON });
    order.started =
        !matches!(status, Status::Draft | Status::Submitted | Status::Approved | Status::Cancelled);
    if status.is_done() {
        order.performers.push("worker".to_owned());
    }
    if status == Status::Verified {
        order.transitions.push(TransitionRecord {
            id: Transition::Verify,
            from: Status::Completed,
            to: Status::Verified,
            by: Who::from(&person("auditor")),
            at: NOON,
            reason: String::new(),
            event: "ev".to_owned(),
        });
    }
    order
}

/// Of somebody who has just proven who they are.
pub fn proof() -> super::decide::Proof {
    super::decide::Proof {
        method: SigningMethod::Password,
        code: "USR-009".to_owned(),
        content: foundation::Digest::of(b"the order"),
        points: None,
    }
}
