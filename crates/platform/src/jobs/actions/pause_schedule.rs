//! Keep a schedule from running until somebody resumes it.

use crate::foundation::{Asker, Error, ProjectKey, Result};
use crate::jobs::{events, store};
use crate::state::App;

/// Pauses it; a run under way ends as it would.
pub async fn pause_schedule(app: &App, asker: &Asker, project: ProjectKey, name: &str) -> Result<()> {
    super::keep_schedule(app, asker, project, name, |tx, row| {
        if row.paused_at.is_some() {
            return Err(Error::refused("This schedule is paused already."));
        }
        let by = tx.actor().name.clone();
        store::set_paused(tx, row, Some(&by))?;
        Ok(events::paused(&row.kind))
    })
    .await
}
