//! Call a job off.

use crate::foundation::{Asker, Error, ProjectKey, Result};
use crate::jobs::{events, store};
use crate::state::App;

/// Calls the job off: a waiting or dead one at once, a running one within seconds.
pub async fn cancel(app: &App, asker: &Asker, project: ProjectKey, id: &str) -> Result<()> {
    super::may_keep(asker, project)?;
    let (ledger, id, who) = (app.ledger.clone(), id.to_owned(), asker.clone());
    app.db
        .write(&asker.actor, move |tx| {
            super::may_keep_for_all(tx, &who, project)?;
            let job = store::by_hand(tx, project, &id)?.ok_or_else(|| Error::not_found("that job"))?;
            if !job.state.may_cancel() {
                return Err(Error::refused(format!("This job is {} already.", job.state.as_str())));
            }
            store::call_off(tx, &id, job.state)?;
            ledger.append_next(tx, &events::stream(project, &id), events::cancelled(&job.kind))?;
            Ok(())
        })
        .await
}
