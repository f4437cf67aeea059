//! Coverage: which share of the calls that providers billed is traced here.
//!
//! A share needs a counter of all calls: the numbers of the gateway, or what a provider's own export of usage says. Where
//! there is none, nothing is claimed (`docs/decisions/gateway.md`).

pub mod actions;
pub mod events;
pub mod export;
pub mod model;
pub mod reads;
mod store;
