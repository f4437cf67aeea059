//! What a check found, as a sentence; a fact, never a verdict.

use crate::audit::checks::CheckResult;

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The sign before it: found, not found, nothing to look for.
    pub sign: &'static str,
    pub words: String,
}

/// The sentence of a check's result.
pub fn words(found: &CheckResult) -> Fact {
    let sign = match (found.total, found.passed) {
        (0, _) => "–",
        (_, true) => "✓",
        _ => "✕",
    };
    Fact { sign, words: sentence(found) }
}

fn sentence(found: &CheckResult) -> String {
    let name = found.check.split('/').next().unwrap_or_default();
    let share = format!("{} of {}", found.found, found.total);
    let (one, many) = (found.total == 1, found.missing.join(", "));
    match (name, found.total) {
        ("digests-unchanged", _) if found.passed => {
            format!(
                "{share} {} the bytes pinned of {}",
                if one { "span has" } else { "spans have" },
                if one { "it" } else { "them" }
            )
        }
        ("digests-unchanged", _) => format!("{share} spans have the bytes pinned of them; changed: {many}"),
        ("numbers-and-names", 0) => "The claim has no number and no name to look for".to_owned(),
        ("numbers-and-names", _) if found.passed => {
            format!("{share} numbers and names of the claim stand in this span")
        }
        ("numbers-and-names", _) => {
            format!("{share} numbers and names of the claim stand in this span; missing: {many}")
        }
        _ => format!("{}: {}", name.replace('-', " "), found.summary()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::checks::{Pin, digests_unchanged, numbers_and_names, quote_present};
    use crate::foundation::Digest;

    #[test]
    fn facts_are_sentences() {
        let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
        let kept = Pin { id: "kept", pinned: a, now: Some(a) };
        let lost = Pin { id: "lost", pinned: a, now: Some(b) };
        for (found, sign, words) in [
            (digests_unchanged(&[kept, kept]), "✓", "2 of 2 spans have the bytes pinned of them"),
            (digests_unchanged(&[kept]), "✓", "1 of 1 span has the bytes pinned of it"),
            (
                digests_unchanged(&[kept, lost]),
                "✕",
                "1 of 2 spans have the bytes pinned of them; changed: lost",
            ),
            (numbers_and_names("it works", &["it"]), "–", "The claim has no number and no name to look for"),
            (
                numbers_and_names("it made 48 calls", &["51 calls"]),
                "✕",
                "0 of 1 numbers and names of the claim stand in this span; missing: 48",
            ),
            (quote_present("abc", "b"), "✓", "quote present: 1 of 1 found"),
        ] {
            assert_eq!(super::words(&found), Fact { sign, words: words.to_owned() });
        }
    }
}
