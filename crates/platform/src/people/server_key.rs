//! The server key that API secrets are hashed under, as the database remembers it.
//!
//! A lost key cannot be made again: under a new one no client would be known, and nobody would be told why. So the loss is
//! named, and a new key comes only by the operator's word, which revokes what was hashed under the old one.

use crate::config::Keys;
use crate::db::{AnyConnection, Db};
use crate::foundation::{Actor, Asker, Error, Result};

use super::events::{Nothing, PeopleEvent, api_key_stream};
use super::service::People;
use super::store;

const LOST: &str = "the data folder has no keys/server.key, but API keys or secrets of sources in the database were made \
     under one: put the file back from your backup. If it is gone for good, `tracewright keys new-server-key` makes a new \
     one and revokes every API key; nothing was changed";

const ANOTHER: &str = "keys/server.key is not the one that the API keys in the database were hashed under: put the right \
     file back. If it is gone for good, remove this one and run `tracewright keys new-server-key`, which revokes every \
     API key; nothing was changed";

/// Refuses to go on without the key that something in the database needs.
pub fn refuse_loss(conn: &mut AnyConnection) -> Result<()> {
    if store::needs_server_key(conn)? { Err(Error::Unavailable(LOST.into())) } else { Ok(()) }
}

/// Refuses another key than the one the database knows, and remembers the first.
pub fn check(db: &Db, keys: &Keys) -> Result<()> {
    let mark = keys.server_key_mark();
    match db.read_blocking(store::server_key_mark)? {
        Some(known) if known == mark => Ok(()),
        Some(_) if db.read_blocking(store::needs_server_key)? => Err(Error::Unavailable(ANOTHER.into())),
        _ => db.write_blocking(&Actor::system(), move |tx| store::put_server_key_mark(tx.conn, &mark)),
    }
}

impl People {
    /// Begins anew under this process's server key: revokes every API key that is in force and gives their public halves.
    pub async fn accept_new_server_key(&self, operator: &Asker) -> Result<Vec<String>> {
        if !operator.is_operator() {
            return Err(Error::forbidden("a new server key is for the operator of this server"));
        }
        let mark = self.app.keys.server_key_mark();
        self.write(&operator.actor, move |people, tx| {
            let keys = store::keys_in_force(tx.conn)?;
            for (project, id, _) in &keys {
                let event = PeopleEvent::ApiKeyRevoked(Nothing {});
                people.emit(tx, &api_key_stream(*project, id), &event)?;
            }
            people.clear_keys_after(tx);
            store::put_server_key_mark(tx.conn, &mark)?;
            Ok(keys.into_iter().map(|(_, _, public)| public).collect())
        })
        .await
    }
}
