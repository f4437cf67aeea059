//! Masking through every way in: nothing of a secret is stored, and what was found is.

use masking::{Family, OwnPattern};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message as _;
use serde_json::json;
use tracewright::bodies::current_body;
use tracewright::foundation::Asker;
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch, ingest_otlp, ingest_scores};
use tracewright::privacy::actions::set_policy;
use tracewright::privacy::model::Policy;
use tracewright::privacy::reads;
use wire::otlp::Encoding;

use crate::harness::{TestApp, on_both};

use super::{PROJECT, batch, event, is_anywhere};

/// The telling part of a made-up key; the key itself is put together where it is sent.
const TELLING: &str = "Zk3Qw9Lm2Xc7Vb5N";

fn key() -> String {
    format!("{}_{TELLING}{}", "ghp", "aB1cD2eF3gH4iJ5kL6mN")
}

fn attribute(key: &str, value: String) -> KeyValue {
    let value = Some(AnyValue { value: Some(Value::StringValue(value)) });
    KeyValue { key: key.to_owned(), value, ..KeyValue::default() }
}

fn protobuf() -> Vec<u8> {
    let span = Span {
        trace_id: vec![7; 16],
        span_id: vec![8; 8],
        name: format!("call with {}", key()),
        start_time_unix_nano: 1_795_251_600_000_000_000,
        end_time_unix_nano: 1_795_251_601_000_000_000,
        attributes: vec![
            attribute("gen_ai.prompt", format!("[{{\"role\":\"user\",\"content\":\"use {}\"}}]", key())),
            attribute("http.url", format!("https://someone:{TELLING}77@example.com/")),
            attribute("session.id", "session-1".to_owned()),
        ],
        ..Span::default()
    };
    let resource = Resource { attributes: vec![attribute("deploy.token", key())], ..Resource::default() };
    let scoped = ScopeSpans { spans: vec![span], ..ScopeSpans::default() };
    let spans =
        ResourceSpans { resource: Some(resource), scope_spans: vec![scoped], ..ResourceSpans::default() };
    ExportTraceServiceRequest { resource_spans: vec![spans] }.encode_to_vec()
}

async fn otlp(t: &TestApp, body: Vec<u8>, encoding: Encoding) {
    let (intake, rule) = (Intake::unheard(), Asker::system(PROJECT));
    let refused = ingest_otlp(&t.app, &intake, &rule, RequestBody::plain(body), encoding).await.unwrap();
    assert_eq!(refused.count, 0, "{refused:?}");
}

async fn found(t: &TestApp, trace: &'static str) -> Vec<(String, String, String)> {
    let found = t
        .app
        .db
        .read(move |conn| tracewright::traces::reads::findings::findings_of(conn, PROJECT, trace))
        .await
        .unwrap();
    found.into_iter().map(|one| (one.observation_id, one.field, one.detector)).collect()
}

fn of(observation: &str, field: &str, detector: &str) -> (String, String, String) {
    (observation.to_owned(), field.to_owned(), detector.to_owned())
}

on_both! {
    async fn an_event_of_a_batch_is_masked_everywhere_and_stays_json(t: TestApp) {
        let body = json!({
            "id": "o", "traceId": "t", "name": format!("n {}", key()), "statusMessage": key(),
            "input": { "messages": [{ "role": "user", "content": format!("line\n{}", key()) }] },
            "output": format!("{{\"password\": \"{TELLING}\"}}"),
            "metadata": { "api_key": format!("{TELLING}9"), "kept": "caf\u{e9}" },
        });
        batch(&t, PROJECT, &[event("e1", "generation-create", 1, body.clone())]).await;
        batch(&t, PROJECT, &[event("e1", "generation-create", 1, body)]).await;
        assert!(!is_anywhere(&t, TELLING).await);
        let input = current_body(&t.app, PROJECT, "t", "o", "input").await.unwrap().unwrap();
        let input: serde_json::Value = serde_json::from_slice(&input.bytes).unwrap();
        let content = input["messages"][0]["content"].as_str().unwrap();
        assert!(content.starts_with("line\n[masked:github-token:") && content.ends_with(']'), "{content}");
        assert_eq!(found(&t, "t").await, [
            of("o", "input.messages[0].content", "github-token"),
            of("o", "metadata.api_key", "named-secret"),
            of("o", "name", "github-token"),
            of("o", "output", "named-secret"),
            of("o", "statusMessage", "github-token"),
        ]);
    }

    async fn escapes_hide_nothing(t: TestApp) {
        let escaped: Vec<String> = key().chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
        let escaped = escaped.concat();
        let text = format!(
            "{{\"batch\":[{{\"id\":\"e\",\"type\":\"span-create\",\"timestamp\":\"2026-11-21T09:00:00Z\",\
             \"body\":{{\"id\":\"o\",\"traceId\":\"t\",\"output\":\"{escaped}\"}}}}]}}"
        );
        let (intake, sent) = (Intake::unheard(), RequestBody::plain(text.into_bytes()));
        let (state, rule) = (&t.app, Asker::system(PROJECT));
        let taken = ingest_batch(state, &intake, &rule, sent).await.unwrap();
        assert!(taken.iter().all(|answer| answer.fault.is_none()));
        assert_eq!(found(&t, "t").await, [of("o", "output", "github-token")]);
    }

    async fn otlp_is_masked_in_both_encodings(t: TestApp) {
        otlp(&t, protobuf(), Encoding::Protobuf).await;
        assert!(!is_anywhere(&t, TELLING).await);
        let (trace, span) = ("07070707070707070707070707070707", "0808080808080808");
        assert_eq!(found(&t, trace).await, [
            of("", "resource.deploy.token", "github-token"),
            of(span, "attributes.gen_ai.prompt", "github-token"),
            of(span, "attributes.http.url", "url-password"),
            of(span, "name", "github-token"),
        ]);
        let json = json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": [{
            "traceId": "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a", "spanId": "0b0b0b0b0b0b0b0b", "name": "n",
            "startTimeUnixNano": "1795251600000000000", "endTimeUnixNano": "1795251601000000000",
            "attributes": [{ "key": "note", "value": { "stringValue": format!("Bearer {TELLING}{TELLING}") } }],
            "status": { "message": key() },
        }] }] }] });
        otlp(&t, json.to_string().into_bytes(), Encoding::Json).await;
        assert!(!is_anywhere(&t, TELLING).await);
        assert_eq!(found(&t, "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a").await.len(), 2);
    }

    async fn scores_and_comments_are_masked(t: TestApp) {
        let score = json!({ "id": "s", "traceId": "t", "name": "n", "value": 1, "comment": format!("saw {}", key()) });
        for body in [score.to_string(), json!([score]).to_string()] {
            let (intake, sent) = (Intake::unheard(), RequestBody::plain(body.into_bytes()));
            ingest_scores(&t.app, &intake, &Asker::system(PROJECT), sent).await.unwrap();
        }
        assert!(!is_anywhere(&t, TELLING).await);
        assert_eq!(found(&t, "t").await, [of("", "comment", "github-token")]);
    }

    async fn a_policy_turns_detectors_on_and_off_from_then_on(t: TestApp) {
        let send = async |trace: &str| {
            let output = format!("ann@example.com C-123456 {}", key());
            let body = json!({ "id": "o", "traceId": trace, "output": output });
            batch(&t, PROJECT, &[event(&format!("e-{trace}"), "span-create", 1, body)]).await;
        };
        send("before").await;
        assert_eq!(found(&t, "before").await, [of("o", "output", "github-token")]);
        let own = OwnPattern { name: "customer-number".to_owned(), pattern: r"\bC-\d{6}\b".to_owned() };
        let policy = Policy { on: vec![Family::Mail], own: vec![own], ..Policy::default() };
        set_policy(&t.app, &tracewright::privacy::MaskBooks::default(), &Asker::operator(PROJECT), policy.clone()).await.unwrap();
        assert_eq!(t.app.db.read(|conn| reads::policy(conn, PROJECT)).await.unwrap(), policy);
        send("after").await;
        assert_eq!(found(&t, "after").await, [
            of("o", "output", "customer-number"),
            of("o", "output", "mail-address"),
        ]);
        let own = OwnPattern { name: "all".to_owned(), pattern: ".*".to_owned() };
        let bad = Policy { own: vec![own], ..Policy::default() };
        assert!(set_policy(&t.app, &tracewright::privacy::MaskBooks::default(), &Asker::operator(PROJECT), bad).await.is_err());
    }
}
