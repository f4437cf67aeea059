//! `import FILE.md...`: takes work orders over from Markdown; `export`: writes one out again.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use crate::config::Config;
use crate::foundation::Asker;
use crate::work_orders::actions::{export::export_text, import::import};

use super::project::{ProjectOption, with_services};
use super::say;

/// Options of `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// Markdown files, one work order each
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    project: ProjectOption,
}

/// Options of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// Number of the work order, e.g. WO-2026-001
    number: String,
    /// Write here [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    project: ProjectOption,
}

pub(super) fn run(options: &Import, config: Config) -> anyhow::Result<()> {
    with_services(config, async |services| {
        let project = options.project.find_or_create(services).await?;
        let operator = Asker::operator(project.key);
        for file in &options.files {
            let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
            let done = import(&services.app, &operator, name, bytes).await;
            let done = done.with_context(|| format!("{} was not imported", file.display()))?;
            let how = if done.is_new { "imported" } else { "was imported before" };
            say(format_args!("{} {how}, {} findings", done.number, done.findings));
        }
        Ok(())
    })
}

pub(super) fn export(options: &Export, config: Config) -> anyhow::Result<()> {
    with_services(config, async |services| {
        let project = options.project.find(services)?;
        let text = export_text(&services.app, &Asker::operator(project.key), &options.number)?;
        let Some(file) = &options.output else {
            use std::io::Write as _;
            return Ok(std::io::stdout().write_all(text.as_bytes())?);
        };
        std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
        say(format_args!("{} written to {}", options.number, file.display()));
        Ok(())
    })
}
