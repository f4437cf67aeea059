//! Marking all of one's own notices as read, up to the newest that was shown: what came since stays unread.

use crate::db::Tx;
use crate::foundation::page::Cursor;
use crate::foundation::{Asker, Result};
use crate::notices::store;
use crate::state::App;

/// Gives how many were read by it.
pub async fn mark_all_read(app: &App, asker: &Asker, until: Cursor) -> Result<usize> {
    let who = asker.clone();
    let write = move |tx: &mut Tx<'_>| {
        let now = tx.now();
        store::mark_all_read(tx.conn, who.project, who.id(), &until, now)
    };
    app.db.write(&asker.actor, write).await
}
