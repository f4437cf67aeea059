//! What the first mapping said of these records, by the digests of what it said then. None of them may ever change.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::Event;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message;

use super::*;
use foundation::Digest;
use trace_model::{ArrivalKind, Body, BodyForm, BodyRole, image};

/// Attributes: a value that begins with `#` is a whole number.
type Pairs<'a> = &'a [(&'a str, &'a str)];

fn attributes(pairs: Pairs<'_>) -> Vec<KeyValue> {
    let value = |text: &str| match text.strip_prefix('#') {
        Some(number) => Any::IntValue(number.parse().unwrap()),
        None => Any::StringValue(text.to_owned()),
    };
    let pair = |(key, text): &(&str, &str)| KeyValue {
        key: (*key).to_owned(),
        value: Some(AnyValue { value: Some(value(text)) }),
        ..KeyValue::default()
    };
    pairs.iter().map(pair).collect()
}

fn span(scope: (&str, &str), code: i32, pairs: Pairs<'_>, exception: Option<(&str, &str)>) -> Arrival {
    let events = exception.map(|(kind, message)| Event {
        name: "exception".to_owned(),
        attributes: attributes(&[("exception.type", kind), ("exception.message", message)]),
        ..Event::default()
    });
    let span = Span {
        trace_id: vec![7; 16],
        span_id: vec![9; 8],
        name: "a span".to_owned(),
        start_time_unix_nano: 1_000,
        end_time_unix_nano: 5_000,
        attributes: attributes(pairs),
        events: events.into_iter().collect(),
        status: Some(Status { code, message: String::new() }),
        ..Span::default()
    };
    let record = ResourceSpans {
        resource: Some(Resource {
            attributes: attributes(&[
                ("service.version", "9"),
                ("deployment.environment", "Test"),
                ("service.namespace", "mill"),
            ]),
            ..Resource::default()
        }),
        scope_spans: vec![ScopeSpans {
            scope: Some(InstrumentationScope {
                name: scope.0.to_owned(),
                version: scope.1.to_owned(),
                ..InstrumentationScope::default()
            }),
            spans: vec![span],
            ..ScopeSpans::default()
        }],
        ..ResourceSpans::default()
    };
    arrival(ArrivalKind::Span, RecordForm::Protobuf, None, record.encode_to_vec())
}

fn event(body: &str) -> Arrival {
    arrival(ArrivalKind::Create, RecordForm::Json, Some("e".to_owned()), body.as_bytes().to_vec())
}

fn arrival(kind: ArrivalKind, form: RecordForm, event_id: Option<String>, record: Vec<u8>) -> Arrival {
    let bodies = vec![Body::new(BodyRole::Input, BodyForm::Text, b"a question".to_vec())];
    let digest = Arrival::digest_of(kind, &record, &bodies);
    let (trace_id, entity_id) = (Some("t".to_owned()), "o".to_owned());
    Arrival { kind, trace_id, entity_id, event_id, event_ns: 5_000, form, record, bodies, mapping: 1, digest }
}

/// The digest of all that an arrival says.
fn said(arrival: &Arrival) -> String {
    let text = match reread(arrival).unwrap() {
        Facts::Observation(observation, trace) => {
            let mut text = image::image("t", &observation, &[]).unwrap();
            text.extend(format!("{} {trace:?}", observation.root_hint).into_bytes());
            text
        }
        other => format!("{other:?}").into_bytes(),
    };
    Digest::of(&text).to_hex().chars().take(16).collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: each record with what was said of it")]
fn what_was_read_with_the_first_mapping_says_the_same_for_ever() {
    let langfuse = ("langfuse-sdk", "4.14.3");
    let cases: &[(Arrival, &str)] = &[
        (
            span(
                ("gen_ai", "1"),
                0,
                &[
                    ("gen_ai.operation.name", "chat"),
                    ("gen_ai.request.model", "m"),
                    ("gen_ai.usage.input_tokens", "#30"),
                    ("gen_ai.usage.output_tokens", "#6"),
                    ("gen_ai.usage.cache_read.input_tokens", "#20"),
                    ("gen_ai.system_instructions", "[]"),
                    ("gen_ai.conversation.id", "c"),
                    ("gen_ai.request.temperature", "0.5"),
                ],
                None,
            ),
            "9c4040ac5cb4a567",
        ),
        (
            span(
                ("gen_ai", "1"),
                0,
                &[
                    ("gen_ai.usage.prompt_tokens", "#3"),
                    ("gen_ai.usage.cache_read_input_tokens", "#20"),
                    ("llm.usage.total_tokens", "#40"),
                ],
                None,
            ),
            "064a5a1db57914aa",
        ),
        (span(("x", ""), 0, &[], Some(("Timeout", "first try"))), "bf8da37c8aabcf50"),
        (span(("x", ""), 2, &[("error.type", "E")], Some(("Timeout", "first try"))), "bf8da37c8aabcf50"),
        (
            span(
                langfuse,
                0,
                &[
                    ("langfuse.observation.type", "generation"),
                    ("langfuse.observation.model.name", "m"),
                    (
                        "langfuse.observation.usage_details",
                        "{\"prompt_tokens\":10,\"completion_tokens\":2,\"total_tokens\":12,\"prompt_tokens_details\":{\"cached_tokens\":4}}",
                    ),
                    ("langfuse.observation.cost_details", "{\"total\":0.00165}"),
                    ("langfuse.observation.metadata.n", "12"),
                    ("langfuse.observation.metadata.list", "[1, 2.50, \"x\"]"),
                    ("langfuse.trace.tags", "[\"b\",\"a\"]"),
                    ("langfuse.trace.metadata.work_order", "WO-2026-001"),
                    ("langfuse.trace.name", "trip"),
                    ("user.id", "u"),
                    ("session.id", "s"),
                    ("langfuse.observation.level", "WARN"),
                    ("langfuse.observation.completion_start_time", "\"1970-01-01T00:00:00.000005Z\""),
                ],
                None,
            ),
            "b42c80a28b825426",
        ),
        (
            span(
                ("langfuse-sdk", "5.0.4"),
                0,
                &[
                    ("langfuse.observation.metadata.n", "12"),
                    ("langfuse.observation.metadata.t", "\"12\""),
                    (
                        "langfuse.observation.usage_details",
                        "{\"input\":5,\"output\":\"7\",\"cache_read_input_tokens\":3}",
                    ),
                ],
                None,
            ),
            "af90ea8c04d9dd0d",
        ),
        (
            span(
                ("openinference.instrumentation.x", "1"),
                2,
                &[
                    ("openinference.span.kind", "LLM"),
                    ("llm.invocation_parameters", "{\"model\":\"gpt-x\"}"),
                    ("llm.token_count.prompt", "#9"),
                    ("llm.token_count.completion_details.reasoning", "#2"),
                    ("llm.cost.total", "0.25"),
                    ("metadata", "{\"tenant\":\"acme\",\"k\":1}"),
                    ("tag.tags", "wo:WO-8, beta"),
                    ("exception.type", "E"),
                ],
                None,
            ),
            "e5f8a1505eede973",
        ),
        (
            span(
                ("ai", ""),
                0,
                &[
                    ("ai.operationId", "ai.generateText.doGenerate"),
                    ("ai.model.id", "m"),
                    ("ai.telemetry.metadata.userId", "u"),
                    ("ai.telemetry.metadata.plant", "north"),
                    ("ai.telemetry.functionId", "f"),
                ],
                None,
            ),
            "92e4b876177de2c7",
        ),
        (
            span(
                ("traceloop", "1"),
                0,
                &[
                    ("traceloop.span.kind", "agent"),
                    ("traceloop.entity.name", "router"),
                    ("traceloop.association.properties.user_id", "u"),
                    ("traceloop.association.properties.deep", "{\"a\":[1]}"),
                    ("persona", "qa"),
                    ("gen_ai.task.id", "WO-7/2"),
                ],
                None,
            ),
            "7c9fa78d06662e19",
        ),
        (
            span(
                ("x", ""),
                1,
                &[
                    ("gen_ai.operation.name", "invoke_agent"),
                    ("gen_ai.usage.input_tokens", "#500"),
                    ("gen_ai.agent.name", "a"),
                ],
                Some(("E", "m")),
            ),
            "5d045d20002aba87",
        ),
        (
            event(
                r#"{"id":"e","timestamp":"2026-01-01T00:00:00Z","type":"generation-create","body":{"id":"o","traceId":"t","name":"n","startTime":"2026-01-01T00:00:00Z","model":"m","usage":{"promptTokens":3,"completionTokens":4,"totalTokens":7},"metadata":{"n":"12","deep":{"a":1.50}},"level":"ERROR","input":null}}"#,
            ),
            "9f0810648051ec56",
        ),
        (
            event(
                r#"{"id":"e","timestamp":"2026-01-01T00:00:00Z","type":"span-update","body":{"id":"o","endTime":"2026-01-01T00:00:01Z","metadata":[1],"costDetails":{"total":1}}}"#,
            ),
            "926c71314d7722fa",
        ),
        (
            event(
                r#"{"id":"e","timestamp":"2026-01-01T00:00:00Z","type":"trace-create","body":{"id":"t","userId":"u","tags":["tenant:acme","x"],"metadata":"text"}}"#,
            ),
            "ef5f2ea5105bfcb0",
        ),
        (
            event(
                r#"{"id":"e","timestamp":"2026-01-01T00:00:00Z","type":"score-create","body":{"traceId":"t","name":"s","value":0.5,"metadata":{"a":1}}}"#,
            ),
            "e1a0fbb39cb715b0",
        ),
        (
            arrival(
                ArrivalKind::Score,
                RecordForm::Json,
                None,
                br#"{"traceId":"t","name":"s","value":"good","timestamp":"2026-01-01T00:00:00Z"}"#.to_vec(),
            ),
            "31289955f100a74c",
        ),
    ];
    let mut faults = Vec::new();
    for (place, (arrival, wanted)) in cases.iter().enumerate() {
        let now = said(arrival);
        if now != *wanted {
            faults.push(format!("case {place}: {now}, not {wanted}"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
