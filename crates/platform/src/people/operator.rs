//! What the operator of the server asks for on the command line: words in, checked and acted on.
//!
//! Everything here acts as the system in one project; the `user` and `keys` commands are thin calls into it.

use crate::foundation::{Asker, Error, Result, Role};

use super::actions::create_account::{Created, NewAccount};
use super::actions::create_api_key::{CreatedKey, NewApiKey};
use super::forms;
use super::model::{AccountKind, Email, KeyLabel, PersonName, PublicKey, Scopes, SecretKey};
use super::reads::{self, ListedKey, Member};
use super::secrets::Token;
use super::service::People;
use super::store::AccountRow;

/// A new account as typed.
#[derive(Clone, Debug, Default)]
pub struct AccountWords {
    pub name: String,
    /// For a person; an agent has none.
    pub email: Option<String>,
    pub is_agent: bool,
    /// Role words; an agent always gets the agent's.
    pub roles: Vec<String>,
    /// Without one, a person gets a one-time link.
    pub password: Option<String>,
}

/// A new key as typed.
#[derive(Clone, Debug, Default)]
pub struct KeyWords {
    pub label: String,
    /// Scope words; none means all.
    pub scopes: Vec<String>,
    /// Code or mail address of the agent it speaks for.
    pub agent: Option<String>,
    /// A pair that clients already use.
    pub pair: Option<(String, String)>,
}

impl People {
    /// The operator in the project with this id, or in the first one.
    pub async fn operator(&self, project_id: Option<&str>) -> Result<Asker> {
        let id = project_id.map(str::to_owned);
        let read = move |conn: &mut _| match &id {
            Some(id) => reads::project_by_id(conn, id),
            None => reads::first_project(conn),
        };
        let project = self.app.db.read(read).await?;
        let missing = || match project_id {
            Some(id) => Error::not_found(format!("the project {id}")),
            None => Error::refused("There is no project yet: start the server once and set it up."),
        };
        Ok(Asker::operator(project.ok_or_else(missing)?.key))
    }

    /// The account with this code (`USR-001`) or mail address.
    pub async fn find_account(&self, word: &str) -> Result<AccountRow> {
        let asked = word.trim().to_owned();
        let read = move |conn: &mut _| match reads::account_by_code(conn, &asked.to_uppercase())? {
            Some(account) => Ok(Some(account)),
            None => reads::account_by_email(conn, &asked),
        };
        let account = self.app.db.read(read).await?;
        account.ok_or_else(|| Error::not_found(format!("an account with the code or email address {word}")))
    }

    /// `user add`
    pub async fn add_user(&self, operator: &Asker, words: &AccountWords) -> Result<Created> {
        let mut roles = words.roles.iter().map(|word| forms::role(word)).collect::<Result<Vec<Role>>>()?;
        let kind = if words.is_agent { AccountKind::Agent } else { AccountKind::Human };
        if words.is_agent {
            roles = vec![Role::Agent];
        }
        let email = words.email.as_deref().map(|email| Email::parse("email", email)).transpose()?;
        let name = PersonName::parse("name", &words.name)?;
        let new = NewAccount { kind, name, email, roles, password: words.password.clone() };
        self.create_account(operator, new).await
    }

    /// `user list`
    pub async fn list_users(&self, operator: &Asker) -> Result<Vec<Member>> {
        let project = operator.project;
        self.app.db.read(move |conn| reads::members(conn, project)).await
    }

    /// `user grant`
    pub async fn grant_user(&self, operator: &Asker, account: &str, role: &str) -> Result<()> {
        self.grant_role(operator, self.find_account(account).await?.id, forms::role(role)?).await
    }

    /// `user revoke`
    pub async fn revoke_user(&self, operator: &Asker, account: &str, role: &str) -> Result<()> {
        self.revoke_role(operator, self.find_account(account).await?.id, forms::role(role)?).await
    }

    /// `user same-person`
    pub async fn join_users(&self, operator: &Asker, one: &str, other: &str) -> Result<bool> {
        let (one, other) = (self.find_account(one).await?.id, self.find_account(other).await?.id);
        self.same_person(operator, one, other).await
    }

    /// `user disable`
    pub async fn disable_user(&self, operator: &Asker, account: &str) -> Result<()> {
        self.disable_account(operator, self.find_account(account).await?.id).await
    }

    /// `user enable`
    pub async fn enable_user(&self, operator: &Asker, account: &str) -> Result<()> {
        self.enable_account(operator, self.find_account(account).await?.id).await
    }

    /// `user link`: a one-time link, to be printed as `/setup/{token}`.
    pub async fn link_user(&self, operator: &Asker, account: &str) -> Result<Token> {
        self.issue_link(operator, self.find_account(account).await?.id).await
    }

    /// `user vouch`: that somebody whose password was reset is the person.
    pub async fn vouch_for_user(&self, operator: &Asker, account: &str) -> Result<()> {
        self.vouch_for(operator, self.find_account(account).await?.id).await
    }

    /// `keys create`
    pub async fn add_key(&self, operator: &Asker, words: &KeyWords) -> Result<CreatedKey> {
        let account = match &words.agent {
            Some(agent) => Some(self.find_account(agent).await?.id),
            None => None,
        };
        let pair = match &words.pair {
            Some((public, secret)) => {
                Some((PublicKey::parse("public-key", public)?, SecretKey::parse("secret-key", secret)?))
            }
            None => None,
        };
        let new = NewApiKey {
            label: KeyLabel::parse("label", &words.label)?,
            scopes: match words.scopes.as_slice() {
                [] => Scopes::all(),
                words => Scopes::parse("scope", words.iter().map(String::as_str))?,
            },
            account,
            expires_at: None,
            pair,
        };
        self.create_api_key(operator, new).await
    }

    /// `keys list`
    pub async fn list_keys(&self, operator: &Asker) -> Result<Vec<ListedKey>> {
        let project = operator.project;
        self.app.db.read(move |conn| reads::keys(conn, project)).await
    }

    /// `keys revoke`, by public key or id.
    pub async fn revoke_key(&self, operator: &Asker, word: &str) -> Result<()> {
        let keys = self.list_keys(operator).await?;
        let found = keys.iter().find(|listed| listed.key.public_key == word || listed.key.id == word);
        let listed = found.ok_or_else(|| Error::not_found(format!("an API key {word} in this project")))?;
        self.revoke_api_key(operator, &listed.key.id).await
    }
}
