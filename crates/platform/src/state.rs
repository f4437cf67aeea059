//! What every handler and action is given: the doors, the ledger, the clock, the keys and the settings.
//!
//! This is the lower half of the application and knows no feature; `app.rs` builds it and wires the features in.

use std::sync::Arc;

use object_store::ObjectStore;

use crate::config::Config;
use crate::db::Db;
use crate::foundation::{Clock, Timestamp};
use crate::ledger::{Ledger, Log};

/// The shared state. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    /// The one write path for business facts.
    pub ledger: Ledger,
    /// The log's name and key, and this process's part in sequencing it.
    pub log: Arc<Log>,
    /// Where big bodies and attachments lie.
    pub blobs: Arc<dyn ObjectStore>,
    pub clock: Arc<dyn Clock>,
    /// Secrets of this installation, from the data folder.
    pub keys: Arc<crate::config::Keys>,
    pub config: Arc<Config>,
}

impl App {
    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
