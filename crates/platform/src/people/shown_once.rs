//! Secrets on their way to the one page that shows them: kept in memory for five minutes and taken out by looking.
//!
//! Nothing depends on them: whoever misses the page makes a new key or link.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;

use crate::foundation::Timestamp;

/// How long a secret waits, in microseconds (five minutes).
const WAIT_MICROS: i64 = 300_000_000;
const SECRETS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(255);

/// What a page shows once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once {
    KeyPair {
        label: String,
        public: String,
        secret: String,
    },
    /// A link to set a password.
    Link {
        /// Whose password.
        name: String,
        /// `/setup/{token}`.
        path: String,
    },
}

/// Waiting secrets by session: only the browser that made one sees it.
pub struct ShownOnce(Mutex<LruCache<String, (Timestamp, Once)>>);

impl ShownOnce {
    /// Nothing waits.
    pub fn new() -> Self {
        Self(Mutex::new(LruCache::new(SECRETS)))
    }

    /// Keeps a secret for a session's next page; an earlier one is forgotten.
    pub fn put(&self, session: &str, secret: Once, now: Timestamp) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(session.to_owned(), (now, secret));
    }

    /// Takes the secret out.
    pub fn take(&self, session: &str, now: Timestamp) -> Option<Once> {
        let (at, secret) = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop(session)?;
        (now.micros_since(at) < WAIT_MICROS).then_some(secret)
    }
}

impl Default for ShownOnce {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_seen_once_by_its_session_and_not_for_long() {
        let shown = ShownOnce::new();
        let link = Once::Link { name: "Ann".to_owned(), path: "/setup/x".to_owned() };
        shown.put("one", link.clone(), Timestamp(0));
        assert_eq!(shown.take("other", Timestamp(0)), None);
        assert_eq!(shown.take("one", Timestamp(0)), Some(link.clone()));
        assert_eq!(shown.take("one", Timestamp(0)), None);
        shown.put("one", link, Timestamp(0));
        assert_eq!(shown.take("one", Timestamp(WAIT_MICROS)), None);
    }
}
