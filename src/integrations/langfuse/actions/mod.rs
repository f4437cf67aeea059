//! What admins do to sources.

pub mod add_source;
pub mod remove_source;
pub mod run_now;
