//! A call as the older clients of Langfuse send it: a batch of events, among them whether the answer was of use.

use serde_json::{Value, json};

use super::{Told, span_id, trace_id};
use crate::foundation::Timestamp;

/// The body of the request.
pub(super) fn batch(told: &Told<'_>) -> Value {
    let bodies = [
        ("trace-create", trace(told)),
        ("span-create", question(told)),
        ("span-create", tool(told)),
        ("generation-create", generation(told)),
        ("score-create", score(told)),
    ];
    let now = told.after(1_000).to_rfc3339();
    let events = bodies.into_iter().zip(1..).map(|((kind, body), place)| {
        let id = format!("{}-{place}", trace_id(told.call));
        json!({"id": id, "type": kind, "timestamp": now, "body": body})
    });
    json!({"batch": events.collect::<Vec<Value>>()})
}

fn trace(told: &Told<'_>) -> Value {
    let call = told.call;
    let (session, user, tenant) = call.from;
    json!({
        "id": trace_id(call), "name": "parts-question", "timestamp": told.began.to_rfc3339(),
        "sessionId": session, "userId": user, "environment": "production", "release": "2026.4",
        "tags": told.tags(), "metadata": {"tenant": tenant},
        "input": call.question, "output": call.answer,
    })
}

/// What every observation has.
fn observation(told: &Told<'_>, place: usize, name: &str) -> Value {
    let (from, to): (Timestamp, Timestamp) = match told.spans().get(place) {
        Some((_, from, to)) => (told.after(*from), told.after(*to)),
        None => (told.began, told.after(1_000)),
    };
    let mut body = json!({
        "id": span_id(told.call, place), "traceId": trace_id(told.call), "name": name,
        "startTime": from.to_rfc3339(), "endTime": to.to_rfc3339(), "environment": "production",
    });
    if place > 0 {
        set(&mut body, json!({"parentObservationId": span_id(told.call, 0)}));
    }
    body
}

fn set(body: &mut Value, more: Value) {
    if let (Some(fields), Value::Object(more)) = (body.as_object_mut(), more) {
        fields.extend(more);
    }
}

fn question(told: &Told<'_>) -> Value {
    let mut body = observation(told, 0, "parts-question");
    set(&mut body, json!({"input": told.call.question, "output": told.call.answer}));
    body
}

fn tool(told: &Told<'_>) -> Value {
    let (name, arguments, result) = told.call.tool;
    let mut body = observation(told, 1, name);
    set(&mut body, json!({"input": arguments}));
    set(
        &mut body,
        match told.call.fault {
            Some(fault) => json!({"level": "ERROR", "statusMessage": fault}),
            None => json!({"output": result}),
        },
    );
    body
}

fn generation(told: &Told<'_>) -> Value {
    let call = told.call;
    let (input, output) = call.tokens;
    let mut body = observation(told, 2, "answer");
    set(
        &mut body,
        json!({
            "model": call.model.name, "promptName": "parts-answer", "promptVersion": call.model.prompt,
            "modelParameters": {"temperature": 0.2},
            "input": [{"role": "user", "content": call.question}],
            "output": {"role": "assistant", "content": call.answer},
            "usageDetails": {"input": input, "output": output, "total": input + output},
        }),
    );
    body
}

/// A mechanic says whether the answer was of use.
fn score(told: &Told<'_>) -> Value {
    let value = i32::from(told.call.fault.is_none());
    json!({"id": format!("{}-of-use", trace_id(told.call)), "traceId": trace_id(told.call), "name": "of-use", "value": value})
}
