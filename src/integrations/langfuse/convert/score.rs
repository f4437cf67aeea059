//! A score as `score-create`, from v3 (one value whose type follows `dataType`) or from the older lists.

use trace_model::fields::Fields;

use super::{Event, Object, event, first_text};

/// Reads a score; `None` when it has no id or no time.
pub fn score(source: &str, fields: &Fields<'_>) -> Option<Event> {
    let id: String = fields.get("id")?;
    let timestamp = first_text(fields, &["updatedAt", "timestamp", "createdAt"])?;
    let mut body = Object::default();
    body.copy(fields, &["id", "name", "dataType"]);
    body.put("value", value(fields).as_deref());
    subject(&mut body, fields);
    body.copy(fields, &["timestamp", "comment", "configId", "queueId", "environment", "metadata"]);
    body.copy(fields, &["source", "authorUserId"]);
    Some(event(source, "score-create", &id, &timestamp, &body.finish()))
}

/// Categories and texts are strings, flags are 0 or 1.
fn value(fields: &Fields<'_>) -> Option<String> {
    let raw = fields.raw("value");
    match fields.get::<String>("dataType").as_deref() {
        Some("BOOLEAN") => raw.map(|raw| match raw {
            "true" => "1".to_owned(),
            "false" => "0".to_owned(),
            other => whole(other),
        }),
        Some("CATEGORICAL" | "TEXT" | "CORRECTION") => {
            let text = raw.filter(|raw| raw.starts_with('"')).or_else(|| fields.raw("stringValue"));
            text.or(raw).map(str::to_owned)
        }
        _ => raw.map(str::to_owned),
    }
}

/// `1.0` as `1`.
fn whole(raw: &str) -> String {
    raw.strip_suffix(".0").unwrap_or(raw).to_owned()
}

/// v3 says in `subject` what is judged; the older lists have a field for each.
fn subject(body: &mut Object, fields: &Fields<'_>) {
    let Some(subject) = fields.get_object("subject") else {
        return body.copy(fields, &["traceId", "observationId", "sessionId", "datasetRunId"]);
    };
    let id = subject.raw("id");
    match subject.get::<String>("kind").as_deref() {
        Some("trace") => body.put("traceId", id),
        Some("session") => body.put("sessionId", id),
        Some("experiment") => body.put("datasetRunId", id),
        Some("observation") => {
            body.put("traceId", subject.raw("traceId"));
            body.put("observationId", id);
        }
        _ => {}
    }
}
