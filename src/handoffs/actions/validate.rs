//! Checks a handoff, and keeps what came of it as a span: so it stands in its trace, counts like one that an agent reported itself,
//! and is evidence of the order that the trace belongs to.

use serde_json::{Value, json};

use crate::audit::evidence::bodies;
use crate::db::AnyConnection;
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Error, ProjectKey, Result};
use crate::handoffs::decide::check;
use crate::handoffs::model::{Checked, Found, Handoff, Owners, Source, Strictness};
use crate::intake::Intake;
use crate::intake::ingest::{RequestBody, ingest_batch};
use crate::state::App;
use crate::traces::reads::{ObservationRow, observation, observations};

/// Observations that are looked through, at most.
const MOST_READ: usize = 200;
/// Bytes of their words, at most.
const MOST_BYTES: usize = 4 << 20;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    pub handoff: Handoff,
    /// The trace that it is part of; one of its own where there is none.
    pub trace_id: Option<String>,
    /// The observation that it hangs from.
    pub parent_id: Option<String>,
    /// Whether what comes of it is kept.
    pub is_kept: bool,
}

/// What came of it, and where that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub checked: Checked,
    /// Trace and observation; none where it was not to be kept.
    pub kept: Option<(String, String)>,
}

/// Checks a handoff. Whoever has it kept sends a trace, and must be allowed to.
pub async fn validate(app: &App, intake: &Intake, asker: &Asker, asked: Asked) -> Result<Outcome> {
    let project = asker.project;
    let sources = asked.handoff.sources.clone();
    let rows = app.db.read(move |conn| rows_of(conn, project, &sources)).await?;
    let found: Vec<Found> = rows.iter().map(|(name, rows)| found(name, rows)).collect();
    let mut had: Vec<String> = asked.handoff.sources.iter().filter_map(text_of).collect();
    if asked.handoff.strictness == Strictness::Strict {
        had.extend(words(app, project, &asked.handoff.source_agent, &rows).await?);
    }
    let texts: Vec<&str> = had.iter().map(String::as_str).collect();
    let checked = check(&asked.handoff, &found, &texts);
    let kept = if asked.is_kept { Some(keep(app, intake, asker, &asked, &checked).await?) } else { None };
    Ok(Outcome { checked, kept })
}

fn text_of(source: &Source) -> Option<String> {
    match source {
        Source::Text(text) => Some(text.clone()),
        Source::Stored { .. } => None,
    }
}

/// The observations of each stored source, by how it was named.
type Rows = Vec<(String, Vec<ObservationRow>)>;

fn rows_of(conn: &mut AnyConnection, project: ProjectKey, sources: &[Source]) -> Result<Rows> {
    let mut all = Vec::new();
    for source in sources {
        let Source::Stored { trace_id, observation_id } = source else { continue };
        let (name, rows) = match observation_id {
            Some(id) => {
                let row = observation(conn, project, trace_id, id)?;
                (format!("{trace_id}/{id}"), row.into_iter().collect())
            }
            None => (trace_id.clone(), observations(conn, project, trace_id)?),
        };
        all.push((name, rows));
    }
    Ok(all)
}

fn found(name: &str, rows: &[ObservationRow]) -> Found {
    let names = |of: fn(&ObservationRow) -> Option<&String>| {
        let mut names: Vec<String> = rows.iter().filter_map(of).cloned().collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let owners = (!rows.is_empty()).then(|| Owners {
        agents: names(|row| row.agent.as_ref()),
        tenants: names(|row| row.tenant.as_ref()),
    });
    Found { name: name.to_owned(), owners }
}

/// What the source agent read and wrote there.
async fn words(app: &App, project: ProjectKey, agent: &str, rows: &Rows) -> Result<Vec<String>> {
    let own = rows.iter().flat_map(|(_, rows)| rows).filter(|row| row.agent.as_deref() == Some(agent));
    let own: Vec<&ObservationRow> = own.collect();
    let too_much =
        |what: String| Error::invalid("sources", format!("{what}: name the observations that it rests on"));
    if own.len() > MOST_READ {
        return Err(too_much(format!("they hold more than {MOST_READ} observations of the agent")));
    }
    let (mut had, mut bytes) = (Vec::new(), 0_usize);
    for row in own {
        for body in bodies(app, project, &row.trace_id, &row.observation_id).await? {
            bytes = bytes.saturating_add(body.text.len());
            if bytes > MOST_BYTES {
                return Err(too_much(format!("they hold more than {} MiB", MOST_BYTES >> 20)));
            }
            had.push(body.text);
        }
    }
    Ok(had)
}

async fn keep(
    app: &App,
    intake: &Intake,
    asker: &Asker,
    asked: &Asked,
    checked: &Checked,
) -> Result<(String, String)> {
    let now = app.now();
    let trace_id = asked.trace_id.clone().unwrap_or_else(|| new_id(now));
    let observation_id = new_id(now);
    let batch = batch(asked, checked, &trace_id, &observation_id, &now.to_rfc3339(), || new_id(now));
    let answers = ingest_batch(app, intake, asker, RequestBody::plain(serde_json::to_vec(&batch)?)).await?;
    if let Some(fault) = answers.into_iter().find_map(|answer| answer.fault) {
        tracing::warn!(?fault, "a checked handoff could not be kept");
        return Err(Error::invalid("trace_id", "what came of the check cannot be kept there"));
    }
    Ok((trace_id, observation_id))
}

/// The span that tells it, in the words of the convention.
fn batch(
    asked: &Asked,
    checked: &Checked,
    trace_id: &str,
    observation_id: &str,
    at: &str,
    mut id: impl FnMut() -> String,
) -> Value {
    let Handoff { source_agent, target_agent, tenant, strictness, payload, sources } = &asked.handoff;
    let reasons: Vec<String> = checked.reasons.iter().map(super::super::model::Reason::words).collect();
    let is_valid = checked.reasons.is_empty();
    let mut metadata = json!({
        "handoff.target_agent": target_agent,
        "handoff.strictness": strictness.as_str(),
        "handoff.result": checked.result(),
        "handoff.reasons": reasons,
        "handoff.sources": sources.iter().map(named).collect::<Vec<Value>>(),
        "handoff.values": checked.values,
        "handoff.values_found": checked.found,
    });
    let named = [("handoff.source_agent", source_agent), ("agent_id", source_agent), ("tenant_id", tenant)];
    for (name, value) in named.into_iter().filter(|(_, value)| !value.trim().is_empty()) {
        metadata[name] = json!(value);
    }
    let mut events = Vec::new();
    if asked.trace_id.is_none() {
        events.push(json!({"id": id(), "type": "trace-create", "timestamp": at,
            "body": {"id": trace_id, "name": "handoff", "timestamp": at}}));
    }
    events.push(json!({"id": id(), "type": "span-create", "timestamp": at, "body": {
        "id": observation_id, "traceId": trace_id, "parentObservationId": asked.parent_id, "name": "handoff",
        "startTime": at, "endTime": at, "input": payload,
        "output": {"result": checked.result(), "reasons": reasons}, "metadata": metadata,
        "level": if is_valid { "DEFAULT" } else { "WARNING" },
        "statusMessage": if is_valid { Value::Null } else { json!(reasons.join(" ")) },
    }}));
    json!({ "batch": events })
}

fn named(source: &Source) -> Value {
    match source {
        Source::Stored { trace_id, observation_id } => {
            json!({"trace_id": trace_id, "observation_id": observation_id})
        }
        Source::Text(_) => json!({"text": "given with the handoff"}),
    }
}
