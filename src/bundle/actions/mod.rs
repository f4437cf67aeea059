//! What can be done: export an order's bundle, and hand the order out in another form.

mod export;
mod hand_out;

pub use export::{Exported, export};
pub use hand_out::hand_out;
