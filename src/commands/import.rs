//! `import FILE...`: takes work orders over from Markdown and CSV; `export`: writes one out again.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use crate::app::Services;
use crate::config::Config;
use crate::foundation::Asker;
use crate::imports::actions::take::{Chosen, take_file};
use crate::work_orders::actions::export::export_text;
use crate::work_orders::actions::import::{Choices, Imported};

use super::import_table;
use super::project::{ProjectOption, with_services};
use super::say;

/// Options of `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// Markdown files, one work order each; CSV files, a checklist or a list of orders; a folder means every .md file in it and below, but for those of version control and of installed packages
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only read the files and print what would become of each; nothing is stored
    #[arg(long)]
    dry_run: bool,
    /// Make an item to tick of each point of a list, for files without boxes
    #[arg(long)]
    points: bool,
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
    let files = found(&options.files)?;
    if options.dry_run {
        return import_table::print(&files, options.points);
    }
    with_services(config, async |services| {
        let project = options.project.find_or_create(services).await?;
        let operator = Asker::operator(project.key);
        let mut refused = 0;
        for file in &files {
            match take(services, &operator, file, options.points).await {
                Ok(done) => done.iter().for_each(tell),
                Err(why) => {
                    refused += 1;
                    say(format_args!("{} was not imported: {why:#}", file.display()));
                }
            }
        }
        anyhow::ensure!(
            refused == 0,
            "{refused} of {} files were not imported; the others were",
            files.len()
        );
        Ok(())
    })
}

async fn take(
    services: &Services,
    operator: &Asker,
    file: &Path,
    points_are_items: bool,
) -> anyhow::Result<Vec<Imported>> {
    let bytes = std::fs::read(file).context("it cannot be read")?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let choices = Choices { points_are_items, ..Choices::default() };
    let chosen = Chosen { name, bytes, choices, ..Chosen::default() };
    Ok(take_file(&services.app, operator, &chosen).await?)
}

/// Folders whose files nobody keeps as checklists.
const PASSED_OVER: [&str; 4] = [".git", ".hg", ".svn", "node_modules"];

/// The files named, and the Markdown files of folders named, in the order of their names.
fn found(named: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in named {
        if path.is_dir() { gather(path, &mut files)? } else { files.push(path.clone()) }
    }
    Ok(files)
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    paths.sort();
    for path in paths {
        let is_passed =
            path.file_name().is_some_and(|name| PASSED_OVER.iter().any(|it| name.eq_ignore_ascii_case(it)));
        // A link to a folder may lead in a circle.
        if path.is_dir() && !path.is_symlink() && !is_passed {
            gather(&path, files)?;
        } else if path.is_file() && path.extension().is_some_and(|end| end.eq_ignore_ascii_case("md")) {
            files.push(path);
        }
    }
    Ok(())
}

fn tell(done: &Imported) {
    if !done.is_new {
        say(format_args!("{}", known(done.number.as_str(), done.was_cancelled)));
        return;
    }
    say(format_args!("{} imported as a draft: {}", done.number, done.words()));
    if let Some(reference) = &done.reference {
        say(format_args!("  the file calls itself {reference}, which is in use here: kept as its reference"));
    }
    if done.taken.steps + done.taken.items == 0 {
        say(format_args!("  nothing to tick was found; --points makes an item of each point of a list"));
    }
    for (line, why) in &done.not_taken {
        say(format_args!("  line {line}: {why}"));
    }
}

/// What is said of a file that made an order before.
fn known(number: &str, was_cancelled: bool) -> String {
    let words = format!("{number} was imported before from this very file; nothing changed");
    if was_cancelled {
        return format!(
            "{words}; it was cancelled since: the page of importing makes another, if it is asked to"
        );
    }
    words
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_a_cancelled_order_is_told_from_one_that_stands() {
        let (stands, cancelled) = (known("WO-2026-001", false), known("WO-2026-001", true));
        assert!(!stands.contains("cancelled") && cancelled.contains("it was cancelled since"), "{cancelled}");
    }
}
