//! How events of orders become the tables `running_timers` and `mentions`.
//!
//! Each event by itself: what is found done already stays as it is, so that the newest event of a stream may come twice.

use crate::db::Tx;
use crate::foundation::Result;
use crate::ledger::Event;
use crate::work_orders::events::OrderEvent;

use super::events::GatheredEvent;
use super::store;

pub(in crate::work_orders) fn project(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let is_ours = |kind: &str| {
        matches!(
            kind,
            "work_order.timer_started.v1"
                | "work_order.timer_stopped.v1"
                | "work_order.people_mentioned.v1"
                | "work_order.comment_added.v1"
                | "work_order.log_added.v1"
        )
    };
    if event.body.is_none() || !is_ours(&event.kind) {
        return Ok(());
    }
    match OrderEvent::from_json(&event.kind, event.json())? {
        OrderEvent::Gathered(GatheredEvent::TimerStarted { timer }) => store::start(tx.conn, event, &timer),
        OrderEvent::Gathered(GatheredEvent::TimerStopped { timer, account, .. }) => {
            store::stop(tx.conn, event.project, &account, &timer)
        }
        OrderEvent::Gathered(GatheredEvent::PeopleMentioned { entry, people }) => {
            people.iter().try_for_each(|one| store::mention(tx.conn, event, &one.account, &entry))
        }
        // Whoever writes on the order has answered what was put to them there.
        _ => store::answer(tx.conn, event),
    }
}
