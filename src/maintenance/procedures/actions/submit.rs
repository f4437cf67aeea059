//! Asking somebody else to look at a draft.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::maintenance::procedures::decide::Command;
use crate::maintenance::procedures::model::Looked;
use crate::state::App;

/// Submits it: from here on its text stands until it is returned.
pub async fn submit(
    app: &App,
    asker: &Asker,
    procedure: &str,
    version: impl Into<Looked>,
) -> Result<Vec<Event>> {
    let Looked { version, seen } = version.into();
    super::change(app, asker, procedure, Command::Submit { version, seen }).await
}
