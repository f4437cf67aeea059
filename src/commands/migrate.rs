//! `migrate`: applies missing migrations.

use crate::config::Config;
use crate::db;

use super::say;

pub(super) fn run(config: &Config) -> anyhow::Result<()> {
    let applied = db::migrate(config.database_url())?;
    for name in &applied {
        say(format_args!("applied {name}"));
    }
    if applied.is_empty() {
        say(format_args!("{} is up to date", config.database_url()));
    }
    Ok(())
}
