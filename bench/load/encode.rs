//! Traces as the two wire formats carry them.

use std::io::Write as _;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{self as otlp, ResourceSpans, ScopeSpans};
use prost::Message as _;
use serde_json::{Value, json};

use super::fleet;
use super::traces::{MODEL, SPANS, Span, Trace, trace};

/// How requests are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// OTLP protobuf.
    Otlp,
    /// A Langfuse batch: one create event a span and one for the trace.
    Json,
}

impl Format {
    /// Where such requests go.
    pub fn path(self) -> &'static str {
        match self {
            Self::Otlp => "/api/public/otel/v1/traces",
            Self::Json => "/api/public/ingestion",
        }
    }

    /// Their `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Otlp => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }
}

/// One request: the traces it carries and its body.
pub struct Request {
    /// Numbers of the first trace and of the one after the last.
    pub traces: std::ops::Range<u64>,
    /// What is sent.
    pub body: Vec<u8>,
}

/// What all requests of a run share.
#[derive(Clone, Copy)]
pub struct Plan {
    pub seed: u64,
    pub base_ns: u64,
    pub batch: usize,
    pub format: Format,
    pub gzip: bool,
    /// Nanoseconds from the start of one trace to that of the next.
    pub step_ns: u64,
    /// Whether traces say whose they are.
    pub is_fleet: bool,
}

impl Plan {
    /// Traces in a request.
    pub fn traces_per_request(&self) -> u64 {
        self.batch.div_ceil(SPANS) as u64
    }

    /// The request with this number.
    pub fn request(&self, number: u64) -> Request {
        let traces = number * self.traces_per_request()..(number + 1) * self.traces_per_request();
        let made: Vec<Trace> = traces.clone().map(|number| self.trace(number)).collect();
        let body = match self.format {
            Format::Otlp => protobuf(&made),
            Format::Json => batch(&made),
        };
        Request { traces, body: if self.gzip { packed(&body) } else { body } }
    }

    fn trace(&self, number: u64) -> Trace {
        let mut made = trace(self.seed, number, self.base_ns + number * self.step_ns);
        if self.is_fleet {
            fleet::name(&mut made, self.seed, number);
        }
        made
    }
}

fn packed(body: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(body).unwrap();
    writer.finish().unwrap()
}

fn protobuf(traces: &[Trace]) -> Vec<u8> {
    let spans = traces.iter().flat_map(|trace| trace.spans.iter().map(move |span| span_message(trace, span)));
    let scope_spans = vec![ScopeSpans { spans: spans.collect(), ..ScopeSpans::default() }];
    let resource = Some(Resource { attributes: vec![text("service.name", "load")], ..Resource::default() });
    let resource_spans = vec![ResourceSpans { resource, scope_spans, ..ResourceSpans::default() }];
    ExportTraceServiceRequest { resource_spans }.encode_to_vec()
}

fn span_message(trace: &Trace, span: &Span) -> otlp::Span {
    let hex = |id: &str| hex::decode(id).unwrap();
    let mut attributes = vec![
        text("langfuse.observation.type", span.kind),
        text("langfuse.observation.input", &span.input),
        text("langfuse.observation.output", &span.output),
        text("session.id", &trace.session),
        text("user.id", &trace.user),
        text("langfuse.environment", "production"),
    ];
    if let Some((input, output)) = span.tokens {
        attributes.push(text("langfuse.observation.model.name", MODEL));
        attributes.push(text("langfuse.observation.usage_details", &usage(input, output).to_string()));
    }
    attributes.extend(span.whose.iter().map(|(key, value)| text(key, value)));
    otlp::Span {
        trace_id: hex(&trace.id),
        span_id: hex(&span.id),
        parent_span_id: span.parent.as_deref().map(hex).unwrap_or_default(),
        name: span.name.to_string(),
        start_time_unix_nano: span.start_ns,
        end_time_unix_nano: span.end_ns,
        attributes,
        ..otlp::Span::default()
    }
}

fn text(key: &str, value: &str) -> KeyValue {
    let value = Some(AnyValue { value: Some(any_value::Value::StringValue(value.to_owned())) });
    KeyValue { key: key.to_owned(), value, ..KeyValue::default() }
}

fn usage(input: u64, output: u64) -> Value {
    json!({ "input": input, "output": output, "total": input + output })
}

fn batch(traces: &[Trace]) -> Vec<u8> {
    let events: Vec<Value> = traces.iter().flat_map(events).collect();
    serde_json::to_vec(&json!({ "batch": events })).unwrap()
}

fn events(trace: &Trace) -> Vec<Value> {
    let time = |ns: u64| chrono::DateTime::from_timestamp_nanos(ns.cast_signed()).to_rfc3339();
    let began = time(trace.spans.first().map_or(0, |span| span.start_ns));
    let body = json!({ "id": trace.id, "name": "support-turn", "timestamp": began, "userId": trace.user,
        "sessionId": trace.session, "environment": "production" });
    let mut events = vec![
        json!({ "id": format!("t-{}", trace.id), "type": "trace-create", "timestamp": began, "body": body }),
    ];
    for span in &trace.spans {
        let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let mut body = json!({ "id": span.id, "traceId": trace.id, "name": span.name, "environment": "production",
            "startTime": time(span.start_ns), "endTime": time(span.end_ns),
            "input": parsed(&span.input), "output": parsed(&span.output) });
        if let (Some(parent), Some(body)) = (&span.parent, body.as_object_mut()) {
            body.insert("parentObservationId".to_owned(), json!(parent));
        }
        if let (Some((input, output)), Some(body)) = (span.tokens, body.as_object_mut()) {
            body.insert("model".to_owned(), json!(MODEL));
            body.insert("usageDetails".to_owned(), usage(input, output));
        }
        let kind = format!("{}-create", span.kind);
        let id = format!("o-{}-{}", trace.id, span.id);
        events.push(json!({ "id": id, "type": kind, "timestamp": time(span.end_ns), "body": body }));
    }
    events
}
