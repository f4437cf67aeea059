//! How long a background loop waits after it failed: what fails (a full disk, a database that is away) stays so for a
//! while, and a line in the log each second hides everything else.

use std::time::Duration;

/// Waits that double from failure to failure, and begin anew after a success.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    failed: u32,
}

impl Backoff {
    /// From `first` up to `longest`.
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, failed: 0 }
    }

    /// It worked: the next failure waits the shortest time again.
    pub fn succeeded(&mut self) {
        self.failed = 0;
    }

    /// It failed once more: so long to wait.
    pub fn failed(&mut self) -> Duration {
        let doublings = self.failed.min(16);
        self.failed = self.failed.saturating_add(1);
        self.first.saturating_mul(1 << doublings).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_begin_anew_after_a_success() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_mins(1));
        let waits: Vec<u64> = (0..8).map(|_| backoff.failed().as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        backoff.succeeded();
        assert_eq!(backoff.failed(), Duration::from_secs(1));
        backoff.failed = u32::MAX;
        assert_eq!(backoff.failed(), Duration::from_mins(1));
    }
}
