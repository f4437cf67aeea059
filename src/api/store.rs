//! Rows of `api_requests`: requests that a program named, and the answers they were given.

use diesel::prelude::*;

use crate::db::schema::api_requests::{self, dsl};
use crate::db::{AnyConnection, each};
use crate::foundation::{Digest, ProjectKey, Result, Timestamp};

/// One request by its name.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_requests)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct RequestRow {
    project: ProjectKey,
    account_id: String,
    request_key: String,
    /// SHA-256 of method, address and body.
    digest: Vec<u8>,
    begun_at: Timestamp,
    /// None while nothing is answered.
    status: Option<i32>,
    /// Where what was made stands; empty for nothing.
    location: String,
    body: String,
}

impl RequestRow {
    /// A request that begins now.
    pub(super) fn begun(
        project: ProjectKey,
        account: &str,
        key: &str,
        digest: Digest,
        at: Timestamp,
    ) -> Self {
        Self {
            project,
            account_id: account.to_owned(),
            request_key: key.to_owned(),
            digest: digest.0.to_vec(),
            begun_at: at,
            status: None,
            location: String::new(),
            body: String::new(),
        }
    }

    /// Whether it asked for the same.
    pub(super) fn is_of(&self, digest: Digest) -> bool {
        self.digest == digest.0
    }

    /// Status, place and body of its answer, once there is one.
    pub(super) fn answer(&self) -> Option<(u16, String, String)> {
        let status = u16::try_from(self.status?).ok()?;
        Some((status, self.location.clone(), self.body.clone()))
    }
}

/// Keeps a request that begins; the one that has its name already, where there is one.
pub(super) fn begin(conn: &mut AnyConnection, row: &RequestRow) -> Result<Option<RequestRow>> {
    let kept = each!(&mut *conn, |c| diesel::insert_into(api_requests::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    if kept > 0 {
        return Ok(None);
    }
    let known = api_requests::table.find((row.project, &row.account_id, &row.request_key));
    let known = known.select(RequestRow::as_select()).first(conn).optional()?;
    // What cannot be seen yet is being carried out this moment.
    Ok(Some(known.unwrap_or_else(|| row.clone())))
}

/// Keeps the answer of a request.
pub(super) fn answer(
    conn: &mut AnyConnection,
    (project, account, key): (ProjectKey, &str, &str),
    (status, location, body): (u16, &str, &str),
) -> Result<()> {
    diesel::update(api_requests::table.find((project, account, key)))
        .set((dsl::status.eq(Some(i32::from(status))), dsl::location.eq(location), dsl::body.eq(body)))
        .execute(conn)?;
    Ok(())
}

/// Forgets a request that was refused, so that it may be sent again.
pub(super) fn forget(
    conn: &mut AnyConnection,
    (project, account, key): (ProjectKey, &str, &str),
) -> Result<()> {
    diesel::delete(api_requests::table.find((project, account, key))).execute(conn)?;
    Ok(())
}

/// Forgets what began before a moment; how many that were.
pub(super) fn prune(conn: &mut AnyConnection, before: Timestamp) -> Result<usize> {
    Ok(diesel::delete(api_requests::table.filter(dsl::begun_at.lt(before))).execute(conn)?)
}
