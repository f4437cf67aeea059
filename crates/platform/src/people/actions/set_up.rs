//! The first start: one owner, made through a one-time link that only the server's operator sees.

use crate::db::Tx;
use crate::foundation::{Actor, Error, Result};
use crate::people::model::{
    AccountKind, Email, OWNER_ROLES, PersonName, ProjectId, ProjectName, check_new_password,
};
use crate::people::secrets::Token;
use crate::people::service::{People, Visitor};
use crate::people::store::{self, AccountRow, NewLink, ProjectRow};

use super::create_account::NewAccount;
use super::issue_link::LINK_MICROS;
use super::redeem_link::Link;
use super::sign_in::Started;

/// What the first owner enters.
#[derive(Clone, Debug)]
pub struct NewOwner {
    /// The first project's name.
    pub project: ProjectName,
    pub name: PersonName,
    pub email: Email,
    pub password: String,
}

impl People {
    /// A fresh link to `/setup/{token}` as long as no person has an account; earlier links stop working.
    pub async fn set_up_link(&self) -> Result<Option<Token>> {
        self.write(&Actor::system(), |_, tx| {
            if store::has_human(tx.conn)? {
                return Ok(None);
            }
            let (link, now) = (Token::generate(), tx.now());
            let expires_at = now.plus_micros(LINK_MICROS);
            let new = NewLink { token: link.digest(), account: None, maker: None, now, expires_at };
            store::insert_link(tx.conn, &new)?;
            Ok(Some(link))
        })
        .await
    }

    /// Creates the first project and its owner and signs them in. The link works once.
    pub async fn create_first_owner(
        &self,
        token: &str,
        owner: NewOwner,
        visitor: &Visitor,
    ) -> Result<Started> {
        let (token, link) = self.read_link(token).await?;
        if link != Link::FirstOwner {
            return Err(Error::refused("This link sets a password; it does not create an owner."));
        }
        check_new_password("password", &owner.password)?;
        let phc = self.hasher.hash(&visitor.source(), &owner.password).await?;
        let actor = Actor { request_id: visitor.request_id.clone(), ..Actor::system() };
        let account = self
            .write(&actor, move |people, tx| {
                Self::spend_link(tx, &token)?;
                if store::has_human(tx.conn)? {
                    return Err(Error::refused("The first owner already exists: sign in instead."));
                }
                let project = match store::first_project(tx.conn)? {
                    Some(project) => project,
                    None => {
                        people.ensure_project(tx, &ProjectId::from_name(&owner.project), &owner.project)?
                    }
                };
                people.insert_owner(tx, &project, owner.name, owner.email, &phc)
            })
            .await?;
        self.start_session(account, visitor).await
    }

    /// An account that is admin, supervisor, technician and auditor in one.
    pub(super) fn insert_owner(
        &self,
        tx: &mut Tx<'_>,
        project: &ProjectRow,
        name: PersonName,
        email: Email,
        phc: &str,
    ) -> Result<AccountRow> {
        let new = NewAccount {
            kind: AccountKind::Human,
            name,
            email: Some(email),
            roles: OWNER_ROLES.to_vec(),
            password: None,
        };
        let account = self.insert_account(tx, &new, Some(phc))?;
        for role in OWNER_ROLES {
            self.grant_in(tx, project.key, &account, role)?;
        }
        Ok(account)
    }
}
