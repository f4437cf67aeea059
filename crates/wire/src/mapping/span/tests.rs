//! The four dialects, each by a small span.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::trace::v1::span::Event;
use opentelemetry_proto::tonic::trace::v1::{Span, Status};
use serde_json::json;

use super::*;
use trace_model::{Level, UsageConvention};

/// Attributes with string values.
pub(crate) fn text_attributes(pairs: &[(&str, &str)]) -> Vec<KeyValue> {
    pairs.iter().map(|(key, value)| attribute(key, Any::StringValue((*value).to_owned()))).collect()
}

fn attribute(key: &str, value: Any) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

fn mapped(span: &Span) -> (Observation, TraceFacts) {
    let mut attributes = Attributes::new(&span.attributes);
    let ids = SpanIds { trace_id: "t".into(), span_id: "s".into(), parent_id: None };
    let times = SpanTimes { start_ns: 1_000, end_ns: 2_000 };
    map(span, &mut attributes, ids, times, &ResourceFacts::default(), &ScopeRef::default())
}

fn with(pairs: &[(&str, &str)], numbers: &[(&str, i64)]) -> Span {
    let mut attributes = text_attributes(pairs);
    attributes.extend(numbers.iter().map(|(key, n)| attribute(key, Any::IntValue(*n))));
    Span { name: "span".into(), attributes, ..Span::default() }
}

#[test]
fn tags_in_a_text_keep_what_was_sent() {
    for (text, wanted) in [
        (r#"["b","a",1.50,true,null,{"x":1}]"#, &["1.50", "a", "b", "true", r#"{"x":1}"#][..]),
        ("b, a,,", &["a", "b"]),
        ("[]", &[]),
    ] {
        assert_eq!(mapped(&with(&[("langfuse.trace.tags", text)], &[])).1.tags, wanted, "{text}");
    }
}

#[test]
fn usage_in_an_object_is_read_as_in_single_attributes() {
    let usage =
        |span: &Span| mapped(span).0.usage.map(|usage| (usage.counts.uncached_input, usage.counts.output));
    let text = with(&[("gen_ai.usage", r#"{"input_tokens":5,"output_tokens":"6"}"#)], &[]);
    assert_eq!(usage(&text), Some((5, 6)));
    let pair = |key: &str, count: i64| attribute(key, Any::IntValue(count));
    let list = KeyValueList { values: vec![pair("input_tokens", 5), pair("output_tokens", 6)] };
    let attributes = vec![attribute("llm.usage", Any::KvlistValue(list))];
    assert_eq!(usage(&Span { attributes, ..Span::default() }), Some((5, 6)));
}

#[test]
fn gen_ai_old_and_new_names_mean_the_same() {
    let new = with(
        &[
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.provider.name", "openai"),
            ("gen_ai.response.model", "m"),
        ],
        &[
            ("gen_ai.usage.input_tokens", 30),
            ("gen_ai.usage.output_tokens", 60),
            ("gen_ai.usage.cache_read.input_tokens", 20),
            ("gen_ai.usage.reasoning.output_tokens", 50),
        ],
    );
    let old = with(
        &[("llm.request.type", "chat"), ("gen_ai.system", "openai"), ("gen_ai.request.model", "m")],
        &[
            ("gen_ai.usage.prompt_tokens", 30),
            ("gen_ai.usage.completion_tokens", 60),
            ("gen_ai.usage.cache_read_input_tokens", 20),
            ("gen_ai.usage.reasoning_tokens", 50),
        ],
    );
    let ((new, _), (old, _)) = (mapped(&new), mapped(&old));
    assert_eq!((&new.kind, &new.model, &new.provider), (&old.kind, &old.model, &old.provider));
    let counts = new.usage.as_ref().unwrap().counts;
    assert_eq!(counts, old.usage.as_ref().unwrap().counts);
    assert_eq!(
        (counts.uncached_input, counts.cached_read, counts.output, counts.reasoning),
        (10, 20, 10, 50)
    );
    assert_eq!(new.usage.unwrap().convention, UsageConvention::Inclusive);
}

#[test]
fn an_agent_span_keeps_the_sum_of_its_calls() {
    let span = with(
        &[
            ("gen_ai.operation.name", "invoke_agent"),
            ("gen_ai.request.model", "m"),
            ("gen_ai.agent.name", "router"),
        ],
        &[("gen_ai.usage.input_tokens", 500)],
    );
    let (observation, _) = mapped(&span);
    assert_eq!(observation.kind, Some(ObservationKind::Agent));
    let usage = observation.usage.unwrap();
    assert_eq!(
        (observation.model.as_deref(), usage.counts.uncached_input, observation.agent.as_deref()),
        (Some("m"), 500, Some("router"))
    );
}

#[test]
fn langfuse_values_written_as_json_text_are_read() {
    let span = with(
        &[
            ("langfuse.observation.type", "generation"),
            ("langfuse.observation.model.name", "gpt"),
            ("langfuse.observation.usage_details", r#"{"input":11,"output":2}"#),
            ("langfuse.observation.cost_details", r#"{"total":0.00165}"#),
            ("langfuse.observation.completion_start_time", r#""1970-01-01T00:00:00.000005Z""#),
            ("langfuse.observation.metadata.flags", r#"["a"]"#),
            ("langfuse.observation.metadata.quoted", r#""globex""#),
            ("langfuse.observation.metadata.plain", "12"),
            ("langfuse.trace.metadata.work_order", "WO-2026-001"),
            ("langfuse.trace.tags", r#"["b","a"]"#),
            ("langfuse.trace.name", "trip"),
            ("langfuse.internal.as_root", "true"),
            ("user.id", "u"),
            ("session.id", "s"),
        ],
        &[("langfuse.observation.prompt.version", 3)],
    );
    let (observation, trace) = mapped(&span);
    assert_eq!(observation.completion_start_ns, Some(5_000));
    assert_eq!(observation.provided_cost.map(|c| c.0), Some(1_650_000));
    assert_eq!(observation.prompt.version, Some(3));
    assert!(observation.root_hint);
    assert_eq!(
        serde_json::Value::Object(observation.metadata),
        json!({"flags": ["a"], "quoted": "globex", "plain": "12"})
    );
    assert_eq!(observation.work_refs.first().map(|r| r.text.as_str()), Some("WO-2026-001"));
    assert_eq!((trace.name.as_deref(), trace.tags), (Some("trip"), vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!((trace.user_id.as_deref(), trace.session_id.as_deref()), (Some("u"), Some("s")));
}

#[test]
fn a_failed_openinference_call_takes_its_model_from_the_parameters() {
    let mut span = with(
        &[("openinference.span.kind", "LLM"), ("llm.invocation_parameters", r#"{"model":"gpt-x"}"#)],
        &[],
    );
    span.status = Some(Status { code: 2, message: "boom".into() });
    let (observation, _) = mapped(&span);
    assert_eq!(observation.model.as_deref(), Some("gpt-x"));
    assert_eq!(
        (observation.level, observation.status_message.as_deref()),
        (Some(Level::Error), Some("boom"))
    );
}

#[test]
fn only_a_status_of_error_makes_an_exception_one() {
    let exception = Event {
        name: "exception".into(),
        attributes: text_attributes(&[("exception.type", "KeyError"), ("exception.message", "'rooms'")]),
        ..Event::default()
    };
    for (code, expected) in [(0, Level::Default), (1, Level::Default), (2, Level::Error)] {
        let span = Span {
            status: Some(Status { code, message: String::new() }),
            events: vec![exception.clone()],
            ..Span::default()
        };
        let (observation, _) = mapped(&span);
        assert_eq!(observation.level, Some(expected));
        assert_eq!(observation.exception.unwrap().kind, "KeyError");
        assert_eq!(observation.status_message.as_deref(), Some("KeyError: 'rooms'"));
    }
}

#[test]
fn work_orders_are_found_in_attributes_and_tags() {
    let span = with(
        &[
            ("gen_ai.task.id", "WO-7/2"),
            ("tag.tags", "wo:WO-8, beta"),
            ("workorder.number", "WO-9"),
            ("persona", "qa"),
        ],
        &[],
    );
    let (observation, _) = mapped(&span);
    let texts: Vec<_> = observation.work_refs.iter().map(|r| r.text.as_str()).collect();
    assert_eq!(texts, ["WO-7/2", "WO-8", "WO-9"]);
    assert_eq!(observation.persona.as_deref(), Some("qa"));
}

#[test]
fn unsigned_times_and_odd_values_do_no_harm() {
    let span = with(&[("gen_ai.usage.input_tokens", "many"), ("langfuse.observation.level", "loud")], &[]);
    let (observation, _) = mapped(&span);
    assert_eq!((observation.usage, observation.level), (None, Some(Level::Default)));
}

#[test]
fn usage_and_cost_come_in_objects_too() {
    let usage = r#"{"input_tokens":10,"output_tokens":5,"total_tokens":15}"#;
    let span = with(&[("mlflow.chat.tokenUsage", usage), ("mlflow.llm.cost", r#"{"total_cost":0.5}"#)], &[]);
    let (observation, _) = mapped(&span);
    let counts = observation.usage.unwrap().counts;
    assert_eq!((counts.uncached_input, counts.output), (10, 5));
    assert_eq!(observation.provided_cost.map(|cost| cost.0), Some(500_000_000));
    for key in ["gen_ai.usage.cost", "gen_ai.cost.total_cost", "operation.cost", "llm.cost.total"] {
        let (observation, _) = mapped(&with(&[(key, "0.25")], &[]));
        assert_eq!(observation.provided_cost.map(|cost| cost.0), Some(250_000_000), "{key}");
    }
    let (observation, _) = mapped(&with(&[], &[("gen_ai.aggregated_usage.input_tokens", 3)]));
    assert_eq!(observation.usage.map(|usage| usage.counts.uncached_input), Some(3));
}
