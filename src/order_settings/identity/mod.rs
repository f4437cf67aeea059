//! Which names a project requires of the calls that its orders rest on: an event per change; the last one holds.
//!
//! Nothing is refused by it: audit opens an exception on an order where a call in a trace that it links lacks one.

pub mod events;
pub mod model;
pub mod reads;
pub mod set;

pub use model::Name;
pub use set::set;
