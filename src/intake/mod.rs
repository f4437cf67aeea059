//! Intake: one way in for every trace, batch and score, whoever sends them and in whatever form.
//!
//! A request is unpacked, decoded, masked, hashed and compressed before any queue, then stored, a large one in several
//! transactions. One bad item never spoils a batch: it is refused with a reason, the rest is taken.

pub mod answer;
mod api;
pub mod counts;
pub mod ingest;
mod room;
mod stranger;
pub mod unpack;

pub use api::routes;
pub use room::Room;

use crate::privacy::MaskBooks;
use crate::repricing::Books;
use crate::traces::Hooks;

use counts::Counts;

/// What every request that comes in is handed to. Cheap to clone; clones share what they know, and a process has one.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Who is told of what was stored.
    pub hooks: Hooks,
    /// What calls cost, for those that come without a cost.
    pub books: Books,
    /// What is masked on every way in, by project.
    pub masks: MaskBooks,
    /// How much came.
    pub counts: Counts,
    /// How much of large requests is under way at once.
    pub room: Room,
}

impl Intake {
    /// The way in, with these listeners and caches of its own.
    pub fn over(hooks: Hooks) -> Self {
        Self {
            hooks,
            books: Books::default(),
            masks: MaskBooks::default(),
            counts: Counts::default(),
            room: Room::default(),
        }
    }

    /// Nobody listens: for tests and tools that only store.
    pub fn unheard() -> Self {
        Self::over(Hooks::none())
    }
}
