//! Budgets: how many tokens or how much money a persona, an agent, a tenant, a workflow or the whole project may use in a day, a
//! week, a month or in all; what is left, how fast it goes, and when it runs out.
//!
//! Rules: what was used is what the calls of the running period come to, so erased traces give back what they used; a budget in all
//! counts from the moment it was set, and what was used before may be told with it. Setting, changing and ending one are events.
//! A used-up budget tells, or refuses, which the gateway asks of [`reads::refusing`]. Why and how: `docs/decisions/budgets.md`.

pub mod actions;
pub mod decide;
pub mod events;
pub mod fold;
pub mod forecast;
pub mod model;
pub mod period;
mod projection;
pub mod reads;
mod store;
pub mod words;

pub use model::{Budget, Period, Refusing, Scope, Standing, State, Unit, Who};
pub use projection::PROJECTION;
pub use reads::{refusing, remaining_by_persona, standings};
