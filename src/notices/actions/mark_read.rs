//! Opening a notice of one's own: it counts as read from then on.

use crate::db::Tx;
use crate::foundation::{Asker, Error, Result};
use crate::notices::store;
use crate::state::App;

/// Notes that it was read and gives the place it leads to. Somebody else's is not found.
pub async fn mark_read(app: &App, asker: &Asker, id: &str) -> Result<String> {
    let (who, id) = (asker.clone(), id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let now = tx.now();
        let found = store::notice(tx.conn, who.project, who.id(), &id)?;
        let row = found.ok_or_else(|| Error::not_found("this notice"))?;
        store::mark_read(tx.conn, who.project, &row.notice_id, now)?;
        Ok(row.place)
    };
    app.db.write(&asker.actor, write).await
}
