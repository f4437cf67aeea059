//! The page of jobs.

pub(super) mod list;
