//! A small load tool: realistic OTLP traces to a running server on loopback, and what it took.
//!
//! `cargo run --release --example ingest_load -- http://127.0.0.1:8420 pk-lf-… sk-lf-… [spans] [batch] [connections]`
//!
//! Traces have 8 spans (agent, chain, two retrievers, three generations with 2 to 4 kB of messages, tool), about 4.5 kB
//! of protobuf a span, and are the same on every run. Bodies are encoded before the clock starts. The run is bounded
//! and refuses any host but loopback.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a tool for a developer at a terminal"
)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message as _;

const WORDS: &[&str] = &[
    "bearing",
    "catalogue",
    "shelf",
    "conveyor",
    "gearbox",
    "torque",
    "seal",
    "belt",
    "row",
    "stock",
    "order",
    "mechanic",
    "answer",
    "question",
    "found",
    "missing",
    "pressure",
    "sensor",
    "valve",
    "motor",
    "the",
    "a",
    "of",
    "with",
    "for",
    "and",
    "is",
    "was",
    "are",
    "not",
    "in",
    "on",
    "by",
    "per",
    "shift",
    "plant",
    "line",
    "trace",
    "model",
    "tool",
];
const SPANS_PER_TRACE: usize = 8;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [url, public, secret, rest @ ..] = args.as_slice() else {
        println!("usage: ingest_load URL PUBLIC_KEY SECRET_KEY [spans=40960] [batch=512] [connections=4]");
        return;
    };
    assert!(url.starts_with("http://127.0.0.1:") || url.starts_with("http://localhost:"), "loopback only");
    let number =
        |place: usize, default: usize| rest.get(place).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (spans, batch, connections) =
        (number(0, 40_960).min(2_000_000), number(1, 512), number(2, 4).min(64));
    let bodies = Arc::new(encode_all(spans, batch));
    let bytes: usize = bodies.iter().map(Vec::len).sum();
    println!("{} requests of {batch} spans, {} bytes a span", bodies.len(), bytes / spans.max(1));
    let login = base64::engine::general_purpose::STANDARD.encode(format!("{public}:{secret}"));
    let target = format!("{url}/api/public/otel/v1/traces");
    let (elapsed, mut times, refused) = send_all(&bodies, &target, &format!("Basic {login}"), connections);
    report(spans, batch, elapsed, &mut times, refused);
}

fn send_all(
    bodies: &Arc<Vec<Vec<u8>>>,
    target: &str,
    login: &str,
    connections: usize,
) -> (Duration, Vec<Duration>, usize) {
    let next = Arc::new(AtomicUsize::new(0));
    let refused = Arc::new(AtomicUsize::new(0));
    let times = Arc::new(Mutex::new(Vec::new()));
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..connections {
            scope.spawn(|| send_some(bodies, target, login, &next, &refused, &times));
        }
    });
    let elapsed = begun.elapsed();
    let times = times.lock().unwrap().clone();
    (elapsed, times, refused.load(Ordering::SeqCst))
}

fn send_some(
    bodies: &[Vec<u8>],
    target: &str,
    login: &str,
    next: &AtomicUsize,
    refused: &AtomicUsize,
    times: &Mutex<Vec<Duration>>,
) {
    let config = ureq::Agent::config_builder().http_status_as_error(false).build();
    let agent = ureq::Agent::new_with_config(config);
    while let Some(body) = bodies.get(next.fetch_add(1, Ordering::SeqCst)) {
        loop {
            let sent = Instant::now();
            let answer = agent
                .post(target)
                .header("authorization", login)
                .header("content-type", "application/x-protobuf")
                .send(body.as_slice());
            let status = answer.map_or(0, |answer| answer.status().as_u16());
            if status == 200 {
                times.lock().unwrap().push(sent.elapsed());
                break;
            }
            refused.fetch_add(1, Ordering::SeqCst);
            assert!(matches!(status, 429 | 503), "answered {status}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn report(spans: usize, batch: usize, elapsed: Duration, times: &mut [Duration], refused: usize) {
    times.sort_unstable();
    let at = |share: usize| {
        times.get((times.len() * share / 100).min(times.len() - 1)).copied().unwrap_or_default()
    };
    println!(
        "acknowledged {spans} spans in {:.2} s: {:.0} spans/s (batch {batch})",
        elapsed.as_secs_f64(),
        spans as f64 / elapsed.as_secs_f64()
    );
    println!(
        "answer p50 {:.1?}, p95 {:.1?}, p99 {:.1?}; refused with 429/503: {refused}",
        at(50),
        at(95),
        at(99)
    );
}

fn encode_all(spans: usize, batch: usize) -> Vec<Vec<u8>> {
    let traces_per_batch = batch.div_ceil(SPANS_PER_TRACE);
    let mut random = Random(0x5eed);
    let requests = spans.div_ceil(traces_per_batch * SPANS_PER_TRACE);
    (0..requests).map(|_| encode_batch(traces_per_batch, &mut random)).collect()
}

fn encode_batch(traces: usize, random: &mut Random) -> Vec<u8> {
    let spans = (0..traces).flat_map(|_| trace(random)).collect();
    let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
    let resource = Some(Resource { attributes: vec![text("service.name", "load")], ..Resource::default() });
    let resource_spans = vec![ResourceSpans { resource, scope_spans, ..ResourceSpans::default() }];
    ExportTraceServiceRequest { resource_spans }.encode_to_vec()
}

/// (name, type, input bytes, output bytes, model)
const SHAPE: [(&str, &str, usize, usize, bool); SPANS_PER_TRACE] = [
    ("support-turn", "agent", 600, 900, false),
    ("plan", "chain", 1_200, 1_600, false),
    ("search-catalogue", "retriever", 300, 4_200, false),
    ("search-manuals", "retriever", 300, 4_200, false),
    ("rank", "generation", 3_600, 1_200, true),
    ("draft", "generation", 4_000, 2_400, true),
    ("stock_lookup", "tool", 300, 700, false),
    ("answer", "generation", 4_000, 2_600, true),
];

fn trace(random: &mut Random) -> Vec<Span> {
    let trace_id: Vec<u8> = (0..16).map(|_| random.next() as u8).collect();
    let start = 1_790_000_000_000_000_000 + random.next() % 1_000_000_000_000;
    let root = random.next().to_be_bytes().to_vec();
    SHAPE
        .iter()
        .enumerate()
        .map(|(place, shape)| {
            let span_id = if place == 0 { root.clone() } else { random.next().to_be_bytes().to_vec() };
            let parent_span_id = if place == 0 { Vec::new() } else { root.clone() };
            let begun = start + place as u64 * 20_000_000;
            Span {
                trace_id: trace_id.clone(),
                span_id,
                parent_span_id,
                name: shape.0.to_owned(),
                start_time_unix_nano: begun,
                end_time_unix_nano: begun + 18_000_000,
                attributes: attributes(shape, random),
                ..Span::default()
            }
        })
        .collect()
}

fn attributes(
    &(_, kind, input, output, is_model): &(&str, &str, usize, usize, bool),
    random: &mut Random,
) -> Vec<KeyValue> {
    let message = |role: &str, content: &str| format!(r#"[{{"role":"{role}","content":"{content}"}}]"#);
    let mut attributes = vec![
        text("langfuse.observation.type", kind),
        text("langfuse.observation.input", &message("user", &prose(input, random))),
        text("langfuse.observation.output", &message("assistant", &prose(output, random))),
        text("session.id", &format!("session-{}", random.next() % 500)),
        text("user.id", &format!("mechanic-{}", random.next() % 60)),
        text("langfuse.environment", "production"),
    ];
    if is_model {
        let (prompt, completion) = (random.next() % 3_000, random.next() % 900);
        attributes.push(text("langfuse.observation.model.name", "gpt-4o-mini"));
        attributes.push(text(
            "langfuse.observation.usage_details",
            &format!(r#"{{"input":{prompt},"output":{completion},"total":{}}}"#, prompt + completion),
        ));
    }
    attributes
}

fn prose(bytes: usize, random: &mut Random) -> String {
    let mut out = String::with_capacity(bytes + 16);
    while out.len() < bytes {
        let pick = random.next() as usize;
        out.push_str(WORDS[pick % WORDS.len()]);
        if pick.is_multiple_of(7) {
            out.push_str(&format!(" {}", random.next() % 10_000));
        }
        out.push(if pick.is_multiple_of(13) { '.' } else { ' ' });
    }
    out
}

fn text(key: &str, value: &str) -> KeyValue {
    let value = Some(AnyValue { value: Some(any_value::Value::StringValue(value.to_owned())) });
    KeyValue { key: key.to_owned(), value, ..KeyValue::default() }
}

/// `SplitMix64`: the same traces on every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
