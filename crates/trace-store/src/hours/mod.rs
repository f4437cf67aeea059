//! Sums by hour, so that metrics over months need not read every row.
//!
//! The sums of an hour are made from its rows once nobody has written to it for a minute. Every writer marks the hours it
//! touches in its own transaction (`store::marks`), and a marked hour is read from the rows: what a query answers is what the
//! rows say, before and after. Queries, the daily table and the making of sums share the texts in [`table`].

mod reads;
mod refresh;
pub(crate) mod store;
pub mod table;

pub use reads::{Window, windows};
pub use refresh::refresh;
pub(crate) use store::{make, marks, stored};
pub use table::{CALLS, OBSERVATIONS, TRACES, Table, sums_of};
