//! Places in the ledger that the score needs: leaves of a stream, and the checkpoint of a moment.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::{checkpoints, events, leaves};
use crate::foundation::{Error, ProjectKey, Result, Timestamp};

use super::model::{Recorded, View};

/// One event of a stream: its id and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) id: String,
    pub(super) recorded: Recorded,
}

/// The events of a stream in order, with their places.
pub(super) fn placed(
    conn: &mut AnyConnection,
    project: ProjectKey,
    kind: &str,
    id: &str,
) -> Result<Vec<Placed>> {
    let rows: Vec<(String, Timestamp, Option<i64>)> = events::table
        .left_join(leaves::table.on(leaves::event_seq.eq(events::seq)))
        .filter(events::project.eq(project))
        .filter(events::stream_kind.eq(kind))
        .filter(events::stream_id.eq(id))
        .order(events::version.asc())
        .select((events::id, events::at, leaves::leaf_index.nullable()))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, at, leaf)| {
            let leaf = leaf.map(u64::try_from).transpose().map_err(Error::internal)?;
            Ok(Placed { id, recorded: Recorded { leaf, at } })
        })
        .collect()
}

/// The ledger at its newest checkpoint, or at the newest one of a moment. Nothing counts before the first.
pub(super) fn view(conn: &mut AnyConnection, as_of: Option<Timestamp>) -> Result<View> {
    let until = as_of.unwrap_or(Timestamp(i64::MAX));
    let newest: Option<(i64, Timestamp)> = checkpoints::table
        .filter(checkpoints::at.le(until))
        .order(checkpoints::tree_size.desc())
        .select((checkpoints::tree_size, checkpoints::at))
        .first(conn)
        .optional()?;
    let (size, at) = newest.unwrap_or((0, Timestamp(0)));
    Ok(View { tree_size: u64::try_from(size).map_err(Error::internal)?, as_of: as_of.unwrap_or(at) })
}
