//! Create an API key pair: generated, or as a client already has it. The secret is shown once.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, ProjectKey, Result, Timestamp};
use crate::people::events::{ApiKeyCreated, PeopleEvent, api_key_stream};
use crate::people::model::{AccountId, AccountKind, KeyLabel, PublicKey, Scopes, SecretKey};
use crate::people::secrets::{generate_key_pair, secret_hmac};
use crate::people::service::People;
use crate::people::store;

use super::authenticate::live_account;

/// What a new key is to be.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    pub label: KeyLabel,
    pub scopes: Scopes,
    /// The agent it speaks for, if any.
    pub account: Option<AccountId>,
    pub expires_at: Option<Timestamp>,
    /// A pair that clients already use; generated when not given.
    pub pair: Option<(PublicKey, SecretKey)>,
}

/// A new key; the only moment its secret is known.
#[derive(Clone, Debug)]
pub struct CreatedKey {
    pub id: String,
    pub public: PublicKey,
    /// The secret half, to be shown once.
    pub secret: SecretKey,
}

impl People {
    /// Creates the key in the asker's project.
    pub async fn create_api_key(&self, asker: &Asker, new: NewApiKey) -> Result<CreatedKey> {
        asker.must(Action::ManagePeople)?;
        if new.expires_at.is_some_and(|at| at <= self.app.now()) {
            return Err(Error::invalid("expires_at", "this moment has passed"));
        }
        let project = asker.project;
        self.write(&asker.actor, move |people, tx| people.insert_api_key(tx, project, new)).await
    }

    pub(super) fn insert_api_key(
        &self,
        tx: &mut Tx<'_>,
        project: ProjectKey,
        new: NewApiKey,
    ) -> Result<CreatedKey> {
        check(tx, project, &new)?;
        let (public, secret) = new.pair.unwrap_or_else(generate_key_pair);
        let id = new_id(tx.now());
        let hmac = secret_hmac(&self.app.keys.server_key, secret.expose());
        store::insert_secret(tx.conn, &id, &hmac)?;
        let event = PeopleEvent::ApiKeyCreated(ApiKeyCreated {
            public_key: public.as_str().to_owned(),
            label: new.label.as_str().to_owned(),
            scopes: new.scopes,
            account: new.account,
            expires_at: new.expires_at,
        });
        self.emit(tx, &api_key_stream(project, &id), &event)?;
        // A key that nobody had may be remembered as unknown.
        self.clear_keys_after(tx);
        Ok(CreatedKey { id, public, secret })
    }
}

fn check(tx: &mut Tx<'_>, project: ProjectKey, new: &NewApiKey) -> Result<()> {
    if store::project(tx.conn, project)?.is_none() {
        return Err(Error::not_found("that project"));
    }
    if let Some((public, secret)) = &new.pair {
        secret.check_new("secret_key", public)?;
    }
    if let Some((public, _)) = &new.pair
        && store::key_by_public(tx.conn, public.as_str())?.is_some()
    {
        return Err(Error::invalid(
            "public_key",
            "this public key is taken; a revoked one is never used again",
        ));
    }
    let Some(account) = &new.account else { return Ok(()) };
    let agent = live_account(tx.conn, account)?.filter(|found| found.kind() == AccountKind::Agent);
    let is_member = !store::roles(tx.conn, project, account)?.is_empty();
    if agent.is_some() && is_member {
        return Ok(());
    }
    Err(Error::invalid("account", "a key speaks for an enabled agent account of this project, or for none"))
}
