//! Changing the plan to what a changed text of the whole order says.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Error, Result};
use crate::ledger::Event;
use crate::work_orders::decide::{Command, decide};
use crate::work_orders::signing::written::render;
use crate::work_orders::{Orders, by_asset, reads, store};
use order_markdown::rewrite::{document_in, rewritten};

/// A text of an order that was changed.
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// The export that the change was made from; refused where the order is another by now.
    pub was: String,
    /// The text as it should be, with what is recorded below the plan as it was.
    pub text: String,
    pub reason: String,
}

/// Makes the plan what the text says, by the rules of [`super::edit_plan`]. No events: the text says the same plan.
pub async fn rewrite_plan(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    rewrite: Rewrite,
) -> Result<Vec<Event>> {
    let (service, who, order_id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, who.project, &order_id)?;
        let events = reads::history(tx.conn, who.project, &order_id, None)?;
        let order = reads::fold_events(&events)?;
        if render(&order, &events)? != rewrite.was {
            return Err(Error::refused("Somebody changed the order meanwhile. Look at it again."));
        }
        let plan = Box::new(rewritten(&order, &document_in(&order, &rewrite.was, &rewrite.text)?)?);
        by_asset::check(tx.conn, who.project, order.asset.as_ref(), plan.asset.as_ref())?;
        let facts = service.facts(tx.conn, who.project, &order, &who.actor)?;
        let now = tx.now();
        let command = Command::EditPlan { plan, reason: rewrite.reason, expected_version: None };
        let decided = decide(&order, command, &who, &facts, &mut || new_id(now))?;
        super::append(tx, &service.app.ledger, who.project, &order, decided)
    };
    orders.app.db.write(&asker.actor, write).await
}
