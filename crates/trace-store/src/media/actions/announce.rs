//! A client says what it will send.

use crate::foundation::{Actor, ProjectKey, Result};
use crate::media::model::Announced;
use crate::media::reads::MediaRow;
use crate::media::store;
use crate::state::App;

/// Notes the file and the field that speaks of it; `None` when the trace was erased.
pub async fn announce(
    app: &App,
    project: ProjectKey,
    actor: &Actor,
    announced: Announced,
) -> Result<Option<MediaRow>> {
    app.db.write(actor, move |tx| store::announce(tx, project, &announced)).await
}
