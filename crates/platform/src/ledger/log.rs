//! This installation's log: its name, its key, and the lease under which this process sequences.
//!
//! The name is made at the first start and stands in the database with the public key, so that a data folder
//! without its key file is noticed before anything is signed with another key.

use std::sync::{Mutex, PoisonError};

use diesel::prelude::*;

use crate::db::schema::installation;
use crate::db::{AnyConnection, Db, Tx, each};
use crate::foundation::ids::random_bytes;
use crate::foundation::{Actor, Error, Result};

use super::keys::{KeyName, SignerKey, VerifierKey};
use super::lease::Lease;

/// Where `installation` keeps the log's name.
pub const ORIGIN: &str = "log.origin";
/// Where `installation` keeps the log's public key, as a vkey.
pub const VKEY: &str = "log.vkey";
/// Where `installation` keeps the mark of the server key.
pub const SERVER_KEY: &str = "server.key";

/// The log as one process sees it.
pub struct Log {
    signer: SignerKey,
    holder: String,
    lease: Mutex<Option<Lease>>,
}

impl Log {
    /// Opens the log of this database with the secret key of the data folder; the first start names it.
    ///
    /// Refused when the log was begun with another key.
    pub fn open(db: &Db, secret: &[u8; 32]) -> Result<Self> {
        let stored = db.read_blocking(stored_key)?;
        let origin = match &stored {
            Some((origin, _)) => origin.clone(),
            None => begin(db, *secret)?,
        };
        let signer = SignerKey::from_secret(KeyName::new(origin)?, secret);
        check_key(stored.as_ref().map(|(_, vkey)| vkey.as_str()), &signer)?;
        Ok(Self::new(signer))
    }

    /// A log with a given key, whose name is the origin. Each call is a process of its own to the lease.
    pub fn new(signer: SignerKey) -> Self {
        let holder = hex::encode(random_bytes::<8>());
        Self { signer, holder, lease: Mutex::new(None) }
    }

    /// The key that signs checkpoints.
    pub fn signer(&self) -> &SignerKey {
        &self.signer
    }

    /// What a reader of the log must trust.
    pub fn verifier(&self) -> VerifierKey {
        self.signer.verifier()
    }

    /// Who this process is to the lease.
    pub(super) fn holder(&self) -> &str {
        &self.holder
    }

    pub(super) fn lease(&self) -> Option<Lease> {
        self.lease.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_lease(&self, lease: Option<Lease>) {
        *self.lease.lock().unwrap_or_else(PoisonError::into_inner) = lease;
    }
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Log({})", self.verifier())
    }
}

/// The log's name and public key as the database tells them; `None` before the first start.
pub fn stored_key(conn: &mut AnyConnection) -> Result<Option<(String, String)>> {
    Ok(value(conn, ORIGIN)?.zip(value(conn, VKEY)?))
}

fn value(conn: &mut AnyConnection, key: &str) -> Result<Option<String>> {
    let stored = installation::table.filter(installation::key.eq(key)).select(installation::value);
    Ok(stored.first(conn).optional()?)
}

/// Names the log; of two processes that start at once, both get the winner's name.
///
/// On a thread of its own: the first start may happen inside an async runtime, where blocking is forbidden.
fn begin(db: &Db, secret: [u8; 32]) -> Result<String> {
    let written = std::thread::scope(|scope| {
        scope.spawn(|| db.write_blocking(&Actor::system(), move |tx| name_log(tx, &secret))).join()
    });
    written.unwrap_or_else(|_| Err(Error::internal("naming the log panicked")))
}

fn name_log(tx: &mut Tx<'_>, secret: &[u8; 32]) -> Result<String> {
    let origin = format!("tracewright/{}", hex::encode(random_bytes::<6>()));
    insert_if_new(tx.conn, ORIGIN, &origin)?;
    let origin = value(tx.conn, ORIGIN)?.ok_or_else(|| Error::internal("the log has no name"))?;
    let signer = SignerKey::from_secret(KeyName::new(origin.clone())?, secret);
    insert_if_new(tx.conn, VKEY, &signer.verifier().to_string())?;
    check_key(value(tx.conn, VKEY)?.as_deref(), &signer)?;
    Ok(origin)
}

fn insert_if_new(conn: &mut AnyConnection, key: &str, value: &str) -> Result<()> {
    let row = (installation::key.eq(key), installation::value.eq(value));
    each!(conn, |inner| {
        diesel::insert_into(installation::table).values(row).on_conflict_do_nothing().execute(inner)
    })?;
    Ok(())
}

fn check_key(stored: Option<&str>, signer: &SignerKey) -> Result<()> {
    let Some(stored) = stored.filter(|stored| *stored != signer.verifier().to_string()) else {
        return Ok(());
    };
    let begun_with = VerifierKey::parse(stored)?.fingerprint()?;
    let given = signer.verifier().fingerprint()?;
    Err(Error::Unavailable(
        format!(
            "this ledger was begun with the key {begun_with}, the key file holds {given}: put the old keys/log.key back"
        )
        .into(),
    ))
}
