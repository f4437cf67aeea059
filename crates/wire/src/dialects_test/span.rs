//! A span written shortly, sent as OTLP JSON and taken.

use serde_json::{Value, json};

use crate::otlp::{Encoding, read_export};
use crate::reread;
use trace_model::{Arrival, BodyRole, Facts, Observation, TraceFacts};

/// What was taken in.
pub struct Taken {
    pub arrival: Arrival,
    pub observation: Observation,
    pub trace: TraceFacts,
}

impl Taken {
    /// The bytes of a body; empty when there is none.
    pub fn body(&self, role: BodyRole) -> &[u8] {
        self.arrival.body(role).map(|body| body.bytes.as_slice()).unwrap_or_default()
    }
}

/// Takes a span in; what is stored of it must read the same again.
pub fn take(scope: &Value, resource: &Value, span: &Value) -> Taken {
    let status = &span["status"];
    let parent = if span["child"] == true { "1111111111111111" } else { "" };
    let events: Vec<Value> = span["events"]
        .as_array()
        .into_iter()
        .flatten()
        .map(
            |event| json!({"name": event[0], "timeUnixNano": "7000000", "attributes": attributes(&event[1])}),
        )
        .collect();
    let request = json!({"resourceSpans": [{
        "resource": {"attributes": attributes(resource)},
        "scopeSpans": [{
            "scope": {"name": scope[0], "version": scope[1]},
            "spans": [{
                "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", "parentSpanId": parent,
                "name": span["name"], "startTimeUnixNano": "1000000000", "endTimeUnixNano": "2000000000",
                "attributes": attributes(&span["attributes"]), "events": events,
                "status": {"code": status[0].as_i64().unwrap_or(0), "message": status[1].as_str().unwrap_or("")},
            }],
        }],
    }]});
    let mut export = read_export(request.to_string().as_bytes(), Encoding::Json, 0).unwrap();
    let received = export.received.pop().unwrap_or_else(|| panic!("{:?} {span}", export.rejected));
    assert_eq!(reread(&received.arrival).as_ref(), Some(&received.facts), "read again: {span}");
    let Facts::Observation(observation, Some(trace)) = received.facts else {
        panic!("a span is an observation")
    };
    Taken { arrival: received.arrival, observation: *observation, trace: *trace }
}

fn attributes(map: &Value) -> Value {
    let pairs = map.as_object().into_iter().flatten();
    pairs.map(|(key, value)| json!({"key": key, "value": any(value)})).collect()
}

fn any(value: &Value) -> Value {
    match value {
        Value::String(text) => json!({"stringValue": text}),
        Value::Bool(flag) => json!({"boolValue": flag}),
        Value::Number(number) if number.is_i64() => json!({"intValue": number.to_string()}),
        Value::Number(number) => json!({"doubleValue": number}),
        Value::Array(list) => json!({"arrayValue": {"values": list.iter().map(any).collect::<Vec<_>>()}}),
        Value::Object(_) => json!({"kvlistValue": {"values": attributes(value)}}),
        Value::Null => json!({}),
    }
}
