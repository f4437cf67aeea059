//! Files that become orders: chosen, dropped or pasted, looked at, taken.
//!
//! A file that was brought waits outside the ledger, a week at most and for its account alone, until it is taken or put away: its
//! bytes stay as they came, and signing out or closing the page loses nothing. A text that is pasted is looked at in its form.

pub mod actions;
mod forms;
pub mod model;
mod pages;
pub mod reading;
mod routes;
pub mod store;

pub use routes::routes;
