//! The page of finding.

pub(super) mod show;
