//! Coverage as JSON.

use serde::Serialize;
use utoipa::ToSchema;

use crate::coverage::model::{Counter, Line};
use crate::coverage::reads::Found;
use crate::foundation::Timestamp;

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// Which share of the billed calls is traced.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CoverageView {
    /// The last so many days.
    pub period_days: i64,
    /// `unknown` where nobody counts calls, `below` the goal of 99 %, or `fine`.
    pub state: String,
    /// Traced calls of a thousand billed ones, rounded down; not there where nobody counts calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traced_per_mille: Option<i64>,
    /// Billed calls that somebody counted.
    pub billed_calls: i64,
    /// Those of them that are traced.
    pub traced_calls: i64,
    /// By day and model, the newest first.
    pub days: Vec<CoverageDayView>,
    /// Numbers of calls of the gateway that have no trace: the newest 100.
    pub untraced_numbers: Vec<i64>,
}

/// One day and model.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CoverageDayView {
    /// `2026-11-21`, of UTC.
    pub day: String,
    /// `openai` or `anthropic`.
    pub provider: String,
    /// Empty where no answer said it.
    pub model: String,
    /// Who counted: `gateway` or `export`.
    pub counted_by: String,
    /// Not there where an export counts tokens alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billed_calls: Option<i64>,
    pub traced_calls: i64,
    /// What an export says; not there where it says nothing of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billed_output_tokens: Option<i64>,
    pub traced_output_tokens: i64,
}

impl CoverageView {
    /// As it was found.
    pub fn of(period_days: i64, found: Found) -> Self {
        let Found { coverage, untraced, .. } = found;
        Self {
            period_days,
            state: coverage.standing().as_str().to_owned(),
            traced_per_mille: coverage.per_mille(),
            billed_calls: coverage.billed,
            traced_calls: coverage.traced,
            days: coverage.lines.iter().map(CoverageDayView::of).collect(),
            untraced_numbers: untraced.into_iter().map(|call| call.number).collect(),
        }
    }
}

impl CoverageDayView {
    fn of(line: &Line) -> Self {
        let at = Timestamp(line.day.saturating_mul(DAY));
        let counted_by = match line.counter {
            Counter::Gateway => "gateway",
            Counter::Export => "export",
        };
        Self {
            day: at.to_chrono().format("%Y-%m-%d").to_string(),
            provider: line.provider.as_str().to_owned(),
            model: line.model.clone(),
            counted_by: counted_by.to_owned(),
            billed_calls: line.billed,
            traced_calls: line.traced,
            billed_output_tokens: line.billed_output,
            traced_output_tokens: line.traced_output,
        }
    }
}
