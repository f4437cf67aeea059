//! The score as a block of the order's page: four numbers, the ruler, grade, flags and what to do next.

use askama::Template;

use crate::trust::reads::Report;
use crate::trust::text;

/// The block's figures and words.
#[derive(Template)]
#[template(path = "trust/block.html")]
pub struct Block {
    number: String,
    figures: [(&'static str, String); 4],
    grade: &'static str,
    flags: Vec<&'static str>,
    proposals: Vec<String>,
    claims_nothing: bool,
    /// Whether any claim has a verdict: without one the figures are no figures.
    is_judged: bool,
    assured: u32,
    expected: u32,
    unexamined: u32,
}

impl Block {
    /// The block of a report.
    pub fn of(report: &Report) -> Self {
        let score = &report.explanation.score;
        Self {
            number: report.number.clone(),
            figures: [
                ("at least", text::whole(score.assured)),
                ("likely", text::whole(score.expected)),
                ("certainty", format!("{}\u{a0}%", text::whole(score.confidence))),
                ("looked at", format!("{}\u{a0}%", text::whole(score.coverage))),
            ],
            grade: score.grade.as_str(),
            flags: score.flags.iter().map(|flag| text::flag(*flag)).collect(),
            proposals: report
                .explanation
                .proposals
                .iter()
                .take(2)
                .map(|it| text::proposal(report, it, text::signed_whole))
                .collect(),
            claims_nothing: report.claims_nothing(),
            is_judged: !report.explanation.rows.is_empty(),
            assured: score.assured.min(10_000),
            expected: score.expected.min(10_000),
            unexamined: 100_u32.saturating_sub(score.coverage.div_ceil(100)),
        }
    }
}
