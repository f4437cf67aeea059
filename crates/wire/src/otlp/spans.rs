//! From decoded spans to arrivals: check the ids, map, take the bodies out, hash.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;

use super::record::Envelope;
use super::{Export, Rejected, evaluations};
use crate::mapping;
use crate::mapping::attributes::Attributes;
use crate::mapping::io;
use crate::mapping::span::{ResourceFacts, SpanIds, SpanTimes, map};
use trace_model::times::nanoseconds;
use trace_model::{
    Arrival, ArrivalKind, Body, BodyRole, Facts, Observation, Received, RecordForm, ScopeRef, TraceFacts,
};

/// What a stored span says: the facts it gave on arrival. `None` when the record is not readable.
pub fn reread(arrival: &Arrival) -> Option<Facts> {
    let read = ResourceSpans::decode(arrival.record.as_slice()).ok()?;
    let resource = ResourceFacts::read(Attributes::new(&read.resource.unwrap_or_default().attributes));
    let scope_spans = read.scope_spans.into_iter().next()?;
    let scope = scope_ref(scope_spans.scope);
    let span = scope_spans.spans.into_iter().next()?;
    let mut attributes = Attributes::new(&span.attributes);
    // A span without times took the time of arrival, which is its event time.
    let times = read_times(&span, arrival.event_ns);
    let ids = read_ids(&span, &mut Rejected::default()).ok()?;
    let (mut observation, mut trace) = map(&span, &mut attributes, ids, times, &resource, &scope);
    set_bodies(&mut observation, &mut trace, &arrival.bodies);
    Some(Facts::Observation(Box::new(observation), Some(Box::new(trace))))
}

fn scope_ref(scope: Option<InstrumentationScope>) -> ScopeRef {
    scope.map(|s| ScopeRef { name: s.name, version: s.version }).unwrap_or_default()
}

/// Reads all spans of an export.
pub fn read(request: ExportTraceServiceRequest, now_ns: i64, export: &mut Export) {
    for resource_spans in request.resource_spans {
        read_resource(resource_spans, now_ns, export);
    }
}

fn read_resource(resource_spans: ResourceSpans, now_ns: i64, export: &mut Export) {
    let resource = resource_spans.resource.unwrap_or_default();
    let encoded = resource.encode_to_vec();
    let facts = ResourceFacts::read(Attributes::new(&resource.attributes));
    let shared = Shared { encoded: &encoded, schema_url: &resource_spans.schema_url, facts: &facts };
    for scope_spans in resource_spans.scope_spans {
        read_scope(scope_spans, &shared, now_ns, export);
    }
}

/// What all spans of a resource share.
struct Shared<'a> {
    encoded: &'a [u8],
    schema_url: &'a str,
    facts: &'a ResourceFacts,
}

fn read_scope(scope_spans: ScopeSpans, shared: &Shared<'_>, now_ns: i64, export: &mut Export) {
    let schema_urls = [scope_spans.schema_url.as_str(), shared.schema_url];
    let envelope = Envelope::new(shared.encoded, scope_spans.scope.as_ref(), schema_urls);
    let scope = scope_ref(scope_spans.scope);
    export.received.reserve(scope_spans.spans.len());
    for span in scope_spans.spans {
        let read = read_span(span, &envelope, shared.facts, &scope, now_ns, &mut export.rejected);
        let Some((received, scores)) = read else { continue };
        export.received.push(received);
        export.received.extend(scores);
    }
}

fn read_span(
    mut span: Span,
    envelope: &Envelope,
    resource: &ResourceFacts,
    scope: &ScopeRef,
    now_ns: i64,
    rejected: &mut Rejected,
) -> Option<(Received, Vec<Received>)> {
    let ids = match read_ids(&span, rejected) {
        Ok(ids) => ids,
        Err(reason) => {
            rejected.add(format!("span {:?}: {reason}", span.name));
            return None;
        }
    };
    let times = read_times(&span, now_ns);
    let mut attributes = Attributes::new(&span.attributes);
    let sources = io::find(&attributes, &span.events);
    let (mut observation, mut trace) = map(&span, &mut attributes, ids, times, resource, scope);
    let scores = evaluations::of_span(&span, &observation);
    let bodies = io::take(sources, &mut span.attributes);
    set_bodies(&mut observation, &mut trace, &bodies);
    let record = envelope.record(&span);
    let arrival = Arrival {
        kind: ArrivalKind::Span,
        trace_id: observation.trace_id.clone(),
        entity_id: observation.id.clone(),
        event_id: None,
        event_ns: times.end_ns.max(times.start_ns),
        form: RecordForm::Protobuf,
        digest: Arrival::digest_of(ArrivalKind::Span, &record, &bodies),
        record,
        bodies,
        mapping: mapping::VERSION,
    };
    let facts = Facts::Observation(Box::new(observation), Some(Box::new(trace)));
    Some((Received { arrival, facts }, scores))
}

fn set_bodies(observation: &mut Observation, trace: &mut TraceFacts, bodies: &[Body]) {
    for body in bodies {
        let slot = match body.role {
            BodyRole::Input => &mut observation.input,
            BodyRole::Output => &mut observation.output,
            BodyRole::TraceInput => &mut trace.input,
            BodyRole::TraceOutput => &mut trace.output,
        };
        *slot = Some(body.reference);
    }
}

/// A parent that cannot be one is none: the span itself is as good without it.
fn read_ids(span: &Span, rejected: &mut Rejected) -> Result<SpanIds, String> {
    Ok(SpanIds {
        trace_id: read_id(&span.trace_id, 16, "traceId")?,
        span_id: read_id(&span.span_id, 8, "spanId")?,
        parent_id: match span.parent_span_id.as_slice() {
            // Some exporters write an absent parent as zeros.
            parent if parent.iter().all(|byte| *byte == 0) => None,
            parent => match read_id(parent, 8, "parentSpanId") {
                Ok(parent) => Some(parent),
                Err(reason) => {
                    rejected.note(format!("span {:?}: {reason}: it was left out", span.name));
                    None
                }
            },
        },
    })
}

fn read_id(bytes: &[u8], length: usize, name: &str) -> Result<String, String> {
    if bytes.len() != length {
        return Err(format!("{name} must have {length} bytes, it has {}", bytes.len()));
    }
    if bytes.iter().all(|byte| *byte == 0) {
        return Err(format!("{name} must not be all zeros"));
    }
    Ok(hex::encode(bytes))
}

/// A missing edge takes the other one; both missing take the time of arrival.
fn read_times(span: &Span, now_ns: i64) -> SpanTimes {
    let read = |nanos: u64| i64::try_from(nanos).ok().filter(|time| *time > 0).map(nanoseconds);
    let (start, end) = (read(span.start_time_unix_nano), read(span.end_time_unix_nano));
    let start_ns = start.or(end).unwrap_or(now_ns);
    SpanTimes { start_ns, end_ns: end.unwrap_or(start_ns) }
}
