//! Revoke an API key: it stops at once here, and within five seconds in other processes.

use crate::foundation::{Action, Asker, Error, Result};
use crate::people::events::{Nothing, PeopleEvent, api_key_stream};
use crate::people::service::People;
use crate::people::store;

impl People {
    /// Revokes a key of the asker's project. Revoking it again is no error.
    pub async fn revoke_api_key(&self, asker: &Asker, key_id: &str) -> Result<()> {
        asker.must(Action::ManagePeople)?;
        let (project, key_id) = (asker.project, key_id.to_owned());
        self.write(&asker.actor, move |people, tx| {
            let key =
                store::key(tx.conn, project, &key_id)?.ok_or_else(|| Error::not_found("that API key"))?;
            if key.revoked_at.is_some() {
                return Ok(());
            }
            people.clear_keys_after(tx);
            people.emit(tx, &api_key_stream(project, &key.id), &PeopleEvent::ApiKeyRevoked(Nothing {}))
        })
        .await
    }
}
