//! Issue a one-time link through which a person sets a password: nobody else ever knows it.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::people::events::{Nothing, PeopleEvent, account_stream};
use crate::people::model::{AccountId, AccountKind};
use crate::people::secrets::Token;
use crate::people::service::People;
use crate::people::store;

use super::disable_account::reachable;

/// How long a link can be used, in microseconds (three days).
pub(super) const LINK_MICROS: i64 = 3 * 86_400_000_000;

impl People {
    /// A new link for an account; an earlier one stops working.
    pub async fn issue_link(&self, asker: &Asker, account: AccountId) -> Result<Token> {
        asker.must(Action::ManagePeople)?;
        let link = Token::generate();
        let (asker, issued) = (asker.clone(), link.clone());
        self.write(&asker.actor.clone(), move |people, tx| {
            let account = reachable(tx, &asker, &account)?;
            if account.kind() != AccountKind::Human {
                return Err(Error::refused("An agent has no password: create an API key for it."));
            }
            if account.disabled_at.is_some() {
                return Err(Error::refused("This account is disabled: enable it first."));
            }
            people.issue_link_in(tx, &account.id, &issued)
        })
        .await?;
        Ok(link)
    }

    pub(super) fn issue_link_in(&self, tx: &mut Tx<'_>, account: &AccountId, link: &Token) -> Result<()> {
        let now = tx.now();
        store::insert_link(tx.conn, link.digest(), Some(account), now, now.plus_micros(LINK_MICROS))?;
        self.emit(tx, &account_stream(account), &PeopleEvent::LinkIssued(Nothing {}))
    }
}
