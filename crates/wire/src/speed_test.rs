//! A realistic export, taken whole; prints what decoding, mapping, hashing and folding cost.
//!
//! `TRACEWRIGHT_SPEED_ROUNDS=40 cargo test --lib speed -- --nocapture` gives steadier figures.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;

use crate::otlp::{Encoding, read_export};
use trace_model::Facts;
use trace_model::merge::{Part, TraceFold, fold_observation};

const SPANS: u64 = 512;
const SPANS_PER_TRACE: u64 = 8;

fn text(key: &str, value: impl Into<String>) -> KeyValue {
    let value = Some(AnyValue { value: Some(Any::StringValue(value.into())) });
    KeyValue { key: key.to_owned(), value, ..KeyValue::default() }
}

fn number(key: &str, value: i64) -> KeyValue {
    let value = Some(AnyValue { value: Some(Any::IntValue(value)) });
    KeyValue { key: key.to_owned(), value, ..KeyValue::default() }
}

fn prose(seed: u64, length: usize) -> String {
    let words = [
        "pump", "valve", "pressure", "checked", "the", "log", "says", "at", "seal", "bar", "replaced", "\\n",
    ];
    let mut state = seed;
    let mut text = String::new();
    while text.len() < length {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(words[usize::try_from(state >> 33).unwrap() % words.len()]);
        text.push(' ');
    }
    text
}

/// What a Langfuse SDK sends for one call.
fn langfuse(n: u64) -> Vec<KeyValue> {
    let messages = format!(
        r#"[{{"role":"system","content":"{}"}},{{"role":"user","content":"{}"}}]"#,
        prose(1, 1_200),
        prose(n, 1_300)
    );
    vec![
        text("user.id", "user-1"),
        text("session.id", format!("session-{}", n / 64)),
        text("langfuse.trace.name", "checkout"),
        text("langfuse.trace.metadata.tenant", "acme"),
        text("langfuse.trace.tags", r#"["beta","wo:WO-2026-001/3"]"#),
        text("langfuse.environment", "production"),
        text("langfuse.release", "2026.11"),
        text("langfuse.observation.type", "generation"),
        text("langfuse.observation.model.name", "gpt-4o-2024-08-06"),
        text("langfuse.observation.model.parameters", r#"{"temperature":0.3,"max_tokens":400}"#),
        text("langfuse.observation.usage_details", r#"{"input":612,"output":148,"input_cached_tokens":320}"#),
        text("langfuse.observation.cost_details", r#"{"input":0.00015,"output":0.0015,"total":0.00165}"#),
        text("langfuse.observation.completion_start_time", r#""2026-11-21T02:03:54.209119Z""#),
        text("langfuse.observation.input", messages),
        text(
            "langfuse.observation.output",
            format!(r#"{{"role":"assistant","content":"{}"}}"#, prose(n + 9, 1_000)),
        ),
    ]
}

/// What OpenInference sends for one call.
fn openinference(n: u64) -> Vec<KeyValue> {
    let mut attributes = vec![
        text("openinference.span.kind", "LLM"),
        text("llm.model_name", "gpt-4o-mini"),
        text("llm.provider", "openai"),
        text("llm.invocation_parameters", r#"{"model":"gpt-4o-mini","temperature":0.3}"#),
        text("session.id", format!("session-{}", n / 64)),
        text("user.id", "user-1"),
        text("metadata", r#"{"tenant":"acme","region":"eu"}"#),
        text("input.mime_type", "application/json"),
        text("output.mime_type", "application/json"),
        number("llm.token_count.prompt", 612),
        number("llm.token_count.completion", 148),
        number("llm.token_count.total", 760),
        number("llm.token_count.prompt_details.cache_read", 320),
    ];
    for place in 0..4 {
        attributes.push(text(&format!("llm.input_messages.{place}.message.role"), "user"));
        attributes.push(text(&format!("llm.input_messages.{place}.message.content"), prose(n + place, 650)));
    }
    attributes.push(text("llm.output_messages.0.message.role", "assistant"));
    attributes.push(text("llm.output_messages.0.message.content", prose(n, 700)));
    attributes
}

fn span(n: u64) -> Span {
    let (trace, place) = (n / SPANS_PER_TRACE + 1, n % SPANS_PER_TRACE);
    let parent = if place == 0 { Vec::new() } else { (n - place + 1).to_be_bytes().to_vec() };
    let start = 1_795_000_000_000_000_000 + n * 1_000_000;
    Span {
        trace_id: [trace.to_be_bytes(), trace.to_be_bytes()].concat(),
        span_id: (n + 1).to_be_bytes().to_vec(),
        parent_span_id: parent,
        name: "call-model".into(),
        kind: 1,
        start_time_unix_nano: start,
        end_time_unix_nano: start + 900_000,
        attributes: if n.is_multiple_of(2) { langfuse(n) } else { openinference(n) },
        ..Span::default()
    }
}

fn export() -> Vec<u8> {
    let scope =
        InstrumentationScope { name: "langfuse-sdk".into(), version: "5.0.4".into(), ..Default::default() };
    let spans = (0..SPANS).map(span).collect();
    let resource = Resource { attributes: vec![text("service.name", "shop")], ..Resource::default() };
    let scope_spans = vec![ScopeSpans { scope: Some(scope), spans, ..ScopeSpans::default() }];
    let resource_spans =
        vec![ResourceSpans { resource: Some(resource), scope_spans, ..ResourceSpans::default() }];
    ExportTraceServiceRequest { resource_spans }.encode_to_vec()
}

/// Reads and folds one export; gives the numbers of traces and observations.
fn take(body: &[u8]) -> (usize, usize) {
    let export = read_export(body, Encoding::Protobuf, 0).unwrap();
    let mut traces: HashMap<String, TraceFold> = HashMap::new();
    let mut observations = 0;
    for received in export.received {
        let Facts::Observation(observation, Some(facts)) = received.facts else { continue };
        traces.entry(facts.trace_id.clone()).or_default().hear(received.arrival.stamp(), &facts);
        observations +=
            usize::from(fold_observation(vec![Part::new(&received.arrival, *observation)]).is_some());
    }
    traces.values().for_each(|trace| drop(black_box(trace.view())));
    (traces.len(), observations)
}

#[test]
fn speed_of_a_realistic_export() {
    let rounds = std::env::var("TRACEWRIGHT_SPEED_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_u32);
    let body = export();
    assert_eq!(take(&body), (64, 512));
    let time = |work: &dyn Fn()| {
        let start = Instant::now();
        (0..rounds).for_each(|_| work());
        start.elapsed() / rounds
    };
    let per_10k = |spent: Duration| spent.as_secs_f64() * 10_000.0 / 512.0;
    let decode = time(&|| drop(black_box(ExportTraceServiceRequest::decode(body.as_slice()))));
    let read = time(&|| drop(black_box(read_export(&body, Encoding::Protobuf, 0))));
    let all = time(&|| assert_eq!(take(&body), (64, 512)));
    println!("bytes a span: {}", body.len() / 512);
    println!("prost decode alone:                {:.3} s per 10k spans", per_10k(decode));
    println!("decode, map, hash, encode records: {:.3} s per 10k spans", per_10k(read));
    println!("the same, grouped and folded:      {:.3} s per 10k spans", per_10k(all));
}
