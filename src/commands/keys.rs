//! `keys`: API key pairs of a project, and the public key of the log.

use anyhow::bail;
use clap::{Args, Subcommand};

use crate::app::{self, Services};
use crate::config::{Config, Keys};
use crate::foundation::Asker;
use crate::people::actions::create_api_key::NewApiKey;
use crate::people::model::{KeyLabel, Scopes};
use crate::people::reads;

use super::project::{ProjectOption, with_services};
use super::say;

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Create a key pair for clients that send traces; the secret is printed once
    Create(Create),
    /// Print every key pair of the project, without secrets
    List(ProjectOption),
    /// Revoke a key pair
    Revoke(Revoke),
    /// Begin anew after keys/server.key was lost: make a new one and revoke every API key, since none can be checked any more
    NewServerKey,
    /// Print the log's public key and its fingerprint, which checkers of ledger and bundles trust
    Log,
}

/// Options of `keys create`.
#[derive(Debug, Args)]
pub struct Create {
    /// What it is for
    #[arg(long)]
    label: String,
    /// ingest, scores or read; may be given several times [default: all]
    #[arg(long = "scope")]
    scopes: Vec<String>,
    #[command(flatten)]
    project: ProjectOption,
}

/// Options of `keys revoke`.
#[derive(Debug, Args)]
pub struct Revoke {
    /// Its id or its public key
    key: String,
    #[command(flatten)]
    project: ProjectOption,
}

pub(super) fn run(command: &KeyCommand, config: Config) -> anyhow::Result<()> {
    if matches!(command, KeyCommand::NewServerKey) {
        return new_server_key(config);
    }
    with_services(config, async |services| match command {
        // Done above, before anything is opened with the key that is not there.
        KeyCommand::NewServerKey => Ok(()),
        KeyCommand::Create(options) => create(options, services).await,
        KeyCommand::List(project) => list(project, services),
        KeyCommand::Revoke(options) => revoke(options, services).await,
        KeyCommand::Log => log(services),
    })
}

async fn create(options: &Create, services: &Services) -> anyhow::Result<()> {
    let project = options.project.find_or_create(services).await?;
    let new = NewApiKey {
        label: KeyLabel::parse("label", &options.label)?,
        scopes: match options.scopes.as_slice() {
            [] => Scopes::all(),
            words => Scopes::parse("scope", words.iter().map(String::as_str))?,
        },
        account: None,
        expires_at: None,
        pair: None,
    };
    let created = services.people.create_api_key(&Asker::operator(project.key), new).await?;
    say(format_args!("id          {}", created.id));
    say(format_args!("public key  {}", created.public.as_str()));
    say(format_args!("secret key  {}", created.secret.expose()));
    Ok(())
}

fn list(project: &ProjectOption, services: &Services) -> anyhow::Result<()> {
    let project = project.find(services)?;
    for line in services.app.db.read_blocking(|conn| reads::keys(conn, project.key))? {
        let state = if line.key.revoked_at.is_some() { "revoked" } else { "active" };
        say(format_args!("{}  {}  {}  {state}", line.key.id, line.key.public_key, line.key.label));
    }
    Ok(())
}

async fn revoke(options: &Revoke, services: &Services) -> anyhow::Result<()> {
    let project = options.project.find(services)?;
    let keys = services.app.db.read_blocking(|conn| reads::keys(conn, project.key))?;
    let known = keys.into_iter().find(|line| line.key.public_key == options.key);
    let id = known.map_or_else(|| options.key.clone(), |line| line.key.id);
    services.people.revoke_api_key(&Asker::operator(project.key), &id).await?;
    say(format_args!("{} is revoked", options.key));
    Ok(())
}

/// A key that is there is not replaced: whoever still has the right one needs no new one.
fn new_server_key(config: Config) -> anyhow::Result<()> {
    if Keys::has_server_key(&config.data) {
        bail!("the data folder has a keys/server.key; move it away first if it is not the right one");
    }
    let services = Services::new(app::open_with_any_key(config)?)?;
    let operator = Asker::operator(foundation::ProjectKey(0));
    let revoked = actix_web::rt::System::new().block_on(services.people.accept_new_server_key(&operator));
    services.app.db.close();
    for public in revoked? {
        say(format_args!("{public} is revoked"));
    }
    say(
        "A new server key was made. Create new API keys (`tracewright keys create`), and enter the secrets of sources again: remove each source and add it anew.",
    );
    Ok(())
}

fn log(services: &Services) -> anyhow::Result<()> {
    let key = services.app.log.verifier();
    say(format_args!("vkey         {key}"));
    say(format_args!("fingerprint  {}", key.fingerprint()?));
    Ok(())
}
