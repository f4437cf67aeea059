//! Deciding where a file and an order were both changed.

use order_markdown::merge::Side;
use order_markdown::rewrite::same_plan;

use crate::folder_sync::model::Settled;
use crate::folder_sync::store;
use crate::foundation::{Action, Asker, Error, Result};
use crate::work_orders::actions::export::export;
use crate::work_orders::actions::rewrite_plan::{Rewrite, rewrite_plan};
use crate::work_orders::lifecycle::tie;
use crate::work_orders::{Orders, reads};

/// Takes a side for each place. What is taken of the file changes the plan, by the rules of every change; the file follows when the
/// folder is looked at next.
pub async fn settle(orders: &Orders, asker: &Asker, order_id: &str, sides: &[Side]) -> Result<()> {
    let (clash, here, number) = texts(orders, asker, order_id).await?;
    let merged = clash.merged(&here);
    if merged.clashes().count() != sides.len() {
        return Err(Error::refused("The order or the file changed meanwhile. Look at the places again."));
    }
    let text = merged.with(sides);
    if !same_plan(&text, &here) {
        let rewrite = Rewrite { was: here, text: text.clone(), reason: reason(&clash.path) };
        rewrite_plan(orders, asker, order_id, rewrite).await?;
    }
    let (who, id, app) = (asker.clone(), order_id.to_owned(), orders.app.clone());
    let keep = move |tx: &mut crate::db::Tx<'_>| {
        let here = export(tx.conn, &who, &number)?;
        let settled = Some(Settled { file: text, here, by: who.actor.name.clone(), at: tx.now() });
        let Some(now) = store::find(tx.conn, who.project, &id)? else { return Ok(()) };
        if now.file != clash.file || now.base != clash.base {
            return Err(Error::refused("The file changed meanwhile. Look at the places again."));
        }
        store::put(tx.conn, who.project, &crate::folder_sync::model::Clash { settled, ..clash })
    };
    app.db.write(&asker.actor, keep).await
}

/// Why a plan was changed.
pub(super) fn reason(path: &str) -> String {
    format!("from {path}")
}

async fn texts(
    orders: &Orders,
    asker: &Asker,
    id: &str,
) -> Result<(crate::folder_sync::model::Clash, String, String)> {
    let (who, id) = (asker.clone(), id.to_owned());
    let read = move |conn: &mut crate::db::AnyConnection| {
        let order = reads::load(conn, who.project, &id, None)?;
        who.must_for(Action::EditPlan, &tie(&order, &who.actor))?;
        let clash = store::find(conn, who.project, &id)?.filter(|clash| clash.settled.is_none());
        let clash = clash.ok_or_else(|| {
            Error::refused("The file and the order are in step: there is nothing to decide.")
        })?;
        let number = order.number.to_string();
        Ok((clash, export(conn, &who, &number)?, number))
    };
    orders.app.db.read(read).await
}
