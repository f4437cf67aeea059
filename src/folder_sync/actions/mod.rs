//! What can be done with a folder, one file per verb.

pub mod settle;
pub mod sync;
