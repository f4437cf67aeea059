//! WAL checkpoints in the background, so that no writer waits for one.
//!
//! A passive checkpoint copies what it can without stopping anybody; once everything is copied the next write starts
//! the log file anew. An overgrown log (a reader held it open) is truncated as soon as possible.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::connection::SimpleConnection;

use super::AnyConnection;

const PAUSE: Duration = Duration::from_millis(500);
/// A log below this is left alone.
const SMALL_BYTES: u64 = 4 << 20;
/// A log above this is truncated, although that makes writers wait for a moment.
const OVERGROWN_BYTES: u64 = 512 << 20;

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

fn run(mut conn: AnyConnection, wal: &Path, asked: &Receiver<Sender<()>>) {
    loop {
        let asked = asked.recv_timeout(PAUSE);
        let size = std::fs::metadata(wal).map_or(0, |file| file.len());
        let mode = match (&asked, size) {
            (Err(RecvTimeoutError::Disconnected), _) => return,
            (Err(RecvTimeoutError::Timeout), 0..SMALL_BYTES) => continue,
            (Err(RecvTimeoutError::Timeout), SMALL_BYTES..OVERGROWN_BYTES) => "PASSIVE",
            _ => "TRUNCATE",
        };
        if let Err(cause) = conn.batch_execute(&format!("PRAGMA wal_checkpoint({mode});")) {
            tracing::warn!(%cause, wal_bytes = size, "a WAL checkpoint failed; it is tried again");
        }
    }
}

fn wal_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}
