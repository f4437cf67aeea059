//! Let a paused schedule run again.

use crate::foundation::{Asker, Error, ProjectKey, Result};
use crate::jobs::{events, store};
use crate::state::App;

/// Resumes it at its old beat: what it missed meanwhile is not made up for.
pub async fn resume_schedule(app: &App, asker: &Asker, project: ProjectKey, name: &str) -> Result<()> {
    super::keep_schedule(app, asker, project, name, |tx, row| {
        if row.paused_at.is_none() {
            return Err(Error::refused("This schedule is not paused."));
        }
        store::set_paused(tx, row, None)?;
        let now = tx.now();
        if row.next_run <= now {
            store::set_next_run(tx, row, row.when().next_after(row.next_run, now))?;
        }
        Ok(events::resumed(&row.kind))
    })
    .await
}
