//! What evaluators say of a span by the OpenTelemetry conventions (`gen_ai.evaluation.result`), as scores: a proposed
//! judgement, shown on the trace, that no verdict follows from.
//!
//! It is an event of the judged span, or a span of its own below it. The span keeps what was sent; the score is the
//! same as if it had come by the API of scores, named by its content, so what is sent again is the same score.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::{Map, Value, json};

use crate::langfuse::score::read_posted;
use crate::mapping::attributes::to_json;
use trace_model::rules::{self, Place, Slot};
use trace_model::{Observation, Received};

/// The scores in a span; what cannot be one is none.
pub fn of_span(span: &Span, observation: &Observation) -> Vec<Received> {
    let (Some(trace_id), Some(end_ns)) = (&observation.trace_id, observation.end_ns) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if is_one(&span.name) {
        let judged = observation.parent_id.as_ref().unwrap_or(&observation.id);
        found.extend(score(&span.attributes, trace_id, judged, end_ns));
    }
    for event in span.events.iter().filter(|event| is_one(&event.name)) {
        let at = i64::try_from(event.time_unix_nano).ok().filter(|at| *at > 0).unwrap_or(end_ns);
        found.extend(score(&event.attributes, trace_id, &observation.id, at));
    }
    found
}

fn is_one(name: &str) -> bool {
    rules::words(Slot::Evaluation, Place::Event).any(|word| word == name)
}

fn score(attributes: &[KeyValue], trace_id: &str, judged: &str, at_ns: i64) -> Option<Received> {
    let get = |name: &str| {
        let found = attributes.iter().find(|attribute| attribute.key.strip_prefix("gen_ai.") == Some(name));
        found.and_then(|attribute| attribute.value.as_ref()).map(to_json).filter(|value| !value.is_null())
    };
    let (number, label) =
        (get("evaluation.score.value").filter(Value::is_number), get("evaluation.score.label"));
    let mut score = Map::new();
    for (name, value) in [
        ("traceId", Some(json!(trace_id))),
        ("observationId", Some(json!(judged))),
        ("name", get("evaluation.name")),
        ("value", number.clone().or_else(|| label.clone())),
        ("comment", get("evaluation.explanation")),
        ("source", Some(json!("EVAL"))),
        ("timestamp", Some(json!(at_ns))),
    ] {
        score.extend(value.map(|value| (name.to_owned(), value)));
    }
    let mut metadata = Map::new();
    let label = label.filter(|_| number.is_some());
    for (name, value) in [("label", label), ("responseId", get("response.id"))] {
        metadata.extend(value.map(|value| (name.to_owned(), value)));
    }
    if !metadata.is_empty() {
        score.insert("metadata".to_owned(), metadata.into());
    }
    read_posted(&Value::Object(score).to_string(), at_ns, &mut String::new).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::otlp::{Encoding, read_export};
    use trace_model::{Facts, Score, ScoreSource, ScoreType};

    fn scores(span: &serde_json::Value) -> Vec<Score> {
        let body = json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).to_string();
        let export = read_export(body.as_bytes(), Encoding::Json, 0).unwrap();
        let reread = |received: &trace_model::Received| crate::reread(&received.arrival);
        assert!(export.received.iter().all(|received| reread(received).as_ref() == Some(&received.facts)));
        let facts = export.received.into_iter().map(|received| received.facts);
        facts.filter_map(|facts| if let Facts::Score(score) = facts { Some(*score) } else { None }).collect()
    }

    fn span(name: &str, attributes: serde_json::Value, events: serde_json::Value) -> serde_json::Value {
        json!({
            "traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708", "parentSpanId": "0807060504030201",
            "name": name, "startTimeUnixNano": "1795251600000000000", "endTimeUnixNano": "1795251601000000000",
            "attributes": attributes, "events": events,
        })
    }

    #[test]
    fn an_event_is_a_score_of_its_span_and_a_span_one_of_what_it_hangs_from() {
        let attributes = json!([
            {"key": "gen_ai.evaluation.name", "value": {"stringValue": "relevance"}},
            {"key": "gen_ai.evaluation.score.value", "value": {"doubleValue": 0.8}},
            {"key": "gen_ai.evaluation.score.label", "value": {"stringValue": "relevant"}},
            {"key": "gen_ai.evaluation.explanation", "value": {"stringValue": "It names the valve."}},
        ]);
        let name = "gen_ai.evaluation.result";
        let event = json!([{"name": name, "timeUnixNano": "1795251600500000000", "attributes": attributes}]);
        let of_event = scores(&span("chat", json!([]), event.clone()));
        let of_span = scores(&span(name, attributes, json!([])));
        let told = |score: &Score| {
            let words = (score.name.clone(), score.value.to_string(), score.comment.clone());
            (score.observation_id.clone().unwrap_or_default(), words, score.data_type, score.source)
        };
        let words = ("relevance".to_owned(), "0.8".to_owned(), Some("It names the valve.".to_owned()));
        let wanted = |id: &str| (id.to_owned(), words.clone(), ScoreType::Numeric, ScoreSource::Eval);
        assert_eq!(of_event.iter().map(told).collect::<Vec<_>>(), [wanted("0102030405060708")]);
        assert_eq!(of_span.iter().map(told).collect::<Vec<_>>(), [wanted("0807060504030201")]);
        assert_eq!(of_event[0].metadata.as_deref(), Some(r#"{"label":"relevant"}"#));
        assert_eq!(of_event[0].timestamp_ns, 1_795_251_600_500_000_000);
        assert_eq!(scores(&span("chat", json!([]), event)), of_event, "sent again it is the same");
    }

    #[test]
    fn a_label_alone_is_a_word_and_what_has_no_name_is_no_score() {
        let event = |name: &str| {
            json!([{"name": "gen_ai.evaluation.result", "attributes": [
                {"key": "gen_ai.evaluation.name", "value": {"stringValue": name}},
                {"key": "gen_ai.evaluation.score.label", "value": {"stringValue": "grounded"}},
            ]}])
        };
        let found = scores(&span("chat", json!([]), event("grounding")));
        assert_eq!(found.len(), 1);
        assert_eq!((&*found[0].value, found[0].data_type), ("\"grounded\"", ScoreType::Categorical));
        assert!(scores(&span("chat", json!([]), event(""))).is_empty());
    }
}
