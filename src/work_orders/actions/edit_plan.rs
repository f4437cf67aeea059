//! Changing the plan, one press at a time, applied to the plan as it stands now.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::decide::{Command, decide};
use crate::work_orders::editing::{Edit, apply, plan_of};
use crate::work_orders::model::Plan;
use crate::work_orders::{Orders, by_asset, reads, store};

/// Makes what one press asks for, one change after the other; `reason` is asked for once the plan is approved. No events: nothing
/// was different.
pub async fn edit_plan(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    edits: Vec<Edit>,
    reason: String,
) -> Result<Vec<Event>> {
    let (service, who, order_id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, who.project, &order_id)?;
        let order = reads::load(tx.conn, who.project, &order_id, None)?;
        let facts = service.facts(tx.conn, who.project, &order, &who.actor)?;
        let now = tx.now();
        let plan = edits
            .into_iter()
            .try_fold(plan_of(&order), |plan, edit| apply(plan, edit, &mut || new_id(now)))?;
        let asset = by_asset::settled(tx.conn, who.project, order.asset.as_ref(), plan.asset.clone())?;
        let plan = Plan { asset, ..plan };
        let command = Command::EditPlan { plan: Box::new(plan), reason, expected_version: None };
        let decided = decide(&order, command, &who, &facts, &mut || new_id(now))?;
        super::append(tx, &service.app.ledger, who.project, &order, decided)
    };
    orders.app.db.write(&asker.actor, write).await
}
