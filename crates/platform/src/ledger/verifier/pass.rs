//! The pass over the leaves, in order: records, places, subtrees, checkpoints.

use std::collections::HashMap;

use crate::db::AnyConnection;
use crate::foundation::{Digest, Error, Result};
use crate::ledger::checkpoint::{Checkpoint, Stamp};
use crate::ledger::note::Note;
use crate::ledger::store::{self, StoredCheckpoint};
use crate::ledger::tree::{Frontier, NodeId, TreeHead};

use super::erasures::Erasures;
use super::record::{self, BodyState};
use super::rows::{self, LeafRow};
use super::{Place, Report, Trust};

/// Leaves in memory at a time.
const BATCH: i64 = 256;

/// Checks all leaves from the first; ends early where one is missing, since nothing after it has its place.
pub(super) fn over_leaves(
    conn: &mut AnyConnection,
    trust: &Trust,
    erasures: &mut Erasures,
) -> Result<Report> {
    let mut pass = Pass {
        trust,
        frontier: Frontier::default(),
        report: empty_report(),
        erasures,
        before: 0,
        is_stamped: false,
    };
    loop {
        let from = pass.frontier.size();
        let batch = rows::leaves(conn, store::signed(from)?, BATCH)?;
        if batch.is_empty() {
            break;
        }
        let stored = Stored::load(conn, from, from + batch.len() as u64)?;
        for row in &batch {
            if !pass.leaf(row, &stored)? {
                return Ok(pass.finish());
            }
        }
    }
    Ok(pass.finish())
}

fn empty_report() -> Report {
    let head = Frontier::default().head();
    Report { head, checkpoints: 0, unstamped: 0, erased: 0, pending: 0, faults: Vec::new(), fault_count: 0 }
}

/// Subtrees and checkpoints that become due within one batch.
struct Stored {
    nodes: HashMap<NodeId, Digest>,
    checkpoints: HashMap<u64, StoredCheckpoint>,
}

impl Stored {
    fn load(conn: &mut AnyConnection, from: u64, to: u64) -> Result<Self> {
        let due = |level: u32| (level, from >> level, to >> level);
        let ranges: Vec<String> = (0..63)
            .map(due)
            .filter(|(_, first, end)| first < end)
            .map(|(level, first, end)| {
                format!("(level = {level} AND node_index >= {first} AND node_index < {end})")
            })
            .collect();
        let nodes = store::node_rows(conn, &ranges.join(" OR "))?;
        let checkpoints = store::checkpoints_between(conn, from, to)?;
        Ok(Self {
            nodes: nodes.into_iter().collect(),
            checkpoints: checkpoints
                .into_iter()
                .map(|checkpoint| (checkpoint.head.size, checkpoint))
                .collect(),
        })
    }
}

struct Pass<'t> {
    trust: &'t Trust,
    frontier: Frontier,
    report: Report,
    erasures: &'t mut Erasures,
    /// Size of the checkpoint before.
    before: u64,
    /// Whether a checkpoint with a stamp was seen: after it none may be without.
    is_stamped: bool,
}

impl Pass<'_> {
    /// Checks one leaf and what becomes due with it; `false` when it does not stand where it should.
    fn leaf(&mut self, row: &LeafRow, stored: &Stored) -> Result<bool> {
        let index = self.frontier.size();
        if store::signed(index)? != row.leaf_index {
            let what = format!("the leaf is missing; the next one there is, is {}", row.leaf_index);
            self.report.fault(Place::Leaf { index, seq: None }, what);
            return Ok(false);
        }
        let place = Place::Leaf { index, seq: Some(row.event_seq) };
        self.record(place, row);
        let complete = self.frontier.append(store::digest(&row.logged_hash)?)?;
        for (id, hash) in complete {
            self.node(id, hash, stored);
        }
        self.checkpoint(stored);
        Ok(true)
    }

    fn record(&mut self, place: Place, row: &LeafRow) {
        match record::check(&row.event, &row.body) {
            Ok((leaf, body)) => {
                self.report.erased += u64::from(matches!(body, BodyState::Erased(_)));
                self.erasures.see(place, &leaf, body);
            }
            Err(what) => return self.report.fault(place, what),
        }
        if row.event.leaf_hash.as_ref() != Some(&row.logged_hash) {
            return self.report.fault(place, "the logged hash is not that of the event's leaf");
        }
        let follows = row.event.version == Some(1)
            || row.previous_index.is_some_and(|previous| previous < row.leaf_index);
        if !follows {
            self.report.fault(place, "the stream's event before it does not stand before it in the log");
        }
    }

    fn node(&mut self, id: NodeId, hash: Digest, stored: &Stored) {
        let place = Place::Node { level: id.level, index: id.index };
        match stored.nodes.get(&id) {
            Some(found) if *found == hash => {}
            Some(_) => self.report.fault(place, "the stored hash is not that of the leaves below it"),
            None => self.report.fault(place, "the subtree is not stored"),
        }
    }

    fn checkpoint(&mut self, stored: &Stored) {
        let size = self.frontier.size();
        let kept = self.trust.held.filter(|held| held.size == size);
        let checkpoint = stored.checkpoints.get(&size);
        if kept.is_none() && checkpoint.is_none() {
            return;
        }
        let head = self.frontier.head();
        let place = Place::Checkpoint(head.size);
        if kept.is_some_and(|kept| kept != head) {
            self.report
                .fault(place, "the root is not that of the checkpoint you hold: history was rewritten");
        }
        let Some(checkpoint) = checkpoint else { return };
        self.report.checkpoints += 1;
        match check_checkpoint(checkpoint, head, self.trust) {
            Ok(stamp) => self.stamp(place, checkpoint, stamp),
            Err(cause) => self.report.fault(place, cause.to_string()),
        }
        self.before = size;
    }

    /// Its time, and whether the one before it is the one it was signed after.
    fn stamp(&mut self, place: Place, stored: &StoredCheckpoint, stamp: Option<Stamp>) {
        let Some(stamp) = stamp else {
            self.report.unstamped += 1;
            if self.is_stamped {
                self.report.fault(place, "it has no signed time, and one before it has");
            }
            return;
        };
        self.is_stamped = true;
        if stamp.at != stored.at {
            let signed = stamp.at.to_rfc3339();
            self.report.fault(place, format!("its column `at` is not the time that was signed, {signed}"));
        }
        if stamp.after != self.before {
            let what = format!("it was signed after checkpoint {}, which is missing", stamp.after);
            self.report.fault(Place::Checkpoint(stamp.after), what);
        }
    }

    fn finish(mut self) -> Report {
        self.report.head = self.frontier.head();
        self.report
    }
}

fn check_checkpoint(stored: &StoredCheckpoint, head: TreeHead, trust: &Trust) -> Result<Option<Stamp>> {
    let checkpoint = Checkpoint::open(&Note::parse(&stored.note)?, &trust.key)?;
    let signed = checkpoint.head;
    if signed != head {
        Err(Error::refused(
            "the signed root is not that of the leaves: leaves were changed after it was signed",
        ))
    } else if stored.head != signed {
        Err(Error::refused("its columns do not say what its signed note says"))
    } else if Note::parse(&stored.note)?.to_string() != stored.note {
        Err(Error::refused("its note is not written as notes are"))
    } else {
        Ok(checkpoint.stamp())
    }
}
