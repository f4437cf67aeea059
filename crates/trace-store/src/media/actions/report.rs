//! A client says how its upload went. What counts is what arrived here; this is kept for finding faults.

use crate::foundation::{Action, Asker, Error, Result};
use crate::media::model::ClientReport;
use crate::media::store;
use crate::state::App;

/// Notes the report.
pub async fn report(app: &App, asker: &Asker, id: String, said: ClientReport) -> Result<()> {
    asker.must(Action::SendTraces)?;
    let project = asker.project;
    let known = app.db.write(&asker.actor, move |tx| store::report(tx, project, &id, &said)).await?;
    if known { Ok(()) } else { Err(Error::not_found("this media")) }
}
