//! What is forgotten: notices after 90 days or beyond the newest five hundred of a person, mails with them, deliveries after a month.

use crate::db::Tx;
use crate::foundation::{Actor, Result};
use crate::state::App;

use super::model::{KEPT, KEPT_MICROS};
use super::store;

/// How long deliveries to webhooks are shown: 30 days.
const DELIVERIES_MICROS: i64 = 30 * 86_400_000_000;

/// Forgets them; gives how many notices those were.
pub async fn prune(app: &App) -> Result<usize> {
    let write = |tx: &mut Tx<'_>| {
        let now = tx.now();
        let old = store::prune_notices(tx.conn, now.plus_micros(-KEPT_MICROS))?;
        let many = store::keep_newest(tx.conn, KEPT)?;
        store::prune_mails(tx.conn, now.plus_micros(-KEPT_MICROS))?;
        store::prune_deliveries(tx.conn, now.plus_micros(-DELIVERIES_MICROS))?;
        Ok(old + many)
    };
    app.db.write(&Actor::system(), write).await
}
