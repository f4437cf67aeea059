//! When a search stops looking, by the injected clock: how much is found within the time must not decide a test.

use std::sync::Arc;

use crate::foundation::{Clock, Timestamp};

/// A moment that passes while a search is under way.
#[derive(Clone)]
pub(super) struct Deadline {
    clock: Arc<dyn Clock>,
    at: Timestamp,
}

impl Deadline {
    /// So many milliseconds from now.
    pub(super) fn after_ms(clock: Arc<dyn Clock>, ms: i64) -> Self {
        let at = clock.now().plus_micros(ms.saturating_mul(1_000));
        Self { clock, at }
    }

    /// Milliseconds that are left; 0 when it has passed.
    pub(super) fn left_ms(&self) -> i64 {
        self.at.micros_since(self.clock.now()).max(0) / 1_000
    }

    /// Whether it has passed.
    pub(super) fn has_passed(&self) -> bool {
        self.clock.now() >= self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::clock::ManualClock;

    #[test]
    fn it_passes_when_the_clock_reaches_it_and_not_before() {
        let clock = Arc::new(ManualClock::at(Timestamp(5)));
        let deadline = Deadline::after_ms(clock.clone(), 800);
        assert_eq!((deadline.left_ms(), deadline.has_passed()), (800, false));
        clock.advance(799_999);
        assert_eq!((deadline.left_ms(), deadline.has_passed()), (0, false));
        clock.advance(1);
        assert!(deadline.has_passed());
        clock.advance(1_000_000);
        assert_eq!(deadline.left_ms(), 0);
    }
}
