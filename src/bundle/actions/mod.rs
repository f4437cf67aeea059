//! What can be done: export an order's bundle.

mod export;

pub use export::{Exported, export};
