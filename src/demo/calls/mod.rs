//! Calls of the desk's assistant over three months, as the clients of three kinds send them: `OpenTelemetry` with the `GenAI`
//! conventions, OpenInference, and Langfuse batches. Each goes in by the door of its kind.

mod asked;
mod batch;
mod everyday;
mod genai;
mod openinference;
mod proving;

use serde_json::{Value, json};
use wire::otlp::Encoding;

use crate::app::Services;
use crate::foundation::{Asker, Digest, Error, Result, Timestamp};
use crate::intake::ingest::{RequestBody, ingest_batch, ingest_otlp};

use super::cast::Cast;

pub(super) use asked::Call;
use asked::Client;

/// Those that prove something about an order, and those of everyday.
pub(super) const CALLS: &[&[Call]] = &[proving::CALLS, everyday::CALLS];

/// Sends a call by the door of its client; `order` is what it names, `WO-2026-101/1.2`.
pub(super) async fn send(services: &Services, cast: &Cast, call: &Call, order: Option<&str>) -> Result<()> {
    let (app, intake) = (&services.app, &services.intake);
    let operator = Asker::operator(cast.supervisor.asker.project);
    let told = Told { call, order, began: app.now().plus_micros(-1_000 * call.millis) };
    let body = |value: Value| RequestBody::plain(value.to_string().into_bytes());
    let refused = match call.client {
        Client::GenAi => {
            ingest_otlp(app, intake, &operator, body(genai::export(&told)), Encoding::Json).await?.count
        }
        Client::OpenInference => {
            ingest_otlp(app, intake, &operator, body(openinference::export(&told)), Encoding::Json)
                .await?
                .count
        }
        Client::Langfuse => {
            let answers = ingest_batch(app, intake, &operator, body(batch::batch(&told))).await?;
            i64::from(answers.iter().any(|answer| answer.fault.is_some()))
        }
    };
    if refused == 0 { Ok(()) } else { Err(Error::internal("a part of this call was refused")) }
}

/// Ids of the trace and of the observation that holds the answer.
pub(super) fn answer_of(key: &str) -> Result<(String, String)> {
    let call = CALLS.iter().copied().flatten().find(|call| call.key == key);
    let call = call.ok_or_else(|| Error::internal(format!("the story has no call {key}")))?;
    Ok((trace_id(call), span_id(call, 0)))
}

/// A call at its moment.
struct Told<'a> {
    call: &'a Call,
    /// What it names.
    order: Option<&'a str>,
    began: Timestamp,
}

impl Told<'_> {
    /// A share of its time after it began, in thousandths.
    fn after(&self, share: i64) -> Timestamp {
        self.began.plus_micros(self.call.millis * share)
    }

    /// `wo:WO-2026-101/1.2` and what the desk always says.
    fn tags(&self) -> Vec<String> {
        let order = self.order.map(|order| format!("wo:{order}"));
        std::iter::once("parts-desk".to_owned()).chain(order).collect()
    }

    /// The spans as every client sends them: the question, its tool, the call of the model. Share of their beginning and end.
    fn spans(&self) -> [(usize, i64, i64); 3] {
        [(0, 0, 1_000), (1, 20, 300), (2, 320, 980)]
    }
}

/// 16 bytes of a digest over the name, so that the story is the same everywhere.
fn trace_id(call: &Call) -> String {
    hex_of(&format!("call {}", call.key), 32)
}

fn span_id(call: &Call, place: usize) -> String {
    hex_of(&format!("call {} {place}", call.key), 16)
}

/// The first digits of a digest.
pub(super) fn hex_of(seed: &str, digits: usize) -> String {
    Digest::of(seed.as_bytes()).to_hex().chars().take(digits).collect()
}

/// A moment as OTLP writes it.
pub(super) fn nanos(at: Timestamp) -> String {
    format!("{}000", at.0)
}

/// An attribute that is a text.
pub(super) fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

/// An attribute that is a number.
pub(super) fn number(key: &str, value: u32) -> Value {
    json!({"key": key, "value": {"intValue": value.to_string()}})
}

/// An OTLP export of one scope.
pub(super) fn export(scope: (&str, &str), resource: Vec<Value>, spans: Vec<Value>) -> Value {
    let (name, version) = scope;
    json!({"resourceSpans": [{
        "resource": {"attributes": resource},
        "scopeSpans": [{"scope": {"name": name, "version": version}, "spans": spans}],
    }]})
}

/// A span of the call with these attributes.
fn span(told: &Told<'_>, (place, from, to): (usize, i64, i64), name: &str, attributes: Vec<Value>) -> Value {
    let call = told.call;
    let is_failed = call.fault.is_some_and(|_| place == 1);
    let status =
        if is_failed { json!({"code": 2, "message": call.fault.unwrap_or_default()}) } else { json!({}) };
    let mut wire = json!({
        "traceId": trace_id(call),
        "spanId": span_id(call, place),
        "name": name,
        "kind": if place == 2 { 3 } else { 1 },
        "startTimeUnixNano": nanos(told.after(from)),
        "endTimeUnixNano": nanos(told.after(to)),
        "attributes": attributes,
        "status": status,
    });
    if let (1.., Some(fields)) = (place, wire.as_object_mut()) {
        fields.insert("parentSpanId".to_owned(), json!(span_id(call, 0)));
    }
    wire
}
