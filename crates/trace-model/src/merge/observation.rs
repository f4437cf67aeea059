//! One observation from its arrivals.

use std::collections::HashMap;

use super::metadata::merge_into;
use crate::{Arrival, BodyRef, Observation, Stamp, WorkRef};
use foundation::Digest;

/// One arrival's part in an observation.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Where it stands in the fold.
    pub stamp: Stamp,
    /// The client's id of the event; repeats of one event count once.
    pub event_id: Option<String>,
    pub digest: Digest,
    pub facts: Observation,
}

impl Part {
    /// The part an arrival plays.
    pub fn new(arrival: &Arrival, facts: Observation) -> Self {
        Self { stamp: arrival.stamp(), event_id: arrival.event_id.clone(), digest: arrival.digest, facts }
    }
}

/// An observation and the digest of the revision it is.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldedObservation {
    pub observation: Observation,
    /// Names this state: the arrival's own digest when there is but one, else a digest over the
    /// digests of all of them in fold order.
    pub revision: Digest,
}

/// Folds the arrivals of one observation; `None` when there are none.
pub fn fold_observation(parts: Vec<Part>) -> Option<FoldedObservation> {
    let mut parts = if parts.len() > 1 { in_order(parts) } else { parts };
    if parts.len() == 1 {
        let only = parts.pop()?;
        return Some(FoldedObservation { observation: only.facts, revision: only.digest });
    }
    let mut text = b"tracewright revision 1\n".to_vec();
    let mut folded: Option<Observation> = None;
    for part in parts {
        text.extend_from_slice(&part.digest.0);
        match &mut folded {
            None => folded = Some(part.facts),
            Some(known) => overlay(known, part.facts),
        }
    }
    Some(FoldedObservation { observation: folded?, revision: Digest::of(&text) })
}

/// Sorts by stamp; of several arrivals with one event id the greatest stays.
fn in_order(mut parts: Vec<Part>) -> Vec<Part> {
    parts.sort_by_key(|part| (part.stamp, part.digest));
    parts.dedup_by_key(|part| part.digest);
    let mut last: HashMap<String, Digest> = HashMap::new();
    for part in &parts {
        if let Some(id) = &part.event_id {
            last.insert(id.clone(), part.digest);
        }
    }
    parts.retain(|part| part.event_id.as_ref().is_none_or(|id| last.get(id) == Some(&part.digest)));
    parts
}

fn overlay(known: &mut Observation, mut later: Observation) {
    overlay_actors(known, &mut later);
    keep(&mut known.trace_id, later.trace_id);
    keep(&mut known.start_ns, later.start_ns);
    keep(&mut known.environment, later.environment);
    replace(&mut known.parent_id, later.parent_id);
    replace(&mut known.kind, later.kind);
    replace(&mut known.name, later.name);
    replace(&mut known.end_ns, later.end_ns);
    replace(&mut known.completion_start_ns, later.completion_start_ns);
    replace(&mut known.level, later.level);
    replace(&mut known.status_message, later.status_message);
    replace(&mut known.model, later.model);
    replace(&mut known.provider, later.provider);
    replace(&mut known.parameters, later.parameters);
    replace(&mut known.usage, later.usage);
    if later.provided_cost.is_some() {
        known.provided_cost = later.provided_cost;
        known.cost = later.cost;
        known.cost_sent = later.cost_sent;
    }
    replace(&mut known.prompt.name, later.prompt.name);
    replace(&mut known.prompt.version, later.prompt.version);
    known.input = later_body(known.input, later.input);
    known.output = later_body(known.output, later.output);
    replace(&mut known.scope, later.scope);
    replace(&mut known.exception, later.exception);
    unite(&mut known.tags, later.tags);
    unite::<WorkRef>(&mut known.work_refs, later.work_refs);
    merge_into(&mut known.metadata, later.metadata);
    known.told.extend(later.told);
    known.root_hint |= later.root_hint;
    if !later.links.is_empty() {
        known.links = later.links;
    }
    known.event_count = known.event_count.max(later.event_count);
}

/// Who acted for whom, from which release.
fn overlay_actors(known: &mut Observation, later: &mut Observation) {
    replace(&mut known.user_id, later.user_id.take());
    replace(&mut known.session_id, later.session_id.take());
    replace(&mut known.tenant, later.tenant.take());
    replace(&mut known.agent, later.agent.take());
    replace(&mut known.persona, later.persona.take());
    replace(&mut known.workflow, later.workflow.take());
    replace(&mut known.stage, later.stage.take());
    replace(&mut known.gate_result, later.gate_result.take());
    replace(&mut known.release, later.release.take());
    replace(&mut known.version, later.version.take());
}

fn keep<T>(known: &mut Option<T>, later: Option<T>) {
    if known.is_none() {
        *known = later;
    }
}

fn replace<T>(known: &mut Option<T>, later: Option<T>) {
    if later.is_some() {
        *known = later;
    }
}

fn later_body(known: Option<BodyRef>, later: Option<BodyRef>) -> Option<BodyRef> {
    match (known, later) {
        (Some(known), Some(later)) if known.truthy && !later.truthy => Some(known),
        (known, later) => later.or(known),
    }
}

fn unite<T: Ord>(known: &mut Vec<T>, later: Vec<T>) {
    known.extend(later);
    known.sort();
    known.dedup();
}
