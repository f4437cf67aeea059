//! Pages about a folder.

pub mod clash;
