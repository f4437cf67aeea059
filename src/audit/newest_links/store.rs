//! Rows of links, the newest first.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::links;
use crate::foundation::{ProjectKey, Result};

/// Trace and order of the links that stand, the one that was made last first; at most so many. Ids of links are in the order of time.
pub fn newest(conn: &mut AnyConnection, project: ProjectKey, limit: i64) -> Result<Vec<(String, String)>> {
    Ok(links::table
        .filter(links::project.eq(project))
        .filter(links::removed_at.is_null())
        .order(links::link_id.desc())
        .limit(limit)
        .select((links::trace_id, links::order_id))
        .load(conn)?)
}
