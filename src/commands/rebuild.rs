//! `rebuild`: remakes all read tables from the events, and the series of the fleet from the rows of traces; `--check` only says
//! whether everything that is derived, from events and from arrivals, is what they make of it.

use std::time::{Duration, Instant};

use anyhow::bail;
use clap::Args;

use crate::app;
use crate::checks::Checked;
use crate::config::Config;
use crate::foundation::Actor;
use crate::ledger::rebuild::{self, Difference, Rebuilt};
use crate::state::App;
use crate::traces::recount;

use super::say;

/// How often long work says how far it is.
const EVERY: Duration = Duration::from_secs(5);

/// Options of `rebuild`.
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Write nothing; recompute everything that is derived, name what differs and exit non-zero if anything does
    #[arg(long)]
    check: bool,
}

pub(super) fn run(options: &Rebuild, config: Config) -> anyhow::Result<()> {
    let app = app::open(config)?;
    if !options.check {
        let rebuilt = rebuild::rebuild(&app.db, &app.ledger)?;
        app.db.write_blocking(&Actor::system(), recount::begin_anew)?;
        let counted = recount::finish(&app.db)?;
        app.db.close();
        say(format_args!("the series of the fleet are made anew from {counted} traces"));
        say(format_args!("rebuilt from {} events", rebuilt.events));
        return Ok(());
    }
    // What an upgrade left to do is no difference.
    let counted = recount::finish(&app.db)?;
    if counted > 0 {
        say(format_args!("the tokens of {counted} traces that an upgrade left were counted anew first"));
    }
    let events = rebuild::check(&app.db, &app.ledger)?;
    let arrivals = actix_web::rt::System::new().block_on(of_arrivals(&app));
    app.db.close();
    told(&events, &arrivals?)
}

/// What is derived from arrivals; long work says how far it is.
async fn of_arrivals(app: &App) -> anyhow::Result<Checked> {
    let mut said = Instant::now();
    let tell = move |traces: u64| {
        use std::io::Write as _;
        if said.elapsed() > EVERY {
            said = Instant::now();
            let _ = writeln!(std::io::stderr(), "{traces} traces looked at");
        }
    };
    Ok(app::check_arrivals(app, tell).await?)
}

fn told(events: &Rebuilt, arrivals: &Checked) -> anyhow::Result<()> {
    events.differences.iter().for_each(print);
    arrivals.differences.iter().for_each(|it| say(format_args!("BAD  {it}")));
    let Checked { traces, observations, scores, hours, unnamed_erasures, .. } = arrivals;
    if *unnamed_erasures > 0 {
        say(format_args!(
            "{unnamed_erasures} sealed receipts rest on erasures of before November 2026, which name none"
        ));
    }
    let tables = events.differences.len();
    let first = events.differences.first().map(first_of);
    let first = first.or_else(|| arrivals.differences.first().map(ToString::to_string));
    if let Some(first) = first {
        bail!(
            "what is stored is not what events and arrivals make of it: {tables} tables of events differ, {} rows of arrivals; \
             the first: {first}. `rebuild` remakes the tables of events",
            arrivals.difference_count
        );
    }
    say(format_args!("all read tables are what {} events make of them", events.events));
    say(format_args!(
        "{traces} traces, {observations} observations, {scores} scores and the sums of {hours} hours are what arrived"
    ));
    Ok(())
}

fn first_of(difference: &Difference) -> String {
    match difference.first_column() {
        Some(column) => format!("{} {column}", difference.table),
        None => difference.table.to_owned(),
    }
}

fn print(difference: &Difference) {
    let Difference { projection, table, stored_only, rebuilt_only, rows } = difference;
    say(format_args!("{table} ({projection}): {stored_only} rows only stored, {rebuilt_only} only rebuilt"));
    if let Some(first) = difference.first_column() {
        say(format_args!("  {first}"));
    }
    for row in rows {
        say(format_args!("  {row}"));
    }
}
