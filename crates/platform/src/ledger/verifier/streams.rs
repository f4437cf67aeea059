//! One stream held against the log: cheap enough to be asked before something final is done about its subject.
//!
//! Only a pass over the whole log shows that leaves themselves were changed, or the newest events of a stream cut off.

use std::collections::BTreeSet;

use crate::db::AnyConnection;
use crate::foundation::Result;
use crate::ledger::erasure::BODIES_ERASED;
use crate::ledger::events::Stream;
use crate::ledger::leaf::Leaf;

use super::record;
use super::rows::{self, StreamRow};

/// What is wrong with the first event of a stream that is not as it was logged; `None` when all are.
pub fn stream_fault(conn: &mut AnyConnection, stream: &Stream) -> Result<Option<String>> {
    let rows = rows::of_stream(conn, stream)?;
    if let Some(fault) = (1..).zip(&rows).find_map(|(version, row)| row_fault(row, version)) {
        return Ok(Some(fault));
    }
    let erased: Vec<&StreamRow> = rows.iter().filter(|row| row.body.erased_at.is_some()).collect();
    if erased.is_empty() {
        return Ok(None);
    }
    let named = named_erasures(conn)?;
    let unnamed = erased.into_iter().find(|row| !row.event.id.as_ref().is_some_and(|id| named.contains(id)));
    Ok(unnamed.map(|row| format!("event {}: its body is gone and no event names its erasure", row.seq)))
}

/// What all records of erasure name: there are few.
fn named_erasures(conn: &mut AnyConnection) -> Result<BTreeSet<String>> {
    let leaves = rows::leaves_of_kind(conn, BODIES_ERASED)?;
    let read = leaves.iter().filter_map(|bytes| Leaf::from_bytes(bytes).ok());
    Ok(read.flat_map(|leaf| leaf.refs).collect())
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
