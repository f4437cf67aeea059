//! Agents that work on an order, the questions they ask and what is decided meanwhile: events of the order's stream, decided
//! and folded with everything else of it ([`super::decide`], [`super::fold`]).

pub mod events;
pub(super) mod fold;

pub use events::DelegationEvent;
