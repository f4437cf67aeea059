//! Change what a webhook is called, where it leads, and what it is told of. Its secret stays.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::notices::events;
use crate::notices::store::{self, HookRow};
use crate::state::App;

use super::add_hook::{NewHook, check};

/// Changes it.
pub async fn change_hook(app: &App, asker: &Asker, id: &str, new: NewHook) -> Result<()> {
    asker.must(Action::ManageSources)?;
    let (label, target, kinds) = check(app, asker, &new).await?;
    let (ledger, project, id) = (app.ledger.clone(), asker.project, id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let row = store::hook(tx.conn, project, &id)?.ok_or_else(|| Error::not_found("that webhook"))?;
        let event = events::changed(&label, &target.origin(), &kinds);
        let row = HookRow { label, url: target.as_str().to_owned(), ..row.with_kinds(&kinds) };
        store::put_hook(tx.conn, &row)?;
        ledger.append_next(tx, &events::stream(project, &id), event).map(drop)
    };
    app.db.write(&asker.actor, write).await
}
