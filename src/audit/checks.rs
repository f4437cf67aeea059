//! Deterministic checks that need no model: re-executable by anyone, shown as facts, never as a verdict.
//!
//! Cheap overlap says whether a text is related, not whether it is subtly wrong; numbers and names are the
//! one lexical sign that helps there. So a check lists what is missing and leaves the judging to a person.

use serde::{Deserialize, Serialize};

use crate::foundation::Digest;

use super::scan;
use super::selectors::{QuoteSelector, locate};

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    /// Name and version of the rule, such as `numbers-and-names/1`.
    pub check: String,
    /// Nothing is missing and there was something to look for.
    pub passed: bool,
    /// How many items were found.
    pub found: u64,
    /// How many were looked for.
    pub total: u64,
    /// The items that are missing or differ, as written.
    pub missing: Vec<String>,
}

impl CheckResult {
    fn of(check: &str, total: usize, missing: Vec<String>) -> Self {
        let found = total.saturating_sub(missing.len());
        let passed = total > 0 && missing.is_empty();
        Self { check: check.to_owned(), passed, found: found as u64, total: total as u64, missing }
    }

    /// The fact in words: `3 of 4 found; missing: 17`.
    pub fn summary(&self) -> String {
        match (self.total, self.missing.is_empty()) {
            (0, _) => "nothing to look for".to_owned(),
            (_, true) => format!("{} of {} found", self.found, self.total),
            _ => format!("{} of {} found; missing: {}", self.found, self.total, self.missing.join(", ")),
        }
    }
}

/// The words occur verbatim in the body (white space runs taken as one blank).
pub fn quote_present(body: &str, quote: &str) -> CheckResult {
    let missing = locate(body, &QuoteSelector::exact(quote)).err().map(|_| quote.to_owned());
    CheckResult::of("quote-present/1", 1, missing.into_iter().collect())
}

/// Every number and proper name of the statement occurs in at least one of the evidence texts.
pub fn numbers_and_names(statement: &str, evidence: &[&str]) -> CheckResult {
    let known = scan::vocabulary(evidence);
    let numbers = scan::numbers(statement).into_iter();
    let wanted: Vec<String> = numbers.chain(scan::names(statement)).collect();
    let missing = wanted.iter().filter(|item| !known.contains(&scan::folded(item))).cloned().collect();
    CheckResult::of("numbers-and-names/1", wanted.len(), missing)
}

/// A pinned digest and what is stored under that name now.
#[derive(Clone, Copy, Debug)]
pub struct Pin<'a> {
    /// What was pinned: an observation's or body's id.
    pub id: &'a str,
    /// The digest at the time of pinning.
    pub pinned: Digest,
    /// The digest of the bytes held now; `None` when they are gone.
    pub now: Option<Digest>,
}

/// Every pinned digest is still the digest of the stored bytes.
pub fn digests_unchanged(pins: &[Pin<'_>]) -> CheckResult {
    let altered = pins.iter().filter(|pin| pin.now != Some(pin.pinned));
    CheckResult::of("digests-unchanged/1", pins.len(), altered.map(|pin| pin.id.to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_numbers_and_names_are_listed() {
        let evidence = [r#"{"model":"gpt-4o","tokens":1234,"tool":"send_mail","to":"Mike"}"#];
        let ok = numbers_and_names("The agent sent Mike a mail with gpt-4o using 1,234 tokens", &evidence);
        assert!(ok.passed, "{}", ok.summary());
        let wrong = numbers_and_names("The agent sent Anna a mail with gpt-4o using 17 tokens", &evidence);
        assert!(!wrong.passed);
        assert_eq!(wrong.missing, ["17", "Anna"]);
        assert_eq!(wrong.summary(), "1 of 3 found; missing: 17, Anna");
    }

    #[test]
    fn a_number_inside_an_identifier_does_not_count_as_found() {
        assert!(!numbers_and_names("it made 4 calls", &["it used gpt-4o on WO-2026-4"]).passed);
    }

    #[test]
    fn a_statement_without_numbers_or_names_passes_nothing() {
        let empty = numbers_and_names("it works", &["it works"]);
        assert!(!empty.passed);
        assert_eq!(empty.summary(), "nothing to look for");
    }

    #[test]
    fn altered_and_vanished_bytes_are_named() {
        let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
        let same = Pin { id: "same", pinned: a, now: Some(a) };
        assert!(digests_unchanged(&[same]).passed);
        let altered = Pin { id: "altered", pinned: a, now: Some(b) };
        let gone = Pin { id: "gone", pinned: a, now: None };
        assert_eq!(digests_unchanged(&[same, altered, gone]).missing, ["altered", "gone"]);
        assert!(!digests_unchanged(&[]).passed);
    }

    #[test]
    fn a_quote_is_there_or_not() {
        assert!(quote_present("the valve\nis shut", "valve is shut").passed);
        assert_eq!(quote_present("the valve is shut", "valve is open").missing, ["valve is open"]);
    }
}
