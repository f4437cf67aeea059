//! When what happened to an order, read off the order as its events make it: what figures and workload count.
//!
//! A row says what stands now. An order that was taken up again after it had been completed has no completion until it is
//! completed anew, and how often that happened is counted.

pub mod estimate;
pub(super) mod store;

use crate::assets::model::key_of;
use crate::foundation::{ProjectKey, Timestamp};
use crate::work_orders::model::{Order, RelationKind, Status, Transition, TypeClass, When};

pub use store::MilestoneRow;

impl MilestoneRow {
    /// The row for a folded order that came to be here at `first`.
    pub fn of(project: ProjectKey, order: &Order, first: Timestamp) -> Self {
        let last = |is: fn(Transition) -> bool| {
            order.transitions.iter().rev().find(|made| is(made.id)).map(|made| made.at)
        };
        let completed_at = last(|id| id == Transition::Complete).filter(|_| order.status.is_done());
        let closes = |id: Transition| matches!(id, Transition::Close | Transition::CloseUnverified);
        let approved = order.transitions.iter().find(|made| made.id == Transition::Approve);
        let assignee = order.assignee.as_ref().and_then(|assignee| assignee.account.clone());
        let labour: i64 = order.gathered.labour().iter().map(|(_, seconds)| seconds).sum();
        Self {
            project,
            order_id: order.id.clone(),
            order_type: order.order_type.clone(),
            type_class: TypeClass::of(&order.order_type).as_str().to_owned(),
            asset_key: order.asset.as_ref().map(|asset| key_of(&asset.tag)).unwrap_or_default(),
            assignee: assignee.unwrap_or_default(),
            is_imported: order.imported.is_some(),
            made_at: first,
            due_at: order.due.as_ref().and_then(When::until),
            approved_at: approved.map(|made| made.at),
            completed_at,
            // A verification of before the completion that stands is of work that was taken up again.
            verified_at: last(|id| id == Transition::Verify)
                .filter(|at| completed_at.is_some_and(|done| done <= *at)),
            closed_at: last(closes).filter(|_| order.status == Status::Closed),
            cancelled_at: last(|id| id == Transition::Cancel).filter(|_| order.status == Status::Cancelled),
            taken_up: count(
                order.transitions.iter().filter(|it| it.from.is_done() && !it.to.is_done()).count(),
            ),
            followed_up_at: followed_up(order),
            labour_seconds: labour,
            time_corrected: count(order.gathered.time.iter().filter(|it| it.superseded_by.is_some()).count()),
            estimate_minutes: estimate::of(&order.fields),
        }
    }
}

/// When the first order was opened for what this one left.
fn followed_up(order: &Order) -> Option<Timestamp> {
    let follow_ups = order.relations.iter().filter(|it| it.kind == RelationKind::FollowedUpBy);
    follow_ups.map(|it| it.at).min()
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work_orders::model::{TransitionRecord, Who};
    use crate::work_orders::samples;

    fn order(status: Status, moves: &[(Transition, Status, Status)]) -> Order {
        let mut order = Order { status, ..samples::draft() };
        order.transitions = (1..)
            .zip(moves)
            .map(|(at, (id, from, to))| TransitionRecord {
                id: *id,
                from: *from,
                to: *to,
                by: Who::named("x"),
                at: Timestamp(at * 10),
                reason: String::new(),
                event: String::new(),
            })
            .collect();
        order
    }

    fn told(row: &MilestoneRow) -> [Option<i64>; 5] {
        [row.approved_at, row.completed_at, row.verified_at, row.closed_at, row.cancelled_at]
            .map(|at| at.map(|at| at.0))
    }

    #[test]
    fn what_was_taken_up_again_is_completed_when_it_is_completed_anew() {
        use Status::{Approved, Closed, Completed, InProgress, Submitted, Verified};
        let moves = [
            (Transition::Approve, Submitted, Approved),
            (Transition::Start, Approved, InProgress),
            (Transition::Complete, InProgress, Completed),
            (Transition::Verify, Completed, Verified),
            (Transition::Reopen, Verified, InProgress),
            (Transition::Complete, InProgress, Completed),
            (Transition::CloseUnverified, Completed, Closed),
        ];
        let of = |status, made: usize| {
            MilestoneRow::of(ProjectKey(1), &order(status, &moves[..made]), Timestamp(1))
        };
        assert_eq!(told(&of(Verified, 4)), [Some(10), Some(30), Some(40), None, None]);
        let again = of(InProgress, 5);
        assert_eq!((told(&again), again.taken_up), ([Some(10), None, None, None, None], 1));
        // The verification was of the work before.
        assert_eq!(told(&of(Closed, 7)), [Some(10), Some(60), None, Some(70), None]);
    }

    #[test]
    fn what_was_cancelled_ended_then_and_is_not_done() {
        let row = MilestoneRow::of(
            ProjectKey(1),
            &order(Status::Cancelled, &[(Transition::Cancel, Status::Draft, Status::Cancelled)]),
            Timestamp(1),
        );
        assert_eq!((told(&row), row.taken_up), ([None, None, None, None, Some(10)], 0));
    }
}
