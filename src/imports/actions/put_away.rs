//! Putting files away that were brought and are not wanted.

use crate::foundation::{Action, Asker, Result};
use crate::imports::store;
use crate::state::App;

/// Lets one file go, or all that wait for whoever asks.
pub async fn put_away(app: &App, asker: &Asker, id: Option<String>) -> Result<()> {
    asker.must(Action::CreateDraft)?;
    let who = asker.clone();
    app.db.write(&asker.actor, move |tx| store::forget(tx.conn, &who, id.as_deref())).await
}
