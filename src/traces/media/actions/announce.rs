//! A client says what it will send.

use crate::foundation::{Actor, ProjectKey, Result};
use crate::state::App;
use crate::traces::media::model::Announced;
use crate::traces::media::reads::MediaRow;
use crate::traces::media::store;

/// Notes the file and the field that speaks of it.
pub async fn announce(
    app: &App,
    project: ProjectKey,
    actor: &Actor,
    announced: Announced,
) -> Result<MediaRow> {
    app.db.write(actor, move |tx| store::announce(tx, project, &announced)).await
}
