//! Remove a webhook with its secret and what was sent to it; what waits is not sent any more.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::notices::{events, store};
use crate::state::App;

/// Removes it.
pub async fn remove_hook(app: &App, asker: &Asker, id: &str) -> Result<()> {
    asker.must(Action::ManageSources)?;
    let (ledger, project, id) = (app.ledger.clone(), asker.project, id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        if !store::discard_hook(tx.conn, project, &id)? {
            return Err(Error::not_found("that webhook"));
        }
        ledger.append_next(tx, &events::stream(project, &id), events::removed()).map(drop)
    };
    app.db.write(&asker.actor, write).await
}
