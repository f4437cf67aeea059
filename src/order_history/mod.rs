//! The history of an order: every event as a sentence with the values before and after, narrowed by who, where, what and when.
//!
//! A line is told from the order as it stood just before its event, so that it names things as whoever did it saw them and can say what was
//! there before (R6). What audit recorded of the order stands between, on the page of the history. The pages of orders stand above this
//! room: the order's page shows the newest lines, its paper all of them; the whole of it has an address of its own, `/work-orders/WO-…/history`.

mod audit;
mod changes;
mod delegated;
mod gathered;
mod happening;
mod kinds;
mod pages;
mod routes;
pub mod text;
mod told;
mod trail;
mod words;

#[cfg(test)]
mod every_kind_test;

pub use changes::in_full;
pub use gathered::amount_words;
pub use happening::{Happening, Past, newest};
pub use routes::routes;
pub use trail::{Query, Trail, of as trail_of};
pub use words::meaning;
