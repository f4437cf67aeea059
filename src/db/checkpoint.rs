//! WAL checkpoints in the background, so that no writer waits for one.
//!
//! A passive checkpoint copies what it can without stopping anybody; once everything is copied the next write starts
//! the log file anew. An overgrown log (a reader held it open) is truncated as soon as possible.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
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
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(super) fn start(conn: AnyConnection, database: &Path) -> std::io::Result<Self> {
        let (stop, stopped) = channel();
        let wal = wal_of(database);
        let thread = std::thread::Builder::new().name("db-checkpoint".to_owned());
        let thread = thread.spawn(move || run(conn, &wal, &stopped))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(mut conn: AnyConnection, wal: &Path, stopped: &Receiver<()>) {
    while stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
        let size = std::fs::metadata(wal).map_or(0, |file| file.len());
        let mode = match size {
            0..SMALL_BYTES => continue,
            SMALL_BYTES..OVERGROWN_BYTES => "PASSIVE",
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
