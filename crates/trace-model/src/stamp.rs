//! The order of arrivals: by when they happened, never by when they came in.

use serde::{Deserialize, Serialize};

use foundation::Digest;

/// Where an arrival stands in the fold: event time, creates before updates, then the digest.
///
/// The digest's first eight bytes break ties, so any two replicas agree on the order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamp {
    /// Event time, UTC nanoseconds.
    pub time_ns: i64,
    /// 0 for a create or a whole record, 1 for an update.
    pub rank: u8,
    /// The first eight bytes of the arrival's digest, big endian.
    pub tie: u64,
}

impl Stamp {
    /// The stamp of an arrival.
    pub fn new(time_ns: i64, rank: u8, digest: &Digest) -> Self {
        let mut head = [0; 8];
        for (to, from) in head.iter_mut().zip(digest.0) {
            *to = from;
        }
        Self { time_ns, rank, tie: u64::from_be_bytes(head) }
    }
}
