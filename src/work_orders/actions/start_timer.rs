//! Starting a timer. One runs a person: the one that runs elsewhere stops in the same transaction.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Result};
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Gather, decide};
use crate::work_orders::gathered::store as gathered;
use crate::work_orders::gathered::{GatheredEvent, StopCause};
use crate::work_orders::{reads, store};

/// Starts it; gives the number of the order whose timer stopped for it, if one ran.
pub async fn start_timer(orders: &Orders, asker: &Asker, order_id: &str) -> Result<Option<String>> {
    let (service, who, id) = (orders.clone(), asker.clone(), order_id.to_owned());
    orders.app.db.write(&asker.actor, move |tx| start(tx, &service, &who, &id)).await
}

fn start(tx: &mut Tx<'_>, orders: &Orders, who: &Asker, id: &str) -> Result<Option<String>> {
    let (project, now, ledger) = (who.project, tx.now(), &orders.app.ledger);
    // Whoever starts two at once waits here, then finds the first.
    store::take_turn(tx, project, &format!("timer {}", who.id()))?;
    let running = gathered::running(tx.conn, project, who.id())?;
    let mut turns: Vec<&str> = running.iter().map(|timer| timer.order_id.as_str()).collect();
    turns.push(id);
    store::take_turns(tx, project, &turns)?;
    let order = reads::load(tx.conn, project, id, None)?;
    let facts = orders.facts(tx.conn, project, &order, &who.actor)?;
    let decided = decide(&order, Command::Gather(Gather::StartTimer), who, &facts, &mut || new_id(now))?;
    let mut stopped = None;
    for timer in running.iter().filter(|timer| timer.order_id != id) {
        let other = reads::load(tx.conn, project, &timer.order_id, None)?;
        let Some(known) = other.gathered.timer_of(who.id()) else { continue };
        let (timer, account) = (known.id.clone(), who.id().to_owned());
        let stop = GatheredEvent::TimerStopped { timer, account, cause: StopCause::OtherStarted };
        super::append(tx, ledger, project, &other, vec![stop.into()])?;
        stopped = Some(other.number.to_string());
    }
    super::append(tx, ledger, project, &order, decided)?;
    Ok(stopped)
}
