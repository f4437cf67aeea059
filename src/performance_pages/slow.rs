//! The slowest single runs of stages.

use crate::fleet_pages::asked::Asked;
use crate::fleet_pages::text::{DASH, Figure};
use crate::foundation::Timestamp;
use crate::foundation::address::part;
use crate::performance::reads::SlowRun;
use crate::web::format::{Time, short_id, shown};

use super::alarms::SLOW_STAGE;
use super::stages::beside;
use super::text::{short, took};

/// Characters of a span's name.
const LONGEST: usize = 80;

/// One run.
pub(super) struct Row {
    /// Opens the trace at the stage.
    pub(super) stage: Figure,
    /// Empty where one workflow is looked at.
    pub(super) workflow: String,
    pub(super) agent: String,
    pub(super) persona: String,
    pub(super) took: String,
    pub(super) is_over: bool,
    pub(super) when: Time,
    pub(super) trace: Figure,
    /// The child that took the largest part.
    pub(super) most: String,
}

/// The rows of the table.
pub(super) fn rows(asked: &Asked, runs: &[SlowRun]) -> Vec<Row> {
    let name = |name: Option<&str>| name.map_or_else(|| DASH.to_owned(), shown);
    let row = |run: &SlowRun| {
        let trace = format!("/traces/{}", part(&run.trace_id));
        Row {
            stage: Figure::to(
                run.stage.as_str(),
                format!("{trace}?observation={}", part(&run.observation_id)),
            ),
            workflow: run.workflow.as_deref().map(|name| beside(asked, name)).unwrap_or_default(),
            agent: name(run.agent.as_deref()),
            persona: name(run.persona.as_deref()),
            took: took(run.took),
            is_over: run.took > SLOW_STAGE,
            when: Time::new(Timestamp(run.start_at), asked.now),
            trace: Figure::to(short_id(&run.trace_id), trace),
            most: run.most.as_deref().map_or_else(|| DASH.to_owned(), |most| short(&shown(most), LONGEST)),
        }
    };
    runs.iter().map(row).collect()
}
