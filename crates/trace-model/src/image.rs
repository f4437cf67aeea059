//! The image of an observation: its state as JSON, bodies by digest. A revision is the SHA-256 of these bytes.
//!
//! The form is numbered and its fields stand in this order; absent fields are left out. Nothing in it depends on when
//! or in which order arrivals came.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::fields::Fields;
use crate::{BodyRef, Counter, JsonMap, Observation, Usage, WorkRef};
use foundation::Digest;

use crate::exact;

#[derive(Serialize)]
struct Image<'a> {
    format: &'static str,
    /// The arrivals it was folded from, in fold order.
    arrivals: &'a [Digest],
    trace_id: &'a str,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<&'a str>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_ns: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_ns: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completion_start_ns: Option<i64>,
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<UsageImage<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_nanos: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    costs_nanos: Vec<(&'a str, i64)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_sent: Option<&'a str>,
    #[serde(flatten)]
    who: Who<'a>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "serde_json::Map::is_empty", serialize_with = "whole_numbers")]
    metadata: &'a JsonMap,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_version: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<BodyRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<BodyRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<(&'a str, &'a str)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<(&'a str, &'a str)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<(&'a str, &'a str)>,
    event_count: usize,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    work_refs: &'a [WorkRef],
}

#[derive(Serialize)]
struct Who<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    persona: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workflow: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gate_result: Option<&'a str>,
}

#[derive(Serialize)]
struct UsageImage<'a> {
    convention: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    uncached_input: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cached_read: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_write: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<i64>,
    entries: &'a [(String, i64)],
    #[serde(skip_serializing_if = "Option::is_none")]
    total_sent: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<&'a str>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "so serde hands a field over")]
fn whole_numbers<S: Serializer>(metadata: &&JsonMap, serializer: S) -> Result<S::Ok, S::Error> {
    exact::map(metadata, serializer)
}

/// The image of an observation folded from these arrivals (their digests in fold order).
pub fn image(trace_id: &str, o: &Observation, arrivals: &[Digest]) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Image {
        format: "tracewright observation 1",
        arrivals,
        trace_id,
        id: &o.id,
        parent_id: o.parent_id.as_deref(),
        kind: o.kind.unwrap_or_default().as_str(),
        name: o.name.as_deref(),
        start_ns: o.start_ns,
        end_ns: o.end_ns,
        completion_start_ns: o.completion_start_ns,
        level: o.level.unwrap_or_default().as_str(),
        status_message: o.status_message.as_deref(),
        model: o.model.as_deref(),
        provider: o.provider.as_deref(),
        parameters: o.parameters.as_deref(),
        usage: o.usage.as_deref().map(usage),
        cost_nanos: o.provided_cost.map(|cost| cost.0),
        costs_nanos: o.cost.iter().map(|(name, cost)| (name.as_str(), cost.0)).collect(),
        cost_sent: o.cost_sent.as_deref(),
        who: who(o),
        tags: &o.tags,
        metadata: &o.metadata,
        prompt_name: o.prompt.name.as_deref(),
        prompt_version: o.prompt.version,
        input: o.input,
        output: o.output,
        scope: o.scope.as_ref().map(|scope| (scope.name.as_str(), scope.version.as_str())),
        exception: o.exception.as_ref().map(|e| (e.kind.as_str(), e.message.as_str())),
        links: o.links.iter().map(|link| (link.trace_id.as_str(), link.span_id.as_str())).collect(),
        event_count: o.event_count,
        work_refs: &o.work_refs,
    })
}

fn who(o: &Observation) -> Who<'_> {
    Who {
        environment: o.environment.as_deref(),
        release: o.release.as_deref(),
        version: o.version.as_deref(),
        user_id: o.user_id.as_deref(),
        session_id: o.session_id.as_deref(),
        tenant: o.tenant.as_deref(),
        agent: o.agent.as_deref(),
        persona: o.persona.as_deref(),
        workflow: o.workflow.as_deref(),
        stage: o.stage.as_deref(),
        gate_result: o.gate_result.as_deref(),
    }
}

fn usage(usage: &Usage) -> UsageImage<'_> {
    UsageImage {
        convention: usage.convention.as_str(),
        uncached_input: usage.count(Counter::UncachedInput),
        cached_read: usage.count(Counter::CachedRead),
        cache_write: usage.count(Counter::CacheWrite),
        output: usage.count(Counter::Output),
        reasoning: usage.count(Counter::Reasoning),
        entries: &usage.entries,
        total_sent: usage.total_sent,
        sent: usage.sent.as_deref(),
    }
}

/// What the API shows of an image beside the columns.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    /// Model parameters: a JSON object as text.
    pub parameters: Option<String>,
    pub usage: ShownUsage,
    /// Costs in nano-dollars by name, as the client gave them.
    pub costs_nanos: Vec<(String, i64)>,
    pub metadata: Option<Box<RawValue>>,
    pub prompt_name: Option<String>,
    pub prompt_version: Option<i64>,
}

/// Tokens as the client counted them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ShownUsage {
    /// Counts by Langfuse names, a total among them.
    pub entries: Vec<(String, i64)>,
    /// The total as the client gave it.
    pub total_sent: Option<i64>,
    /// The usage map as sent.
    sent: Option<String>,
}

impl ShownUsage {
    /// What was counted where it was no tokens: `CHARACTERS`, `SECONDS`.
    pub fn other_unit(&self) -> Option<String> {
        let unit: String = Fields::read(self.sent.as_deref()?)?.get("unit")?;
        Some(unit).filter(|unit| !unit.is_empty() && !unit.eq_ignore_ascii_case("tokens"))
    }

    /// One count by its Langfuse name.
    pub fn entry(&self, name: &str) -> Option<i64> {
        self.entries.iter().find(|(known, _)| known == name).map(|(_, count)| *count)
    }
}

/// Reads an image.
pub fn shown(image: &[u8]) -> serde_json::Result<Shown> {
    serde_json::from_slice(image)
}
