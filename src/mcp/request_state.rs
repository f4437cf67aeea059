//! What a client carries back to us when it calls again with its person's answer: which question it was, for whom, and until
//! when, under our own key. Nothing is kept here between the two calls.
//!
//! The client can read it and cannot change it: HMAC-SHA-256 under the server key, of bytes that begin with words which no
//! other use of that key begins with. It is bound to the account, the project, the order and the question.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::foundation::{Asker, Timestamp};
use crate::people::secrets::{secret_hmac, secret_matches};

/// How long a question may be answered in the client that asked it; afterwards it still stands on our pages.
const SECONDS: i64 = 3_600;
/// The longest that is looked at, in bytes.
const MOST_BYTES: usize = 1_000;
/// What the signed bytes begin with.
const PURPOSE: &str = "mcp input_required v1\n";

/// A question that waits for a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestState {
    /// The number of the order.
    pub order: String,
    pub question: String,
    account: String,
    project: i64,
    /// The second (UTC, since 1970) at which it ends.
    expires: i64,
}

impl RequestState {
    /// For a question that this account just asked.
    pub fn of(asker: &Asker, order: &str, question: &str, now: Timestamp) -> Self {
        Self {
            order: order.to_owned(),
            question: question.to_owned(),
            account: asker.id().to_owned(),
            project: asker.project.0,
            expires: seconds(now) + SECONDS,
        }
    }

    /// As the client carries it.
    pub fn seal(&self, server_key: &[u8; 32]) -> String {
        let said = serde_json::to_string(self).unwrap_or_default();
        let mark = secret_hmac(server_key, &format!("{PURPOSE}{said}"));
        format!("{}.{}", URL_SAFE_NO_PAD.encode(said), hex::encode(mark))
    }

    /// What a client brought back; none where it is not ours, was made for somebody else, or is over.
    pub fn open(sealed: &str, server_key: &[u8; 32], asker: &Asker, now: Timestamp) -> Option<Self> {
        if sealed.len() > MOST_BYTES {
            return None;
        }
        let (said, mark) = sealed.split_once('.')?;
        let said = String::from_utf8(URL_SAFE_NO_PAD.decode(said).ok()?).ok()?;
        if !secret_matches(server_key, &format!("{PURPOSE}{said}"), &hex::decode(mark).ok()?) {
            return None;
        }
        let state: Self = serde_json::from_str(&said).ok()?;
        let is_theirs = state.account == asker.id() && state.project == asker.project.0;
        (is_theirs && seconds(now) < state.expires).then_some(state)
    }
}

fn seconds(now: Timestamp) -> i64 {
    now.0.div_euclid(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::ProjectKey;

    const KEY: [u8; 32] = [7; 32];
    const NOW: Timestamp = Timestamp(1_000_000_000);

    #[test]
    fn it_is_good_for_its_account_until_it_is_over() {
        let asker = Asker::operator(ProjectKey(1));
        let state = RequestState::of(&asker, "WO-2026-001", "q", NOW);
        let sealed = state.seal(&KEY);
        let open =
            |sealed: &str, key: &[u8; 32], asker: &Asker, now| RequestState::open(sealed, key, asker, now);
        assert_eq!(open(&sealed, &KEY, &asker, NOW), Some(state));
        let last = NOW.plus_micros(SECONDS * 1_000_000 - 1);
        assert!(open(&sealed, &KEY, &asker, last).is_some());
        assert_eq!(open(&sealed, &KEY, &asker, last.plus_micros(1)), None, "over");
        assert_eq!(open(&sealed, &[8; 32], &asker, NOW), None, "another server");
        assert_eq!(open(&sealed, &KEY, &Asker::operator(ProjectKey(2)), NOW), None, "another project");
    }

    #[test]
    fn nothing_else_opens() {
        let asker = Asker::operator(ProjectKey(1));
        let sealed = RequestState::of(&asker, "WO-2026-001", "q", NOW).seal(&KEY);
        let (said, mark) = sealed.split_once('.').unwrap();
        let changed = URL_SAFE_NO_PAD
            .encode(String::from_utf8(URL_SAFE_NO_PAD.decode(said).unwrap()).unwrap().replace("001", "002"));
        for forged in [
            String::new(),
            ".".to_owned(),
            said.to_owned(),
            format!("{said}."),
            format!("{said}.{}", "0".repeat(64)),
            format!("{changed}.{mark}"),
            format!("{said}.{mark}00"),
            format!("{said}!.{mark}"),
            "x".repeat(5_000),
        ] {
            assert_eq!(RequestState::open(&forged, &KEY, &asker, NOW), None, "{forged}");
        }
    }
}
