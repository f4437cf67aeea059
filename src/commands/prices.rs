//! `prices import|list|show|reprice`: what models cost, from the server's machine.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};

use crate::app::Services;
use crate::config::Config;
use crate::foundation::{Asker, ProjectKey, Timestamp};
use crate::repricing::actions::import_table::{Reach, ensure_builtin, import_table};
use crate::repricing::actions::reprice::{Repricing, look, reprice};
use crate::repricing::events::RepriceScope;
use crate::repricing::reads;
use prices::import::{day, read};
use prices::model::PriceRow;

use super::project::{ProjectOption, with_services};
use super::say;

/// Refused rows that are printed.
const MOST_REFUSED: usize = 20;

/// What can be done with prices.
#[derive(Debug, Subcommand)]
pub enum Prices {
    /// Bring in a price table: ours, LiteLLM's or Langfuse's JSON. Stored costs stay as they are
    Import(Import),
    /// Print the prices
    List(List),
    /// Print one price as JSON
    Show(ShowOne),
    /// Compute stored costs anew by the prices now in force; only looks unless told to write
    Reprice(Reprice),
}

/// Options of `prices import`.
#[derive(Debug, Args)]
pub struct Import {
    /// The file
    file: PathBuf,
    /// Only for this project [default: for everybody]
    #[arg(long, value_name = "ID")]
    project: Option<String>,
    /// From when changed prices are in force, such as 2026-11-01 [default: the file's date, or now]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

/// Options of `prices list`.
#[derive(Debug, Args)]
pub struct List {
    /// Only models with this in their name
    word: Option<String>,
    #[command(flatten)]
    project: ProjectOption,
}

/// Options of `prices show`.
#[derive(Debug, Args)]
pub struct ShowOne {
    /// The price's id
    id: String,
    #[command(flatten)]
    project: ProjectOption,
}

/// Options of `prices reprice`.
#[derive(Debug, Args)]
pub struct Reprice {
    /// Only this model, as sent
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Only calls begun on or after this day
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Only calls begun before this day
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Change the costs and record it
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    project: ProjectOption,
}

pub(super) fn run(command: &Prices, config: Config) -> anyhow::Result<()> {
    with_services(config, async |services| match command {
        Prices::Import(options) => import(services, options).await,
        Prices::List(options) => list(services, options).await,
        Prices::Show(options) => show(services, options).await,
        Prices::Reprice(options) => price_anew(services, options).await,
    })
}

async fn import(services: &Services, options: &Import) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(&options.file)
        .with_context(|| format!("cannot read {}", options.file.display()))?;
    let name = options.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut table = read(&text, &name)?;
    if let Some(text) = &options.as_of {
        table.as_of = Some(moment(text)?);
    }
    let project = match &options.project {
        Some(id) => Some(ProjectOption { project: Some(id.clone()) }.find(services)?.key),
        None => None,
    };
    let operator = Asker::operator(project.unwrap_or(ProjectKey(0)));
    let reach = if project.is_some() { Reach::Project } else { Reach::Everybody };
    let done = import_table(&services.app, &services.intake.books, &operator, reach, table).await?;
    match done.version {
        Some(version) => say(format_args!("version {version} of the price table is recorded")),
        None => say("nothing new: no version was made"),
    }
    say(format_args!(
        "{} added, {} changed, {} unchanged, {} refused",
        done.added,
        done.changed,
        done.unchanged,
        done.refused.len()
    ));
    for refused in done.refused.iter().take(MOST_REFUSED) {
        say(format_args!("  refused {}: {}", refused.row, refused.why));
    }
    if done.refused.len() > MOST_REFUSED {
        say(format_args!("  and {} more", done.refused.len() - MOST_REFUSED));
    }
    Ok(())
}

async fn list(services: &Services, options: &List) -> anyhow::Result<()> {
    let project = options.project.find(services)?.key;
    ensure_builtin(&services.app, &Asker::operator(project)).await?;
    let rows = services.app.db.read(move |conn| reads::all(conn, project)).await?;
    let word = options.word.as_deref().unwrap_or_default().to_lowercase();
    for row in rows.iter().filter(|row| row.price.model.to_lowercase().contains(&word)) {
        say(line(row));
    }
    Ok(())
}

fn line(row: &PriceRow) -> String {
    let rates: Vec<String> = row.price.rates.named().map(|(name, rate)| format!("{name} {rate}")).collect();
    let date = |at: Option<Timestamp>| at.map(|at| at.to_chrono().format("%Y-%m-%d").to_string());
    let from = date(row.price.from).map(|day| format!(" from {day}")).unwrap_or_default();
    let until = date(row.price.until).map(|day| format!(" before {day}")).unwrap_or_default();
    let own = if row.is_own { " (own)" } else { "" };
    format!("{}  {}{own}{from}{until}: {}", row.id, row.price.model, rates.join(", "))
}

async fn show(services: &Services, options: &ShowOne) -> anyhow::Result<()> {
    let (project, id) = (options.project.find(services)?.key, options.id.clone());
    ensure_builtin(&services.app, &Asker::operator(project)).await?;
    let rows = services.app.db.read(move |conn| reads::prices(conn, project, &[&id])).await?;
    let Some(row) = rows.first() else { bail!("there is no price {}", options.id) };
    say(serde_json::to_string_pretty(&row.price)?);
    Ok(())
}

async fn price_anew(services: &Services, options: &Reprice) -> anyhow::Result<()> {
    let project = options.project.find(services)?.key;
    let date = |text: &Option<String>| text.as_deref().map(moment).transpose();
    let scope = RepriceScope {
        from: date(&options.from)?,
        until: date(&options.until)?,
        model: options.model.clone(),
    };
    let operator = Asker::operator(project);
    if options.write {
        let done = reprice(&services.app, &operator, scope).await?;
        report(&done, "changed");
        if done.changed > 0 {
            say(format_args!("recorded as run {}", done.run));
        }
        return Ok(());
    }
    report(&look(&services.app, &operator, scope, usize::MAX).await?, "would change");
    say("nothing was changed; add --write to change it");
    Ok(())
}

fn report(found: &Repricing, verb: &str) {
    for (model, it) in &found.by_model {
        say(format_args!("{model}: {} calls, {} -> {}", it.calls, it.before, it.after));
    }
    say(format_args!(
        "{} of {} calls {verb}, {} had no cost, {} have no known price: {} -> {}",
        found.changed, found.looked_at, found.priced_first, found.unknown, found.before, found.after
    ));
}

fn moment(text: &str) -> anyhow::Result<Timestamp> {
    day(text).with_context(|| format!("{text} is no date such as 2026-11-01"))
}
