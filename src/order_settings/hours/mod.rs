//! When people of a project work: hours by day of the week from a day on, days on which nobody works, and days on which somebody
//! does not. What is planned is held against them; nothing else follows from them.
//!
//! Days are days as people write them, `2026-11-23`, without a zone.

pub mod actions;
pub mod events;
pub mod model;
pub mod projection;
pub mod reads;
