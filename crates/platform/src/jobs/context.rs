//! What a running job is given: its payload, its progress, the wish that it stops, and the fence around its writes.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use crate::db::Tx;
use crate::foundation::{Actor, Error, ProjectKey, Result};
use crate::state::App;

use super::model::JobId;
use super::store::{self, Claimed};

/// Progress is stored at most once in this time, in microseconds.
const PROGRESS_PAUSE: i64 = 1_000_000;

/// Whether a job should end soon: the process stops, or somebody called the job off.
#[derive(Clone, Debug)]
pub struct Stopping(watch::Receiver<bool>);

impl Stopping {
    /// The signal and its other end, which asks by sending `true`; dropping that end asks too.
    pub fn pair() -> (watch::Sender<bool>, Self) {
        let (sender, receiver) = watch::channel(false);
        (sender, Self(receiver))
    }

    /// Whether to stop now.
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Resolves once stopping is asked for.
    pub async fn asked(&mut self) {
        // An error means that the other end is gone, and that is a stop too.
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}

/// A job under way. Cheap to clone.
#[derive(Clone)]
pub struct JobContext {
    pub app: App,
    /// Ask it between two pieces of work; a job that may go on later answers with [`JobContext::put_back`].
    pub stopping: Stopping,
    job: Arc<Claimed>,
    notes: Arc<Notes>,
}

/// What the job says to its worker.
#[derive(Default)]
struct Notes {
    last_progress: AtomicI64,
    is_put_back: AtomicBool,
    saved: Mutex<Option<String>>,
}

impl JobContext {
    pub(super) fn new(app: App, job: Claimed, stopping: Stopping) -> Self {
        let notes = Notes { saved: Mutex::new(job.saved.clone()), ..Notes::default() };
        Self { app, stopping, job: Arc::new(job), notes: Arc::new(notes) }
    }

    /// The job's id.
    pub fn id(&self) -> &JobId {
        &self.job.id
    }

    /// The project it works in; 0 is the installation.
    pub fn project(&self) -> ProjectKey {
        self.job.project
    }

    /// Which attempt this is, from 1.
    pub fn attempt(&self) -> i64 {
        self.job.attempts
    }

    /// What it was enqueued with; what cannot be read makes the job dead at once.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.job.payload).map_err(|e| Error::invalid("payload", e.to_string()))
    }

    /// What an earlier attempt put back with, if it can be read.
    pub fn saved<T: DeserializeOwned>(&self) -> Option<T> {
        let saved = self.notes.saved.lock().unwrap_or_else(PoisonError::into_inner);
        saved.as_deref().and_then(|text| serde_json::from_str(text).ok())
    }

    /// Ends this run in good order without having finished: the job waits again, the attempt does not count, and the
    /// next run finds `saved`.
    pub fn put_back(&self, saved: &impl Serialize) -> Result<()> {
        let text = serde_json::to_string(saved)?;
        *self.notes.saved.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
        self.notes.is_put_back.store(true, Ordering::Release);
        Ok(())
    }

    /// Shows how far it is; stored at most once a second, so call it as often as you like. `total` 0 means unknown.
    pub async fn progress(&self, done: i64, total: i64, text: &str) -> Result<()> {
        let now = self.app.now();
        let last = self.notes.last_progress.load(Ordering::Acquire);
        if now.0.saturating_sub(last) < PROGRESS_PAUSE {
            return Ok(());
        }
        self.notes.last_progress.store(now.0, Ordering::Release);
        let (fence, text) = (self.fence(), text.to_owned());
        self.app
            .db
            .write(&Actor::system(), move |tx| store::set_progress(tx, &fence, done, total, &text))
            .await
    }

    /// Goes into a write's closure: there it refuses when the job is no longer ours.
    pub fn fence(&self) -> Fence {
        Fence { id: self.job.id.clone(), epoch: self.job.epoch }
    }

    pub(super) fn is_put_back(&self) -> bool {
        self.notes.is_put_back.load(Ordering::Acquire)
    }

    pub(super) fn saved_text(&self) -> Option<String> {
        self.notes.saved.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Which run of which job a write belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    pub(super) id: JobId,
    pub(super) epoch: i64,
}

impl Fence {
    /// Refuses the transaction when another worker has the job by now, and keeps it ours until COMMIT.
    pub fn check(&self, tx: &mut Tx<'_>) -> Result<()> {
        if store::is_held(tx, self)? {
            return Ok(());
        }
        Err(Error::Unavailable("another worker has taken this job over; nothing was written".into()))
    }
}
