//! A score as the versions of the API show it.

use chrono::SecondsFormat;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::foundation::Timestamp;
use crate::scores::reads::ScoreDetail;
use trace_model::exact::Exact;
use trace_model::json::parse_exact;

/// A score as an answer shows it: its metadata is written with the digits that were sent.
#[derive(Clone, Debug)]
pub struct ScoreView(Map<String, Value>);

impl ScoreView {
    /// Adds a field.
    pub fn insert(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }
}

impl Serialize for ScoreView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut all = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            match name.as_str() {
                "metadata" => all.serialize_entry(name, &Exact(value))?,
                _ => all.serialize_entry(name, value)?,
            }
        }
        all.end()
    }
}

/// A page of scores.
#[derive(Debug, Serialize)]
pub struct ScorePage {
    pub data: Vec<ScoreView>,
    pub meta: Value,
}

fn view(fields: Value) -> ScoreView {
    match fields {
        Value::Object(fields) => ScoreView(fields),
        _ => ScoreView(Map::new()),
    }
}

/// ISO 8601 with milliseconds, as clients expect.
pub(crate) fn millis(at: Timestamp) -> String {
    at.to_chrono().to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Versions 1 and 2: `value` is a number, words are in `stringValue`.
pub fn v2(score: &ScoreDetail, project_id: &str) -> ScoreView {
    let (value, word) = number_and_word(score);
    let mut view = view(json!({
        "id": score.score_id,
        "projectId": project_id,
        "traceId": score.trace_id,
        "observationId": score.observation_id,
        "sessionId": score.session_id,
        "datasetRunId": score.dataset_run_id,
        "name": score.name,
        "value": value,
        "dataType": score.data_type,
        "source": score.source,
        "environment": environment(score),
        "comment": score.comment,
        "metadata": metadata(score),
        "authorUserId": author(score),
        "configId": score.config_id,
        "queueId": score.queue_id,
        "timestamp": millis(score.at),
        "createdAt": millis(score.created_at),
        "updatedAt": millis(score.updated_at),
    }));
    view.insert("stringValue", word.unwrap_or_default());
    view
}

/// A categorical score without a configuration has the number 0, and so has a correction.
fn number_and_word(score: &ScoreDetail) -> (Value, Option<Value>) {
    let sent = value(score);
    match score.data_type.as_str() {
        "NUMERIC" => (sent, None),
        "BOOLEAN" => {
            let word = if sent.as_f64() == Some(1.0) { "True" } else { "False" };
            (sent, Some(word.into()))
        }
        _ => (json!(0), Some(sent)),
    }
}

fn value(score: &ScoreDetail) -> Value {
    serde_json::from_str(&score.value).unwrap_or_default()
}

/// The field groups of version 3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// Comment, configuration, metadata.
    pub details: bool,
    /// What is judged.
    pub subject: bool,
    /// Who judged, in which queue.
    pub annotation: bool,
}

/// Version 3: `value` has the type that `dataType` says.
pub fn v3(score: &ScoreDetail, project_id: &str, groups: Groups) -> ScoreView {
    let sent = value(score);
    let value = if score.data_type == "BOOLEAN" { json!(sent.as_f64() == Some(1.0)) } else { sent };
    let mut view = view(json!({
        "id": score.score_id,
        "projectId": project_id,
        "name": score.name,
        "value": value,
        "dataType": score.data_type,
        "source": score.source,
        "timestamp": millis(score.at),
        "environment": environment(score),
        "createdAt": millis(score.created_at),
        "updatedAt": millis(score.updated_at),
    }));
    add_groups(&mut view, score, groups);
    view
}

fn add_groups(view: &mut ScoreView, score: &ScoreDetail, groups: Groups) {
    let mut add = |name: &str, value: Value| view.insert(name, value);
    if groups.details {
        add("comment", json!(score.comment));
        add("configId", json!(score.config_id));
        add("metadata", metadata(score));
    }
    if groups.subject {
        add("subject", subject(score));
    }
    if groups.annotation {
        add("authorUserId", json!(author(score)));
        add("queueId", json!(score.queue_id));
    }
}

fn subject(score: &ScoreDetail) -> Value {
    if let Some(id) = &score.observation_id {
        return json!({ "kind": "observation", "id": id, "traceId": score.trace_id });
    }
    let (kind, id) = match (&score.trace_id, &score.session_id, &score.dataset_run_id) {
        (Some(id), ..) => ("trace", id),
        (None, Some(id), _) => ("session", id),
        (None, None, Some(id)) => ("experiment", id),
        (None, None, None) => return Value::Null,
    };
    json!({ "kind": kind, "id": id })
}

fn environment(score: &ScoreDetail) -> &str {
    score.environment.as_deref().unwrap_or("default")
}

/// Metadata is an object to clients; anything else is shown under the name `metadata`.
fn metadata(score: &ScoreDetail) -> Value {
    match score.metadata.as_deref().map(parse_exact) {
        Some(Ok(Value::Object(map))) => Value::Object(map),
        Some(Ok(other)) => json!({ "metadata": other }),
        _ => json!({}),
    }
}

fn author(score: &ScoreDetail) -> Option<&str> {
    Some(score.author.as_str()).filter(|author| *author != "system")
}
