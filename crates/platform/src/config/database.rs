//! Where the data lies.

use std::path::Path;

use crate::db::{DatabaseUrl, DbOptions};
use crate::foundation::Result;

use super::Values;

/// The database and its pools.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// SQLite in the data folder unless told otherwise.
    pub url: DatabaseUrl,
    /// Sizes of pools and queues.
    pub options: DbOptions,
}

impl DatabaseConfig {
    pub(super) fn read(values: &mut Values, data: &Path) -> Result<Self> {
        let url = match values.secret("database-url")? {
            Some(url) => DatabaseUrl::parse(&url)?,
            None => DatabaseUrl::in_folder(data),
        };
        let connections = values.number("database.connections", 8, 2..=200)?;
        let queue = values.number("database.write-queue", 256, 1..=100_000)?;
        let options = DbOptions {
            connections: u32::try_from(connections).unwrap_or(8),
            queue_limit: usize::try_from(queue).unwrap_or(256),
            ..DbOptions::default()
        };
        Ok(Self { url, options })
    }
}
