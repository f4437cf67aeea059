//! One stream held against the log: cheap enough to be asked before something final is done about its subject.
//!
//! Only a pass over the whole log shows that leaves themselves were changed, or the newest events of a stream cut off.

use crate::db::AnyConnection;
use crate::foundation::Result;
use crate::ledger::events::Stream;

use super::record;
use super::rows::{self, StreamRow};

/// What is wrong with the first event of a stream that is not as it was logged; `None` when all are.
pub fn stream_fault(conn: &mut AnyConnection, stream: &Stream) -> Result<Option<String>> {
    let rows = rows::of_stream(conn, stream)?;
    Ok((1..).zip(&rows).find_map(|(version, row)| row_fault(row, version)))
}

fn row_fault(row: &StreamRow, version: i64) -> Option<String> {
    if row.event.version != Some(version) {
        return Some(format!("event {version} of the stream is missing"));
    }
    let what = match record::check(&row.event, &row.body) {
        Err(what) => what,
        Ok(_) if row.logged_hash.is_none() && !row.is_waiting => {
            "it has no leaf and does not wait for one: it was slipped in".to_owned()
        }
        Ok(_) if row.logged_hash.is_some() && row.logged_hash != row.event.leaf_hash => {
            "the logged hash is not that of the event's leaf".to_owned()
        }
        Ok(_) => return None,
    };
    Some(format!("event {}: {what}", row.seq))
}
