//! Writing a new draft.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Result};
use crate::state::App;
use crate::work_orders::decide::{NewOrder, begin};
use crate::work_orders::model::{Assignee, Order, OrderNumber, Plan};
use crate::work_orders::store;

/// An order that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    pub order_id: String,
    /// Its number: the next of the year.
    pub number: OrderNumber,
}

/// Creates a draft from a plan; empty ids are filled.
pub async fn create(app: &App, asker: &Asker, plan: Plan, assignee: Option<Assignee>) -> Result<Created> {
    let (ledger, who) = (app.ledger.clone(), asker.clone());
    let write = move |tx: &mut Tx<'_>| {
        let now = tx.now();
        let (id, plan) = (new_id(now), Box::new(plan));
        store::take_turn(tx, who.project, store::NUMBERS)?;
        let number = store::next_number(tx.conn, who.project, store::year_of(now))?;
        let created = Created { order_id: id.clone(), number: number.clone() };
        let new = NewOrder::Create { id: id.clone(), number, plan, assignee };
        let decided = begin(new, &who, now, &mut || new_id(now))?;
        super::append(tx, &ledger, who.project, &Order { id, ..Order::default() }, decided)?;
        Ok(created)
    };
    app.db.write(&asker.actor, write).await
}
