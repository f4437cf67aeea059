//! Giving the work to somebody.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::people::units;
use crate::work_orders::decide::{Command, check_no_reviewer, decide};
use crate::work_orders::model::Assignee;
use crate::work_orders::{Orders, reads, store};

/// Assigns the order, or with none takes it from whoever has it, whose timer on it stops. Nobody who verified this work gets
/// it, nor anybody who is one with them.
pub async fn assign(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    assignee: Option<Assignee>,
) -> Result<Vec<Event>> {
    let (service, who, order_id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, who.project, &order_id)?;
        let order = reads::load(tx.conn, who.project, &order_id, None)?;
        let facts = service.facts(tx.conn, who.project, &order, &who.actor)?;
        let now = tx.now();
        let command = Command::Assign { assignee: assignee.clone() };
        let decided = decide(&order, command, &who, &facts, &mut || new_id(now))?;
        if let Some(Assignee { account: Some(account), name, .. }) = &assignee {
            check_no_reviewer(&order, name, &units::unit_of(tx.conn, account)?)?;
        }
        super::append(tx, &service.app.ledger, who.project, &order, decided)
    };
    orders.app.db.write(&asker.actor, write).await
}
