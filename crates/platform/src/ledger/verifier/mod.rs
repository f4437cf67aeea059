//! Recomputes the whole log from its rows and names the first position that is not as it was signed.
//!
//! One pass over the leaves in order, in batches, inside one read snapshot: each leaf against its event, body, stream and
//! hash; each subtree as it becomes complete; each checkpoint when its size is reached. Since every root comes from
//! the same leaves, checkpoints that agree are consistent with each other.

mod erasures;
mod pass;
mod record;
mod rest;
mod rows;
mod streams;

use std::fmt;

use diesel::Connection;
use diesel::connection::SimpleConnection;

use crate::db::AnyConnection;
use crate::foundation::{Error, Result};

use super::keys::VerifierKey;
use super::tree::TreeHead;

pub use streams::stream_fault;

/// More faults than this are counted, not described.
const DESCRIBED: usize = 100;

/// What to hold the log against.
pub struct Trust {
    /// The log's public key; its name is the log's origin.
    pub key: VerifierKey,
    /// A checkpoint kept elsewhere, whose signature was checked: only such a one shows that the end was cut off.
    pub held: Option<TreeHead>,
}

/// Where something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A leaf, by index from 0, and the sequence number of its event.
    Leaf {
        /// Place in the tree.
        index: u64,
        /// The event's sequence number, where the leaf names one.
        seq: Option<i64>,
    },
    /// A complete subtree.
    Node {
        /// Height above the leaves.
        level: u8,
        /// Place in its level.
        index: u64,
    },
    /// A checkpoint, by its size.
    Checkpoint(u64),
    /// An event without a leaf, by sequence number.
    Event(i64),
    /// The table of bodies as a whole.
    Bodies,
    /// What the database says of itself: the log's name and key.
    Installation,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leaf { index, seq: Some(seq) } => write!(f, "leaf {index} (event {seq})"),
            Self::Leaf { index, seq: None } => write!(f, "leaf {index}"),
            Self::Node { level, index } => write!(f, "tree node {level}/{index}"),
            Self::Checkpoint(size) => write!(f, "checkpoint {size}"),
            Self::Event(seq) => write!(f, "event {seq}"),
            Self::Bodies => f.write_str("event_bodies"),
            Self::Installation => f.write_str("installation"),
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub place: Place,
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Size and root recomputed from the leaves.
    pub head: TreeHead,
    /// Checkpoints whose signature and root were checked.
    pub checkpoints: u64,
    /// Those among them that were signed before a checkpoint said its time and the one before it.
    pub unstamped: u64,
    /// Leaves whose body is erased; their commitment cannot be opened any more.
    pub erased: u64,
    /// Committed events that wait for the sequencer.
    pub pending: u64,
    /// What is wrong, first position first; the first hundred.
    pub faults: Vec<Fault>,
    pub fault_count: u64,
}

impl Report {
    /// The first bad position, or `None` when the log verifies.
    pub fn first_fault(&self) -> Option<&Fault> {
        self.faults.first()
    }

    /// `Ok` when nothing is wrong; otherwise a refusal that names the first fault.
    pub fn into_result(self) -> Result<Self> {
        match self.first_fault() {
            None => Ok(self),
            Some(first) => Err(Error::refused(format!("the ledger does not verify: {first}"))),
        }
    }

    fn fault(&mut self, place: Place, what: impl Into<String>) {
        self.fault_count += 1;
        if self.faults.len() < DESCRIBED {
            self.faults.push(Fault { place, what: what.into() });
        }
    }
}

/// Verifies the log in one snapshot of the database. An `Err` says that it could not be read, not that it is wrong.
pub fn verify(conn: &mut AnyConnection, trust: &Trust) -> Result<Report> {
    verify_with(conn, trust, |_| Ok(())).map(|(report, ())| report)
}

/// [`verify`], and in the same snapshot whatever else is held against the log.
pub fn verify_with<T>(
    conn: &mut AnyConnection,
    trust: &Trust,
    also: impl FnOnce(&mut AnyConnection) -> Result<T>,
) -> Result<(Report, T)> {
    conn.transaction(|conn| {
        if let AnyConnection::Postgres(inner) = conn {
            inner.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
        }
        Ok((verify_here(conn, trust)?, also(conn)?))
    })
}

/// [`verify`] in the caller's transaction.
pub(super) fn verify_here(conn: &mut AnyConnection, trust: &Trust) -> Result<Report> {
    let mut erasures = erasures::Erasures::default();
    let mut report = pass::over_leaves(conn, trust, &mut erasures)?;
    rest::after_leaves(conn, trust, &mut erasures, &mut report)?;
    Ok(report)
}
