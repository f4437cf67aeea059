//! The ledger: every business fact is an event here first, in a log that nobody can rewrite unseen.
//!
//! [`Ledger::append`] writes events and updates all projections in the caller's transaction. The sequencer gives
//! committed events their place in an RFC 6962 tree and signs checkpoints (C2SP) over it.

pub mod erasure;
mod event_rows;
pub mod events;
pub mod lease;
pub mod log;
pub mod reads;
pub mod rebuild;
pub mod sequencer;
pub mod store;
#[cfg(test)]
mod tests;
pub mod verifier;

use std::sync::Arc;

use tokio::sync::Notify;

use crate::db::Tx;
use crate::foundation::{Error, Result};

pub use tlog::{checkpoint, consistency, inclusion, keys, leaf, note, proof, tree};

pub use events::{Body, Draft, Event, Stream};
pub use log::Log;

/// How a feature keeps its read tables in step with the events.
#[derive(Clone, Copy)]
pub struct Projection {
    /// The feature, for messages.
    pub name: &'static str,
    /// Applies one event; it must depend on nothing but the event and what earlier events projected.
    pub project: fn(&mut Tx<'_>, &Event) -> Result<()>,
    /// The tables it fills, those referred to first; a rebuild empties them from the last to the first.
    ///
    /// All their rows come from events. What does not (hashes, sessions) lies in tables of its own.
    pub tables: &'static [&'static str],
}

/// The write side of the ledger. Cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    projections: Arc<[Projection]>,
    appended: Arc<Notify>,
}

impl Ledger {
    /// A ledger that keeps these projections, in this order.
    pub fn new(projections: Vec<Projection>) -> Self {
        Self { projections: projections.into(), appended: Arc::new(Notify::new()) }
    }

    /// Appends events to a stream that stands at `expected` and projects each at once.
    ///
    /// Fails with [`Error::Conflict`] when the stream has moved on.
    pub fn append(
        &self,
        tx: &mut Tx<'_>,
        stream: &Stream,
        expected: i64,
        drafts: Vec<Draft>,
    ) -> Result<Vec<Event>> {
        let found = events::version(tx.conn, stream)?;
        if found != expected {
            return Err(Error::Conflict { what: "the record".into(), expected, found });
        }
        let numbered = drafts.into_iter().zip(expected + 1..);
        let written: Vec<Event> = numbered
            .map(|(draft, version)| event_rows::insert(tx, stream, version, draft))
            .collect::<Result<_>>()?;
        // As in a rebuild, a projection that folds the whole stream finds all of it at the first of these events.
        written.iter().try_for_each(|event| self.project(tx, event))?;
        let appended = Arc::clone(&self.appended);
        tx.after_commit(move || appended.notify_one());
        Ok(written)
    }

    /// [`Ledger::append`] at whatever version the stream stands; for facts that cannot clash.
    pub fn append_next(&self, tx: &mut Tx<'_>, stream: &Stream, draft: Draft) -> Result<Event> {
        let expected = events::version(tx.conn, stream)?;
        let mut written = self.append(tx, stream, expected, vec![draft])?;
        written.pop().ok_or_else(|| Error::internal("an appended event is missing"))
    }

    /// The projections, for `rebuild`.
    pub fn projections(&self) -> &[Projection] {
        &self.projections
    }

    /// Resolves when something was appended since the last call; the sequencer waits on it.
    pub async fn appended(&self) {
        self.appended.notified().await;
    }

    pub(super) fn project(&self, tx: &mut Tx<'_>, event: &Event) -> Result<()> {
        self.projections.iter().try_for_each(|p| (p.project)(tx, event))
    }
}
