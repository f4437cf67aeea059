//! Let a webhook that was stopped be told again, from now on; what happened meanwhile is not sent later.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::notices::events;
use crate::notices::store::{self, HookRow};
use crate::state::App;

/// Starts it; starting one that runs is no error.
pub async fn start_hook(app: &App, asker: &Asker, id: &str) -> Result<()> {
    asker.must(Action::ManageSources)?;
    let (ledger, project, id) = (app.ledger.clone(), asker.project, id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let row = store::hook(tx.conn, project, &id)?.ok_or_else(|| Error::not_found("that webhook"))?;
        if row.stopped_at.is_none() {
            return Ok(());
        }
        let row = HookRow { failures: 0, stopped_at: None, stopped_why: String::new(), ..row };
        store::put_hook(tx.conn, &row)?;
        ledger.append_next(tx, &events::stream(project, &id), events::started()).map(drop)
    };
    app.db.write(&asker.actor, write).await
}
