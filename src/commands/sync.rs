//! `sync DIR`: a folder of Markdown files and the orders of a project, kept in step both ways.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::app::Services;
use crate::config::Config;
use crate::folder_sync::actions::sync::{How, sync};
use crate::folder_sync::files::Folder;
use crate::folder_sync::model::Report;
use crate::foundation::Asker;

use super::project::{ProjectOption, settle, with_services};
use super::say;

/// Options of `sync`.
#[derive(Debug, Args)]
pub struct Sync {
    /// The folder; every .md file in it and below is one work order, but for those that begin with a dot
    dir: PathBuf,
    /// Code or mail address of the account that does it: the author of what comes in, and bound by its roles
    #[arg(long = "as", value_name = "ACCOUNT")]
    account: String,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Make no file for an order that has none
    #[arg(long)]
    no_new_files: bool,
    /// Go on looking until stopped
    #[arg(long)]
    watch: bool,
    /// With --watch: seconds between two looks, at least 1
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    every: u64,
    #[command(flatten)]
    project: ProjectOption,
}

/// That somebody has to do something: a clash or a refusal.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Waits(String);

pub(super) fn run(options: &Sync, config: Config) -> anyhow::Result<()> {
    let folder = Folder::open(&options.dir)?;
    with_services(config, async |services| {
        let project = options.project.find(services)?;
        let operator = Asker::operator(project.key);
        let how = How { project: project.id, dry_run: options.dry_run, no_new_files: options.no_new_files };
        if options.watch && !options.dry_run {
            return watch(services, &operator, options, &folder, &how).await;
        }
        let asker = services.people.act_as(&operator, &options.account).await?;
        let report = sync(&services.orders, &asker, &folder, &how).await?;
        tell(&report, &how);
        if report.waits() {
            let count = report.lines.iter().filter(|line| line.did.waits()).count();
            return Err(Waits(format!("{count} not in step: see above")).into());
        }
        Ok(())
    })
}

/// Looks again and again; what was said already is not said again. Whoever does it is asked for each time: roles may go.
async fn watch(
    services: &Services,
    operator: &Asker,
    options: &Sync,
    folder: &Folder,
    how: &How,
) -> anyhow::Result<()> {
    let mut said = Report::default();
    say(format_args!("looking every {} s; stop with Ctrl-C", options.every));
    loop {
        let asker = services.people.act_as(operator, &options.account).await?;
        let report = sync(&services.orders, &asker, folder, how).await?;
        let news = Report {
            lines: report
                .lines
                .iter()
                .filter(|line| !said.lines.contains(line) || !line.did.waits())
                .cloned()
                .collect(),
            unchanged: report.unchanged,
        };
        if !news.lines.is_empty() {
            tell(&news, how);
            settle(services).await?;
        }
        said = report;
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(options.every)) => {}
            stopped = tokio::signal::ctrl_c() => return Ok(stopped?),
        }
    }
}

fn tell(report: &Report, how: &How) {
    for line in &report.lines {
        let number = if line.number.is_empty() { String::new() } else { format!(" ({})", line.number) };
        say(format_args!("{}{number}: {}", line.path, line.did.words()));
    }
    let would = if how.dry_run { "; nothing was done" } else { "" };
    say(format_args!("{} changed, {} as before{would}", report.lines.len(), report.unchanged));
}
