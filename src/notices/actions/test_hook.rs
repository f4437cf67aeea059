//! Send a webhook a message that only says that the way is open.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, Result};
use crate::notices::follow::base_of;
use crate::notices::hooks::job::queue_for;
use crate::notices::hooks::messages::Message;
use crate::notices::store;
use crate::state::App;

/// Queues it.
pub async fn test_hook(app: &App, asker: &Asker, id: &str) -> Result<()> {
    asker.must(Action::ManageSources)?;
    let (project, id, actor) = (asker.project, id.to_owned(), asker.actor.id.clone());
    let link = format!("{}/notices/webhooks", base_of(app));
    let write = move |tx: &mut Tx<'_>| {
        let row = store::hook(tx.conn, project, &id)?.ok_or_else(|| Error::not_found("that webhook"))?;
        if row.stopped_at.is_some() {
            return Err(Error::refused("This webhook is stopped. Start it first, then send a test."));
        }
        let source = format!("test:{}", new_id(tx.now()));
        queue_for(tx, &row, &Message::test(&source, &actor, link, tx.now()))
    };
    app.db.write(&asker.actor, write).await
}
