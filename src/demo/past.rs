//! The services of the past: the same installation, by a clock that the story moves.

use std::sync::Arc;

use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;

use crate::app::{self, Services};
use crate::foundation::clock::ManualClock;
use crate::foundation::{Clock as _, Error, Result, Timestamp};
use crate::traces::receipts;
use crate::{jobs, ledger};

/// Microseconds between two acts of one moment.
const A_LITTLE: i64 = 20_000_000;

/// What happened before, while it is told.
pub(super) struct Past {
    pub(super) services: Services,
    clock: Arc<ManualClock>,
}

impl Past {
    /// Begins at a moment.
    pub(super) fn begin(now: &Services, at: Timestamp) -> Result<Self> {
        let clock = Arc::new(ManualClock::at(at));
        let app = app::beside(&now.app, clock.clone())?;
        Ok(Self { services: Services::of_example(app)?, clock })
    }

    /// Goes on to a moment. Time never runs back: where that has passed, it stands.
    pub(super) fn go_to(&self, at: Timestamp) {
        self.clock.advance(at.micros_since(self.clock.now()).max(0));
    }

    /// Lets a little time go by, so that what is done after another thing is also later.
    pub(super) fn pass(&self) {
        self.clock.advance(A_LITTLE);
    }

    /// What a server does by itself: jobs that wait are run, what arrived is receipted, and all of it gets its place in the log.
    pub(super) async fn settle(&self) -> Result<()> {
        let app = &self.services.app;
        // What runs while nobody is there is no news of today.
        let drained = jobs::drain(app, &self.services.jobs).with_subscriber(NoSubscriber::default()).await?;
        if let Some(ended) = drained.iter().find(|ended| **ended != jobs::Ended::Done) {
            return Err(Error::internal(format!("a job of the story ended as {ended:?}")));
        }
        receipts::receive_once(app).await?;
        ledger::sequencer::sequence_now(&app.db, &app.log).await.map(drop)
    }

    /// Ends it: everything is on disk afterwards.
    pub(super) async fn end(self) -> Result<()> {
        let ended = self.settle().await;
        self.services.app.db.close();
        ended
    }
}
