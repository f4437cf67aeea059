//! Remove a source: its secret and its schedule go, and a pull under way is called off; what was pulled stays.

use crate::foundation::{Action, Asker, Error, Result};
use crate::integrations::langfuse::{events, job, store};
use crate::jobs;
use crate::state::App;

/// Removes it.
pub async fn remove_source(app: &App, asker: &Asker, id: &str) -> Result<()> {
    asker.must(Action::ManageSources)?;
    let (ledger, project, id) = (app.ledger.clone(), asker.project, id.to_owned());
    app.db
        .write(&asker.actor, move |tx| {
            if !store::delete_source(tx, project, &id)? {
                return Err(Error::not_found("that source"));
            }
            jobs::drop_schedule(tx, project, &job::schedule_name(&id))?;
            jobs::call_off_named(tx, project, job::KIND, &job::dedup_key(&id))?;
            ledger.append_next(tx, &events::stream(project, &id), events::removed())?;
            Ok(())
        })
        .await
}
