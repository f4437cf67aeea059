//! What a file is, told from its bytes and never from what its sender says; a name that is safe to show and to save; and a
//! small picture of a picture, which says nothing of where it was taken.
//!
//! Rules: pure, bounded in memory whatever the bytes claim, and a file that nothing here knows is a file all the same.

pub mod kind;
pub mod name;
pub mod picture;
mod place;

pub use kind::{HEAD, Kind};
pub use picture::{Small, Unshown};
