//! The web side of what devices keep: the way in, the page of what waits, and decisions.

pub mod kept;
pub mod send;
pub mod verbs;
pub mod waiting;
