//! Pages of trust: the explanation of an order's score, and the block on the order's own page.

pub mod block;
mod effect;
mod history;
pub(super) mod order;
mod summary;
