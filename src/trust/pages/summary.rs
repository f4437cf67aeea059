//! A score in one sentence and four numbers, each with its meaning.

use std::collections::BTreeMap;

use crate::trust::explain::Row;
use crate::trust::reads::Report;
use crate::trust::text;

/// What stands first on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Whole numbers of hundred.
    pub at_least: String,
    pub likely: String,
    /// How much was looked at, and what was found.
    pub found: String,
    pub grade: &'static str,
    pub flags: Vec<&'static str>,
    /// Number, its name, what it means.
    pub four: [(String, &'static str, String); 4],
    /// Basis points, basis points, per cent, for the vernier.
    pub assured: u32,
    pub expected: u32,
    pub unexamined: u32,
    /// Claims that nobody judged.
    pub waiting: usize,
    /// Criteria that nobody claims yet.
    pub unclaimed: usize,
}

impl Summary {
    /// The summary of a report.
    pub fn of(report: &Report) -> Self {
        let score = &report.explanation.score;
        let judged = outcomes(&report.explanation.rows);
        let to_judge = || report.masses.keys().filter(|id| !report.unclaimed.contains(*id));
        let total = to_judge().count().max(judged.len());
        let waiting = to_judge().filter(|id| !judged.contains_key(id.as_str())).count();
        Self {
            at_least: text::whole(score.assured),
            likely: text::whole(score.expected),
            found: if report.claims_nothing() {
                text::NOTHING_CLAIMED.to_owned()
            } else {
                found(&judged, &text::whole(score.coverage))
            },
            unclaimed: report.unclaimed.len(),
            grade: score.grade.as_str(),
            flags: score.flags.iter().map(|flag| text::flag(*flag)).collect(),
            four: [
                (
                    text::whole(score.assured),
                    "at least",
                    "Even if we were unlucky in what we looked at.".to_owned(),
                ),
                (text::whole(score.expected), "likely", "The best guess from the verdicts.".to_owned()),
                (
                    format!("{}\u{a0}%", text::whole(score.confidence)),
                    "certainty",
                    "How sure the likely figure is: it grows with each independent verdict.".to_owned(),
                ),
                (
                    format!("{}\u{a0}%", text::whole(score.coverage)),
                    "looked at",
                    format!("{} of {total} claims, weighed by importance.", judged.len()),
                ),
            ],
            assured: score.assured.min(10_000),
            expected: score.expected.min(10_000),
            unexamined: 100_u32.saturating_sub(score.coverage.div_ceil(100)),
            waiting,
        }
    }
}

/// What each judged claim came to: its last verdict that was not replaced.
fn outcomes(rows: &[Row]) -> BTreeMap<&str, &'static str> {
    let stands = |row: &&Row| !["superseded", "replaced"].contains(&row.standing.as_str());
    rows.iter().filter(stands).map(|row| (row.claim.as_str(), row.outcome.as_str())).collect()
}

fn found(judged: &BTreeMap<&str, &'static str>, coverage: &str) -> String {
    if judged.is_empty() {
        return "Nobody has judged a claim yet; that likely is 50 only means that nobody knows.".to_owned();
    }
    let count = |outcome: &str| judged.values().filter(|it| **it == outcome).count();
    let parts = [
        (count("supported"), "supported"),
        (count("refuted"), "refuted"),
        (count("not_enough_information"), "could not be decided"),
    ];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let claims = if judged.len() == 1 { "claim" } else { "claims" };
    format!(
        "{coverage}\u{a0}% of what counts was looked at. {} {claims} judged: {}.",
        judged.len(),
        said.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_a_sentence() {
        let judged = |outcomes: &[&'static str]| -> BTreeMap<&str, &'static str> {
            ["a", "b", "c"].into_iter().zip(outcomes.iter().copied()).collect()
        };
        for (outcomes, words) in [
            (&["supported"][..], "50\u{a0}% of what counts was looked at. 1 claim judged: 1 supported."),
            (
                &["supported", "refuted", "not_enough_information"],
                "50\u{a0}% of what counts was looked at. 3 claims judged: 1 supported, 1 refuted, 1 could not be decided.",
            ),
            (&[], "Nobody has judged a claim yet; that likely is 50 only means that nobody knows."),
        ] {
            assert_eq!(found(&judged(outcomes), "50"), words);
        }
    }
}
