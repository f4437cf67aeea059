//! Create an account: a person who signs in, or an agent who comes with a key.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, Result, Role, Timestamp};
use crate::people::events::{AccountCreated, LinkMaker, PasswordSet, PeopleEvent, account_stream};
use crate::people::model::{AccountId, AccountKind, Email, PersonName, UserCode, check_new_password};
use crate::people::secrets::Token;
use crate::people::service::People;
use crate::people::store::{self, AccountRow};

use super::grant_role::check_fits;

/// What a new account is to be.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub kind: AccountKind,
    pub name: PersonName,
    /// Needed for a person, refused for an agent.
    pub email: Option<Email>,
    /// Roles in the asker's project; an agent always gets the agent's.
    pub roles: Vec<Role>,
    /// Given on the command line; otherwise the person sets it through a one-time link.
    pub password: Option<String>,
}

/// A new account, and the link through which its owner sets the password.
#[derive(Clone, Debug)]
pub struct Created {
    pub account: AccountRow,
    /// To be shown once as `/setup/{token}`; none for agents and when a password was given.
    pub link: Option<Token>,
}

impl People {
    /// Creates the account with its roles, all or nothing.
    pub async fn create_account(&self, asker: &Asker, new: NewAccount) -> Result<Created> {
        asker.must(Action::ManagePeople)?;
        check(&new)?;
        let phc = match &new.password {
            Some(password) => Some(self.hasher.hash(&asker.address, password).await?),
            None => None,
        };
        let needs_link = new.kind == AccountKind::Human && phc.is_none();
        let link = needs_link.then(Token::generate);
        let (asker, issued) = (asker.clone(), link.clone());
        let account = self
            .write(&asker.actor.clone(), move |people, tx| {
                let account = people.insert_account(tx, &new, phc.as_deref())?;
                for role in &new.roles {
                    people.grant_in(tx, asker.project, &account, *role)?;
                }
                if let Some(link) = &issued {
                    people.issue_link_in(tx, &account.id, &asker, link)?;
                }
                Ok(account)
            })
            .await?;
        Ok(Created { account, link })
    }

    /// Writes an account with the next free code; the mail address must be free.
    pub(super) fn insert_account(
        &self,
        tx: &mut Tx<'_>,
        new: &NewAccount,
        phc: Option<&str>,
    ) -> Result<AccountRow> {
        if let Some(email) = &new.email
            && store::account_by_email(tx.conn, email.as_str())?.is_some()
        {
            return Err(Error::invalid("email", "an account with this email address already exists"));
        }
        let id = AccountId(new_id(tx.now()));
        let stream = account_stream(&id);
        let event = PeopleEvent::AccountCreated(AccountCreated {
            code: UserCode::next(store::codes(tx.conn)?).to_string(),
            kind: new.kind,
            name: new.name.as_str().to_owned(),
            email: new.email.as_ref().map(|email| email.as_str().to_owned()),
        });
        self.emit(tx, &stream, &event)?;
        if let Some(phc) = phc {
            self.set_password_in(tx, &id, phc, None)?;
        }
        store::account(tx.conn, &id)?.ok_or_else(|| Error::internal("a new account is missing"))
    }

    /// Stores a password hash, forgets what failed and ends no session. One that somebody else's link set in place of another
    /// is a reset and keeps the password before it, so that the person can show who they are. A first password takes
    /// nobody's place: who made the account and its link stands in the ledger.
    pub(super) fn set_password_in(
        &self,
        tx: &mut Tx<'_>,
        account: &AccountId,
        phc: &str,
        by_link_of: Option<LinkMaker>,
    ) -> Result<()> {
        let now: Timestamp = tx.now();
        let before = store::password(tx.conn, account)?;
        let by_link_of = by_link_of.filter(|_| before.is_some());
        let is_first_reset = store::unconfirmed_reset(tx.conn, account)?.is_none();
        store::set_password(tx.conn, account, phc, now)?;
        if by_link_of.is_some() && is_first_reset {
            store::keep_former(tx.conn, account, before.as_deref())?;
        }
        store::forgive_all(tx.conn, account)?;
        store::forget_signing(tx.conn, account, None)?;
        self.emit(tx, &account_stream(account), &PeopleEvent::PasswordSet(PasswordSet { by_link_of }))
    }
}

fn check(new: &NewAccount) -> Result<()> {
    match (new.kind, &new.email) {
        (AccountKind::Human, None) => {
            return Err(Error::invalid("email", "a person signs in with an email address: give one"));
        }
        (AccountKind::Agent, Some(_)) => {
            return Err(Error::invalid(
                "email",
                "an agent comes with an API key: leave the email address empty",
            ));
        }
        _ => {}
    }
    if let Some(password) = &new.password {
        check_new_password("password", password)?;
    }
    if new.kind == AccountKind::Agent && new.password.is_some() {
        return Err(Error::invalid("password", "an agent has no password"));
    }
    new.roles.iter().try_for_each(|role| check_fits(new.kind, *role))
}
