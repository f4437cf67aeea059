//! Give a webhook another secret. For a day what is sent is signed with both, so that whoever checks can change over meanwhile.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::notices::events;
use crate::notices::hooks::job::purpose;
use crate::notices::hooks::sign::new_secret;
use crate::notices::store::{self, HookRow};
use crate::state::App;

/// How long the secret before is good: a day.
const BOTH: i64 = 86_400_000_000;

/// Gives the new secret, to be shown once.
pub async fn rotate_secret(app: &App, asker: &Asker, id: &str) -> Result<String> {
    asker.must(Action::ManageSources)?;
    let secret = new_secret();
    let sealed = app.keys.seal(&purpose(id), &secret)?;
    let (ledger, project, id) = (app.ledger.clone(), asker.project, id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let row = store::hook(tx.conn, project, &id)?.ok_or_else(|| Error::not_found("that webhook"))?;
        let until = tx.now().plus_micros(BOTH);
        let row = HookRow {
            sealed_before: Some(row.sealed_secret.clone()),
            before_until: Some(until),
            sealed_secret: sealed,
            ..row
        };
        store::put_hook(tx.conn, &row)?;
        ledger.append_next(tx, &events::stream(project, &id), events::secret_rotated()).map(drop)
    };
    app.db.write(&asker.actor, write).await?;
    Ok(secret)
}
