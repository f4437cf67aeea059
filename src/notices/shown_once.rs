//! Secrets of webhooks on their way to the one page that shows them: kept in memory for five minutes and taken out by looking.
//!
//! Nothing depends on them: whoever misses the page makes the secret anew.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::foundation::Timestamp;

/// How long a secret waits, in microseconds (five minutes).
const WAIT_MICROS: i64 = 300_000_000;
/// Secrets that wait at a time; beyond that the oldest is forgotten.
const MOST: usize = 64;

/// Waiting secrets by session: only the browser that made one sees it. Cheap to clone.
#[derive(Clone, Default)]
pub struct ShownSecrets(Arc<Mutex<BTreeMap<String, (Timestamp, Shown)>>>);

/// What a page shows once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub label: String,
    pub secret: String,
}

impl ShownSecrets {
    /// Keeps a secret for a session's next page; an earlier one is forgotten.
    pub fn put(&self, session: &str, shown: Shown, now: Timestamp) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (at, _)| now.micros_since(*at) < WAIT_MICROS);
        if waiting.len() >= MOST {
            let oldest = waiting.iter().min_by_key(|(_, (at, _))| *at).map(|(session, _)| session.clone());
            oldest.map(|session| waiting.remove(&session));
        }
        waiting.insert(session.to_owned(), (now, shown));
    }

    /// Takes the secret out.
    pub fn take(&self, session: &str, now: Timestamp) -> Option<Shown> {
        let (at, shown) = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(session)?;
        (now.micros_since(at) < WAIT_MICROS).then_some(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_seen_once_by_its_session_and_not_for_long() {
        let shown = ShownSecrets::default();
        let one = Shown { label: "Chat".to_owned(), secret: "whsec_x".to_owned() };
        shown.put("one", one.clone(), Timestamp(0));
        assert_eq!(shown.take("other", Timestamp(0)), None);
        assert_eq!(shown.take("one", Timestamp(0)), Some(one.clone()));
        assert_eq!(shown.take("one", Timestamp(0)), None);
        shown.put("one", one.clone(), Timestamp(0));
        assert_eq!(shown.take("one", Timestamp(WAIT_MICROS)), None);
        for number in 0..200 {
            shown.put(&number.to_string(), one.clone(), Timestamp(number));
        }
        assert_eq!((shown.take("0", Timestamp(200)), shown.take("199", Timestamp(200))), (None, Some(one)));
    }
}
