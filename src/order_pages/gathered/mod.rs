//! Files, time and parts on the order's page: a block each, and what stands on rows.
//!
//! Files of a row are found by the id of its step, item or criterion, whatever the page makes of the plan.

mod amounts;
mod blocks;
pub mod currency;
pub mod files;
pub mod parts;
pub mod pins;
pub mod sending;
pub mod time;
pub mod words;

pub use blocks::{Gathered, name_of};
