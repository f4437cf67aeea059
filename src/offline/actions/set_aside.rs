//! Leaving an entry out of the record: what stands there stays, and the history says what the device had kept.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Result};
use crate::offline::store;
use crate::work_orders::actions::append_queued;
use crate::work_orders::gathered::GatheredEvent;
use crate::work_orders::lifecycle::tie;
use crate::work_orders::model::Order;
use crate::work_orders::{Orders, reads};

use super::undecided;

/// Sets an entry aside. Nothing is lost: the order's history names what it would have recorded and when it was made, also where
/// the order is closed by now.
pub async fn set_aside(orders: &Orders, asker: &Asker, entry: String) -> Result<()> {
    let (service, who) = (orders.clone(), asker.clone());
    let write = move |tx: &mut Tx<'_>| {
        let mut row = undecided(tx, &who, &entry)?;
        let kept = row.entry()?;
        if let Some(order) = known_order(tx, &who, &row.order_id)? {
            let said = format!("{}: {}", kept.what.about(Some(&order)), kept.what.words());
            let event = GatheredEvent::QueuedEntrySetAside { target: kept.what.target(), said };
            let (ledger, queued) = (&service.app.ledger, kept.queued());
            append_queued(tx, ledger, who.project, &order, vec![event.into()], Some(&queued))?;
        }
        row.settle("theirs", tx.now());
        store::put(tx.conn, &row)
    };
    orders.app.db.write(&asker.actor, write).await
}

/// The order, for somebody who sees it or worked on it before it was given to another; nobody else writes into its history.
fn known_order(tx: &mut Tx<'_>, who: &Asker, id: &str) -> Result<Option<Order>> {
    if reads::by_id(tx.conn, who.project, id)?.is_none() {
        return Ok(None);
    }
    let order = reads::load(tx.conn, who.project, id, None)?;
    let sees = who.may_for(Action::ViewOrders, &tie(&order, &who.actor));
    let worked = order.doers().any(|account| account == who.id());
    Ok((sees || worked).then_some(order))
}
