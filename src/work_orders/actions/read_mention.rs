//! Opening what was put to the reader: it leaves their first page.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::state::App;
use crate::work_orders::gathered::store;
use crate::work_orders::lifecycle::tie;
use crate::work_orders::reads;

/// Notes that whoever asks has opened it; gives the number of the order and the place on
/// its page. What was not put to them is not found.
pub async fn read_mention(app: &App, asker: &Asker, order_id: &str, entry: &str) -> Result<(String, String)> {
    let (who, order_id, entry) = (asker.clone(), order_id.to_owned(), entry.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let now = tx.now();
        let gone = || Error::not_found("what was put to you");
        let row = reads::by_id(tx.conn, who.project, &order_id)?.ok_or_else(gone)?;
        let order = reads::load(tx.conn, who.project, &order_id, None)?;
        if !who.may_for(Action::ViewOrders, &tie(&order, &who.actor))
            || !store::read_mention(tx.conn, who.project, who.id(), &order_id, &entry, now)?
        {
            return Err(gone());
        }
        let is_comment = order.comments.iter().any(|it| it.id == entry);
        Ok((row.number, format!("{}-{entry}", if is_comment { "comment" } else { "log" })))
    };
    app.db.write(&asker.actor, write).await
}
