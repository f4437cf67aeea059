//! What a device's clock must not do (R8). Pure.
//!
//! A claimed time is kept as it is, however old: a day without a network is no exception. What is one is a clock that cannot be
//! believed: it differs from the server's when the entry is sent, or what it claims was yet to come.

use crate::foundation::Timestamp;
use crate::web::format::duration;

/// How far a device's clock may be off when it sends, and how far a claim may lie ahead, in microseconds (2 minutes): more than
/// a slow network takes to deliver an entry, less than anybody mistakes a time by.
pub const MOST_SKEW_MICROS: i64 = 120 * 1_000_000;

/// What is wrong with the times of an entry, in words; none where nothing is.
pub fn fault(claimed: Timestamp, sent: Timestamp, received: Timestamp) -> Option<String> {
    let skew = sent.micros_since(received);
    if skew.abs() > MOST_SKEW_MICROS {
        let side = if skew > 0 { "ahead" } else { "behind" };
        return Some(format!("the clock of the device was {} {side}", duration(skew.abs())));
    }
    let ahead = claimed.micros_since(sent.min(received));
    (ahead > MOST_SKEW_MICROS)
        .then(|| format!("the device claims a moment {} after it was sent", duration(ahead)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_wrong_clock_and_a_moment_to_come_are_exceptions() {
        let minute = 60 * 1_000_000;
        let at = |minutes: i64| Timestamp(1_795_251_600_000_000 + minutes * minute);
        for (claimed, sent, received, is_fault) in [
            (0, 0, 0, false),
            // A week without a network.
            (-7 * 24 * 60, 0, 0, false),
            // A little off, and just at the limit.
            (0, 1, 0, false),
            (0, 2, 0, false),
            (0, 3, 0, true),
            (-9, -3, 0, true),
            (-9, -2, 0, false),
            // Claimed for later than it was sent.
            (2, 0, 0, false),
            (3, 0, 0, true),
            (3, 1, 0, true),
        ] {
            let fault = fault(at(claimed), at(sent), at(received));
            assert_eq!(fault.is_some(), is_fault, "{claimed} {sent} {received}: {fault:?}");
        }
    }
}
