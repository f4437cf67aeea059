//! Give a kept filter up; what it found stays as it is.

use crate::db::Tx;
use crate::foundation::{Asker, Result};
use crate::kept_filters::model::Kept;
use crate::kept_filters::store;
use crate::state::App;

/// Gives it up.
pub async fn give_up(app: &App, asker: &Asker, kept: Kept, id: String) -> Result<()> {
    let who = asker.clone();
    app.db
        .write(&asker.actor, move |tx: &mut Tx<'_>| {
            let row = super::own(tx.conn, &who, kept, &id)?;
            store::discard(tx.conn, &row)
        })
        .await
}
