//! API keys as last read, for 5 seconds: ingest asks on every request, a revocation must be felt at once.
//!
//! Keys nobody has are remembered too, so that a client with a wrong key costs one query in 5 seconds.

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use crate::foundation::Timestamp;

/// How long an answer is believed, in microseconds.
const FRESH_MICROS: i64 = 5_000_000;
/// How seldom "last used" is written, in microseconds.
const USED_MICROS: i64 = 60_000_000;
const KEYS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4095);

/// A small cache from public key to what was read about it.
pub struct KeyCache<T> {
    state: Mutex<State<T>>,
}

struct State<T> {
    entries: LruCache<String, (Timestamp, T)>,
    used: LruCache<String, Timestamp>,
    /// Raised by every clearing: what was read before it is not stored after it.
    generation: u64,
}

/// When a read began, in clearings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generation(u64);

impl<T: Clone> KeyCache<T> {
    /// An empty cache.
    pub fn new() -> Self {
        let state = State { entries: LruCache::new(KEYS), used: LruCache::new(KEYS), generation: 0 };
        Self { state: Mutex::new(state) }
    }

    /// What was read about a key less than 5 seconds ago, or the generation to read under.
    pub fn get(&self, public_key: &str, now: Timestamp) -> Result<T, Generation> {
        let mut state = self.lock();
        match state.entries.get(public_key) {
            Some((read_at, value)) if is_fresh(*read_at, now) => Ok(value.clone()),
            _ => Err(Generation(state.generation)),
        }
    }

    /// Keeps what was read, unless something was cleared since the read began.
    pub fn put(&self, public_key: &str, value: T, read_at: Timestamp, generation: Generation) {
        let mut state = self.lock();
        if state.generation == generation.0 {
            state.entries.put(public_key.to_owned(), (read_at, value));
        }
    }

    /// Forgets everything, after a key, an account or a role changed.
    pub fn clear(&self) {
        let mut state = self.lock();
        state.generation += 1;
        state.entries.clear();
    }

    /// Whether "last used" is to be written now: at most once a minute for a key.
    pub fn is_use_due(&self, key_id: &str, now: Timestamp) -> bool {
        let mut state = self.lock();
        let due = state.used.get(key_id).is_none_or(|at| now.micros_since(*at) >= USED_MICROS);
        if due {
            state.used.put(key_id.to_owned(), now);
        }
        due
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> Default for KeyCache<T> {
    fn default() -> Self {
        Self::new()
    }
}

fn is_fresh(read_at: Timestamp, now: Timestamp) -> bool {
    (0..FRESH_MICROS).contains(&now.micros_since(read_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp(1_000_000_000);

    #[test]
    fn an_answer_is_believed_for_five_seconds() {
        let cache = KeyCache::new();
        let generation = cache.get("pk", START).unwrap_err();
        cache.put("pk", 7, START, generation);
        assert_eq!(cache.get("pk", START.plus_micros(4_999_999)), Ok(7));
        assert!(cache.get("pk", START.plus_micros(5_000_000)).is_err());
        assert!(cache.get("pk", START.plus_micros(-1)).is_err(), "a clock set back trusts nothing");
    }

    #[test]
    fn a_read_that_began_before_a_clearing_is_not_kept() {
        let cache = KeyCache::new();
        let before = cache.get("pk", START).unwrap_err();
        cache.clear();
        cache.put("pk", 7, START, before);
        assert!(cache.get("pk", START).is_err());
    }

    #[test]
    fn use_is_written_once_a_minute() {
        let cache = KeyCache::<()>::new();
        assert!(cache.is_use_due("key", START));
        assert!(!cache.is_use_due("key", START.plus_micros(59_999_999)));
        assert!(cache.is_use_due("key", START.plus_micros(60_000_000)));
    }
}
