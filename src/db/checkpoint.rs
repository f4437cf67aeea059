//! WAL checkpoints in the background, so that no writer waits for one.
//!
//! A passive checkpoint copies what it can without stopping anybody, but under a steady load it never sees the end of the
//! log: there is always a page more. Once the log is long, the little that is left is copied with writers held back for
//! some milliseconds, and the next write begins the log anew in the same file.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Integer;

use super::AnyConnection;
use super::connection::each;

const PAUSE: Duration = Duration::from_millis(500);
/// A log below this is left alone.
const SMALL_BYTES: u64 = 4 << 20;
/// A log with more pages than this is begun anew when that costs writers next to nothing: 64 MiB.
const LONG_PAGES: i32 = 16_384;
/// Pages that are copied while writers wait: 4 MiB.
const FEW_PAGES: i32 = 1_024;
/// Copies in a row, each of what came in during the one before.
const TRIES: usize = 4;
/// Writers wait at most twice this long for a reader that holds the log open; then it goes on growing.
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
    pub(super) fn start(conn: AnyConnection, database: &Path) -> std::io::Result<Self> {
        let (sender, asked) = channel();
        let wal = wal_of(database);
        let thread = std::thread::Builder::new().name("db-checkpoint".to_owned());
        let thread = thread.spawn(move || run(conn, &wal, &asked))?;
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
    /// Pages in the log.
    #[diesel(sql_type = Integer, column_name = "log")]
    pages: i32,
    /// Those that were copied into the database.
    #[diesel(sql_type = Integer, column_name = "checkpointed")]
    copied: i32,
}

fn run(mut conn: AnyConnection, wal: &Path, asked: &Receiver<Sender<()>>) {
    loop {
        let asked = asked.recv_timeout(PAUSE);
        let size = std::fs::metadata(wal).map_or(0, |file| file.len());
        let done = match (&asked, size) {
            (Err(RecvTimeoutError::Disconnected), _) => return,
            (Err(RecvTimeoutError::Timeout), 0..SMALL_BYTES) => continue,
            (Err(RecvTimeoutError::Timeout), SMALL_BYTES..OVERGROWN_BYTES) => keep_short(&mut conn),
            _ => checkpoint(&mut conn, "TRUNCATE").map(|_| ()),
        };
        if let Err(cause) = done {
            tracing::warn!(%cause, wal_bytes = size, "a WAL checkpoint failed; it is tried again");
        }
    }
}

/// Copies what it can; a long log is begun anew as soon as little has come in during the last copying.
fn keep_short(conn: &mut AnyConnection) -> QueryResult<()> {
    let mut before = 0;
    for _ in 0..TRIES {
        let log = checkpoint(conn, "PASSIVE")?;
        if log.pages < LONG_PAGES || log.copied < log.pages {
            return Ok(());
        }
        if log.pages - before < FEW_PAGES {
            return begin_anew(conn);
        }
        before = log.pages;
    }
    Ok(())
}

fn begin_anew(conn: &mut AnyConnection) -> QueryResult<()> {
    conn.batch_execute(&format!("PRAGMA busy_timeout = {PATIENCE_MS};"))?;
    let begun = checkpoint(conn, "RESTART");
    conn.batch_execute("PRAGMA busy_timeout = 5000;")?;
    begun.map(|_| ())
}

fn checkpoint(conn: &mut AnyConnection, mode: &str) -> QueryResult<Log> {
    each!(conn, |c| sql_query(format!("PRAGMA wal_checkpoint({mode})")).get_result(c))
}

fn wal_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}
