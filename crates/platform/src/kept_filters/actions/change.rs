//! Give a kept filter another name, share it, or keep it to oneself again.

use crate::db::Tx;
use crate::foundation::{Asker, Result};
use crate::kept_filters::model::Kept;
use crate::kept_filters::store::{self, KeptFilter};
use crate::state::App;

/// Changes it, and gives the row.
pub async fn change(
    app: &App,
    asker: &Asker,
    kept: Kept,
    id: String,
    name: &str,
    is_shared: bool,
) -> Result<KeptFilter> {
    let name = kept.checked_name(name)?;
    let who = asker.clone();
    app.db
        .write(&asker.actor, move |tx: &mut Tx<'_>| {
            let row = super::own(tx.conn, &who, kept, &id)?;
            if is_shared && row.shared_at.is_none() {
                super::check_share(tx.conn, &who, kept)?;
            }
            let shared_at = is_shared.then(|| row.shared_at.unwrap_or(tx.now()));
            let row = KeptFilter { name, shared_at, ..row };
            store::update(tx.conn, &row)?;
            Ok(row)
        })
        .await
}
