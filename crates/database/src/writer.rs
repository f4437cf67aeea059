//! The single SQLite writer: many closures share one BEGIN IMMEDIATE, each in a savepoint of its own.
//!
//! Up to 512 rows or 10 ms of work go into one COMMIT. Nobody waits for company: the writer takes what has
//! queued up while it was writing, so a lone tick is committed at once and a flood is committed in groups. A group with a
//! person's write in it takes no more ingest.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};

use super::queue::{Next, Queue};
use super::{AnyConnection, Lane, checkpoint};

/// Rows that may share one COMMIT.
const GROUP_ROWS: usize = 512;
/// How long a group may stay open.
const GROUP_TIME: Duration = Duration::from_millis(10);

/// Tells the waiting caller how it ended; `Err` when COMMIT failed and nothing of it is stored.
pub(super) type Reply = Box<dyn FnOnce(Result<(), String>) + Send>;

/// What a closure did inside its savepoint.
pub(super) struct Done {
    pub(super) reply: Reply,
    /// The database itself failed: the group is ended at once, so that nothing runs outside a transaction.
    pub(super) database_failed: bool,
}

/// One queued write.
pub(super) struct Job {
    pub(super) lane: Lane,
    /// Roughly how many rows it writes.
    pub(super) rows: usize,
    pub(super) run: Box<dyn FnOnce(&mut AnyConnection) -> Done + Send>,
}

/// Starts the writer thread; it ends when the queue is closed and drained.
pub(super) fn start(mut conn: AnyConnection, queue: Arc<Queue<Job>>) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name("db-writer".to_owned()).spawn(move || {
        while let Some(next) = queue.pop() {
            match next {
                Next::Write(first) => write_or_roll_back(&mut conn, first, &queue),
                Next::BeginLogAnew => checkpoint::begin_anew(&mut conn),
            }
        }
        let _ = conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE);");
    })
}

/// A panic outside a closure must not end the only writer; whoever waits is told by the dropped reply.
fn write_or_roll_back(conn: &mut AnyConnection, first: Job, queue: &Queue<Job>) {
    if catch_unwind(AssertUnwindSafe(|| write_group(conn, first, queue))).is_err() {
        tracing::error!("a group of writes panicked; nothing of it is stored");
        let _ = conn.batch_execute("ROLLBACK;");
    }
}

fn write_group(conn: &mut AnyConnection, first: Job, queue: &Queue<Job>) {
    if let Err(cause) = begin(conn) {
        tracing::warn!(%cause, "a write transaction could not begin");
        refuse(first, &cause);
        return;
    }
    let replies = run_jobs(conn, first, queue);
    let committed = commit(conn);
    if let Err(cause) = &committed {
        tracing::error!(%cause, writes = replies.len(), "COMMIT failed; nothing of this group is stored");
    }
    for reply in replies {
        reply(committed.clone());
    }
}

fn run_jobs(conn: &mut AnyConnection, first: Job, queue: &Queue<Job>) -> Vec<Reply> {
    let opened = Instant::now();
    let mut replies = Vec::new();
    let mut rows = 0;
    let mut somebody_waits = false;
    let mut next = Some(first);
    while let Some(job) = next {
        rows += job.rows;
        somebody_waits |= job.lane == Lane::Interactive;
        let done = (job.run)(conn);
        replies.push(done.reply);
        let full = done.database_failed || rows >= GROUP_ROWS || opened.elapsed() >= GROUP_TIME;
        next = match (full, somebody_waits) {
            (true, _) => None,
            (false, true) => queue.try_pop_interactive(),
            (false, false) => queue.try_pop(),
        };
    }
    replies
}

/// A job whose transaction never began: it runs nowhere, so its closure is dropped with its reply channel.
fn refuse(job: Job, cause: &str) {
    tracing::debug!(rows = job.rows, cause, "write refused");
    drop(job);
}

/// A deferred BEGIN would fail with "database is locked" when a read turns into a write, so it is IMMEDIATE.
fn begin(conn: &mut AnyConnection) -> Result<(), String> {
    let AnyConnection::Sqlite(inner) = conn else {
        return Err("the writer thread serves SQLite only".to_owned());
    };
    AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN IMMEDIATE").map_err(|e| e.to_string())
}

fn commit(conn: &mut AnyConnection) -> Result<(), String> {
    let AnyConnection::Sqlite(inner) = conn else {
        return Err("the writer thread serves SQLite only".to_owned());
    };
    let committed = AnsiTransactionManager::commit_transaction(inner).map_err(|e| e.to_string());
    if committed.is_err() {
        // A failed COMMIT may leave the transaction open; the next group must start clean.
        let _ = AnsiTransactionManager::rollback_transaction(inner);
    }
    committed
}
