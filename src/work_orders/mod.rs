//! Work orders: what must be done, by whom, what was ticked, and who moved it from state to state.
//!
//! What an order is, and how Markdown becomes one and is written out again, are a crate (`order-markdown`), and so are its
//! rules (`order-rules`): every change is an event decided by one pure function and folded by another, and a guard that needs
//! another feature gets its answer as an argument. Here the rules meet the database: actions, rows and read models. The pages
//! stand in `order_pages`, above the features they show.

pub mod actions;
pub mod by_asset;
pub mod facts;
pub mod gathered;
pub mod milestones;
mod projection;
pub mod reads;
pub mod renew;
mod service;
pub mod signing;
pub mod speaking;
mod store;
pub mod team;

pub use facts::FactSources;
pub use order_markdown::{contradictions, editing, model, plan_diff, read, splitting, write};
#[cfg(test)]
use order_rules::samples;
pub use order_rules::{checkpoints, decide, delegation, events, fold, left, lifecycle, pace, rounds};
pub use projection::PROJECTION;
pub use service::{Consequences, Orders, UnderTrace};
