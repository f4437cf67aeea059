//! Who works on an order as an agent, what is asked of people and what was decided: blocks of the order's page, and the acts on
//! them.
//!
//! The order's page stands above this room and puts the blocks where they belong; the acts lead back to it.

mod acts;
mod routes;
mod view;

pub use routes::routes;
pub use view::{Decisions, Seen, Working};
