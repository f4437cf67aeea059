//! Putting another text in the place of a draft's.

use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Result};
use crate::ledger::Event;
use crate::maintenance::procedures::decide::Command;
use crate::maintenance::procedures::document;
use crate::state::App;

/// Changes the text of a version that is not submitted. No events: it says the same.
pub async fn change(
    app: &App,
    asker: &Asker,
    procedure: &str,
    version: u32,
    text: &str,
) -> Result<Vec<Event>> {
    asker.must(Action::WriteProcedure)?;
    let now = app.now();
    let text = document::read(text, &mut || new_id(now))?;
    super::change(app, asker, procedure, Command::Change { version, text, copied_from: None }).await
}
