//! An observation as `observation-create`.

use std::collections::BTreeSet;

use serde_json::value::RawValue;

use trace_model::ObservationKind;
use trace_model::fields::Fields;

use super::{Event, Object, event, filled, first_text};

/// Values from this length on may have been cut by the server, in characters.
const CUT_AT: usize = 200;

/// How a server gives inputs and outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Io {
    /// As the text that is stored (v2).
    Text,
    /// As JSON values (legacy).
    Json,
}

/// Reads an observation; `None` when it has no id or no time.
pub fn observation(source: &str, fields: &Fields<'_>, io: Io) -> Option<Event> {
    let id: String = fields.get("id")?;
    let timestamp = first_text(fields, &["updatedAt", "endTime", "startTime"])?;
    let mut body = Object::default();
    body.copy(fields, &["id", "traceId", "parentObservationId"]);
    let kind =
        fields.get::<String>("type").and_then(|kind| ObservationKind::parse(&kind)).unwrap_or_default();
    body.put_text("type", kind.as_str());
    body.copy(fields, &["name", "startTime", "endTime", "completionStartTime", "level", "statusMessage"]);
    body.copy(fields, &["version", "environment", "metadata"]);
    call(&mut body, fields);
    for name in ["input", "output"] {
        put_io(&mut body, name, fields, io);
    }
    Some(event(source, "observation-create", &id, &timestamp, &body.finish()))
}

/// Model, prompt, tokens and money.
fn call(body: &mut Object, fields: &Fields<'_>) {
    body.put("model", fields.raw("model").or_else(|| fields.raw("providedModelName")));
    let parameters = fields.raw("modelParameters").map(unquoted);
    body.put("modelParameters", parameters.as_deref().filter(|text| text.starts_with('{')));
    if fields.raw("promptName").is_some() && fields.raw("promptVersion").is_some() {
        body.copy(fields, &["promptName", "promptVersion"]);
    }
    match filled(fields, "usageDetails") {
        Some(details) => body.put("usageDetails", Some(details)),
        None => body.put("usage", counted(fields)),
    }
    let cost = filled(fields, "costDetails").map(str::to_owned).or_else(|| calculated(fields));
    body.put("costDetails", cost.as_deref());
}

/// The older form of usage. Servers give all of it as noughts to what used nothing.
fn counted<'a>(fields: &Fields<'a>) -> Option<&'a str> {
    let usage = fields.get_object("usage")?;
    usage.iter().any(|(_, raw)| is_more_than_nothing(raw)).then(|| fields.raw("usage")).flatten()
}

/// The costs of servers that have no map of them yet.
fn calculated(fields: &Fields<'_>) -> Option<String> {
    let mut costs = Object::default();
    for (name, of) in [
        ("input", "calculatedInputCost"),
        ("output", "calculatedOutputCost"),
        ("total", "calculatedTotalCost"),
        ("total", "totalCost"),
    ] {
        let is_known = name == "total" && costs.0.contains("\"total\"");
        costs.put(name, fields.raw(of).filter(|raw| !is_known && is_more_than_nothing(raw)));
    }
    (!costs.0.is_empty()).then(|| costs.finish())
}

fn is_more_than_nothing(raw: &str) -> bool {
    raw.parse::<f64>().is_ok_and(|amount| amount > 0.0)
}

/// Stock servers give the stored text and do not say what it was: a JSON object or list counts as sent as one, anything
/// else as a string, whatever it looks like. Our own say it where that would be wrong.
fn put_io(body: &mut Object, name: &str, fields: &Fields<'_>, io: Io) {
    let raw = fields.raw(name);
    let told: Option<String> = fields.get(&format!("{name}Form"));
    match (io, told.as_deref(), raw) {
        (Io::Text, Some("json"), Some(raw)) => body.put(name, Some(&inner(raw, |_| true))),
        (Io::Text, None, Some(raw)) => body.put(name, Some(&unquoted(raw))),
        (_, _, raw) => body.put(name, raw),
    }
}

/// The JSON object or list inside a JSON string; anything else as it is.
fn unquoted(raw: &str) -> String {
    inner(raw, |text| text.starts_with(['{', '[']))
}

/// The JSON inside a JSON string, if it is wanted; anything else as it is.
fn inner(raw: &str, is_wanted: impl Fn(&str) -> bool) -> String {
    let text = serde_json::from_str::<String>(raw).ok();
    let holds_json =
        |text: &String| is_wanted(text.trim()) && serde_json::from_str::<&RawValue>(text).is_ok();
    text.filter(holds_json).map_or_else(|| raw.to_owned(), |text| text.trim().to_owned())
}

/// The names of metadata whose values may have been cut.
pub fn long_keys(fields: &Fields<'_>) -> BTreeSet<String> {
    let Some(metadata) = fields.get_object("metadata") else { return BTreeSet::new() };
    let is_long = |raw: &str| {
        raw.len() >= CUT_AT
            && serde_json::from_str::<String>(raw).map_or(true, |text| text.chars().count() >= CUT_AT)
    };
    metadata.iter().filter(|(_, raw)| is_long(raw)).map(|(key, _)| key.to_owned()).collect()
}
