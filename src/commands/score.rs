//! `score`: the four numbers of a work order, as text or JSON.

use anyhow::Context as _;
use clap::Args;

use crate::app;
use crate::config::Config;
use crate::foundation::{ProjectKey, Timestamp};
use crate::{people, trust};

use super::say;

/// Options of `score`.
#[derive(Debug, Args)]
pub struct Score {
    /// Number of the work order, such as WO-2026-001
    number: String,
    /// Project, when there are several
    #[arg(long, value_name = "ID")]
    project: Option<String>,
    /// As it was known at a moment, such as 2026-11-21T09:30:00Z
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// Print the score as canonical JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &Score, config: Config) -> anyhow::Result<()> {
    let as_of = options.as_of.as_deref().map(moment).transpose()?;
    let app = app::open(config)?;
    let report = app.db.read_blocking(|conn| {
        let projects = people::reads::projects(conn)?;
        let wanted = projects.iter().find(|it| options.project.as_ref().is_none_or(|id| *id == it.id));
        let project = wanted.map_or(ProjectKey(0), |it| it.key);
        trust::reads::report_of(conn, project, &options.number, as_of)
    });
    app.db.close();
    let report = report?;
    if options.json {
        say(String::from_utf8(report.explanation.score.to_bytes()?)?);
    } else {
        trust::text::lines(&report).iter().for_each(say);
    }
    Ok(())
}

fn moment(text: &str) -> anyhow::Result<Timestamp> {
    Timestamp::parse_rfc3339(text).context("--as-of expects a moment such as 2026-11-21T09:30:00Z")
}
