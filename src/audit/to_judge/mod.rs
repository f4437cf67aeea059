//! The one set of claims over which judging is counted: the queue, the way through it, all progress ("6 of 14 judged"), the
//! guard of verifying and what the pages of trust call claims.
//!
//! In it is what stands, weighs something, and is claimed or judged already ([`super::claims::Claim::is_to_judge`]). Out of it
//! are ticks that were undone, statements without a weight, and criteria that nobody claims yet. The score counts those
//! criteria all the same: what is still to be shown is not shown. `docs/decisions/judging.md` says why.

pub(in crate::audit) mod store;
