//! How personas work and how runs of workflows go, over a time: what the sums by hour of [`crate::series`] say, and what only rows tell (exact
//! middles, single runs, reasons). Nothing here is written.
//!
//! Why and how: `docs/decisions/charts.md`.

pub mod endings;
pub mod gates;
pub mod model;
pub mod personas;
pub mod reads;
