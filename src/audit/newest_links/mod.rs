//! The links that were made last, whatever their order: where those of many traces at once are asked for.

mod store;

pub use store::newest;
