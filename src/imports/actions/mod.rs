//! What can be done with files that were brought, one file per verb.

pub mod bring;
pub mod choose;
pub mod put_away;
pub mod take;
