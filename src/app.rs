//! Builds the application and wires the features together: projections, hooks, background work.
//!
//! Everything may be known here; nothing below knows this file.

use std::sync::Arc;

use object_store::local::LocalFileSystem;

use crate::config::{Config, Keys};
use crate::db::{self, Db};
use crate::foundation::clock::SystemClock;
use crate::foundation::{Clock, Error, Result};
use crate::ledger::{Ledger, Log, Projection};
use crate::people::People;
use crate::state::App;
use crate::{audit, knowledge, people, work_orders};

/// Everything a server needs: the shared state and what the features keep in memory. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// Doors, ledger, keys, settings.
    pub app: App,
    /// Accounts, sessions, keys.
    pub people: People,
}

impl Services {
    /// Builds the services over an opened application.
    pub fn new(app: App) -> Result<Self> {
        let people = People::new(app.clone())?;
        Ok(Self { app, people })
    }
}

/// Every feature's read tables, in the order in which one event reaches them.
pub fn projections() -> Vec<Projection> {
    vec![people::PROJECTION, work_orders::PROJECTION, audit::PROJECTION, knowledge::PROJECTION]
}

/// Opens everything with the machine's clock and the keys of the data folder.
pub fn open(config: Config) -> Result<App> {
    let keys = Keys::load_or_create(&config.data)?;
    build(config, keys, Arc::new(SystemClock))
}

/// Opens everything with a given clock and keys; applies missing migrations first.
pub fn build(config: Config, keys: Keys, clock: Arc<dyn Clock>) -> Result<App> {
    let applied = db::migrate(config.database_url())?;
    if !applied.is_empty() {
        tracing::info!(count = applied.len(), "database migrations applied");
    }
    let db = Db::open(config.database_url(), config.database.options, Arc::clone(&clock))?;
    let blobs = open_blobs(&config)?;
    let log = Arc::new(Log::open(&db, &keys.log_seed)?);
    let ledger = Ledger::new(projections());
    let (blobs, keys, config) = (Arc::new(blobs), Arc::new(keys), Arc::new(config));
    Ok(App { db, ledger, log, blobs, clock, keys, config })
}

fn open_blobs(config: &Config) -> Result<LocalFileSystem> {
    let folder = config.data.join("blobs");
    std::fs::create_dir_all(&folder)
        .map_err(|e| Error::Unavailable(format!("cannot create {}: {e}", folder.display()).into()))?;
    let store = LocalFileSystem::new_with_prefix(&folder).map_err(Error::internal)?;
    Ok(store.with_fsync(true))
}
