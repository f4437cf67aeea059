//! A trace as `trace-create`: from the legacy list, or from what v2 says of a trace beside its observations.

use trace_model::fields::Fields;

use super::{Event, Object, event, first_text};

/// What a trace is told by one of its observations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    pub trace_id: String,
    /// Whether the observation stands at the top, and so knows when the trace began.
    pub is_root: bool,
    /// Name, user, session, release, version of the trace, as far as they were given.
    pub says: [Option<String>; 5],
    pub tags: Vec<String>,
    pub event: Event,
}

/// Reads a trace of the legacy API; `None` when it has no id or no time.
pub fn trace(source: &str, fields: &Fields<'_>) -> Option<Event> {
    let id: String = fields.get("id")?;
    let timestamp = first_text(fields, &["updatedAt", "timestamp", "createdAt"])?;
    let mut body = Object::default();
    body.copy(fields, &["id", "timestamp", "name", "userId", "sessionId", "release", "version"]);
    body.copy(fields, &["environment", "public", "tags", "metadata", "input", "output"]);
    Some(event(source, "trace-create", &id, &timestamp, &body.finish()))
}

/// Reads what a v2 observation says of its trace; `None` when it says nothing.
pub fn context(source: &str, fields: &Fields<'_>) -> Option<Context> {
    let trace_id: String = fields.get("traceId")?;
    let is_root = fields.get("isRootObservation").unwrap_or(fields.raw("parentObservationId").is_none());
    let start = first_text(fields, &["startTime"])?;
    let names = ["traceName", "userId", "sessionId", "release", "version"];
    let says = names.map(|name| fields.get::<String>(name).filter(|text| !text.is_empty()));
    let tags: Vec<String> = fields.get("tags").unwrap_or_default();
    if !is_root && tags.is_empty() && says.iter().all(Option::is_none) {
        return None;
    }
    let mut body = Object::default();
    body.put_text("id", &trace_id);
    if is_root {
        body.put("timestamp", fields.raw("startTime"));
    }
    let ours = ["name", "userId", "sessionId", "release", "version"];
    for (name, text) in ours.iter().zip(&says) {
        body.put(name, text.as_deref().map(super::quoted).as_deref());
    }
    body.copy(fields, &["environment", "public"]);
    body.put("tags", fields.raw("tags").filter(|_| !tags.is_empty()));
    // A later change of the root reaches us as a later event.
    let changed = if is_root { first_text(fields, &["updatedAt"]) } else { None };
    let timestamp = changed.unwrap_or(start);
    let event = event(source, "trace-create", &trace_id, &timestamp, &body.finish());
    Some(Context { trace_id, is_root, says, tags, event })
}
