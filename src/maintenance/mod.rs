//! What is kept so that work is done again as it should be: procedures, the templates of work orders.

pub mod procedures;

pub use procedures::{PROJECTION, routes};
