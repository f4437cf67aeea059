//! Writing down a new procedure with the draft of its first version.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Result};
use crate::ledger::Ledger;
use crate::maintenance::procedures::decide::begin;
use crate::maintenance::procedures::document::{self, Text};
use crate::maintenance::procedures::model::{CopiedFrom, code_of};
use crate::maintenance::procedures::store;
use crate::state::App;

/// A procedure that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub procedure: String,
    /// Its code: the next of the project.
    pub code: String,
}

/// Writes it down; an empty title is that of the text.
pub async fn create(app: &App, asker: &Asker, title: String, text: &str) -> Result<Made> {
    asker.must(Action::WriteProcedure)?;
    let now = app.now();
    let text = document::read(text, &mut || new_id(now))?;
    let (ledger, who) = (app.ledger.clone(), asker.clone());
    let write = move |tx: &mut Tx<'_>| create_in(tx, &ledger, &who, &title, text, None);
    app.db.write(&asker.actor, write).await
}

/// The same in the caller's transaction, with the order that the text was copied from.
pub(super) fn create_in(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    who: &Asker,
    title: &str,
    text: Text,
    copied_from: Option<CopiedFrom>,
) -> Result<Made> {
    let sequence = store::next_sequence(tx, who.project)?;
    let made = Made { procedure: new_id(tx.now()), code: code_of(sequence) };
    let named = (made.procedure.clone(), sequence, made.code.clone());
    let begun = begin(who, named, title, text, copied_from)?;
    super::append(tx, ledger, who.project, &made.procedure, &begun)?;
    Ok(made)
}
