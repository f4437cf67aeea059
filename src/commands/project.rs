//! Which project a command acts in, and with whose rights: those of whoever has the server's machine.

use anyhow::{Context as _, bail};
use clap::Args;

use crate::app::{self, Services};
use crate::config::Config;
use crate::foundation::{Asker, Result};
use crate::ledger::sequencer;
use crate::people::ProjectRow;
use crate::people::model::{ProjectId, ProjectName};
use crate::people::reads;

/// The option that names a project.
#[derive(Debug, Args)]
pub(super) struct ProjectOption {
    /// Id of the project [default: the only one there is]
    #[arg(long, value_name = "ID")]
    pub(super) project: Option<String>,
}

impl ProjectOption {
    /// The project named, or the only one.
    pub(super) fn find(&self, services: &Services) -> anyhow::Result<ProjectRow> {
        self.find_any(services)?
            .context("there is no project yet: import a work order, or start the server once")
    }

    /// The same; where there is none at all, the one that the settings set up, or one with the name `Default`.
    pub(super) async fn find_or_create(&self, services: &Services) -> anyhow::Result<ProjectRow> {
        if let Some(found) = self.find_any(services)? {
            return Ok(found);
        }
        if services.people.set_up_headless(&services.app.config.init).await? {
            return self.find(services);
        }
        let (id, name) = (ProjectId::parse("project", "default")?, ProjectName::parse("project", "Default")?);
        let operator = Asker::operator(foundation::ProjectKey(0));
        Ok(services.people.create_project(&operator, id, name).await?)
    }

    fn find_any(&self, services: &Services) -> anyhow::Result<Option<ProjectRow>> {
        let mut projects = services.app.db.read_blocking(reads::projects)?;
        if let Some(id) = &self.project {
            let named = projects.into_iter().find(|project| project.id == *id);
            return named.map(Some).with_context(|| format!("there is no project {id}"));
        }
        if projects.len() > 1 {
            let ids: Vec<String> = projects.into_iter().map(|project| project.id).collect();
            bail!("say which project with --project: {}", ids.join(", "));
        }
        Ok(projects.pop())
    }
}

/// Runs something on the opened data, gives what it recorded its place in the log, and closes.
pub(super) fn with_services<T>(
    config: Config,
    run: impl AsyncFnOnce(&Services) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let services = Services::new(app::open(config)?)?;
    let done = actix_web::rt::System::new().block_on(async {
        let done = run(&services).await;
        settle(&services).await?;
        done
    });
    services.app.db.close();
    done
}

/// A server that runs beside may hold the lease; then it sequences, and this is no failure.
pub(super) async fn settle(services: &Services) -> Result<()> {
    let (db, log) = (&services.app.db, &services.app.log);
    if let Err(cause) = sequencer::sequence_now(db, log).await {
        tracing::debug!(%cause, "another process gives the events their place");
    }
    sequencer::release(db, log).await
}
