//! API keys: what a public key opens and the HMAC of its secret.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::{api_key_secrets as secrets, api_keys};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::people::model::{AccountId, Scopes};

/// A key pair as stored.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = api_keys)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct KeyRow {
    pub project: ProjectKey,
    /// Its id, safe to show and to log.
    pub id: String,
    pub public_key: String,
    pub label: String,
    scopes: String,
    /// The agent it speaks for, if any.
    #[diesel(column_name = account_id)]
    pub account: Option<AccountId>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    /// HMAC-SHA-256 of the secret under the server key.
    #[diesel(select_expression = secrets::secret_hmac)]
    pub(in crate::people) secret_hmac: Vec<u8>,
    /// Last used, to the minute.
    #[diesel(select_expression = secrets::last_used_at)]
    pub last_used_at: Option<Timestamp>,
}

impl KeyRow {
    /// What it opens.
    pub fn scopes(&self) -> Scopes {
        Scopes::from_stored(&self.scopes)
    }

    /// Whether it works at this moment.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|at| at > now)
    }
}

pub(in crate::people) fn key_by_public(conn: &mut AnyConnection, public: &str) -> Result<Option<KeyRow>> {
    Ok(api_keys::table
        .inner_join(secrets::table.on(secrets::key_id.eq(api_keys::id)))
        .filter(api_keys::public_key.eq(public))
        .select(KeyRow::as_select())
        .first(conn)
        .optional()?)
}

pub(in crate::people) fn key(
    conn: &mut AnyConnection,
    project: ProjectKey,
    id: &str,
) -> Result<Option<KeyRow>> {
    Ok(api_keys::table
        .inner_join(secrets::table.on(secrets::key_id.eq(api_keys::id)))
        .filter(api_keys::project.eq(project))
        .filter(api_keys::id.eq(id))
        .select(KeyRow::as_select())
        .first(conn)
        .optional()?)
}

pub(in crate::people) fn insert_secret(conn: &mut AnyConnection, key_id: &str, hmac: &[u8]) -> Result<()> {
    diesel::insert_into(secrets::table)
        .values((secrets::key_id.eq(key_id), secrets::secret_hmac.eq(hmac)))
        .execute(conn)?;
    Ok(())
}

/// Notes that a key was used, unless another process did so within the minute.
pub(in crate::people) fn note_use(conn: &mut AnyConnection, key_id: &str, now: Timestamp) -> Result<()> {
    let before = Some(now.plus_micros(-60_000_000));
    diesel::update(secrets::table)
        .filter(secrets::key_id.eq(key_id))
        .filter(secrets::last_used_at.is_null().or(secrets::last_used_at.le(before)))
        .set(secrets::last_used_at.eq(Some(now)))
        .execute(conn)?;
    Ok(())
}
