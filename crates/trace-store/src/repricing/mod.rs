//! What calls cost: tables of prices in versions, a project's own prices, and the cost of calls that came without one.
//!
//! Rules: a cost the client gave wins and is never touched. A computed cost names its price, and a price never changes:
//! new tables and overrides bring new rows beside the old. Bringing prices in changes no stored cost; only a re-pricing
//! does, chunk by chunk, each with its event.

pub mod actions;
pub mod books;
pub mod events;
pub mod pages;
pub mod reads;
mod store;

pub use books::Books;
