//! One write transaction, as handed to a closure by [`super::Db::write`].

use foundation::{Actor, Timestamp};

use super::AnyConnection;

/// Something to do once the transaction is on disk.
pub(super) type AfterCommit = Box<dyn FnOnce() + Send>;

/// A write transaction: the connection, who acts, and when (one moment for the whole transaction).
pub struct Tx<'a> {
    /// The connection, inside the transaction.
    pub conn: &'a mut AnyConnection,
    actor: &'a Actor,
    now: Timestamp,
    after_commit: Vec<AfterCommit>,
}

impl<'a> Tx<'a> {
    pub(super) fn new(conn: &'a mut AnyConnection, actor: &'a Actor, now: Timestamp) -> Self {
        Self { conn, actor, now, after_commit: Vec::new() }
    }

    /// Who acts.
    pub fn actor(&self) -> &'a Actor {
        self.actor
    }

    /// The moment of this transaction.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Runs `f` after COMMIT; never when the transaction is rolled back.
    pub fn after_commit(&mut self, f: impl FnOnce() + Send + 'static) {
        self.after_commit.push(Box::new(f));
    }

    pub(super) fn into_after_commit(self) -> Vec<AfterCommit> {
        self.after_commit
    }
}
