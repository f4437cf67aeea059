//! What is gathered while the work is done: files and photos, time, parts with their cost, mentions.
//!
//! Its events stand in the stream of the order, decided and folded with everything else of it ([`super::decide`],
//! [`super::fold`]).

pub mod events;
pub(super) mod fold;
pub mod mentions;

pub use events::{GatheredEvent, StopCause};
