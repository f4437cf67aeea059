//! A score in words and figures, for pages and the command line.

use super::explain::{Next, Proposal};
use super::reads::Report;
use super::score::Score;

/// Basis points as `95.73`.
pub fn percent(basis_points: u32) -> String {
    format!("{}.{:02}", basis_points / 100, basis_points % 100)
}

/// A change in basis points with its sign: `+1.20`, `−0.35`.
pub fn signed(basis_points: i64) -> String {
    let sign = if basis_points < 0 { "−" } else { "+" };
    let size = basis_points.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

/// The flags, or the word `none`.
pub fn flags(score: &Score) -> String {
    let words: Vec<&str> = score.flags.iter().map(|flag| flag.as_str()).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

/// What to do next, in a sentence.
pub fn proposal(report: &Report, proposal: &Proposal) -> String {
    let named = report.claims.get(&proposal.id).map(|(place, words)| format!("{place} “{words}”"));
    let what = named.unwrap_or_else(|| proposal.id.clone());
    let gain = signed(proposal.gain);
    match proposal.next {
        Next::Verify => format!("Have {what} judged by an independent auditor: {gain} if it is supported"),
        Next::Settle => format!("Mend and settle the refutation of {what}: {gain}"),
        Next::Restore => format!("Restore the logged bytes of trace {what}: {gain}"),
    }
}

/// The lines of `tracewright score`.
pub fn lines(report: &Report) -> Vec<String> {
    let score = &report.explanation.score;
    let mut lines = vec![
        format!("{} {}", report.number, report.title),
        format!("assured     {:>6}", percent(score.assured)),
        format!("expected    {:>6}", percent(score.expected)),
        format!("confidence  {:>6}", percent(score.confidence)),
        format!("coverage    {:>6}", percent(score.coverage)),
        format!("grade       {:>6}", score.grade.as_str()),
        format!("flags       {}", flags(score)),
        format!("at          {} leaves, as of {}", score.tree_size, score.as_of),
        format!("policy      {}", score.policy),
    ];
    lines.extend(
        report.explanation.proposals.iter().map(|it| format!("next        {}", proposal(report, it))),
    );
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basis_points_are_written_with_two_digits() {
        assert_eq!((percent(9_573), percent(5)), ("95.73".to_owned(), "0.05".to_owned()));
        assert_eq!((signed(120), signed(-35)), ("+1.20".to_owned(), "−0.35".to_owned()));
    }
}
