//! `serve`: web server, ingest and background work in one process.

use actix_web::HttpServer;
use clap::Args;

use crate::app::{self, Services};
use crate::config::Config;
use crate::foundation::Error;
use crate::ledger::sequencer;
use crate::router;
use crate::trust;

use super::say;

/// Options of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port to listen on [default: 127.0.0.1:8420]
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// The address people type, e.g. `https://trace.example.com`
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

pub(super) fn run(serve: Serve, mut flags: Vec<(&'static str, String)>) -> anyhow::Result<()> {
    flags.extend(serve.listen.map(|listen| ("server.listen", listen)));
    flags.extend(serve.public_url.map(|url| ("server.public-url", url)));
    let services = Services::new(app::open(Config::load(flags)?)?)?;
    let served = actix_web::rt::System::new().block_on(listen(services.clone()));
    services.app.db.close();
    served
}

async fn listen(services: Services) -> anyhow::Result<()> {
    let app = services.app.clone();
    let address = app.config.server.listen;
    trust::ensure_policy(&app).await?;
    services.people.set_up_headless(&app.config.init).await?;
    let state = services.clone();
    let server = HttpServer::new(move || router::app(&state))
        .shutdown_timeout(10)
        .bind(address)
        .map_err(|e| Error::Unavailable(format!("cannot listen on {address}: {e}").into()))?;
    let address = server.addrs().first().copied().unwrap_or(address);
    say(format_args!("Tracewright is ready on http://{address}"));
    if let Some(link) = services.people.set_up_link().await? {
        say(format_args!(
            "No account exists yet. Create the owner here, once: http://{address}/setup/{}",
            link.expose()
        ));
    }
    let sequencing =
        actix_web::rt::spawn(sequencer::run(app.db.clone(), app.ledger.clone(), app.log.clone()));
    let ended = server.run().await;
    sequencing.abort();
    sequencer::release(&app.db, &app.log).await?;
    Ok(ended?)
}
