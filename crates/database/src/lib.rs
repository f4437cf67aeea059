//! Storage: one binary over embedded SQLite or PostgreSQL, behind two doors.
//!
//! [`Db::read`] and [`Db::write`] are the only ways in, and both run off the async threads; [`Db::aside`]
//! compares and keeps nothing. On SQLite every
//! write goes through one writer thread with group commit; on PostgreSQL every write is a transaction of
//! its own. An answer is given after COMMIT, never before.

mod aside;
mod checkpoint;
mod connection;
mod doors;
pub mod locks;
mod migrate;
mod queue;
pub mod schema;
mod size;
mod snapshot;
pub mod sql;
mod tx;
mod url;
mod writer;

#[cfg(test)]
mod tests;

pub use aside::Stored;
pub use connection::AnyConnection;
pub use doors::{Db, DbOptions, Lane, Queued};
pub use migrate::{is_current, migrate};
pub use size::size;
pub use snapshot::snapshot;
pub use tx::Tx;
pub use url::DatabaseUrl;
