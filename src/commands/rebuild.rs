//! `rebuild`: remakes all read tables from the events; `--check` only says whether that would change anything.

use anyhow::bail;
use clap::Args;

use crate::app;
use crate::config::Config;
use crate::ledger::rebuild::{self, Difference};

use super::say;

/// Options of `rebuild`.
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Write nothing; print what differs by table and exit non-zero if anything does
    #[arg(long)]
    check: bool,
}

pub(super) fn run(options: &Rebuild, config: Config) -> anyhow::Result<()> {
    let app = app::open(config)?;
    if !options.check {
        let rebuilt = rebuild::rebuild(&app.db, &app.ledger)?;
        app.db.close();
        say(format_args!("rebuilt from {} events", rebuilt.events));
        return Ok(());
    }
    let checked = rebuild::check(&app.db, &app.ledger)?;
    app.db.close();
    checked.differences.iter().for_each(print);
    if !checked.differences.is_empty() {
        bail!("{} tables differ from what the events say; `rebuild` remakes them", checked.differences.len());
    }
    say(format_args!("all read tables are what {} events make of them", checked.events));
    Ok(())
}

fn print(difference: &Difference) {
    let Difference { projection, table, stored_only, rebuilt_only, rows } = difference;
    say(format_args!("{table} ({projection}): {stored_only} rows only stored, {rebuilt_only} only rebuilt"));
    for row in rows {
        say(format_args!("  {row}"));
    }
}
