//! What the records of one order come to: its claims, the verdicts on them and the policy they are weighed by.
//!
//! Read from the records alone, in shapes of this crate, so that a table that leaves a verdict out, or weighs it
//! otherwise, has something to be held against. Rules: pure; a record whose body was erased says nothing any more.

mod order;
mod plan;
mod statements;
mod subject;

use foundation::{Digest, Timestamp};
use serde_json::Value;
use tlog::leaf::Leaf;

pub(crate) use subject::{Account, account};

/// One record of the bundle, in the log and as it was committed.
#[derive(Clone, Debug)]
pub(crate) struct Record<'f> {
    pub(crate) index: u64,
    pub(crate) leaf: Leaf,
    /// The exact bytes of its body; `None` once erased.
    pub(crate) body: Option<&'f [u8]>,
}

impl Record<'_> {
    /// Place in its stream, from 1.
    pub(crate) fn version(&self) -> i64 {
        self.leaf.prev.unwrap_or(0).saturating_add(1)
    }

    /// What the writer's feature said; nothing once erased, or where it cannot be read.
    pub(crate) fn data(&self) -> Option<Value> {
        let mut body: Value = serde_json::from_slice(self.body?).ok()?;
        Some(body.get_mut("data")?.take())
    }

    /// SHA-256 of the file that the record brings, if it is one that does.
    pub(crate) fn file(&self) -> Option<Digest> {
        let data = self.data().filter(|_| self.leaf.kind == crate::record::FILE_ADDED)?;
        Digest::from_hex(text(&data, "digest")?)
    }

    fn at(&self) -> Timestamp {
        self.leaf.at
    }
}

/// Text under a name.
fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

/// A moment under a name, in microseconds.
fn moment(value: &Value, name: &str) -> Option<Timestamp> {
    value.get(name)?.as_i64().map(Timestamp)
}
