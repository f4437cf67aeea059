//! Failed sign-ins by address: somebody who guesses is slowed down before the ledger fills with the guesses.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;

use crate::foundation::{Error, Result, Timestamp};

/// Failures one address may have in a window.
const FAILURES: u32 = 30;
/// The window, in microseconds (one minute).
const WINDOW_MICROS: i64 = 60_000_000;
const ADDRESSES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4095);

/// Counts failures by address in memory; nothing depends on it being exact.
pub struct Throttle(Mutex<LruCache<String, (Timestamp, u32)>>);

impl Throttle {
    /// Nobody has failed yet.
    pub fn new() -> Self {
        Self(Mutex::new(LruCache::new(ADDRESSES)))
    }

    /// Refuses an address that failed too often within the last minute.
    pub fn check(&self, address: &str, now: Timestamp) -> Result<()> {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((since, count)) = failures.get(address) else { return Ok(()) };
        let left = WINDOW_MICROS - now.micros_since(*since);
        if *count < FAILURES || left <= 0 {
            return Ok(());
        }
        let retry_after_s = u32::try_from(left / 1_000_000 + 1).unwrap_or(60);
        Err(Error::Busy { retry_after_s })
    }

    /// Counts one failure.
    pub fn note_failure(&self, address: &str, now: Timestamp) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = failures.get_or_insert_mut(address.to_owned(), || (now, 0));
        if now.micros_since(entry.0) >= WINDOW_MICROS {
            *entry = (now, 0);
        }
        entry.1 += 1;
    }
}

impl Default for Throttle {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_failures_close_the_door_for_the_rest_of_the_minute() {
        let throttle = Throttle::new();
        let start = Timestamp(0);
        for _ in 0..FAILURES {
            assert!(throttle.check("10.0.0.1", start).is_ok());
            throttle.note_failure("10.0.0.1", start);
        }
        assert!(matches!(throttle.check("10.0.0.1", start), Err(Error::Busy { retry_after_s: 61 })));
        assert!(throttle.check("10.0.0.2", start).is_ok());
        assert!(throttle.check("10.0.0.1", Timestamp(WINDOW_MICROS)).is_ok());
    }
}
