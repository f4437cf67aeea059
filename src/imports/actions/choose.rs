//! Saying what a file that waits becomes.

use crate::foundation::{Action, Asker, Error, Result};
use crate::imports::store;
use crate::state::App;

/// Keeps what was chosen for a file, as a form sends it.
pub async fn choose(app: &App, asker: &Asker, id: &str, choices: String) -> Result<()> {
    asker.must(Action::CreateDraft)?;
    let (who, id) = (asker.clone(), id.to_owned());
    let write = move |tx: &mut crate::db::Tx<'_>| {
        let now = tx.now();
        store::find(tx.conn, &who, &id, now)?.ok_or_else(|| Error::not_found("this file"))?;
        store::choose(tx.conn, &who, &id, &choices)
    };
    app.db.write(&asker.actor, write).await
}
