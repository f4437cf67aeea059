//! Issue a one-time link through which a person sets a password: nobody else ever knows it.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::people::events::{LinkMaker, Nothing, PeopleEvent, account_stream};
use crate::people::model::{AccountId, AccountKind};
use crate::people::reach;
use crate::people::secrets::Token;
use crate::people::service::People;
use crate::people::store::{self, NewLink};

/// How long a link can be used, in microseconds (three days).
pub(super) const LINK_MICROS: i64 = 3 * 86_400_000_000;

impl People {
    /// A new link for an account; an earlier one stops working.
    pub async fn issue_link(&self, asker: &Asker, account: AccountId) -> Result<Token> {
        asker.must(Action::ManagePeople)?;
        let link = Token::generate();
        let (asker, issued) = (asker.clone(), link.clone());
        self.write(&asker.actor.clone(), move |people, tx| {
            let account = reach::whole(tx.conn, &asker, &account)?;
            if account.kind() != AccountKind::Human {
                return Err(Error::refused("An agent has no password: create an API key for it."));
            }
            if account.disabled_at.is_some() {
                return Err(Error::refused("This account is disabled: enable it first."));
            }
            people.issue_link_in(tx, &account.id, &asker, &issued)
        })
        .await?;
        Ok(link)
    }

    /// Who made it is kept with the link: whoever makes one could use it, so a password set by it is marked.
    pub(super) fn issue_link_in(
        &self,
        tx: &mut Tx<'_>,
        account: &AccountId,
        asker: &Asker,
        link: &Token,
    ) -> Result<()> {
        let now = tx.now();
        let name = if asker.is_operator() { "the operator".to_owned() } else { asker.actor.name.clone() };
        let maker = LinkMaker { account: asker.id().to_owned(), name };
        let new = NewLink {
            token: link.digest(),
            account: Some(account),
            maker: Some(&maker),
            now,
            expires_at: now.plus_micros(LINK_MICROS),
        };
        store::insert_link(tx.conn, &new)?;
        self.emit(tx, &account_stream(account), &PeopleEvent::LinkIssued(Nothing {}))
    }
}
