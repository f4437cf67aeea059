//! A stored event of a batch: the members of its body that have no field of their own, and those of its envelope.

use serde_json::Value;

use super::Sent;
use trace_model::{JsonMap, json};

/// Members of the envelope that say what the event is.
const ENVELOPE: [&str; 4] = ["id", "timestamp", "type", "body"];

/// Members of bodies that are read into fields; what is read of them is shown there.
const FIELDS: [&str; 33] = [
    "id",
    "traceId",
    "parentObservationId",
    "name",
    "type",
    "timestamp",
    "startTime",
    "endTime",
    "completionStartTime",
    "level",
    "statusMessage",
    "version",
    "release",
    "environment",
    "public",
    "tags",
    "userId",
    "sessionId",
    "metadata",
    "input",
    "output",
    "model",
    "modelParameters",
    "usage",
    "usageDetails",
    "costDetails",
    "promptName",
    "promptVersion",
    // Of scores.
    "observationId",
    "value",
    "dataType",
    "comment",
    "configId",
];

pub(super) fn read(record: &[u8]) -> Option<Sent> {
    let mut event: JsonMap = json::parse(std::str::from_utf8(record).ok()?).ok()?;
    let body = event.shift_remove("body").unwrap_or_default();
    let mut attributes = match body {
        Value::Object(body) => without(body, &FIELDS, ""),
        _ => JsonMap::new(),
    };
    attributes.extend(without(event, &ENVELOPE, "event."));
    Some(Sent { attributes: json::bounded(attributes), ..Sent::default() })
}

fn without(map: JsonMap, known: &[&str], before: &str) -> JsonMap {
    let others = map.into_iter().filter(|(name, value)| !known.contains(&name.as_str()) && !value.is_null());
    others.map(|(name, value)| (format!("{before}{name}"), value)).collect()
}
