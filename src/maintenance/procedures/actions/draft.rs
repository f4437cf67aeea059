//! Beginning the next version.

use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Digest, Result};
use crate::ledger::Event;
use crate::maintenance::procedures::decide::Command;
use crate::maintenance::procedures::document;
use crate::state::App;

/// Writes the next version as a draft; refused while another one is not settled.
pub async fn draft(app: &App, asker: &Asker, procedure: &str, text: &str) -> Result<Vec<Event>> {
    draft_from(app, asker, procedure, text, None).await
}

/// The same for whoever began with the text of a version; refused where the next one begins with another text by now, which what
/// they write would take back.
pub async fn draft_from(
    app: &App,
    asker: &Asker,
    procedure: &str,
    text: &str,
    begun: Option<Digest>,
) -> Result<Vec<Event>> {
    asker.must(Action::WriteProcedure)?;
    let now = app.now();
    let text = document::read(text, &mut || new_id(now))?;
    super::change(app, asker, procedure, Command::Draft { text, copied_from: None, begun }).await
}
