//! Hearing no more of an order, or of it again. What is said to somebody by name comes all the same.

use crate::audit::reads::visible_order;
use crate::db::Tx;
use crate::foundation::{Asker, Error, Result};
use crate::notices::store;
use crate::state::App;

/// Orders that one person may have muted at a time.
const MOST: usize = 1_000;

/// Mutes the order with this number; one that they may not see is not found.
pub async fn mute_order(app: &App, asker: &Asker, number: &str) -> Result<()> {
    let (who, number) = (asker.clone(), number.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let (order, now) = (visible_order(tx.conn, &who, &number)?, tx.now());
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        if store::mutes_of(tx.conn, who.project, who.id(), most)?.len() >= MOST {
            return Err(Error::refused(format!("{MOST} orders are muted already; unmute one first.")));
        }
        store::mute(tx.conn, who.project, who.id(), &order, now)
    };
    app.db.write(&asker.actor, write).await
}

/// The same back.
pub async fn unmute_order(app: &App, asker: &Asker, number: &str) -> Result<()> {
    let (who, number) = (asker.clone(), number.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let order = visible_order(tx.conn, &who, &number)?;
        store::unmute(tx.conn, who.project, who.id(), &order)
    };
    app.db.write(&asker.actor, write).await
}
