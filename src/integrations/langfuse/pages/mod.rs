//! The page of sources.

pub(super) mod list;
