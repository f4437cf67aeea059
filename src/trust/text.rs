//! A score in words and figures, for pages and the command line.

use super::explain::{Next, Proposal};
use super::reads::Report;
use super::score::{Flag, Score};

/// Where neither a tick nor the order's end claims anything.
pub const NOTHING_CLAIMED: &str = "Nothing is claimed in this order yet: ticks are claims at once, completion criteria when the order is completed.";

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
    let words: Vec<&str> = score.flags.iter().map(|it| flag(*it)).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

/// Basis points as a whole number of hundred: `17`.
pub fn whole(basis_points: u32) -> String {
    (basis_points.saturating_add(50) / 100).to_string()
}

/// A change as a whole number with its sign; one that would round to nothing says so.
pub fn signed_whole(basis_points: i64) -> String {
    let sign = if basis_points < 0 { "−" } else { "+" };
    match basis_points.unsigned_abs().saturating_add(50) / 100 {
        0 => format!("less than {sign}1"),
        size => format!("{sign}{size}"),
    }
}

/// A flag in the words of pages.
pub fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::Disputed => "verdicts disagree",
        Flag::CriticalRefuted => "a critical claim is refuted",
        Flag::SelfOnly => "judged only by those who did it",
        Flag::Stale => "out of date",
        Flag::LowAgreement => "reviewers agree badly",
        Flag::JudgementSample => "chosen by hand, not at random",
        Flag::IntegrityFailed => "a record was changed",
    }
}

/// What to do next, in a sentence; `figure` writes what it would bring.
pub fn proposal(report: &Report, proposal: &Proposal, figure: fn(i64) -> String) -> String {
    let named = report.claims.get(&proposal.id).map(|(place, words)| format!("{place} “{words}”"));
    let what = named.unwrap_or_else(|| proposal.id.clone());
    let gain = figure(proposal.gain);
    match proposal.next {
        Next::Verify if report.lacks_evidence(&proposal.id) => format!(
            "Not enough was shown for {what}: link evidence and have it judged anew: {gain} if it is supported then"
        ),
        Next::Verify => {
            format!("Have {what} judged by an independent auditor: {gain} if what it says is supported")
        }
        Next::Settle => format!("Mend and settle the refutation of {what}: {gain}"),
        Next::Restore => format!("Restore the logged bytes of trace {what}: {gain}"),
    }
}

/// The lines of `tracewright score`.
pub fn lines(report: &Report) -> Vec<String> {
    let score = &report.explanation.score;
    let mut lines = vec![
        format!("{} {}", report.number, report.title),
        format!("at least    {:>6}  assured", percent(score.assured)),
        format!("likely      {:>6}  expected", percent(score.expected)),
        format!("sure        {:>6}  confidence of the guess", percent(score.confidence)),
        format!("looked at   {:>6}  coverage", percent(score.coverage)),
        format!("grade       {:>6}", score.grade.as_str()),
        format!("flags       {}", flags(score)),
        format!("at          {} entries, as of {}", score.tree_size, score.as_of),
        format!("policy      {}", score.policy),
    ];
    lines.extend(
        report.explanation.proposals.iter().map(|it| format!("next        {}", proposal(report, it, signed))),
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

    #[test]
    fn pages_say_whole_numbers() {
        assert_eq!([1_669, 5_564, 49, 10_000].map(whole), ["17", "56", "0", "100"]);
        assert_eq!([120, -250, 35, -35].map(signed_whole), ["+1", "−3", "less than +1", "less than −1"]);
    }
}
