//! A client says what it will send.

use crate::foundation::{Action, Asker, Result};
use crate::media::model::Announced;
use crate::media::reads::MediaRow;
use crate::media::store;
use crate::state::App;

/// Notes the file and the field that speaks of it; `None` when the trace was erased.
pub async fn announce(app: &App, asker: &Asker, announced: Announced) -> Result<Option<MediaRow>> {
    asker.must(Action::SendTraces)?;
    let project = asker.project;
    app.db.write(&asker.actor, move |tx| store::announce(tx, project, &announced)).await
}
