//! What runs beside the web server, and alone as `worker`: sequencing, receipts of traces, pins of evidence that has
//! settled, who is told of what was logged, and the job queue.

use std::time::Duration;

use actix_web::rt::task::JoinHandle;
use actix_web::rt::{spawn, time};

use crate::app::Services;
use crate::audit;
use crate::foundation::{Asker, ProjectKey};
use crate::gateway::keeper;
use crate::jobs::{Slot, Worker};
use crate::ledger::sequencer;
use crate::notices;
use crate::search;
use crate::state::App;
use crate::traces::receipts;

/// How often settled evidence is looked for.
const PIN_PAUSE: Duration = Duration::from_secs(10);
/// Slots of a worker that nobody said otherwise about: urgent, any, oldest.
pub(super) const SLOTS: usize = 3;

/// All of it, running.
pub(super) struct Background {
    worker: Worker,
    tasks: Vec<JoinHandle<()>>,
}

/// Starts all of it.
pub(super) fn start(services: &Services, slots: usize) -> Background {
    let app = &services.app;
    let worker = Worker::start(app, &services.jobs, &Slot::share(slots));
    let tasks = vec![
        spawn(sequencer::run(app.db.clone(), app.ledger.clone(), app.log.clone())),
        spawn(receipts::run(app.clone())),
        spawn(search::run(app.clone())),
        spawn(notices::follow::run(app.clone())),
        spawn(keeper::run(app.clone(), services.intake.clone(), services.gateway.clone())),
        spawn(pin(app.clone())),
    ];
    Background { worker, tasks }
}

impl Background {
    /// Lets jobs end or put themselves back, then ends the rest.
    pub(super) async fn stop(self) {
        self.worker.stop().await;
        self.tasks.into_iter().for_each(|task| task.abort());
    }
}

async fn pin(app: App) {
    let rule = Asker::system(ProjectKey(0));
    loop {
        time::sleep(PIN_PAUSE).await;
        match audit::actions::pin_settled(&app, &rule).await {
            Ok(0) => {}
            Ok(traces) => tracing::info!(traces, "settled evidence was pinned"),
            Err(cause) => tracing::warn!(%cause, "settled evidence could not be pinned; it is tried again"),
        }
    }
}
