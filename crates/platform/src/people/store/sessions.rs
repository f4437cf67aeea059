//! Signed-in browsers. Only the SHA-256 of a cookie is stored.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::sign_in_sessions as sessions;
use crate::foundation::{Digest, ProjectKey, Result, Timestamp};
use crate::people::model::AccountId;

/// A session, without its token.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct SessionRow {
    /// Its id, safe to show and to log.
    pub id: String,
    #[diesel(column_name = account_id)]
    pub account: AccountId,
    pub project: ProjectKey,
    pub created_at: Timestamp,
    /// Last seen, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends without use.
    pub expires_at: Timestamp,
    /// The address it began from.
    pub ip: String,
    /// The browser it began with.
    pub user_agent: String,
    /// When it was ended, by its owner or an admin.
    pub revoked_at: Option<Timestamp>,
}

pub(in crate::people) fn insert_session(
    conn: &mut AnyConnection,
    session: &SessionRow,
    token: Digest,
) -> Result<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(&session.id),
            sessions::token_hash.eq(&token.0[..]),
            sessions::account_id.eq(&session.account.0),
            sessions::project.eq(session.project),
            sessions::created_at.eq(session.created_at),
            sessions::last_seen_at.eq(session.last_seen_at),
            sessions::expires_at.eq(session.expires_at),
            sessions::ip.eq(&session.ip),
            sessions::user_agent.eq(&session.user_agent),
        ))
        .execute(conn)?;
    Ok(())
}

/// The session of a cookie, if it is neither ended nor expired.
pub(in crate::people) fn session_by_token(
    conn: &mut AnyConnection,
    token: Digest,
    now: Timestamp,
) -> Result<Option<SessionRow>> {
    Ok(sessions::table
        .filter(sessions::token_hash.eq(&token.0[..]))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .select(SessionRow::as_select())
        .first(conn)
        .optional()?)
}

pub(in crate::people) fn session(conn: &mut AnyConnection, id: &str) -> Result<Option<SessionRow>> {
    Ok(sessions::table.filter(sessions::id.eq(id)).select(SessionRow::as_select()).first(conn).optional()?)
}

pub(in crate::people) fn touch_session(
    conn: &mut AnyConnection,
    id: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    diesel::update(sessions::table)
        .filter(sessions::id.eq(id))
        .set((sessions::last_seen_at.eq(now), sessions::expires_at.eq(expires_at)))
        .execute(conn)?;
    Ok(())
}

/// Ends the live sessions of an account (all, all but one, or only one) and returns their ids.
pub(in crate::people) fn revoke_sessions(
    conn: &mut AnyConnection,
    account: &AccountId,
    which: impl Fn(&str) -> bool,
    now: Timestamp,
) -> Result<Vec<String>> {
    let live: Vec<String> = sessions::table
        .filter(sessions::account_id.eq(&account.0))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .select(sessions::id)
        .order(sessions::id.asc())
        .load(conn)?;
    let ended: Vec<String> = live.into_iter().filter(|id| which(id)).collect();
    for id in &ended {
        diesel::update(sessions::table)
            .filter(sessions::id.eq(id))
            .set(sessions::revoked_at.eq(Some(now)))
            .execute(conn)?;
    }
    Ok(ended)
}
