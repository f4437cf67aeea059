//! What it takes to make the checkers refuse a bundle, and where they point: ours in process, `verify.sh` beside it, and
//! the program on zip files and folders.
//!
//! The bundle is made here by hand, from texts as they are stored, and not by the program that makes bundles.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop where it cannot go on"
)]
#![expect(clippy::print_stdout, reason = "a test says what it skipped")]

mod altered;
mod attached;
mod forged;
mod hostile;
mod kept;
mod made;
mod program;
mod script;
mod whole;
