//! Pages of files on their way to be orders.

pub mod file;
pub mod files;
pub mod paste;
mod preview;
mod table;
