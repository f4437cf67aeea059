//! A client says how its upload went. What counts is what arrived here; this is kept for finding faults.

use crate::foundation::{Actor, Error, ProjectKey, Result};
use crate::media::model::ClientReport;
use crate::media::store;
use crate::state::App;

/// Notes the report.
pub async fn report(
    app: &App,
    project: ProjectKey,
    actor: &Actor,
    id: String,
    said: ClientReport,
) -> Result<()> {
    let known = app.db.write(actor, move |tx| store::report(tx, project, &id, &said)).await?;
    if known { Ok(()) } else { Err(Error::not_found("this media")) }
}
