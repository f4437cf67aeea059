//! `migrate`: applies missing migrations, and does what they leave to do with the rows of older versions.

use std::sync::Arc;

use crate::app;
use crate::config::Config;
use crate::db::{self, Db};
use crate::foundation::clock::SystemClock;
use crate::ledger::Ledger;
use crate::traces::recount;
use crate::work_orders;

use super::say;

pub(super) fn run(config: &Config) -> anyhow::Result<()> {
    let applied = db::migrate(config.database_url())?;
    for name in &applied {
        say(format_args!("applied {name}"));
    }
    if applied.is_empty() {
        say(format_args!("{} is up to date", config.database_url()));
    }
    let db = Db::open(config.database_url(), config.database.options, Arc::new(SystemClock))?;
    let renewed = work_orders::renew::finish(&db, &Ledger::new(app::projections()));
    let counted = recount::finish(&db);
    db.close();
    if renewed? > 0 {
        say("the rows of older orders are read anew from their events");
    }
    if counted? > 0 {
        say("the tokens of older traces are counted where they stand deepest");
    }
    Ok(())
}
