//! The conventions by which programs say whose a call is and what a step was, each in a batch of Langfuse and as a span of
//! OpenTelemetry: both are read alike.

use serde_json::{Value, json};

use crate::langfuse::read_batch;
use crate::otlp::{Encoding, read_export};
use trace_model::fact::{self, Fact};
use trace_model::{Facts, Observation, Received, TraceFacts};

/// Words of a client, under the names that it uses.
type Words<'a> = &'a [(&'a str, Value)];

fn observation(received: Vec<Received>) -> (Observation, TraceFacts) {
    let mut of_spans = received.into_iter().filter_map(|received| match received.facts {
        Facts::Observation(observation, trace) => {
            Some((*observation, trace.map(|it| *it).unwrap_or_default()))
        }
        _ => None,
    });
    of_spans.next().unwrap()
}

/// As metadata of a Langfuse event.
fn by_batch(name: &str, words: Words<'_>) -> Observation {
    let metadata: Value = words.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let body = json!({"id": "o", "traceId": "t", "name": name, "startTime": "2026-11-21T09:00:00Z", "metadata": metadata});
    let event = json!({"id": "e", "type": "span-create", "timestamp": "2026-11-21T09:00:00Z", "body": body});
    observation(read_batch(json!({"batch": [event]}).to_string().as_bytes()).unwrap().received).0
}

fn by_span(name: &str, attributes: Words<'_>) -> (Observation, TraceFacts) {
    let attribute = |(key, value): &(&str, Value)| {
        let value = match value {
            Value::Bool(flag) => json!({"boolValue": flag}),
            Value::Array(list) => {
                let texts: Vec<Value> = list.iter().map(|text| json!({"stringValue": text})).collect();
                json!({"arrayValue": {"values": texts}})
            }
            other => json!({"stringValue": other}),
        };
        json!({"key": key, "value": value})
    };
    let attributes: Vec<Value> = attributes.iter().map(attribute).collect();
    let span = json!({
        "traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708", "name": name,
        "startTimeUnixNano": "1795251600000000000", "endTimeUnixNano": "1795251601000000000", "attributes": attributes,
    });
    let body = json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).to_string();
    observation(read_export(body.as_bytes(), Encoding::Json, 0).unwrap().received)
}

fn names(o: &Observation) -> [Option<&str>; 6] {
    [&o.tenant, &o.agent, &o.persona, &o.workflow, &o.stage, &o.gate_result].map(Option::as_deref)
}

#[test]
fn who_a_call_belongs_to_is_read_from_both_alike() {
    let text = |word: &str| json!(word);
    let table: &[(&str, Words<'_>, [Option<&str>; 6])] = &[
        // A run and its stages, with the persona carried along and the gate at its end.
        ("workflow.package_release", &[], [None, None, None, Some("package_release"), None, None]),
        (
            "stage.version_bump",
            &[("stage.persona", text("backend-engineer")), ("stage.quality_gate_passed", json!(true))],
            [None, None, Some("backend-engineer"), None, Some("version_bump"), Some("true")],
        ),
        (
            "step",
            &[
                ("hypertool.persona", text("qa")),
                ("hypertool.workflow", text("release")),
                ("hypertool.stage", text("check")),
                ("hypertool.quality_gate", text("passed")),
            ],
            [None, None, Some("qa"), Some("release"), Some("check"), Some("passed")],
        ),
        // Every call carries both ids.
        (
            "llm",
            &[("tenant_id", text("acme")), ("agent_id", text("router"))],
            [Some("acme"), Some("router"), None, None, None, None],
        ),
        // What a newer version of the table reads.
        (
            "llm",
            &[
                ("tenant_name", text("acme")),
                ("agentName", text("router")),
                ("persona_name", text("qa")),
                ("workflowName", text("release")),
                ("stage_name", text("check")),
                ("quality_gate_result", text("failed")),
            ],
            [Some("acme"), Some("router"), Some("qa"), Some("release"), Some("check"), Some("failed")],
        ),
    ];
    for (name, words, wanted) in table {
        assert_eq!(names(&by_batch(name, words)), *wanted, "in a batch: {name} {words:?}");
        let (span, _) = by_span(name, words);
        assert_eq!(names(&span), *wanted, "in a span: {name} {words:?}");
        let prefixed: Vec<(String, Value)> = words
            .iter()
            .map(|(key, value)| (format!("langfuse.observation.metadata.{key}"), value.clone()))
            .collect();
        let prefixed: Vec<(&str, Value)> =
            prefixed.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
        assert_eq!(names(&by_span(name, &prefixed).0), *wanted, "by an SDK of Langfuse: {name} {words:?}");
    }
}

#[test]
fn user_session_tags_and_conversation_are_read() {
    let (span, trace) = by_span(
        "llm",
        &[
            ("langfuse.user.id", json!("backend-engineer")),
            ("gen_ai.conversation.id", json!("run-7")),
            ("langfuse.trace.tags", json!(["agent:router", "tenant:acme"])),
        ],
    );
    assert_eq!(
        (span.user_id.as_deref(), span.session_id.as_deref()),
        (Some("backend-engineer"), Some("run-7"))
    );
    assert_eq!((span.agent.as_deref(), trace.tenant.as_deref()), (Some("router"), Some("acme")));
    let (span, _) =
        by_span("llm", &[("langfuse.observation.metadata.gen_ai.conversation.id", json!("run-8"))]);
    assert_eq!(span.session_id.as_deref(), Some("run-8"));
}

#[test]
fn handoffs_tasks_and_compilations_are_read_from_both_alike() {
    let handoff = |result: &str, strictness: &str, reasons: &[&str]| Fact::Handoff {
        source: Some("triage".to_owned()),
        target: Some("billing".to_owned()),
        strictness: strictness.to_owned(),
        result: result.to_owned(),
        reasons: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
    };
    let ends = [("source_agent", json!("triage")), ("target_agent", json!("billing"))];
    let refused: Vec<(&str, Value)> = ends
        .iter()
        .cloned()
        .chain([
            ("strictness", json!("strict")),
            ("valid", json!(false)),
            ("reasons", json!(["order 7 is in no trace"])),
        ])
        .collect();
    let memory = Fact::Memory { operation: "upsert_memory".to_owned() };
    let table: &[(&str, Words<'_>, Fact)] = &[
        ("handoff", &ends, handoff("valid", "lenient", &[])),
        ("agent.handoff", &refused, handoff("invalid", "strict", &["order 7 is in no trace"])),
        (
            "triage → billing.handoff",
            &[("traceloop.span.kind", json!("handoff")), ("gen_ai.handoff.from_agent", json!("triage"))],
            handoff("valid", "lenient", &[]),
        ),
        ("supervisor.task", &[("decomposed", json!(true))], Fact::Task { decomposed: true }),
        (
            "context.compile",
            &[("model_tier", json!("large"))],
            Fact::Compilation { tier: Some("large".to_owned()) },
        ),
        ("plan planner", &[("gen_ai.operation.name", json!("plan"))], Fact::Plan),
        ("upsert_memory", &[("gen_ai.operation.name", json!("upsert_memory"))], memory),
        (
            "execute_tool load_skill",
            &[("gen_ai.operation.name", json!("execute_tool")), ("gen_ai.skill.name", json!("forecast"))],
            Fact::Skill { name: "forecast".to_owned() },
        ),
    ];
    for (name, words, wanted) in table {
        assert_eq!(fact::of(&by_batch(name, words)).as_ref(), Some(wanted), "in a batch: {name} {words:?}");
        let (span, _) = by_span(name, words);
        assert_eq!(fact::of(&span).as_ref(), Some(wanted), "in a span: {name} {words:?}");
    }
    let chat = [("gen_ai.operation.name", json!("chat")), ("result", json!("invalid"))];
    assert_eq!(fact::of(&by_span("chat", &chat).0), None);
}
