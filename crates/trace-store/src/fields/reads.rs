//! The rows of traces and observations as pages and lists read them: the columns that the dictionary tells of, and what
//! goes with them.

use diesel::prelude::*;

use crate::db::schema::{observations, traces};
use crate::foundation::{Digest, Timestamp};
use trace_model::merge::Trace;
use trace_model::{Known, TokenCounts};

/// What a trace comes to.
#[derive(Clone, Debug, Default, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = traces, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct TraceRow {
    /// The trace, as the client named it.
    pub trace_id: String,
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
    /// The columns that hold what a trace's arrivals say in words, each as `text` makes it fit for a column; the others are
    /// the store's to fill.
    pub fn said(trace: &Trace, text: impl Fn(Option<&String>) -> Option<String>) -> Self {
        Self {
            name: text(trace.name.as_ref()),
            user_id: text(trace.user_id.as_ref()),
            session_id: text(trace.session_id.as_ref()),
            tenant: text(trace.tenant.as_ref()),
            environment: text(trace.environment.as_ref()),
            release: text(trace.release.as_ref()),
            version: text(trace.version.as_ref()),
            root_observation_id: trace.root_observation_id.clone(),
            ..Self::default()
        }
    }

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
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct ObservationRow {
    pub trace_id: String,
    /// The observation, as the client named it.
    pub observation_id: String,
    /// The observation it hangs from; that one may never have arrived.
    pub parent_id: Option<String>,
    /// `SPAN`, `GENERATION`, ...
    pub kind: String,
    pub name: Option<String>,
    /// Start; unknown when only an update came.
    pub start_at: Option<Timestamp>,
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
    /// The counters that the sender spoke of, one bit for each; see [`ObservationRow::known`].
    pub usage_known: i16,
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
    /// What it is a part of: the run of a workflow, by its name.
    pub workflow: Option<String>,
    /// The stage of that run.
    pub stage: Option<String>,
    /// The version of this step of the client's program.
    pub version: Option<String>,
    /// False when what it has stands below it too, by each call or as another instrumentation saw it: it counts there.
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

    /// Which of the five counters are known.
    pub fn known(&self) -> Known {
        if self.usage_convention.is_none() { Known::NONE } else { Known::from_bits(self.usage_known) }
    }

    /// The five counters; those that are not known hold nothing.
    pub fn counts(&self) -> TokenCounts {
        TokenCounts {
            uncached_input: self.uncached_input,
            cached_read: self.cached_read,
            cache_write: self.cache_write,
            output: self.output_tokens,
            reasoning: self.reasoning,
        }
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
