//! What is done at the work, for whoever may name the version of the order that they saw: refused where it is another by now.
//!
//! The acts are those of the files beside this one; here they are held against a version in the same transaction.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Error, Result};
use crate::ledger::Event;
use crate::work_orders::decide::{Command, decide};
use crate::work_orders::{Orders, reads, store};

/// Decides and stores it, where the order is at the version that was seen, if one is named. Only for what touches nothing but
/// the order: whatever else is changed with it has an action of its own.
pub async fn as_seen(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    seen: Option<i64>,
    command: Command,
) -> Result<Vec<Event>> {
    if !is_of_the_work(&command) {
        return Err(Error::internal("an act that has an action of its own"));
    }
    let (service, who, order_id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, who.project, &order_id)?;
        let order = reads::load(tx.conn, who.project, &order_id, None)?;
        if let Some(expected) = seen.filter(|seen| order.has_moved_on(*seen)) {
            let what = order.number.to_string().into();
            return Err(Error::Conflict { what, expected, found: order.version });
        }
        let facts = service.facts(tx.conn, who.project, &order, &who.actor)?;
        let now = tx.now();
        let decided = decide(&order, command, &who, &facts, &mut || new_id(now))?;
        let events = super::append(tx, &service.app.ledger, who.project, &order, decided)?;
        service.under_trace(tx, &who, &order, &events)?;
        Ok(events)
    };
    orders.app.db.write(&asker.actor, write).await
}

fn is_of_the_work(command: &Command) -> bool {
    matches!(
        command,
        Command::Tick { .. }
            | Command::Answer { .. }
            | Command::SkipItem { .. }
            | Command::TakeUpItem { .. }
            | Command::Undo { .. }
            | Command::MarkStep { .. }
    )
}
