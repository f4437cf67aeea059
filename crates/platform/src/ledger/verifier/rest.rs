//! What does not belong to any leaf: waiting events, lost events, rows beyond the end.

use crate::db::AnyConnection;
use crate::foundation::Result;
use crate::ledger::log::{ORIGIN, SERVER_KEY, VKEY, stored_key};
use crate::ledger::store;

use super::erasures::Erasures;
use super::record;
use super::rows;
use super::{Place, Report, Trust};

const BATCH: i64 = 256;
/// The highest level of a tree whose places are numbers of 63 bits.
const TOP_LEVEL: u8 = 62;

/// Checks the rest; a log that was left at a gap is not searched beyond it.
pub(super) fn after_leaves(
    conn: &mut AnyConnection,
    trust: &Trust,
    erasures: &mut Erasures,
    report: &mut Report,
) -> Result<()> {
    let size = report.head.size;
    if store::tree_size(conn)? == size {
        beyond_the_end(conn, size, report)?;
    }
    cut_off(trust, size, report);
    waiting(conn, erasures, report)?;
    erasures.check(report);
    lost(conn, report)?;
    unowned(conn, report)?;
    named(conn, trust, report)
}

fn beyond_the_end(conn: &mut AnyConnection, size: u64, report: &mut Report) -> Result<()> {
    let newest = store::latest_checkpoint(conn)?.map_or(0, |checkpoint| checkpoint.head.size);
    if newest < size {
        let place = Place::Leaf { index: newest, seq: None };
        report.fault(place, "no checkpoint was signed over this leaf and those after it");
    }
    for index in rows::numbers(conn, "SELECT leaf_index AS number FROM leaves WHERE leaf_index < 0")? {
        report.fault(Place::Leaf { index: 0, seq: None }, format!("there is a leaf at the place {index}"));
    }
    let odd = format!(
        "SELECT tree_size AS number FROM checkpoints WHERE tree_size > {size} OR tree_size < 1 ORDER BY tree_size"
    );
    for checkpoint in rows::numbers(conn, &odd)? {
        let what =
            format!("the log has {size} leaves only: its end was cut off, or the checkpoint is not its own");
        report.fault(Place::Checkpoint(checkpoint.unsigned_abs()), what);
    }
    let odd = format!(
        "level BETWEEN 0 AND {TOP_LEVEL} AND node_index >= 0 AND node_index >= (CAST({size} AS BIGINT) >> level)"
    );
    for (id, _) in store::node_rows(conn, &odd)? {
        let place = Place::Node { level: id.level, index: id.index };
        report.fault(place, "the subtree is not complete in this log, and yet stored");
    }
    nowhere(conn, report)
}

/// Nodes at a place that no tree has; a shift by such a level would not say what it means.
fn nowhere(conn: &mut AnyConnection, report: &mut Report) -> Result<()> {
    let odd = format!(
        "SELECT CAST(level AS BIGINT) AS number FROM tree_nodes
         WHERE level < 0 OR level > {TOP_LEVEL} OR node_index < 0 ORDER BY level LIMIT 100"
    );
    for level in rows::numbers(conn, &odd)? {
        let place = Place::Node { level: u8::try_from(level).unwrap_or(u8::MAX), index: 0 };
        report.fault(place, format!("a node is stored at a place that no tree has, in level {level}"));
    }
    Ok(())
}

fn cut_off(trust: &Trust, size: u64, report: &mut Report) {
    if let Some(held) = trust.held.filter(|held| held.size > size) {
        let what =
            format!("you hold a checkpoint of this size; the log has {size} leaves: its end was cut off");
        report.fault(Place::Checkpoint(held.size), what);
    }
}

fn waiting(conn: &mut AnyConnection, erasures: &mut Erasures, report: &mut Report) -> Result<()> {
    let mut after = -1;
    loop {
        let batch = rows::pending(conn, after, BATCH)?;
        let Some(last) = batch.last() else { break };
        after = last.seq;
        for row in &batch {
            report.pending += 1;
            match record::check(&row.event, &row.body) {
                Ok((leaf, body)) => erasures.see(Place::Event(row.seq), &leaf, body),
                Err(what) => report.fault(Place::Event(row.seq), what),
            }
        }
    }
    let twice = "SELECT event_seq AS number FROM unsequenced
        WHERE event_seq IN (SELECT event_seq FROM leaves) ORDER BY event_seq";
    for seq in rows::numbers(conn, twice)? {
        report.fault(Place::Event(seq), "the event waits for a place and has one already");
    }
    Ok(())
}

fn lost(conn: &mut AnyConnection, report: &mut Report) -> Result<()> {
    let placeless = "SELECT e.seq AS number FROM events e
        WHERE NOT EXISTS (SELECT 1 FROM leaves l WHERE l.event_seq = e.seq)
          AND NOT EXISTS (SELECT 1 FROM unsequenced u WHERE u.event_seq = e.seq) ORDER BY e.seq LIMIT 100";
    for seq in rows::numbers(conn, placeless)? {
        report.fault(Place::Event(seq), "the event has no leaf and does not wait for one: it was slipped in");
    }
    Ok(())
}

/// Bodies of no event: they were put in, or their event was taken out.
fn unowned(conn: &mut AnyConnection, report: &mut Report) -> Result<()> {
    let count = "SELECT COUNT(*) AS number FROM event_bodies b
        WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.id = b.event_id)";
    let unowned = rows::numbers(conn, count)?.first().copied().unwrap_or_default();
    if unowned > 0 {
        report.fault(Place::Bodies, format!("{unowned} bodies belong to no event: they were slipped in"));
    }
    Ok(())
}

/// What the database says of the log's name and key. Neither is for the caller to say, who asks for them first.
fn named(conn: &mut AnyConnection, trust: &Trust, report: &mut Report) -> Result<()> {
    let foreign = format!(
        "SELECT COUNT(*) AS number FROM installation WHERE key NOT IN ('{ORIGIN}', '{VKEY}', '{SERVER_KEY}')"
    );
    if rows::numbers(conn, &foreign)? != [0] {
        report.fault(Place::Installation, "it has a row that this version does not know");
    }
    let half = format!("SELECT COUNT(*) AS number FROM installation WHERE key IN ('{ORIGIN}', '{VKEY}')");
    if rows::numbers(conn, &half)? == [1] {
        report.fault(Place::Installation, format!("one of `{ORIGIN}` and `{VKEY}` is missing"));
    }
    let Some((origin, vkey)) = stored_key(conn)? else { return Ok(()) };
    if origin != trust.key.name().as_str() {
        report.fault(Place::Installation, format!("`{ORIGIN}` is not the name of the key you trust"));
    }
    if vkey != trust.key.to_string() {
        report.fault(Place::Installation, format!("`{VKEY}` is not the key you trust"));
    }
    Ok(())
}
