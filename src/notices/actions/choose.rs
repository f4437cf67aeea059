//! Choosing how one is told: by kind, at which hour, and whether mail comes at all.

use std::collections::BTreeMap;

use crate::db::Tx;
use crate::foundation::{Asker, Error, Result};
use crate::notices::kinds::Kind;
use crate::notices::model::{Mail, Settings};
use crate::notices::store;
use crate::state::App;

/// What somebody chose; kinds that are not in it stay as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// 0 to 23.
    pub digest_hour: u32,
    pub kinds: BTreeMap<Kind, Mail>,
    /// Whether they want mail at all.
    pub wants_mail: bool,
}

/// Keeps it.
pub async fn choose(app: &App, asker: &Asker, choice: Choice) -> Result<()> {
    if choice.digest_hour > 23 {
        return Err(Error::invalid("hour", "choose an hour from 0 to 23"));
    }
    let who = asker.clone();
    let write = move |tx: &mut Tx<'_>| {
        let now = tx.now();
        let before = store::settings(tx.conn, who.project, who.id())?;
        let mut choices = before.choices;
        choices.extend(choice.kinds);
        // What is as usual needs no word, and follows where the usual becomes another.
        choices.retain(|kind, mail| *mail != kind.usual_mail());
        let stopped = before.mail_stopped_at.or(Some(now)).filter(|_| !choice.wants_mail);
        let (digest_hour, quiet_until) = (choice.digest_hour, before.quiet_until);
        let settings = Settings { digest_hour, quiet_until, mail_stopped_at: stopped, choices };
        store::put_settings(tx.conn, who.project, who.id(), &settings)
    };
    app.db.write(&asker.actor, write).await
}
