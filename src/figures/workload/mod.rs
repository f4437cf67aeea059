//! Workload: what is planned for the weeks to come against the hours that people have, by person and by unit.
//!
//! An order's hours are what its plan says, else what earlier orders of the same procedure took, which is said; where neither is known the
//! order is counted and its hours are not. Nobody's hours are guessed: where none are set stands a dash.

pub mod model;
pub(super) mod pages;
pub mod reads;

pub use pages::view::{LoadView, this_week};
