//! Full-text search over names, inputs, outputs, metadata, status messages and all else that was sent: attributes, events,
//! stack traces, links, resource and scope; and tests of a name with its value.
//!
//! One face, two back ends: on SQLite a contentless FTS5 index in a file of its own (`search.db`, written off the main
//! writer, deleted at will while stopped: it fills itself again), on PostgreSQL a table with a GIN index. Both hold terms
//! only, made by one rule ([`words`]); the index names candidates, and what is shown has been looked up in the stored
//! bodies, to the letter. It is filled in the background in the order of the receipts and says how far it has come.
//!
//! Who erases traces calls [`erase`] in the same transaction: the words go with them on PostgreSQL, and within a second
//! of COMMIT on SQLite, whatever the index was doing meanwhile.

mod deadline;
mod document;
mod erase;
mod find;
mod indexer;
mod load;
mod query;
mod reads;
mod sent;
mod snippet;
mod state;
mod store;
mod text;
mod words;

pub use document::Field;
pub use erase::erase;
pub use find::{Found, Hit, find};
pub use indexer::{index_once, run};
pub use query::Query;
pub use sent::{KeyTest, Keyed};
pub use snippet::Snippet;
pub use state::{COUNTED, State, last_arrival, state, state_and_waiting};
