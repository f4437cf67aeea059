//! Putting another text in the place of a draft's.

use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Result};
use crate::ledger::Event;
use crate::maintenance::procedures::decide::Command;
use crate::maintenance::procedures::document;
use crate::maintenance::procedures::model::Looked;
use crate::state::App;

/// Changes the text of a version that is not submitted; refused where somebody changed it since it was looked at. No events: it
/// says the same.
pub async fn change(
    app: &App,
    asker: &Asker,
    procedure: &str,
    version: impl Into<Looked>,
    text: &str,
) -> Result<Vec<Event>> {
    asker.must(Action::WriteProcedure)?;
    let now = app.now();
    let text = document::read(text, &mut || new_id(now))?;
    let Looked { version, seen } = version.into();
    let command = Command::Change { version, seen, text, copied_from: None };
    super::change(app, asker, procedure, command).await
}
