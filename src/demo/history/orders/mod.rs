//! Every order of the last three months, in the order in which the weeks tell them.

mod autumn;
mod first;
mod going;
mod routine;
mod waiting;

use super::acts::Tale;

/// All of them.
pub(super) const TALES: &[&[Tale]] =
    &[first::TALES, autumn::TALES, routine::TALES, waiting::TALES, going::TALES];
