//! An order that a schedule makes: written, and as far on its way as nobody has to say anything for.
//!
//! A plan that lacks something stays a draft. A whole one is submitted, and waits for its approval as any other does: where its
//! type is controlled, where the approval is signed, and where the schedule does not say that its orders come approved. No
//! signature is made here, and none that the plan or the rules of the type ask for later is left out.

use super::create::check_plan;
use crate::events::OrderEvent;
use crate::lifecycle::plan_gap;
use crate::model::{Assignee, MadeFrom, Order, OrderNumber, Plan, Status, Transition, TypePolicy};
use foundation::{Action, Asker, Error, Result};

/// An order that a schedule makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheduled {
    pub id: String,
    /// Its number, taken from the year's sequence.
    pub number: OrderNumber,
    /// The plan; empty ids are filled.
    pub plan: Plan,
    /// Whom it is given to.
    pub assignee: Option<Assignee>,
    /// The version, and the schedule with whoever answers for it.
    pub from: MadeFrom,
    /// A person who may approve has said that its orders come approved, and may still approve.
    pub approves: bool,
}

/// Decides on an order that a schedule makes: the events, and the state in which it begins.
pub fn begin_scheduled(
    new: Scheduled,
    asker: &Asker,
    policy: &TypePolicy,
    new_id: &mut dyn FnMut() -> String,
) -> Result<(Vec<OrderEvent>, Status)> {
    asker.must(Action::MakeScheduledOrder)?;
    let Scheduled { id, number, mut plan, assignee, from, approves } = new;
    let schedule = from.schedule.as_ref();
    let schedule =
        schedule.ok_or_else(|| Error::internal("an order is made by schedule, and no schedule is named"))?;
    let reason = format!("by schedule {}, which {} answers for", schedule.code, schedule.keeper.name);
    plan.fill_ids(new_id);
    check_plan(&plan)?;
    let mut whole = Order::default();
    plan.put_into(&mut whole);
    let is_approved = approves && !policy.controlled && !policy.approval_signed;
    let moves: &[(Transition, Status, Status)] = match plan_gap(&whole) {
        Some(_) => &[],
        None if is_approved => &[SUBMIT, APPROVE],
        None => &[SUBMIT],
    };
    let status = moves.last().map_or(Status::Draft, |(_, _, to)| *to);
    let made = OrderEvent::Created { order: id, number, plan: Box::new(plan), assignee };
    let mut events = vec![made, OrderEvent::MadeFrom(from)];
    events.extend(moves.iter().map(|(transition, from, to)| OrderEvent::Transitioned {
        transition: *transition,
        from: *from,
        to: *to,
        reason: reason.clone(),
        hold: None,
        outcome: None,
        signature: None,
        signed: None,
    }));
    Ok((events, status))
}

const SUBMIT: (Transition, Status, Status) = (Transition::Submit, Status::Draft, Status::Submitted);
const APPROVE: (Transition, Status, Status) = (Transition::Approve, Status::Submitted, Status::Approved);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold;
    use crate::lifecycle::{self, MoveInput};
    use crate::model::{BySchedule, Outcome, Who};
    use crate::samples::{self, person, plan};
    use foundation::{Actor, Digest, ProjectKey, Role};

    fn scheduled(plan: Plan, approves: bool) -> Scheduled {
        let schedule = BySchedule {
            id: "s1".to_owned(),
            code: "SC-001".to_owned(),
            day: "2026-12-02".to_owned(),
            keeper: Who::from(&person("sam")),
        };
        let from = MadeFrom {
            procedure: "p1".to_owned(),
            code: "PR-001".to_owned(),
            version: 2,
            digest: Digest::of(b"the text"),
            of_draft: false,
            schedule: Some(schedule),
        };
        Scheduled {
            id: "o1".to_owned(),
            number: OrderNumber::new(2026, 1),
            plan,
            assignee: None,
            from,
            approves,
        }
    }

    fn made(plan: Plan, approves: bool, policy: TypePolicy) -> (Order, Status) {
        let system = Asker::system(ProjectKey(1));
        let (events, status) =
            begin_scheduled(scheduled(plan, approves), &system, &policy, &mut || "x".to_owned()).unwrap();
        let meta = samples::meta(&Actor::system());
        (fold::replay(events.iter().map(|event| (event, &meta))), status)
    }

    #[test]
    fn it_begins_as_far_on_as_the_rules_of_its_type_let_it() {
        let unsigned = TypePolicy { approval_signed: false, ..TypePolicy::UNDECIDED };
        let controlled = TypePolicy { controlled: true, ..unsigned };
        for (approves, policy, expected) in [
            (true, unsigned, Status::Approved),
            (false, unsigned, Status::Submitted),
            (true, TypePolicy::UNDECIDED, Status::Submitted),
            (true, controlled, Status::Submitted),
        ] {
            let (order, status) = made(plan(), approves, policy);
            assert_eq!((order.status, status), (expected, expected), "{approves} {policy:?}");
            assert!(order.signatures.is_empty() && !order.started);
        }
        let (order, status) =
            made(Plan { criteria: Vec::new(), order_type: String::new(), ..plan() }, true, unsigned);
        assert_eq!((order.status, status), (Status::Draft, Status::Draft), "it lacks a type");
    }

    #[test]
    fn nobody_but_the_rule_makes_one_and_whoever_set_it_up_does_not_approve_a_controlled_one() {
        let policy = TypePolicy { controlled: true, ..TypePolicy::UNDECIDED };
        for role in Role::ALL {
            let asker = samples::asking(&person("x"), &[role]);
            let said = begin_scheduled(scheduled(plan(), true), &asker, &policy, &mut || "x".to_owned());
            assert!(matches!(said, Err(Error::Forbidden(_))), "{role:?}");
        }
        let (order, _) = made(plan(), true, policy);
        let input = MoveInput { reason: "", hold: None, outcome: Outcome::NotAchieved, is_confirmed: true };
        for (who, may) in [("sam", false), ("boss", true)] {
            let (actor, mut facts) = (person(who), samples::facts(&person(who)));
            facts.policy = policy;
            let asker = samples::asking(&actor, &[Role::Supervisor]);
            let said = lifecycle::check(&order, Status::Approved, &asker, &facts, input);
            assert_eq!(said.is_ok(), may, "{who}: {said:?}");
        }
    }
}
