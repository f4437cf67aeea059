//! Scores that somebody removed: what is left of them, so that a request sent again does not bring them back.
//!
//! A removed score stays away as long as only arrivals come that it had. Something new under the same id makes it
//! anew, from what is new alone: whoever sends that knows what they want.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::schema::deleted_scores;
use crate::db::{AnyConnection, each};
use crate::foundation::{Digest, ProjectKey, Result, Timestamp};

/// Ids in one statement.
const CHUNK: usize = 256;

/// The arrivals that must not come back, by score.
pub(super) fn arrivals(
    conn: &mut AnyConnection,
    project: ProjectKey,
    ids: &[&str],
) -> Result<HashMap<String, Vec<Digest>>> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<(String, Vec<u8>)> = each!(conn, |c| deleted_scores::table
            .filter(deleted_scores::project.eq(project))
            .filter(deleted_scores::score_id.eq_any(chunk.iter().copied()))
            .select((deleted_scores::score_id, deleted_scores::arrivals))
            .load(c))?;
        found.extend(rows.into_iter().map(|(id, bytes)| (id, digests(&bytes))));
    }
    Ok(found)
}

fn digests(bytes: &[u8]) -> Vec<Digest> {
    bytes.chunks(32).filter_map(Digest::from_slice).collect()
}

/// Notes a removed score with all the arrivals it ever had.
pub(super) fn note(
    conn: &mut AnyConnection,
    project: ProjectKey,
    score_id: &str,
    trace_id: Option<&str>,
    arrivals: &[Digest],
    now: Timestamp,
) -> Result<()> {
    let bytes: Vec<u8> = arrivals.iter().flat_map(|digest| digest.0).collect();
    diesel::delete(deleted_scores::table.find((project, score_id))).execute(conn)?;
    diesel::insert_into(deleted_scores::table)
        .values((
            deleted_scores::project.eq(project),
            deleted_scores::score_id.eq(score_id),
            deleted_scores::trace_id.eq(trace_id),
            deleted_scores::arrivals.eq(bytes),
            deleted_scores::deleted_at.eq(now.0),
        ))
        .execute(conn)?;
    Ok(())
}
