//! Holding the stored bytes of an order's files against the digests in its record. What came out otherwise than before is
//! an event; whoever verifies the order has it done at that moment.

use crate::db::{AnyConnection, Tx};
use crate::foundation::{Action, Asker, Result};
use crate::ledger::Event;
use crate::media::blobs::{self, Standing};
use crate::work_orders::Orders;
use crate::work_orders::events::OrderEvent;
use crate::work_orders::gathered::{GatheredEvent, storage};
use crate::work_orders::lifecycle::tie;
use crate::work_orders::model::{FileState, Order, OrderFile};
use crate::work_orders::{reads, store};

/// Checks every file that stands as evidence; gives what changed. Of an order that has ended nothing is written.
pub async fn check_files(orders: &Orders, asker: &Asker, order_id: &str) -> Result<Vec<Event>> {
    let (who, id) = (asker.clone(), order_id.to_owned());
    let load = move |conn: &mut AnyConnection| {
        let order = reads::load(conn, who.project, &id, None)?;
        who.must_for(Action::ViewOrders, &tie(&order, &who.actor))?;
        Ok(order)
    };
    let order = orders.app.db.read(load).await?;
    let mut found = Vec::new();
    for file in order.gathered.files.iter().filter(|file| file.withdrawn.is_none()) {
        found.push((file.id.clone(), state_of(orders, asker, &order, file).await?));
    }
    let differs =
        |(id, state): &(String, FileState)| order.gathered.file(id).is_some_and(|file| file.state != *state);
    if order.status.is_final() || !found.iter().any(differs) {
        return Ok(Vec::new());
    }
    let (service, who, id) = (orders.clone(), asker.clone(), order_id.to_owned());
    orders.app.db.write(&asker.actor, move |tx| note(tx, &service, &who, &id, &found)).await
}

async fn state_of(orders: &Orders, asker: &Asker, order: &Order, file: &OrderFile) -> Result<FileState> {
    let place = storage::place(asker.project, &order.id, &file.id);
    Ok(match blobs::compare(&orders.app, &place, file.size, file.digest).await? {
        Standing::Whole => FileState::Whole,
        Standing::Altered => FileState::Altered,
        Standing::Missing => FileState::Missing,
    })
}

fn note(
    tx: &mut Tx<'_>,
    orders: &Orders,
    who: &Asker,
    id: &str,
    found: &[(String, FileState)],
) -> Result<Vec<Event>> {
    store::take_turn(tx, who.project, id)?;
    let order = reads::load(tx.conn, who.project, id, None)?;
    // Reading the bytes takes its time: it may have ended meanwhile.
    if order.status.is_final() {
        return Ok(Vec::new());
    }
    let known = |id: &String| order.gathered.file(id).map(|file| file.state);
    let changed = found.iter().filter(|(id, state)| known(id).is_some_and(|before| before != *state));
    let events: Vec<OrderEvent> = changed
        .map(|(id, state)| GatheredEvent::FileChecked { file: id.clone(), found: *state }.into())
        .collect();
    super::append(tx, &orders.app.ledger, who.project, &order, events)
}
