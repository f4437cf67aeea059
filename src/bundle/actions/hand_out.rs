//! Hand out an order as a file or on paper: that it was is a fact of its own, and no change of the order.

use crate::bundle::events::{Form, HandedOut, handed_out_stream};
use crate::foundation::{Action, Asker, Error, Result};
use crate::state::App;
use crate::work_orders::reads;

/// Records it, and says which copy in that form this is, from 1.
pub async fn hand_out(app: &App, asker: &Asker, order_id: &str, form: Form) -> Result<i64> {
    let (ledger, who, id) = (app.ledger.clone(), asker.clone(), order_id.to_owned());
    app.db
        .write(&asker.actor, move |tx| {
            let order = reads::by_id(tx.conn, who.project, &id)?
                .ok_or_else(|| Error::not_found("this work order"))?;
            who.must_for(Action::ViewOrders, &order.tie(&who))?;
            let event = HandedOut::of(&order.number, form).draft()?;
            let written = ledger.append_next(tx, &handed_out_stream(who.project, &id, form), event)?;
            Ok(written.version)
        })
        .await
}
