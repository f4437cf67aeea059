//! Writing a new draft.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Result};
use crate::ledger::Ledger;
use crate::state::App;
use crate::work_orders::decide::{NewOrder, begin};
use crate::work_orders::events::OrderEvent;
use crate::work_orders::model::{Assignee, Order, OrderNumber, Plan};
use crate::work_orders::{by_asset, store};

/// An order that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    pub order_id: String,
    /// Its number: the next of the year.
    pub number: OrderNumber,
}

/// Creates a draft from a plan; empty ids are filled, and so is the name of an asset that is named by its code.
pub async fn create(app: &App, asker: &Asker, plan: Plan, assignee: Option<Assignee>) -> Result<Created> {
    let (ledger, who) = (app.ledger.clone(), asker.clone());
    let write = move |tx: &mut Tx<'_>| {
        let made = reserve(tx, &who)?;
        let asset = by_asset::settled(tx.conn, who.project, None, plan.asset.clone())?;
        let plan = Plan { asset, ..plan };
        write_draft(tx, &ledger, &who, &made, (plan, assignee), Vec::new())?;
        Ok(made)
    };
    app.db.write(&asker.actor, write).await
}

/// The id and the number of an order that this transaction is going to write. It holds the turn of numbers from here on, so an
/// order's own turn is taken after it.
pub(super) fn reserve(tx: &mut Tx<'_>, who: &Asker) -> Result<Created> {
    store::take_turn(tx, who.project, store::NUMBERS)?;
    let now = tx.now();
    let number = store::next_number(tx.conn, who.project, store::year_of(now))?;
    Ok(Created { order_id: new_id(now), number })
}

/// Writes the draft that was reserved, with what else holds of it from the start.
pub(super) fn write_draft(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    who: &Asker,
    made: &Created,
    (plan, assignee): (Plan, Option<Assignee>),
    said: Vec<OrderEvent>,
) -> Result<()> {
    let (id, now) = (made.order_id.clone(), tx.now());
    let new =
        NewOrder::Create { id: id.clone(), number: made.number.clone(), plan: Box::new(plan), assignee };
    let mut begun = begin(new, who, now, &mut || new_id(now))?;
    begun.extend(said);
    super::append(tx, ledger, who.project, &Order { id, ..Order::default() }, begun)?;
    Ok(())
}
