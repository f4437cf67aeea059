//! Alerts: seven rules that are held against what arrived, once a minute and without any other program.
//!
//! Rules: what breaks a rule waits for as long as the rule says before it fires, and is over only after five minutes in which it did
//! not break it, so nobody is told of a flutter. That one fires, is over, is taken, is silenced or speaks again is an event; what
//! waits, and when was looked last, are plain rows. A silence has an end and a reason, and what is silenced is measured all the
//! same. Which rule means what, and why: `docs/decisions/alerts.md`.

pub mod actions;
pub mod evaluate;
pub mod events;
mod job;
pub mod model;
mod projection;
pub mod reads;
mod store;
pub mod strip;

pub use job::{Watched, jobs};
pub use projection::PROJECTION;
pub use reads::firing;
