//! Keep a schedule from running until somebody resumes it.

use crate::foundation::{Error, ProjectKey, Result};
use crate::jobs::{events, store};
use crate::people::Asker;
use crate::state::App;

/// Pauses it; a run under way ends as it would.
pub async fn pause_schedule(app: &App, asker: &Asker, project: ProjectKey, name: &str) -> Result<()> {
    super::may_keep(asker, project)?;
    let (ledger, name) = (app.ledger.clone(), name.to_owned());
    app.db
        .write(&asker.actor, move |tx| {
            let row = super::schedule(tx, project, &name)?;
            if row.paused_at.is_some() {
                return Err(Error::refused("This schedule is paused already."));
            }
            let by = tx.actor().name.clone();
            store::set_paused(tx, &row, Some(&by))?;
            ledger.append_next(tx, &events::schedule_stream(project, &name), events::paused(&row.kind))?;
            Ok(())
        })
        .await
}
