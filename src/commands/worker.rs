//! `worker`: background work alone, beside a server on the same database.

use clap::Args;

use crate::app::{self, Services};
use crate::config::Config;
use crate::ledger::sequencer;

use super::{background, say};

/// Options of `worker`.
#[derive(Debug, Args)]
pub struct WorkerOptions {
    /// Jobs at the same time, at least 2; one slot is kept for critical and high
    #[arg(long, value_name = "N", default_value_t = background::SLOTS)]
    slots: usize,
}

pub(super) fn run(options: &WorkerOptions, config: Config) -> anyhow::Result<()> {
    let services = Services::new(app::open(config)?)?;
    let done = actix_web::rt::System::new().block_on(work(&services, options.slots));
    services.app.db.close();
    done
}

async fn work(services: &Services, slots: usize) -> anyhow::Result<()> {
    let app = &services.app;
    let work = background::start(services, slots.clamp(2, 64));
    say("Tracewright works on its jobs; SIGTERM or Ctrl-C ends it in good order");
    until_told_to_stop().await?;
    work.stop().await;
    Ok(sequencer::release(&app.db, &app.log).await?)
}

/// Resolves at SIGTERM or Ctrl-C.
#[cfg(unix)]
pub(super) async fn until_told_to_stop() -> std::io::Result<()> {
    use std::pin::pin;
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    futures_util::future::select(pin!(interrupt.recv()), pin!(terminate.recv())).await;
    Ok(())
}

#[cfg(not(unix))]
pub(super) async fn until_told_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
