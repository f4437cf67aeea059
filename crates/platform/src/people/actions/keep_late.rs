//! Keeping what somebody sent after their session had ended, for when they sign in again.

use crate::foundation::{Actor, Asker, Result};
use crate::people::model::AccountId;
use crate::people::secrets::Token;
use crate::people::service::People;
use crate::people::store;
use crate::web::Form;
use crate::web::late::Late;
use crate::web::typed::harmless;

/// The longest form kept, in bytes.
pub const MOST_BYTES: usize = 32 << 10;

impl People {
    /// Keeps a form for the account whose session the cookie was. A cookie that was never ours keeps nothing: strangers
    /// leave no rows. Whether anything was kept.
    pub async fn keep_late(&self, cookie: &str, body: &[u8]) -> Result<bool> {
        let Some(token) = Token::parse(cookie).filter(|_| body.len() <= MOST_BYTES) else { return Ok(false) };
        let Ok(form) = Form::parse(body) else { return Ok(false) };
        let written = harmless(&form).into_iter().filter(|(_, value)| value.contains(char::is_whitespace));
        let written: Vec<(String, String)> = written.collect();
        if written.is_empty() {
            return Ok(false);
        }
        let digest = token.digest();
        let Some(account) = self.app.db.read(move |conn| store::account_of_token(conn, digest)).await? else {
            return Ok(false);
        };
        let fields = serde_json::to_string(&written)?;
        let write = move |tx: &mut crate::db::Tx<'_>| {
            let now = tx.now();
            store::put_late(tx.conn, &account, &fields, now)
        };
        self.app.db.write(&Actor::system(), write).await?;
        Ok(true)
    }

    /// What was kept for somebody who is signed in now.
    pub async fn late_form(&self, asker: &Asker) -> Result<Option<Late>> {
        let (account, now) = (AccountId::of(asker), self.app.now());
        let kept = self.app.db.read(move |conn| store::late_of(conn, &account, now)).await?;
        Ok(kept.map(|fields| serde_json::from_str(&fields).map(Late)).transpose()?)
    }

    /// Puts it away.
    pub async fn forget_late(&self, asker: &Asker) -> Result<()> {
        let account = AccountId::of(asker);
        self.app.db.write(&asker.actor, move |tx| store::forget_late(tx.conn, &account)).await
    }
}
