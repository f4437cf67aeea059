//! How long a place waits after failed attempts. Counted by account and by where an attempt comes from: whoever guesses
//! is slowed down more and more, and nobody elsewhere waits for it.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;

use crate::foundation::{Digest, Timestamp};

/// Attempts that cost nothing but themselves.
pub const FREE: i64 = 5;
/// The first wait, in microseconds (30 seconds); it doubles with each further failure.
const FIRST_MICROS: i64 = 30_000_000;
/// The longest wait (15 minutes).
const LONGEST_MICROS: i64 = 15 * 60 * 1_000_000;
/// Failures older than this are forgotten (a day).
const FORGOTTEN_MICROS: i64 = 86_400_000_000;
const PLACES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(8191);

/// Failed attempts from one place since the last good one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    pub count: i64,
    pub last_at: Timestamp,
    pub blocked_until: Option<Timestamp>,
}

impl Failures {
    /// Whether an attempt is refused without being looked at.
    pub fn is_blocked(&self, now: Timestamp) -> bool {
        self.blocked_until.is_some_and(|until| until > now)
    }

    /// One more.
    #[must_use]
    pub fn and_one(self, now: Timestamp) -> Self {
        let before = if now.micros_since(self.last_at) >= FORGOTTEN_MICROS { 0 } else { self.count };
        let count = before.saturating_add(1);
        Self { count, last_at: now, blocked_until: wait(count).map(|micros| now.plus_micros(micros)) }
    }
}

/// The wait after so many failures, in microseconds.
fn wait(failures: i64) -> Option<i64> {
    let doublings = u32::try_from(failures.checked_sub(FREE)?).ok()?;
    let factor = 2_i64.checked_pow(doublings).unwrap_or(i64::MAX);
    Some(FIRST_MICROS.saturating_mul(factor).min(LONGEST_MICROS))
}

/// Whether so many failures of an account are worth an event: the first few, then each doubling. The rest is counted.
pub fn is_told(failures: i64) -> bool {
    failures <= FREE || failures.count_ones() == 1
}

/// The same for mail addresses that nobody has, in memory: an answer must not tell which addresses somebody has.
pub struct Strangers(Mutex<LruCache<Digest, Failures>>);

impl Default for Strangers {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(PLACES)))
    }
}

impl Strangers {
    /// What is known of attempts with this address from this place.
    pub fn failures(&self, email: &str, source: &str) -> Failures {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.get(&place(email, source)).copied().unwrap_or_default()
    }

    /// Counts one more.
    pub fn note(&self, email: &str, source: &str, now: Timestamp) {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = places.get_or_insert_mut(place(email, source), Failures::default);
        *entry = entry.and_one(now);
    }
}

fn place(email: &str, source: &str) -> Digest {
    Digest::of(format!("{email}\n{source}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_to_a_quarter_of_an_hour_and_a_day_forgets() {
        let start = Timestamp(1_000_000_000_000);
        let mut failures = Failures::default();
        let mut waits = Vec::new();
        for _ in 0..12 {
            failures = failures.and_one(start);
            waits.push(failures.blocked_until.map_or(0, |until| until.micros_since(start) / 1_000_000));
        }
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
        assert!(failures.is_blocked(start) && !failures.is_blocked(start.plus_micros(LONGEST_MICROS)));
        assert_eq!(failures.and_one(start.plus_micros(FORGOTTEN_MICROS)).count, 1);
        assert_eq!(Failures { count: i64::MAX, ..failures }.and_one(start).count, i64::MAX);
    }

    #[test]
    fn events_grow_with_the_logarithm_of_the_guesses() {
        let told: Vec<i64> = (1..=1_000).filter(|count| is_told(*count)).collect();
        assert_eq!(told, [1, 2, 3, 4, 5, 8, 16, 32, 64, 128, 256, 512]);
    }

    #[test]
    fn strangers_are_counted_by_address_and_place() {
        let strangers = Strangers::default();
        for _ in 0..FREE {
            strangers.note("a@b", "address:1", Timestamp(1));
        }
        assert!(strangers.failures("a@b", "address:1").is_blocked(Timestamp(2)));
        assert_eq!(strangers.failures("a@b", "address:2"), Failures::default());
        assert_eq!(strangers.failures("c@d", "address:1"), Failures::default());
    }
}
