//! GET /traces/{id}/export.json and .jsonl: a whole trace as a file, streamed slice by slice.
//!
//! A slice is what one read takes from the database: a few hundred observations, or fewer when their bodies are long, so
//! that no trace needs more memory than its ids and one slice. What was erased meanwhile breaks the file off.
//!
//! Each observation comes with its state (the JSON that its revision names) and its bodies exactly as received, as text
//! with their SHA-256, so that whoever holds the file can check it. Bodies that are no UTF-8 come in base64.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{Bytes, Data, Path};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::bodies;
use crate::db::AnyConnection;
use crate::fields::{Entity, Shown};
use crate::foundation::{Error, ProjectKey, Result};
use crate::state::App;
use crate::traces::reads::{self, Detailed, Fetched, ObservationFull, Pieces, ScoreRow, TraceRow};
use crate::web::{Principal, WebResult};
use trace_model::BodyForm;

use super::about;
use super::beside::beside;

/// Observations in one slice.
const ROWS: usize = 500;
/// Bytes in one slice; one observation may be longer.
const BYTES: u64 = 4 << 20;

/// One JSON document, or one line a record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Document,
    Lines,
}

/// GET /traces/{id}/export.json
pub(super) async fn document(app: Data<App>, who: Principal, trace: Path<String>) -> WebResult {
    export(app, who.project, trace.into_inner(), Form::Document).await
}

/// GET /traces/{id}/export.jsonl
pub(super) async fn lines(app: Data<App>, who: Principal, trace: Path<String>) -> WebResult {
    export(app, who.project, trace.into_inner(), Form::Lines).await
}

async fn export(app: Data<App>, project: ProjectKey, trace: String, form: Form) -> WebResult {
    let id = trace.clone();
    let (row, ids, scores) = app
        .db
        .read(move |conn| {
            let row = reads::trace(conn, project, &id)?.ok_or_else(|| Error::not_found("this trace"))?;
            let spans = reads::spans(conn, project, &id)?;
            let ids: Vec<String> = spans.into_iter().map(|span| span.observation_id).collect();
            Ok((row, ids, reads::scores_of(conn, project, &id)?))
        })
        .await?;
    let first = head(&app, project, &row, form).await?;
    let last = tail(&scores, form);
    let (name, kind) = match form {
        Form::Document => (file_name(&trace, "json"), "application/json"),
        Form::Lines => (file_name(&trace, "jsonl"), "application/jsonl"),
    };
    let run = Run { app, project, trace, form, ids, at: 0, first: Some(first), last: Some(last) };
    let body = stream::unfold(Some(run), |run| async move { next(run?).await });
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((CONTENT_DISPOSITION, disposition))
        .streaming(body))
}

/// The next piece of the file, made where nobody waits behind it.
async fn next(mut run: Run) -> Option<(Result<Bytes>, Option<Run>)> {
    let made = beside(move || async move {
        let next = run.next().await;
        (next, run)
    });
    match made.await {
        Ok((next, run)) => Some((next?, Some(run))),
        Err(cause) => Some((Err(cause), None)),
    }
}

/// A file name of harmless characters only.
fn file_name(trace: &str, ending: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    let name: String = trace.chars().take(80).map(keep).collect();
    format!("trace-{name}.{ending}")
}

/// What is still to be sent.
struct Run {
    app: Data<App>,
    project: ProjectKey,
    trace: String,
    form: Form,
    ids: Vec<String>,
    at: usize,
    first: Option<String>,
    last: Option<String>,
}

impl Run {
    async fn next(&mut self) -> Option<Result<Bytes>> {
        if let Some(first) = self.first.take() {
            return Some(Ok(first.into()));
        }
        if self.at == self.ids.len() {
            return self.last.take().map(|last| Ok(last.into()));
        }
        let written = self.slice().await;
        Some(written.map(Bytes::from).inspect_err(|cause| {
            tracing::error!(%cause, trace = self.trace, "an export broke off");
            self.at = self.ids.len();
            self.last = None;
        }))
    }

    /// The next slice as text; at least one observation.
    async fn slice(&mut self) -> Result<String> {
        let ids: Vec<String> = self.ids.iter().skip(self.at).take(ROWS).cloned().collect();
        let (project, trace) = (self.project, self.trace.clone());
        let found = self.app.db.read(move |conn| read_slice(conn, project, &trace, &ids)).await?;
        let mut text = String::new();
        for one in found {
            if self.form == Form::Document && self.at > 0 {
                text.push(',');
            }
            text.push_str(&self.line(one).await?);
            text.push('\n');
            self.at += 1;
        }
        Ok(text)
    }

    async fn line(&self, one: Detailed) -> Result<String> {
        let mut line = Map::new();
        if self.form == Form::Lines {
            line.insert("record".to_owned(), json!("observation"));
        }
        line.insert("id".to_owned(), json!(one.full.row.observation_id));
        if let (Some(revision), Some(image)) = (one.full.row.digest(), one.image) {
            line.insert("revision".to_owned(), json!(revision.to_hex()));
            line.insert("state".to_owned(), json!(String::from_utf8_lossy(&image)));
        }
        for (field, body) in [("input", one.input), ("output", one.output)] {
            let Some(body) = body else { continue };
            line.insert(field.to_owned(), body_of(&self.app, self.project, body).await?);
        }
        let sent = one.sent.whole();
        if !sent.is_empty() {
            line.insert("sent".to_owned(), Value::Object(sent));
        }
        with_state(line)
    }
}

/// A body that cannot be read does not cut the file short: its digest and length stand there, and why.
async fn body_of(app: &App, project: ProjectKey, fetched: Fetched) -> Result<Value> {
    let body = fetched.0.body.ok_or_else(|| Error::internal("a stored body has no digest"))?;
    Ok(match bodies::whole_or_gone(app, project, fetched).await? {
        Ok(bytes) => body_json(&bytes, body.form, &body.digest.to_hex()),
        Err(gone) => json!({"sha256": gone.digest.to_hex(), "bytes": gone.len, "missing": gone.why.words()}),
    })
}

/// The first of these observations, in this order, as many as one slice holds.
fn read_slice(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace: &str,
    ids: &[String],
) -> Result<Vec<Detailed>> {
    let rows = reads::observations_named(conn, project, trace, ids)?;
    if rows.len() != ids.len() {
        return Err(Error::refused("part of the trace was erased while it was exported; export it again"));
    }
    reads::detailed(conn, project, within(rows)?, Pieces { image: true, bodies: true, sent: true })
}

fn within(mut rows: Vec<ObservationFull>) -> Result<Vec<ObservationFull>> {
    let (mut bytes, mut keep) = (0, 0);
    for row in &rows {
        bytes += row.stored_len()?;
        if keep > 0 && bytes > BYTES {
            break;
        }
        keep += 1;
    }
    rows.truncate(keep);
    Ok(rows)
}

/// Puts the state's own JSON text in the place of the string that holds it.
fn with_state(mut line: Map<String, Value>) -> Result<String> {
    let Some(Value::String(state)) = line.shift_remove("state") else {
        return Ok(Value::Object(line).to_string());
    };
    let state = RawValue::from_string(state)?;
    let rest = Value::Object(line).to_string();
    let head = rest.strip_suffix('}').unwrap_or(&rest);
    Ok(format!("{head},\"state\":{}}}", state.get()))
}

fn body_json(bytes: &[u8], form: BodyForm, digest: &str) -> Value {
    let form = match form {
        BodyForm::Json => "json",
        BodyForm::Text => "text",
        BodyForm::JsonOrText => "json or text",
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({"sha256": digest, "form": form, "text": text}),
        Err(_) => json!({"sha256": digest, "form": form, "base64": STANDARD.encode(bytes)}),
    }
}

async fn head(app: &App, project: ProjectKey, row: &TraceRow, form: Form) -> Result<String> {
    let one = row.clone();
    let lacks_usage =
        app.db.read(move |conn| Ok(!reads::without_usage(conn, project, [&one])?.is_empty())).await?;
    let said = |count: i64| (!lacks_usage).then_some(count);
    let mut trace = json!({
        "id": row.trace_id,
        "name": row.name,
        "start": row.start_at.to_rfc3339(),
        "end": row.end_at.to_rfc3339(),
        "tags": row.tag_list(),
        "observations": row.observation_count,
        "input_tokens": said(row.input_tokens),
        "output_tokens": said(row.output_tokens),
        "cost_nano_dollars": row.cost_nanos,
    });
    let named = Entity::Traces.fields().iter().filter(|field| matches!(field.shown, Shown::OfTrace(_)));
    if let Some(map) = trace.as_object_mut() {
        map.extend(named.map(|field| (field.label.to_owned(), json!(field.of_trace(row)))));
    }
    for field in ["input", "output"] {
        let body = bodies::trace_piece(app, project, &row.trace_id, field).await?;
        if let (Some(body), Some(map)) = (body, trace.as_object_mut()) {
            map.insert(field.to_owned(), body_of(app, project, body).await?);
        }
    }
    let about = about::read(app, project, &row.trace_id).await?;
    if let Some(map) = trace.as_object_mut() {
        map.insert("metadata".to_owned(), Value::Object(about.metadata));
        let sent = about.sent.whole();
        map.extend((!sent.is_empty()).then(|| ("sent".to_owned(), Value::Object(sent))));
    }
    Ok(match form {
        Form::Document => {
            format!("{{\"format\":\"tracewright trace 1\",\"trace\":{trace},\n\"observations\":[\n")
        }
        Form::Lines => record("trace", trace),
    })
}

fn tail(scores: &[ScoreRow], form: Form) -> String {
    let scores = scores.iter().map(|row| {
        json!({"id": row.score_id, "observation": row.observation_id, "name": row.name,
            "value": serde_json::from_str::<Value>(&row.value).unwrap_or_else(|_| json!(row.value)),
            "data_type": row.data_type, "comment": row.comment, "at": row.at.to_rfc3339(), "author": row.author})
    });
    match form {
        Form::Document => format!("],\n\"scores\":{}}}\n", Value::Array(scores.collect())),
        Form::Lines => scores.map(|score| record("score", score)).collect(),
    }
}

fn record(kind: &str, mut value: Value) -> String {
    if let Some(map) = value.as_object_mut() {
        map.shift_insert(0, "record".to_owned(), json!(kind));
    }
    format!("{value}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_harmless_whatever_the_trace_is_called() {
        assert_eq!(file_name("a/../b\"\r\n;é", "json"), "trace-a----b-----.json");
        assert_eq!(file_name(&"x".repeat(900), "jsonl").len(), "trace-.jsonl".len() + 80);
    }

    #[test]
    fn the_state_stands_in_the_line_byte_for_byte() {
        let line =
            Map::from_iter([("id".to_owned(), json!("o")), ("state".to_owned(), json!("{\"n\":0.10}"))]);
        assert_eq!(with_state(line).unwrap(), "{\"id\":\"o\",\"state\":{\"n\":0.10}}");
    }
}
