//! The pages of assets: the tree, an asset with its orders and meters, its label, and the form that reports a fault.
//!
//! Of the orders of an asset, a page shows those that its viewer may see.

mod changes;
mod choose;
mod form;
mod history;
mod import;
mod label;
mod list;
mod meters;
mod orders;
mod report;
mod rounds;
mod routes;
mod show;
mod tree;

pub use routes::routes;
