//! What runs beside the web server: sequencing, receipts of traces, pins of evidence that has settled.

use std::time::Duration;

use actix_web::rt::task::JoinHandle;
use actix_web::rt::{spawn, time};

use crate::audit;
use crate::ledger::sequencer;
use crate::state::App;
use crate::traces::{receipts, search};

/// How often settled evidence is looked for.
const PIN_PAUSE: Duration = Duration::from_secs(10);

/// Starts all of it; the tasks end when they are aborted.
pub(super) fn start(app: &App) -> Vec<JoinHandle<()>> {
    vec![
        spawn(sequencer::run(app.db.clone(), app.ledger.clone(), app.log.clone())),
        spawn(receipts::run(app.clone())),
        spawn(search::run(app.clone())),
        spawn(pin(app.clone())),
    ]
}

async fn pin(app: App) {
    loop {
        time::sleep(PIN_PAUSE).await;
        match audit::actions::pin_settled(&app).await {
            Ok(0) => {}
            Ok(traces) => tracing::info!(traces, "settled evidence was pinned"),
            Err(cause) => tracing::warn!(%cause, "settled evidence could not be pinned; it is tried again"),
        }
    }
}
