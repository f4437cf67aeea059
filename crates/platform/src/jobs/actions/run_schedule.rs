//! Let a schedule run now.

use crate::foundation::{Asker, Error, ProjectKey, Result};
use crate::jobs::{events, store};
use crate::state::App;

/// Makes its next run due at once; a worker enqueues it within a second. A beat goes on from here.
pub async fn run_schedule(app: &App, asker: &Asker, project: ProjectKey, name: &str) -> Result<()> {
    super::keep_schedule(app, asker, project, name, |tx, row| {
        if row.paused_at.is_some() {
            return Err(Error::refused("This schedule is paused; resume it first."));
        }
        store::set_next_run(tx, row, tx.now())?;
        Ok(events::run_asked(&row.kind))
    })
    .await
}
