//! `erase-record`: erases the body of an event of the ledger, with a record that names it, and remakes the read tables.

use anyhow::Context as _;
use clap::Args;

use crate::app;
use crate::config::Config;
use crate::foundation::Asker;
use crate::ledger::{erasure, rebuild, sequencer};
use crate::people;
use crate::tombstones::checked_reason;

use super::say;

/// Options of `erase-record`.
#[derive(Debug, Args)]
pub struct EraseRecord {
    /// Id of the event, as the ledger page and records of bundles show it
    event: String,
    /// Why; it is kept in the ledger
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Project of the event, when there are several
    #[arg(long, value_name = "ID")]
    project: Option<String>,
}

pub(super) fn run(options: &EraseRecord, config: Config) -> anyhow::Result<()> {
    let reason = checked_reason(&options.reason)?;
    let app = app::open(config)?;
    let projects = app.db.read_blocking(people::reads::projects)?;
    let wanted = projects.iter().find(|it| options.project.as_ref().is_none_or(|id| *id == it.id));
    let project = wanted.context("there is no such project")?.key;
    let (ledger, event) = (app.ledger.clone(), options.event.clone());
    let record = app.db.write_blocking(&Asker::operator(project).actor, move |tx| {
        let record = erasure::erase(tx, &ledger, project, &[event], &reason)?;
        // What was projected from the words must go with them.
        rebuild::remake(tx, &ledger)?;
        Ok(record)
    })?;
    sequencer::sequence_now_blocking(&app.db, &app.log)?;
    app.db.close();
    say(format_args!("the body of {} is erased; {} records it", options.event, record.id));
    Ok(())
}
