//! Assets: what work is done on, as records. A tree of them, each with a code that stands on its label and in orders, with
//! meters and what those showed.
//!
//! A code is given once and for ever, so that a label never leads to something else; an asset that is gone is retired and keeps
//! its page. Every change is an event in the asset's own stream with what was before. Which orders name an asset is a matter of
//! the orders (`work_orders::by_asset`), and the pages stand above both (`asset_pages`).

pub mod actions;
pub mod decide;
pub mod events;
pub mod merge;
pub mod model;
mod projection;
pub mod reads;
mod store;

pub use projection::PROJECTION;
