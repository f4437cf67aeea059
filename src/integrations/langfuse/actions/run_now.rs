//! Pull a source now, unless it is being pulled.

use crate::foundation::{Action, Asker, Error, Result};
use crate::integrations::langfuse::job::{self, KIND, Payload};
use crate::integrations::langfuse::store;
use crate::jobs::{self, JobId, Options, WhileRunning};
use crate::state::App;

/// Enqueues the pull and gives the job.
pub async fn run_now(app: &App, asker: &Asker, id: &str) -> Result<JobId> {
    asker.must(Action::ManageSources)?;
    let (project, id) = (asker.project, id.to_owned());
    app.db
        .write(&asker.actor, move |tx| {
            store::source(tx.conn, project, &id)?.ok_or_else(|| Error::not_found("that source"))?;
            let options = Options { while_running: WhileRunning::Skip, ..Options::once(job::dedup_key(&id)) };
            jobs::enqueue(tx, project, KIND, &Payload { source: id }, options)
        })
        .await
}
