//! Handoffs: one agent passes work on to another. Whether that can be followed afterwards is checked here: who passes it on to whom, for
//! which tenant, what it rests on, and, where it is strict, whether the agent had what it says.
//!
//! The convention is `docs/HANDOFFS.md`; why it is so, `docs/decisions/handoffs.md`.

pub mod actions;
pub mod decide;
pub mod ground;
pub mod model;
pub mod reads;
