//! WAL checkpoints in the background, so that no writer waits for one.
//!
//! A passive checkpoint copies what it can without stopping anybody, but under a steady load it never sees the end of the
//! log: there is always a page more. Once the log is long, the writer is asked to copy what is left between two of its
//! groups, and its next group begins the log anew in the same file. It is the writer who does it, because a thread
//! beside it would have to win the lock from one that takes it again at once.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Integer;

use super::AnyConnection;
use super::each;
use super::queue::Queue;
use super::writer::Job;

const PAUSE: Duration = Duration::from_millis(500);
/// A log below this is left alone.
const SMALL_BYTES: u64 = 4 << 20;
/// A log with more pages than this is begun anew: 64 MiB.
const LONG_PAGES: i32 = 16_384;
/// So many left are worth no further copying beforehand: 4 MiB.
const FEW_PAGES: i32 = 1_024;
/// Copies in a row, each of what came in during the one before; then the writer copies the rest, however much it is.
const TRIES: usize = 4;
/// The writer waits at most twice this long for a reader that holds the log open; then it goes on growing.
const PATIENCE_MS: u32 = 20;
/// A log above this is truncated, although that makes writers wait.
const OVERGROWN_BYTES: u64 = 1 << 30;

/// The running checkpointer; dropping it ends the thread.
pub(super) struct Checkpointer {
    /// Each message asks for a truncation and is answered by dropping it; without a sender the thread ends.
    asked: Mutex<Option<Sender<Sender<()>>>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(super) fn start(
        conn: AnyConnection,
        database: &Path,
        queue: Arc<Queue<Job>>,
    ) -> std::io::Result<Self> {
        let (sender, asked) = channel();
        let wal = wal_of(database);
        let thread = std::thread::Builder::new().name("db-checkpoint".to_owned());
        let thread = thread.spawn(move || run(conn, &wal, &asked, &queue))?;
        Ok(Self { asked: Mutex::new(Some(sender)), thread: Some(thread) })
    }

    /// Asks for a truncation of the log, which holds old pages; the receiver errs once it was tried.
    pub(super) fn truncate(&self) -> Receiver<()> {
        let (done, tried) = channel();
        let sender = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = sender.as_ref().map(|sender| sender.send(done));
        tried
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        drop(self.asked.get_mut().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What `PRAGMA wal_checkpoint` answers.
#[derive(QueryableByName)]
struct Log {
    #[diesel(sql_type = Integer, column_name = "log")]
    pages: i32,
    /// Pages of the log that were copied into the database.
    #[diesel(sql_type = Integer, column_name = "checkpointed")]
    copied: i32,
}

fn run(mut conn: AnyConnection, wal: &Path, asked: &Receiver<Sender<()>>, queue: &Queue<Job>) {
    loop {
        let asked = asked.recv_timeout(PAUSE);
        let size = std::fs::metadata(wal).map_or(0, |file| file.len());
        let done = match (&asked, size) {
            (Err(RecvTimeoutError::Disconnected), _) => return,
            (Err(RecvTimeoutError::Timeout), 0..SMALL_BYTES) => continue,
            (Err(RecvTimeoutError::Timeout), SMALL_BYTES..OVERGROWN_BYTES) => keep_short(&mut conn, queue),
            _ => checkpoint(&mut conn, "TRUNCATE").map(|_| ()),
        };
        if let Err(cause) = done {
            tracing::warn!(%cause, wal_bytes = size, "a WAL checkpoint failed; it is tried again");
        }
    }
}

/// Copies what it can; when the log is long and no reader needs it, the writer is asked to begin it anew.
pub(super) fn keep_short(conn: &mut AnyConnection, queue: &Queue<Job>) -> QueryResult<()> {
    let mut before = 0;
    for _ in 0..TRIES {
        let log = checkpoint(conn, "PASSIVE")?;
        if log.pages < LONG_PAGES || log.copied < log.pages {
            return Ok(());
        }
        if log.pages - before < FEW_PAGES {
            break;
        }
        before = log.pages;
    }
    queue.ask_for_new_log();
    Ok(())
}

/// The writer's turn: copies what is left, so that its next group begins the log anew.
pub(super) fn begin_anew(conn: &mut AnyConnection) {
    let begun = conn
        .batch_execute(&format!("PRAGMA busy_timeout = {PATIENCE_MS};"))
        .and_then(|()| checkpoint(conn, "RESTART"));
    let patient = conn.batch_execute("PRAGMA busy_timeout = 5000;");
    if let Err(cause) = begun.map(|_| ()).and(patient) {
        tracing::warn!(%cause, "the write-ahead log was not begun anew; it is tried again");
    }
}

fn checkpoint(conn: &mut AnyConnection, mode: &str) -> QueryResult<Log> {
    each!(conn, |c| sql_query(format!("PRAGMA wal_checkpoint({mode})")).get_result(c))
}

fn wal_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}
