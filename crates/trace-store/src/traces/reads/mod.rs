//! What others see of traces: lists, trees, revisions. Bodies are read through [`super::bodies`].

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::{observations, scores as score_table, traces};
use crate::foundation::{Digest, ProjectKey, Result, Timestamp};

mod details;
mod erasing;
pub mod findings;
mod full;
pub mod listing;
mod revisions;
pub mod saved;
mod scan;
pub mod scores;
pub mod sessions;
mod spans;

pub use details::{Detailed, Fetched, Pieces, detailed, pieces, role_code};
pub use erasing::{OldTrace, late_arrivals, older_than, sizes, traces_of_user};
pub use full::{
    Finding, ObservationFull, Position, SessionRow, TraceFull, count_rows, observation_ids, observation_page,
    observations_after, observations_by_id, observations_named, observations_of, score_ids, session_page,
    trace_page, traces_by_id, traces_of_session,
};

pub use revisions::{all_refs, content, current_refs, pack_bytes, refs_of_revision, trace_refs};
pub use revisions::{changed_observations, current_revisions, earlier_revisions, image, record};
pub use scan::Scan;
pub use spans::{SpanRow, alike, price_of, spans, token_sums};

/// What a trace comes to.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = traces, treat_none_as_default_value = false)]
pub struct TraceRow {
    /// The trace, as the client named it.
    pub trace_id: String,
    /// Its name.
    pub name: Option<String>,
    /// The earliest moment it speaks of.
    pub start_at: Timestamp,
    /// The latest.
    pub end_at: Timestamp,
    /// Whom the client names as user.
    pub user_id: Option<String>,
    /// The conversation.
    pub session_id: Option<String>,
    /// Whom it was made for.
    pub tenant: Option<String>,
    /// `default`, `production`, ...
    pub environment: Option<String>,
    /// The release of the client's program.
    pub release: Option<String>,
    /// The version of the client's program.
    pub version: Option<String>,
    /// A JSON list of strings; see [`TraceRow::tag_list`].
    pub tags: String,
    /// Model names, sorted, joined by ", ".
    pub models: String,
    /// The worst level of its observations.
    pub level: String,
    /// Observations.
    pub observation_count: i64,
    /// Observations at level ERROR.
    pub error_count: i64,
    /// Observations at level WARNING.
    pub warning_count: i64,
    /// Input tokens, cached ones among them; calls seen twice count once.
    pub input_tokens: i64,
    /// Output tokens, reasoning among them.
    pub output_tokens: i64,
    /// Both.
    pub total_tokens: i64,
    /// Billionths of a US dollar, as the clients said or as computed; calls seen twice count once.
    pub cost_nanos: i64,
    /// The top observation.
    pub root_observation_id: Option<String>,
    /// When its first arrival was stored.
    pub first_arrival_at: Timestamp,
    /// When its last arrival was stored.
    pub last_arrival_at: Timestamp,
}

impl TraceRow {
    /// Microseconds from start to end.
    pub fn duration(&self) -> i64 {
        self.end_at.micros_since(self.start_at).max(0)
    }

    /// The tags.
    pub fn tag_list(&self) -> Vec<String> {
        serde_json::from_str(&self.tags).unwrap_or_default()
    }
}

/// What is known of an observation, without its bodies.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = observations, treat_none_as_default_value = false)]
pub struct ObservationRow {
    /// The trace.
    pub trace_id: String,
    /// The observation, as the client named it.
    pub observation_id: String,
    /// The observation it hangs from; that one may never have arrived.
    pub parent_id: Option<String>,
    /// `SPAN`, `GENERATION`, ...
    pub kind: String,
    /// Its name.
    pub name: Option<String>,
    /// Start; unknown when only an update came.
    pub start_at: Option<Timestamp>,
    /// End.
    pub end_at: Option<Timestamp>,
    /// When the first token came.
    pub first_token_at: Option<Timestamp>,
    /// `DEBUG`, `DEFAULT`, `WARNING`, `ERROR`.
    pub level: String,
    /// What the level is about.
    pub status_message: Option<String>,
    /// The model that answered.
    pub model: Option<String>,
    /// Who serves the model.
    pub provider: Option<String>,
    /// Input tokens that no cache served.
    pub uncached_input: i64,
    /// Input tokens read from a cache.
    pub cached_read: i64,
    /// Input tokens written to a cache.
    pub cache_write: i64,
    /// Output tokens without reasoning.
    pub output_tokens: i64,
    /// Reasoning tokens.
    pub reasoning: i64,
    /// What the sender's numbers meant; none when it sent no usage.
    pub usage_convention: Option<String>,
    /// Billionths of a US dollar, as the client said or as computed by a price.
    pub cost_nanos: Option<i64>,
    /// `default`, `production`, ...
    pub environment: Option<String>,
    /// Whom the client names as user.
    pub user_id: Option<String>,
    /// The conversation.
    pub session_id: Option<String>,
    /// Whom the call was made for.
    pub tenant: Option<String>,
    /// The program that acts.
    pub agent: Option<String>,
    /// The role it acts in.
    pub persona: Option<String>,
    /// The version of this step of the client's program.
    pub version: Option<String>,
    /// False when its parent is the same call as another instrumentation saw it: its tokens do not count again.
    pub counted: bool,
    /// How many arrivals it was folded from.
    pub arrivals: i64,
    /// Names this state: SHA-256 of the image; see [`ObservationRow::digest`].
    pub revision: Vec<u8>,
}

impl ObservationRow {
    /// Microseconds from start to end.
    pub fn duration(&self) -> Option<i64> {
        Some(self.end_at?.micros_since(self.start_at?).max(0))
    }

    /// Input tokens, cached ones among them.
    pub fn input_tokens(&self) -> i64 {
        self.uncached_input.saturating_add(self.cached_read).saturating_add(self.cache_write)
    }

    /// Output tokens, reasoning among them.
    pub fn all_output_tokens(&self) -> i64 {
        self.output_tokens.saturating_add(self.reasoning)
    }

    /// The revision as a digest.
    pub fn digest(&self) -> Option<Digest> {
        Digest::from_slice(&self.revision)
    }
}

/// Somebody's number or word about a trace or an observation.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = score_table)]
pub struct ScoreRow {
    /// Its id.
    pub score_id: String,
    /// The trace it judges.
    pub trace_id: Option<String>,
    /// The observation it judges.
    pub observation_id: Option<String>,
    /// The session it judges.
    pub session_id: Option<String>,
    /// What is judged.
    pub name: String,
    /// JSON text exactly as sent.
    pub value: String,
    /// `NUMERIC`, `BOOLEAN`, `CATEGORICAL`, `TEXT`, `CORRECTION`.
    pub data_type: String,
    /// Why.
    pub comment: Option<String>,
    /// `default`, `production`, ...
    pub environment: Option<String>,
    /// When it was given.
    pub at: Timestamp,
    /// The account by whose key it came, or `system`.
    pub author: String,
}

/// The newest traces of a project by start.
pub fn newest(conn: &mut AnyConnection, project: ProjectKey, limit: i64) -> Result<Vec<TraceRow>> {
    Ok(traces::table
        .filter(traces::project.eq(project))
        .order((traces::start_at.desc(), traces::trace_id.desc()))
        .select(TraceRow::as_select())
        .limit(limit)
        .load(conn)?)
}

/// One trace.
pub fn trace(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<Option<TraceRow>> {
    Ok(traces::table.find((project, trace_id)).select(TraceRow::as_select()).first(conn).optional()?)
}

/// Whether the trace is known.
pub fn exists_trace(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<bool> {
    let found = traces::table.find((project, trace_id)).select(traces::trace_id).first::<String>(conn);
    Ok(found.optional()?.is_some())
}

/// Whether the observation is known.
pub fn exists(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
) -> Result<bool> {
    let found = observations::table
        .find((project, trace_id, observation_id))
        .select(observations::observation_id)
        .first::<String>(conn);
    Ok(found.optional()?.is_some())
}

/// The observations of a trace, by start; those without a start last.
pub fn observations(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
) -> Result<Vec<ObservationRow>> {
    let mut rows: Vec<ObservationRow> = observations::table
        .filter(observations::project.eq(project))
        .filter(observations::trace_id.eq(trace_id))
        .select(ObservationRow::as_select())
        .load(conn)?;
    rows.sort_by(|a, b| {
        let key = |row: &ObservationRow| (row.start_at.is_none(), row.start_at);
        key(a).cmp(&key(b)).then_with(|| a.observation_id.cmp(&b.observation_id))
    });
    Ok(rows)
}

/// One observation.
pub fn observation(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
) -> Result<Option<ObservationRow>> {
    Ok(observations::table
        .find((project, trace_id, observation_id))
        .select(ObservationRow::as_select())
        .first(conn)
        .optional()?)
}

/// The scores of a trace and its observations, oldest first.
pub fn scores_of(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<Vec<ScoreRow>> {
    Ok(score_table::table
        .filter(score_table::project.eq(project))
        .filter(score_table::trace_id.eq(trace_id))
        .order((score_table::at.asc(), score_table::score_id.asc()))
        .select(ScoreRow::as_select())
        .load(conn)?)
}

/// Whether the trace is known and nothing of it was stored at or after `before`.
pub fn is_quiet_since(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    before: Timestamp,
) -> Result<bool> {
    Ok(trace(conn, project, trace_id)?.is_some_and(|row| row.last_arrival_at < before))
}
