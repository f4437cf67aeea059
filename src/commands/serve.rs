//! `serve`: web server, ingest and background work in one process.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::HttpServer;
use clap::Args;

use crate::app::{self, Services};
use crate::config::Config;
use crate::demo::{self, SignIn};
use crate::foundation::{Asker, Error, ProjectKey};
use crate::ledger::sequencer;
use crate::router;
use crate::trust;
use crate::web::connections::Connections;

use super::{background, say};

/// How long the head of a connection's first request may take.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// Connections of one thread beyond its share.
const ARRIVING: usize = 32;

/// Options of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port to listen on [default: 127.0.0.1:8420]
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// The address people type, e.g. `https://trace.example.com`
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Fill an empty database with a living example and print sign-ins for it
    #[arg(long)]
    demo: bool,
}

pub(super) fn run(serve: Serve, mut flags: Vec<(&'static str, String)>) -> anyhow::Result<()> {
    flags.extend(serve.listen.map(|listen| ("server.listen", listen)));
    flags.extend(serve.public_url.map(|url| ("server.public-url", url)));
    let services = Services::new(app::open(Config::load(flags)?)?)?;
    let served = actix_web::rt::System::new().block_on(listen(services.clone(), serve.demo));
    services.app.db.close();
    served
}

async fn listen(services: Services, demo: bool) -> anyhow::Result<()> {
    let app = services.app.clone();
    let address = app.config.server.listen;
    let rule = Asker::system(ProjectKey(0));
    trust::ensure_policy(&app, &rule).await?;
    crate::repricing::actions::import_table::ensure_builtin(&app, &rule).await?;
    services.people.set_up_headless(&app.config.init).await?;
    let sign_ins = if demo { Box::pin(demo::fill(&services)).await? } else { Vec::new() };
    let (state, connections) = (services.clone(), Connections::as_many_as_fit());
    let (workers, arriving) = (workers(), connections.clone());
    let server = HttpServer::new(move || router::app(&state))
        .workers(workers)
        // A few more than there is room for: who has to go for them has not gone yet.
        .max_connections(connections.most() / workers + ARRIVING)
        .client_request_timeout(HEAD_TIME)
        // What is passed on piece by piece does not wait for more.
        .tcp_nodelay(true)
        .on_connect(move |stream, data| arriving.take_in(stream, data))
        .shutdown_timeout(10)
        .bind(address)
        .map_err(|e| Error::Unavailable(format!("cannot listen on {address}: {e}").into()))?;
    let address = server.addrs().first().copied().unwrap_or(address);
    say(format_args!("Tracewright is ready on http://{address}"));
    greet(&services, address, demo, &sign_ins).await?;
    let work = background::start(&services, background::SLOTS);
    let kept = actix_web::rt::spawn(connections.keep());
    let ended = server.run().await;
    kept.abort();
    work.stop().await;
    sequencer::release(&app.db, &app.log).await?;
    Ok(ended?)
}

/// Threads that answer requests: one for each processor, as the framework has it.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

async fn greet(
    services: &Services,
    address: SocketAddr,
    demo: bool,
    sign_ins: &[SignIn],
) -> anyhow::Result<()> {
    for who in sign_ins {
        say(format_args!("  {:<12} {:<11} {:<20} password {}", who.name, who.role, who.email, who.password));
    }
    if demo && sign_ins.is_empty() {
        say(
            "The example was not made: this database already holds work orders. `tracewright user password MAIL` lets somebody in again.",
        );
    }
    if let Some(link) = services.people.set_up_link().await? {
        say(format_args!(
            "No account exists yet. Create the owner here, once: http://{address}/setup/{}",
            link.expose()
        ));
    }
    Ok(())
}
