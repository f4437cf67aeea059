//! What people and schedules do with privacy: set the policy, let traces go that are too old.

mod retain;
mod set_policy;

pub use retain::{Due, due, retain_once};
pub use set_policy::set_policy;
