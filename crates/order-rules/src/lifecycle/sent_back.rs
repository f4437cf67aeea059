//! The move that sent an order back, or ended it before it was done, for as long as its people must know of it.

use crate::model::{Order, Transition, TransitionRecord};

/// The move by which the order came back to where it is, until it goes on past it; of a cancelled order the one that ended
/// it. Holding and resuming lead nowhere else, so what was said before them still stands.
pub fn sent_back(order: &Order) -> Option<&TransitionRecord> {
    let is_pause = |id: Transition| matches!(id, Transition::Hold | Transition::Resume);
    let last = order.transitions.iter().rev().find(|record| !is_pause(record.id))?;
    sent_back_words(last.id).map(|_| last)
}

/// What a page says before the name of whoever made such a move; none where the move is no such one.
pub fn sent_back_words(id: Transition) -> Option<&'static str> {
    match id {
        Transition::ReturnToDraft | Transition::ReturnForRework => Some("Returned by"),
        Transition::TakeBack => Some("Taken back by"),
        Transition::Reopen => Some("Reopened by"),
        Transition::Cancel => Some("Cancelled by"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Status, Who};
    use crate::samples::NOON;

    fn told(moves: &[Transition]) -> Option<Transition> {
        let record = |id: &Transition| TransitionRecord {
            id: *id,
            from: Status::Draft,
            to: Status::Draft,
            by: Who::named("Mei"),
            at: NOON,
            reason: "why".to_owned(),
            event: "ev".to_owned(),
        };
        let order = Order { transitions: moves.iter().map(record).collect(), ..Order::default() };
        sent_back(&order).map(|record| record.id)
    }

    #[test]
    fn an_order_says_why_it_came_back_until_it_goes_on_again() {
        use Transition::{
            Approve, Cancel, Complete, Hold, Reopen, Resume, ReturnForRework, ReturnToDraft, Start, Submit,
            TakeBack, Verify,
        };
        for (moves, expected) in [
            (&[Submit][..], None),
            (&[], None),
            (&[Submit, ReturnToDraft], Some(ReturnToDraft)),
            (&[Submit, ReturnToDraft, Submit], None),
            (&[Submit, Approve, TakeBack], Some(TakeBack)),
            (&[Submit, Approve, TakeBack, Approve, Start], None),
            (&[Complete, ReturnForRework], Some(ReturnForRework)),
            (&[Complete, ReturnForRework, Hold], Some(ReturnForRework)),
            (&[Complete, ReturnForRework, Hold, Resume], Some(ReturnForRework)),
            (&[Complete, ReturnForRework, Complete], None),
            (&[Complete, Verify, Reopen], Some(Reopen)),
            (&[Submit, Approve, Hold, Cancel], Some(Cancel)),
        ] {
            assert_eq!(told(moves), expected, "{moves:?}");
        }
    }
}
