//! What the schedule and people do with alerts.

mod acknowledge;
mod evaluate;
mod silence;

pub use acknowledge::{acknowledge, give_back};
pub use evaluate::evaluate_all;
pub use silence::{end_silence, silence};
