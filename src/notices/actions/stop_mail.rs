//! Ending all mail to an account by the link in one, whoever follows it: having the mail is enough.

use crate::db::Tx;
use crate::foundation::{Actor, Error, Result};
use crate::notices::mail::unsubscribe;
use crate::notices::model::Settings;
use crate::notices::store;
use crate::state::App;

/// Ends it; a link that was not made here is refused. Ending it again is no error.
pub async fn stop_mail(app: &App, token: &str) -> Result<()> {
    let found = unsubscribe::read(&app.keys.server_key, token);
    let (project, account) = found.ok_or_else(|| Error::not_found("this link"))?;
    let write = move |tx: &mut Tx<'_>| {
        let now = tx.now();
        let before = store::settings(tx.conn, project, &account)?;
        let stopped = before.mail_stopped_at.or(Some(now));
        store::put_settings(tx.conn, project, &account, &Settings { mail_stopped_at: stopped, ..before })
    };
    app.db.write(&Actor::system(), write).await
}
