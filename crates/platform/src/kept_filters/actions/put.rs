//! Put what a list asks now in place of what a kept filter asked.

use crate::db::Tx;
use crate::foundation::{Asker, Result};
use crate::kept_filters::model::Kept;
use crate::kept_filters::store::{self, KeptFilter};
use crate::state::App;

/// Puts the question in, and gives the row.
pub async fn put(app: &App, asker: &Asker, kept: Kept, id: String, query: String) -> Result<KeptFilter> {
    let who = asker.clone();
    app.db
        .write(&asker.actor, move |tx: &mut Tx<'_>| {
            let row = super::own(tx.conn, &who, kept, &id)?;
            let row = KeptFilter { query, ..row };
            store::update(tx.conn, &row)?;
            Ok(row)
        })
        .await
}
