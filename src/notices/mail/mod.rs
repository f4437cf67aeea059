//! Notices by mail: what a letter says, how it leaves, and the job that sends one.
//!
//! Servers of others read mail, so a letter says what happened to which order, and leads there; what was written stays here.

pub mod compose;
pub mod job;
pub mod transport;
pub mod unsubscribe;
