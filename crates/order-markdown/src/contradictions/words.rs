//! Words compared by their stems: lower case, no stop words, a light suffix cut.
//!
//! Two texts are about the same thing when at least two stems, and at least half of the shorter question,
//! are shared. That is crude on purpose: it can be explained in one line to whoever it accuses.

use std::collections::BTreeSet;

/// Words that carry no subject, and words that only say that something is waited for.
const STOP: &[&str] = &[
    "a", "an", "the", "and", "or", "of", "to", "in", "on", "at", "by", "for", "from", "with", "without",
    "is", "are", "be", "been", "was", "were", "it", "its", "this", "that", "these", "those", "we", "i",
    "you", "our", "your", "their", "has", "have", "had", "not", "no", "yet", "still", "then", "so", "as",
    "will", "can", "must", "should", "need", "needs", "needed", "wait", "waits", "waiting", "await",
    "awaits", "awaiting", "pending", "blocked", "until", "before", "proceed", "continue", "user", "action",
    "required", "require", "requires", "please", "go", "via", "into", "up",
];
const SUFFIXES: &[&str] =
    &["ations", "ation", "ions", "ion", "ings", "ing", "ers", "er", "ed", "es", "s", "e"];

/// The stems of the content words in a text.
pub(super) fn stems(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 1 && !STOP.contains(word))
        .map(stem)
        .collect()
}

fn stem(word: &str) -> String {
    for suffix in SUFFIXES {
        let least = if suffix.len() > 3 { 4 } else { 3 };
        if let Some(stem) = word.strip_suffix(suffix).filter(|stem| stem.chars().count() >= least) {
            return stem.to_owned();
        }
    }
    word.to_owned()
}

/// How many stems of `asked` occur in `told`, when that is enough to speak of the same thing.
pub(super) fn overlap(asked: &BTreeSet<String>, told: &BTreeSet<String>) -> Option<usize> {
    let shared = asked.intersection(told).count();
    (shared >= 2 && shared * 2 >= asked.len()).then_some(shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_share_a_stem() {
        for (a, b) in [
            ("create", "creation"),
            ("creating", "created"),
            ("keys", "key"),
            ("accounts", "Account"),
            ("configure", "configuration"),
            ("trace", "traces"),
        ] {
            assert_eq!(stems(a), stems(b), "{a} {b}");
        }
        assert_ne!(stems("account"), stems("amount"));
        assert!(stems("We still need to wait for the user").is_empty());
    }

    #[test]
    fn one_shared_word_is_not_enough() {
        assert_eq!(overlap(&stems("create the billing account"), &stems("Delete account")), None);
        assert_eq!(overlap(&stems("create the account"), &stems("Creating accounts")), Some(2));
    }
}
