//! What in the database hangs on the server key.

use diesel::prelude::*;

use crate::db::schema::{api_keys, installation, langfuse_sources, webhooks};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result};
use crate::ledger::log::SERVER_KEY;

pub(in crate::people) fn server_key_mark(conn: &mut AnyConnection) -> Result<Option<String>> {
    let stored = installation::table.filter(installation::key.eq(SERVER_KEY)).select(installation::value);
    Ok(stored.first(conn).optional()?)
}

pub(in crate::people) fn put_server_key_mark(conn: &mut AnyConnection, mark: &str) -> Result<()> {
    let row = (installation::key.eq(SERVER_KEY), installation::value.eq(mark));
    each!(conn, |c| diesel::insert_into(installation::table)
        .values(row)
        .on_conflict(installation::key)
        .do_update()
        .set(installation::value.eq(mark))
        .execute(c)?);
    Ok(())
}

/// Whether a key in force or the secret of a source or a webhook was made under the server key.
pub(in crate::people) fn needs_server_key(conn: &mut AnyConnection) -> Result<bool> {
    let source: Option<String> =
        langfuse_sources::table.select(langfuse_sources::id).first(conn).optional()?;
    let hook: Option<String> = webhooks::table.select(webhooks::webhook_id).first(conn).optional()?;
    Ok(source.is_some() || hook.is_some() || !keys_in_force(conn)?.is_empty())
}

/// Every key that is not revoked: its project, its id and its public half.
pub(in crate::people) fn keys_in_force(
    conn: &mut AnyConnection,
) -> Result<Vec<(ProjectKey, String, String)>> {
    let in_force = api_keys::table.filter(api_keys::revoked_at.is_null());
    let columns = (api_keys::project, api_keys::id, api_keys::public_key);
    Ok(in_force.order(api_keys::created_at.asc()).select(columns).load(conn)?)
}
