//! Use a one-time link to set a password and be signed in.

use crate::db::Tx;
use crate::foundation::{Actor, ActorKind, Error, Result};
use crate::people::model::{AccountId, check_new_password};
use crate::people::secrets::Token;
use crate::people::service::{People, Visitor};
use crate::people::store::{self, AccountRow, LinkFor};

use super::authenticate::live_account;
use super::sign_in::Started;

/// What a link is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// The first owner of a fresh installation.
    FirstOwner,
    /// Setting the password of this account.
    Password(AccountRow),
}

const SPENT: &str = "This link was used, has expired or was replaced by a newer one: ask for a new link.";

impl People {
    /// What a link is good for now; a spent or made-up one is refused.
    pub async fn read_link(&self, token: &str) -> Result<(Token, Link)> {
        let spent = || Error::refused(SPENT);
        let token = Token::parse(token).ok_or_else(spent)?;
        let (digest, now) = (token.digest(), self.app.now());
        let link = self
            .app
            .db
            .read(move |conn| match store::valid_link(conn, digest, now)? {
                None => Ok(None),
                Some(LinkFor::FirstOwner) => Ok(Some(Link::FirstOwner)),
                Some(LinkFor::Account(account)) => Ok(live_account(conn, &account)?.map(Link::Password)),
            })
            .await?;
        Ok((token, link.ok_or_else(spent)?))
    }

    /// Sets the password of the link's account, ends its sessions and starts a new one.
    pub async fn redeem_link(&self, token: &str, password: &str, visitor: &Visitor) -> Result<Started> {
        let (token, link) = self.read_link(token).await?;
        let Link::Password(account) = link else {
            return Err(Error::refused("This link sets up the first owner: open it in a browser."));
        };
        check_new_password("password", password)?;
        let phc = self.hasher.hash(&visitor.source(), password).await?;
        let id = account.id.clone();
        self.write(&own_actor(&account, visitor), move |people, tx| {
            let maker = store::link_maker(tx.conn, token.digest())?;
            Self::spend_link(tx, &token)?;
            people.set_password_in(tx, &id, &phc, maker)?;
            people.end_sessions_in(tx, &id, |_| true)?;
            Ok(())
        })
        .await?;
        self.start_session(account, visitor).await
    }

    /// Uses a link up, inside the transaction that does what it is good for.
    pub(super) fn spend_link(tx: &mut Tx<'_>, token: &Token) -> Result<()> {
        let now = tx.now();
        if store::use_link(tx.conn, token.digest(), now)? { Ok(()) } else { Err(Error::refused(SPENT)) }
    }
}

fn own_actor(account: &AccountRow, visitor: &Visitor) -> Actor {
    let AccountId(id) = account.id.clone();
    Actor {
        id,
        kind: ActorKind::Human,
        name: account.name.clone(),
        session: None,
        request_id: visitor.request_id.clone(),
        under_reset: None,
    }
}
