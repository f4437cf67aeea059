//! From what is known of an observation to its columns.

use crate::foundation::money::NanoDollars;
use crate::foundation::{Digest, ProjectKey, Timestamp};
use crate::traces::reads::ObservationRow;
use prices::model::MOST_OF_CALL;
use trace_model::{Known, Observation, ScopeRef};

use super::rows::StoredObservation;

/// The longest text in a column, in bytes; the image keeps all of it.
const LONGEST: usize = 1_000;

/// The longest fact in a column, in bytes: of one that says more nothing is kept, since a part of it would not be JSON.
const LONGEST_FACT: usize = 16_000;

/// The largest number of tokens in a column: no call has more, and sums of rows must not overflow. The image keeps what
/// was said.
const MOST_TOKENS: i64 = 1_000_000_000_000;

/// A cost as columns hold it.
pub(super) fn cost(cost: NanoDollars) -> i64 {
    cost.0.clamp(-MOST_OF_CALL.0, MOST_OF_CALL.0)
}

/// Text that both databases take: no NUL, of bounded length.
pub(crate) fn text(text: &str) -> String {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().replace('\0', "\u{fffd}")
}

pub(super) fn optional(value: Option<&String>) -> Option<String> {
    value.map(|value| text(value))
}

fn tokens(count: i64) -> i64 {
    count.clamp(0, MOST_TOKENS)
}

/// The parts of a given cost whose names hold a word: `input`, `input_cached_tokens`; names with nano-dollars.
pub(crate) fn part_of_cost<'a>(costs: impl Iterator<Item = (&'a str, i64)>, word: &str) -> i64 {
    let parts = costs.filter(|(name, _)| name.to_ascii_lowercase().contains(word));
    parts.fold(0, |sum: i64, (_, part)| sum.saturating_add(part)).min(MOST_OF_CALL.0)
}

/// One word for each end of a quality gate, whichever clients write.
pub(super) fn gate(sent: &str) -> String {
    match sent.trim().to_ascii_lowercase().as_str() {
        "true" | "pass" | "passed" | "success" | "ok" => "passed".to_owned(),
        "false" | "fail" | "failed" | "failure" => "failed".to_owned(),
        other => text(other),
    }
}

/// What an observation tells beyond its kind, as JSON.
pub(super) fn fact(o: &Observation) -> Option<String> {
    let fact = trace_model::fact::of(o)?;
    serde_json::to_string(&fact).ok().filter(|text| text.len() <= LONGEST_FACT)
}

fn scope(scope: &ScopeRef) -> String {
    text(&format!("{}@{}", scope.name, scope.version))
}

/// The row of an observation.
pub(super) fn row(
    project: ProjectKey,
    trace_id: &str,
    o: &Observation,
    arrivals: usize,
    revision: Digest,
    refs: Vec<u8>,
) -> StoredObservation {
    let counts = o.usage.as_ref().map(|usage| usage.counts).unwrap_or_default();
    let known = o.usage.as_ref().map_or(Known::NONE, |usage| usage.known);
    let costs = || o.cost.iter().map(|(name, cost)| (name.as_str(), cost.0));
    let part = |word| o.provided_cost.map(|_| part_of_cost(costs(), word));
    let shown = ObservationRow {
        trace_id: trace_id.to_owned(),
        observation_id: o.id.clone(),
        parent_id: o.parent_id.clone(),
        kind: o.kind.unwrap_or_default().as_str().to_owned(),
        name: optional(o.name.as_ref()),
        start_at: o.start_ns.map(Timestamp::from_nanos),
        end_at: o.end_ns.map(Timestamp::from_nanos),
        first_token_at: o.completion_start_ns.map(Timestamp::from_nanos),
        level: o.level.unwrap_or_default().as_str().to_owned(),
        status_message: optional(o.status_message.as_ref()),
        model: optional(o.model.as_ref()),
        provider: optional(o.provider.as_ref()),
        uncached_input: tokens(counts.uncached_input),
        cached_read: tokens(counts.cached_read),
        cache_write: tokens(counts.cache_write),
        output_tokens: tokens(counts.output),
        reasoning: tokens(counts.reasoning),
        usage_convention: o.usage.as_ref().map(|usage| usage.convention.as_str().to_owned()),
        usage_known: known.bits(),
        cost_nanos: o.provided_cost.map(cost),
        environment: optional(o.environment.as_ref()),
        user_id: optional(o.user_id.as_ref()),
        session_id: optional(o.session_id.as_ref()),
        tenant: optional(o.tenant.as_ref()),
        agent: optional(o.agent.as_ref()),
        persona: optional(o.persona.as_ref()),
        workflow: optional(o.workflow.as_ref()),
        stage: optional(o.stage.as_ref()),
        version: optional(o.version.as_ref()),
        counted: true,
        arrivals: i64::try_from(arrivals).unwrap_or(i64::MAX),
        revision: revision.0.to_vec(),
    };
    StoredObservation {
        project,
        shown,
        scope: o.scope.as_ref().map(scope),
        image: refs,
        price: None,
        input_nanos: part("input"),
        output_nanos: part("output"),
        inherited: 0,
        gate: o.gate_result.as_deref().map(gate),
        fact: fact(o),
    }
}
