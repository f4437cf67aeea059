//! What needs somebody, on top of the pages: beyond an alarm, used up.

/// One line.
pub(super) struct Need {
    pub(super) stamp: &'static str,
    pub(super) words: String,
    pub(super) link: String,
    pub(super) href: String,
}

/// Switches per second at which a change of personas is too frequent.
pub(super) const SWITCHES_PER_SECOND: i64 = 2;
/// Microseconds within which 95 of 100 runs of a stage are to be done.
pub(super) const SLOW_STAGE: i64 = 300_000_000;
/// The share of gates that may fail, in hundredths of a per cent.
pub(super) const GATE_FAILURES: i64 = 2_000;
