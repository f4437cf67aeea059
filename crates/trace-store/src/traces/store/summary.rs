//! A trace's row: what was known, joined with what came, and sums changed by (new - old).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::foundation::{ProjectKey, Result, Timestamp};
use packing::{Piece, Refs, Role};
use trace_model::merge::TraceFold;
use trace_model::{BodyRef, BodyRole, Level};

use crate::traces::reads::TraceRow;

use super::columns::{optional, text};
use super::rows::{StoredObservation, StoredTrace};

/// Models of a trace, the first by name: more than a column of their names shows, however short those are.
const MOST_MODELS: usize = 512;

/// The fold and what else only grows; joining is blind to order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) fold: TraceFold,
    pub(super) start_ns: Option<i64>,
    pub(super) end_ns: Option<i64>,
    pub(super) models: BTreeSet<String>,
}

impl State {
    pub(super) fn hear_time(&mut self, ns: i64) {
        self.start_ns = Some(self.start_ns.map_or(ns, |known| known.min(ns)));
        self.hear_end(ns);
    }

    /// An end never says that a trace began earlier: one that lies before its start comes from a clock that was set back,
    /// or was never set.
    pub(super) fn hear_end(&mut self, ns: i64) {
        self.end_ns = Some(self.end_ns.map_or(ns, |known| known.max(ns)));
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.fold.join(&other.fold);
        other.start_ns.into_iter().for_each(|ns| self.hear_time(ns));
        other.end_ns.into_iter().for_each(|ns| self.hear_end(ns));
        self.models.extend(other.models.iter().cloned());
    }

    /// Takes away the models that have no room in the column anyway, so that the state does not grow with them.
    pub(super) fn keep_few_models(&mut self) {
        while self.models.len() > MOST_MODELS {
            self.models.pop_last();
        }
    }
}

/// What observations add to the sums of their trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) observations: i64,
    pub(super) errors: i64,
    pub(super) warnings: i64,
    pub(super) input: i64,
    pub(super) output: i64,
    pub(super) cost: i64,
    pub(super) llm: i64,
}

impl Sums {
    /// What one observation adds.
    pub(super) fn of(stored: &StoredObservation) -> Self {
        let row = &stored.shown;
        let once = i64::from(row.counted);
        Self {
            observations: 1,
            errors: i64::from(row.level == Level::Error.as_str()),
            warnings: i64::from(row.level == Level::Warning.as_str()),
            input: row.input_tokens().saturating_mul(once),
            output: row.all_output_tokens().saturating_mul(once),
            cost: row.cost_nanos.unwrap_or_default().saturating_mul(once),
            llm: i64::from(stored.calls_a_model()),
        }
    }

    /// The sums in a stored trace.
    pub(super) fn in_trace(stored: &StoredTrace) -> Self {
        let row = &stored.shown;
        Self {
            observations: row.observation_count,
            errors: row.error_count,
            warnings: row.warning_count,
            input: row.input_tokens,
            output: row.output_tokens,
            cost: row.cost_nanos,
            llm: stored.llm_count,
        }
    }

    /// These and those, `sign` 1 or -1.
    pub(super) fn plus(self, other: Self, sign: i64) -> Self {
        let add = |a: i64, b: i64| a.saturating_add(b.saturating_mul(sign));
        Self {
            observations: add(self.observations, other.observations),
            errors: add(self.errors, other.errors),
            warnings: add(self.warnings, other.warnings),
            input: add(self.input, other.input),
            output: add(self.output, other.output),
            cost: add(self.cost, other.cost),
            llm: add(self.llm, other.llm),
        }
    }
}

/// Of some pieces those that a fold chose: one for each role that has a body.
pub(super) fn chosen(wanted: [(BodyRole, Option<BodyRef>); 2], pieces: &[Piece]) -> Vec<Piece> {
    let find = |(role, body): (BodyRole, Option<BodyRef>)| {
        pieces.iter().find(|piece| body.is_some() && piece.role == Role::Body(role) && piece.body == body)
    };
    wanted.into_iter().filter_map(find).copied().collect()
}

/// The row of a trace; `pieces` are candidates for its own input and output.
pub(super) fn row(
    project: ProjectKey,
    trace_id: &str,
    state: &State,
    sums: Sums,
    pieces: &[Piece],
    first_arrival: Timestamp,
    now: Timestamp,
) -> Result<StoredTrace> {
    let view = state.fold.view();
    let level = match (sums.errors, sums.warnings) {
        (1.., _) => Level::Error,
        (_, 1..) => Level::Warning,
        _ => Level::Default,
    };
    let kept = chosen([(BodyRole::TraceInput, view.input), (BodyRole::TraceOutput, view.output)], pieces);
    let start = view.timestamp_ns.min(state.start_ns.unwrap_or(view.timestamp_ns));
    let models: Vec<&str> = state.models.iter().map(String::as_str).collect();
    let shown = TraceRow {
        trace_id: trace_id.to_owned(),
        start_at: Timestamp::from_nanos(start),
        end_at: Timestamp::from_nanos(state.end_ns.unwrap_or(start).max(start)),
        tags: serde_json::to_string(&view.tags)?,
        models: text(&models.join(", ")),
        level: level.as_str().to_owned(),
        observation_count: sums.observations,
        error_count: sums.errors,
        warning_count: sums.warnings,
        input_tokens: sums.input,
        output_tokens: sums.output,
        total_tokens: sums.input.saturating_add(sums.output),
        cost_nanos: sums.cost,
        first_arrival_at: first_arrival,
        last_arrival_at: now,
        ..TraceRow::said(&view, optional)
    };
    Ok(StoredTrace {
        project,
        shown,
        state: serde_json::to_vec(state)?,
        refs: Refs { header: None, pieces: kept }.encode(),
        llm_count: sums.llm,
        packs: Vec::new(),
        measured: true,
    })
}
