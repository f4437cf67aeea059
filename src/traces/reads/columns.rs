//! The columns that filters and orders of the reading API may name.

use super::condition::Column;

/// A column and its names: Langfuse's own, then others that mean the same.
type Named = (&'static str, &'static [&'static str], Column);

const TRACE: &[Named] = &[
    ("id", &["traceid"], Column::Text("traces.trace_id")),
    ("name", &["tracename"], Column::Text("traces.name")),
    ("timestamp", &[], Column::Time("traces.start_at")),
    ("userId", &["user"], Column::Text("traces.user_id")),
    ("sessionId", &["session"], Column::Text("traces.session_id")),
    ("environment", &[], Column::Text("coalesce(traces.environment, 'default')")),
    ("version", &[], Column::Text("traces.version")),
    ("release", &[], Column::Text("traces.release")),
    ("tags", &["tracetags"], Column::List("traces.tags")),
    ("bookmarked", &[], Column::Flag("1 = 0")),
    ("metadata", &[], Column::Metadata),
    ("level", &[], Column::Text("traces.level")),
    ("latency", &["latency(s)"], Column::Number("(traces.end_at - traces.start_at)", 1_000_000)),
    ("inputTokens", &[], Column::Number("traces.input_tokens", 1)),
    ("outputTokens", &[], Column::Number("traces.output_tokens", 1)),
    ("totalTokens", &["tokens"], Column::Number("traces.total_tokens", 1)),
    ("totalCost", &["totalcost($)"], Column::Number("traces.cost_nanos", 1_000_000_000)),
    ("errorCount", &[], Column::Number("traces.error_count", 1)),
    ("warningCount", &[], Column::Number("traces.warning_count", 1)),
    ("defaultCount", &[], Column::Number(DEFAULTS, 1)),
    ("debugCount", &[], Column::Number(DEBUGS, 1)),
    ("scores_avg", &["scores", "scores(numeric)"], Column::ScoreAverage),
    ("score_categories", &["scores(categorical)"], Column::ScoreWord),
    ("score_booleans", &["scores(boolean)"], Column::ScoreFlag),
];

const DEFAULTS: &str = "(SELECT count(*) FROM observations WHERE observations.project = traces.project \
     AND observations.trace_id = traces.trace_id AND observations.level = 'DEFAULT')";
const DEBUGS: &str = "(SELECT count(*) FROM observations WHERE observations.project = traces.project \
     AND observations.trace_id = traces.trace_id AND observations.level = 'DEBUG')";

const OBSERVATION: &[Named] = &[
    ("id", &["observationid"], Column::Text("observations.observation_id")),
    ("traceId", &[], Column::Text("observations.trace_id")),
    ("type", &[], Column::Text("observations.kind")),
    ("name", &[], Column::Text("observations.name")),
    ("startTime", &[], Column::Time("observations.start_at")),
    ("endTime", &[], Column::Time("observations.end_at")),
    ("environment", &[], Column::Text("coalesce(observations.environment, 'default')")),
    ("level", &[], Column::Text("observations.level")),
    ("statusMessage", &[], Column::Text("observations.status_message")),
    ("version", &[], Column::Text("observations.version")),
    ("parentObservationId", &[], Column::Text("observations.parent_id")),
    ("isRootObservation", &[], Column::Flag(IS_ROOT)),
    ("userId", &["user"], Column::OfTrace(&Column::Text("traces.user_id"))),
    ("sessionId", &["session"], Column::OfTrace(&Column::Text("traces.session_id"))),
    ("traceName", &[], Column::OfTrace(&Column::Text("traces.name"))),
    ("traceTags", &["tags"], Column::OfTrace(&Column::List("traces.tags"))),
    ("release", &[], Column::OfTrace(&Column::Text("traces.release"))),
    ("model", &["providedmodelname"], Column::Text("observations.model")),
    ("latency", &["latency(s)"], Column::Number("(observations.end_at - observations.start_at)", 1_000_000)),
    (
        "timeToFirstToken",
        &[],
        Column::Number("(observations.first_token_at - observations.start_at)", 1_000_000),
    ),
    ("tokensPerSecond", &[], Column::Number(SPEED, 1)),
    ("inputTokens", &[], Column::Number(INPUT, 1)),
    ("outputTokens", &[], Column::Number(OUTPUT, 1)),
    ("totalTokens", &["tokens"], Column::Number(TOTAL, 1)),
    ("totalCost", &["totalcost($)"], Column::Number("observations.cost_nanos", 1_000_000_000)),
    ("promptName", &[], Column::PromptName),
    ("promptVersion", &[], Column::PromptVersion),
    ("input", &[], Column::Body("input")),
    ("output", &[], Column::Body("output")),
    ("metadata", &[], Column::Metadata),
];

/// A value and not `EXISTS`, for which PostgreSQL would hash every trace first.
const IS_ROOT: &str = "observations.parent_id IS NULL OR COALESCE((SELECT traces.root_observation_id FROM traces \
     WHERE traces.project = observations.project AND traces.trace_id = observations.trace_id) \
     = observations.observation_id, 1 = 0)";
const INPUT: &str = "(observations.uncached_input + observations.cached_read + observations.cache_write)";
const OUTPUT: &str = "(observations.output_tokens + observations.reasoning)";
const TOTAL: &str = "(observations.uncached_input + observations.cached_read + observations.cache_write \
     + observations.output_tokens + observations.reasoning)";
const SPEED: &str = "((observations.output_tokens + observations.reasoning) * 1000000.0 \
     / nullif(observations.end_at - observations.start_at, 0))";

/// Whose columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filtered {
    /// Those of traces.
    Traces,
    /// Those of observations.
    Observations,
}

impl Filtered {
    fn columns(self) -> &'static [Named] {
        match self {
            Self::Traces => TRACE,
            Self::Observations => OBSERVATION,
        }
    }

    /// The column with this name, in any spelling: `startTime`, `start_time`, `Start Time`.
    pub fn column(self, name: &str) -> Option<(&'static str, &'static Column)> {
        let plain: String =
            name.chars().filter(|c| !matches!(c, ' ' | '_')).collect::<String>().to_lowercase();
        let found = self.columns().iter().find(|(known, others, _)| {
            known.replace('_', "").to_lowercase() == plain || others.contains(&plain.as_str())
        });
        found.map(|(known, _, column)| (*known, column))
    }

    /// All names, for whoever named another.
    pub fn names(self) -> String {
        self.columns().iter().map(|(name, _, _)| *name).collect::<Vec<_>>().join(", ")
    }
}

/// The SQL order for `timestamp.desc` and its like; `None` when it cannot be ordered by that.
pub fn trace_order(field: &str, descending: bool) -> Option<String> {
    let column = match field {
        "timestamp" => "traces.start_at",
        "id" => "traces.trace_id",
        "name" => "traces.name",
        "userId" => "traces.user_id",
        "sessionId" => "traces.session_id",
        "release" => "traces.release",
        "version" => "traces.version",
        // Nothing is bookmarked here, so all are alike.
        "bookmarked" => return Some("traces.start_at DESC, traces.trace_id DESC".to_owned()),
        _ => return None,
    };
    let direction = if descending { "DESC" } else { "ASC" };
    Some(format!("{column} {direction}, traces.trace_id {direction}"))
}

/// What traces can be ordered by.
pub const TRACE_ORDERS: &str = "timestamp, id, name, userId, sessionId, release, version, bookmarked";
