//! `bundle WO-...`: writes the evidence bundle of a work order.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;

use crate::bundle::{Stored, actions};
use crate::config::Config;
use crate::foundation::Asker;
use crate::web::printed::bundle_file;

use super::project::{ProjectOption, with_services};
use super::say;

/// Options of `bundle`.
#[derive(Debug, Args)]
pub struct Bundle {
    /// Number of the work order, e.g. WO-2026-001
    number: String,
    /// Write the zip file here [default: NUMBER-evidence.zip]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    project: ProjectOption,
}

pub(super) fn run(options: &Bundle, config: Config) -> anyhow::Result<()> {
    with_services(config, async |services| {
        let project = options.project.find(services)?;
        let stored = Arc::new(Stored::new(services.app.clone()));
        let operator = Asker::operator(project.key);
        let done = actions::export(&services.app, &operator, &options.number, stored).await?;
        let file = options.output.clone();
        let file = file.unwrap_or_else(|| PathBuf::from(bundle_file(&done.number)));
        std::fs::write(&file, &done.zip).with_context(|| format!("cannot write {}", file.display()))?;
        say(format_args!("{} written to {}, {} bytes", done.number, file.display(), done.zip.len()));
        Ok(())
    })
}
