//! Brings in an export of usage. The same file again changes nothing but who brought it and when.

use crate::coverage::events::{UsageBrought, usage_of};
use crate::coverage::export::read;
use crate::coverage::store::{self, File};
use crate::db::Tx;
use crate::foundation::{Action, Asker, Digest, Result};
use crate::gateway::model::Provider;
use crate::state::App;

/// Letters of a file's name that are kept.
const LONGEST_NAME: usize = 200;

/// What came of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    /// Days and models that it counts.
    pub lines: usize,
    /// Lines that name no model, or count nothing.
    pub left_out: usize,
    /// Columns that nobody knows.
    pub unknown: Vec<String>,
}

/// Reads a file of one provider and stores what it counts. Who may change prices may say what was billed.
pub async fn bring(
    app: &App,
    asker: &Asker,
    provider: Provider,
    file_name: &str,
    text: String,
) -> Result<Brought> {
    asker.must(Action::ChangePrices)?;
    let digest = Digest::of(text.as_bytes());
    let export = read(provider, &text)?;
    let (lines, left_out) = (export.usage.len(), export.left_out);
    let file: String = file_name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    let event = UsageBrought {
        provider: provider.as_str().to_owned(),
        file: file.clone(),
        digest,
        lines: lines as u64,
        unknown: export.unknown.clone(),
    };
    let (ledger, project, by) = (app.ledger.clone(), asker.project, asker.actor.name.clone());
    let usage = export.usage;
    let write = move |tx: &mut Tx<'_>| {
        let at = tx.now();
        store::put(tx.conn, project, usage, &File { name: &file, by: &by, at })?;
        ledger.append_next(tx, &usage_of(project), event.draft()?)?;
        Ok(())
    };
    app.db.write(&asker.actor, write).await?;
    Ok(Brought { lines, left_out, unknown: export.unknown })
}
