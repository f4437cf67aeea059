//! The first page: what waits for the reader, by what they may do; and the way there, for whoever sets a project up.
//!
//! A technician finds the orders to go on with, a supervisor what waits for a decision, an auditor what to judge. Whoever
//! manages people sees how far a new project is from its first proof, and takes each step from here.

mod actions;
mod pages;
mod reads;
mod routes;

pub use routes::routes;
