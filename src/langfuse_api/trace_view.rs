//! A trace as the API shows it, in lists, by itself and inside a session.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::foundation::Result;
use crate::traces::reads::TraceFull;

use super::load::Body;
use super::values::{Metadata, Millis, dollars, json_of, seconds};

/// One trace. In lists observations and scores are ids; a single trace writes them whole after this.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceView {
    id: String,
    project_id: String,
    name: Option<String>,
    timestamp: Millis,
    environment: String,
    tags: Vec<String>,
    bookmarked: bool,
    release: Option<String>,
    version: Option<String>,
    user_id: Option<String>,
    session_id: Option<String>,
    public: bool,
    external_id: Option<String>,
    created_at: Millis,
    updated_at: Millis,
    html_path: String,
    input: Option<Box<RawValue>>,
    output: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
    metadata: Option<Metadata>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_cost: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    observations: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scores: Option<Vec<String>>,
}

/// Which parts of a trace to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Groups {
    /// Input, output, metadata.
    pub io: bool,
    pub scores: bool,
    pub observations: bool,
    /// Latency and cost.
    pub metrics: bool,
}

impl Groups {
    /// The names a client may ask for.
    pub const NAMES: [&str; 5] = ["core", "io", "scores", "observations", "metrics"];

    /// All of them.
    pub const ALL: Self = Self { io: true, scores: true, observations: true, metrics: true };

    /// Those named; all when none is. The caller has checked the names.
    pub fn of(names: &[String]) -> Self {
        if names.is_empty() {
            return Self::ALL;
        }
        let has = |name: &str| names.iter().any(|known| known == name);
        Self {
            io: has("io"),
            scores: has("scores"),
            observations: has("observations"),
            metrics: has("metrics"),
        }
    }
}

/// A trace's own input and output.
#[derive(Debug, Default)]
pub struct TraceIo {
    /// What it was given.
    pub input: Option<Body>,
    /// What it gave.
    pub output: Option<Body>,
    /// Bodies that are known and cannot be read, in words.
    pub missing: Vec<String>,
}

impl TraceView {
    /// The view of a trace without observations and scores.
    pub fn of(project_id: &str, full: TraceFull, io: TraceIo, groups: Groups) -> Result<Self> {
        let said = full.said()?;
        let row = full.row;
        let metrics = |value: f64| Some(if groups.metrics { value } else { -1.0 });
        let json = |body: Option<Body>| body.and_then(|body| json_of(&body.bytes, body.form));
        Ok(Self {
            latency: metrics(seconds(row.duration())),
            total_cost: metrics(dollars(row.cost_nanos)),
            tags: row.tag_list(),
            html_path: html_path(&row.trace_id),
            id: row.trace_id,
            project_id: project_id.to_owned(),
            name: row.name,
            timestamp: Millis(row.start_at),
            environment: row.environment.unwrap_or_else(|| "default".to_owned()),
            bookmarked: false,
            release: row.release,
            version: row.version,
            user_id: row.user_id,
            session_id: row.session_id,
            public: said.public,
            external_id: None,
            created_at: Millis(row.first_arrival_at),
            updated_at: Millis(row.last_arrival_at),
            input: json(io.input),
            output: json(io.output),
            missing: io.missing,
            metadata: groups.io.then_some(Metadata(said.metadata)),
            observations: None,
            scores: None,
        })
    }

    /// The same with the ids of its observations and scores.
    #[must_use]
    pub fn with_ids(self, observations: Vec<String>, scores: Vec<String>) -> Self {
        Self { observations: Some(observations), scores: Some(scores), ..self }
    }

    /// The same without latency and cost, as it stands in a session.
    #[must_use]
    pub fn without_metrics(self) -> Self {
        Self { latency: None, total_cost: None, ..self }
    }
}

/// The page of a trace.
fn html_path(trace_id: &str) -> String {
    let id = serde_urlencoded::to_string([("", trace_id)]).unwrap_or_default();
    format!("/traces/{}", id.trim_start_matches('=').replace('+', "%20"))
}
