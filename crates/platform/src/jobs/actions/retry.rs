//! Start a dead or cancelled job over.

use crate::foundation::{Asker, Error, ProjectKey, Result};
use crate::jobs::{events, store};
use crate::state::App;

/// Lets the job run again from its first attempt, unless the same work waits already.
pub async fn retry(app: &App, asker: &Asker, project: ProjectKey, id: &str) -> Result<()> {
    super::may_keep(asker, project)?;
    let (ledger, id, who) = (app.ledger.clone(), id.to_owned(), asker.clone());
    app.db
        .write(&asker.actor, move |tx| {
            super::may_keep_for_all(tx, &who, project)?;
            let job = store::by_hand(tx, project, &id)?.ok_or_else(|| Error::not_found("that job"))?;
            if !job.state.may_retry() {
                return Err(Error::refused(format!(
                    "This job is {}; there is nothing to retry.",
                    job.state.as_str()
                )));
            }
            if store::is_taken(tx, project, &job)? {
                return Err(Error::refused("The same work is waiting or running already; look at that job."));
            }
            store::restart(tx, &id)?;
            ledger.append_next(tx, &events::stream(project, &id), events::retried(&job.kind))?;
            Ok(())
        })
        .await
}
