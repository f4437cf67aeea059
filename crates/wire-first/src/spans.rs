//! One stored span.

use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message;

use crate::attributes::Attributes;
use crate::span::{ResourceFacts, SpanIds, SpanTimes, map};
use trace_model::{Arrival, Body, BodyRole, Facts, Observation, ScopeRef, TraceFacts};

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
    let ids = read_ids(&span).ok()?;
    let (mut observation, mut trace) = map(&span, &mut attributes, ids, times, &resource, &scope);
    set_bodies(&mut observation, &mut trace, &arrival.bodies);
    Some(Facts::Observation(Box::new(observation), Some(Box::new(trace))))
}

fn scope_ref(scope: Option<InstrumentationScope>) -> ScopeRef {
    scope.map(|s| ScopeRef { name: s.name, version: s.version }).unwrap_or_default()
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

fn read_ids(span: &Span) -> Result<SpanIds, String> {
    Ok(SpanIds {
        trace_id: read_id(&span.trace_id, 16, "traceId")?,
        span_id: read_id(&span.span_id, 8, "spanId")?,
        parent_id: match span.parent_span_id.as_slice() {
            // Some exporters write an absent parent as zeros.
            [] | [0, 0, 0, 0, 0, 0, 0, 0] => None,
            parent => Some(read_id(parent, 8, "parentSpanId")?),
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
    let read = |nanos: u64| i64::try_from(nanos).ok().filter(|time| *time > 0);
    let (start, end) = (read(span.start_time_unix_nano), read(span.end_time_unix_nano));
    let start_ns = start.or(end).unwrap_or(now_ns);
    SpanTimes { start_ns, end_ns: end.unwrap_or(start_ns) }
}
