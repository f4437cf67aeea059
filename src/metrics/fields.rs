//! What can be grouped by, filtered by and measured in each view, and the SQL for it. Pure.
//!
//! The SQL of a query is put together from these texts only; what a client sends becomes bound parameters.

use crate::traces::hours::{OBSERVATIONS, TRACES, Table};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Traces.
    Traces,
    /// Observations.
    Observations,
    /// Scores with a number: NUMERIC and BOOLEAN.
    ScoresNumeric,
    /// Scores that are true or false.
    ScoresBoolean,
    /// Scores with a word.
    ScoresCategorical,
}

/// A field of a view: its name and its SQL.
pub type Field = (&'static str, Expr);

use crate::db::sql::Expr::{self, Day, Month, Tags, Text};

const TRACE_DIMENSIONS: &[Field] = &[
    ("id", Text("t.trace_id")),
    ("name", Text("t.name")),
    ("tags", Tags("t.tags")),
    ("userId", Text("t.user_id")),
    ("sessionId", Text("t.session_id")),
    ("release", Text("t.release")),
    ("version", Text("t.version")),
    ("environment", Text("COALESCE(t.environment, 'default')")),
    ("level", Text("t.level")),
    ("tenant", Text("t.tenant")),
    ("timestampMonth", Month("t.start_at")),
];

const OBSERVATION_DIMENSIONS: &[Field] = &[
    ("id", Text("o.observation_id")),
    ("traceId", Text("o.trace_id")),
    ("parentObservationId", Text("o.parent_id")),
    ("userId", Text("o.user_id")),
    ("sessionId", Text("o.session_id")),
    ("environment", Text("COALESCE(o.environment, 'default')")),
    ("type", Text("o.kind")),
    ("name", Text("o.name")),
    ("level", Text("o.level")),
    ("version", Text("o.version")),
    ("providedModelName", Text("o.model")),
    ("provider", Text("o.provider")),
    ("agent", Text("o.agent")),
    ("persona", Text("o.persona")),
    ("tenant", Text("o.tenant")),
    ("startTimeMonth", Month("o.start_at")),
    ("tags", Tags("t.tags")),
    ("release", Text("t.release")),
    ("traceName", Text("t.name")),
    ("traceRelease", Text("t.release")),
    ("traceVersion", Text("t.version")),
];

const SCORE_DIMENSIONS: &[Field] = &[
    ("id", Text("s.score_id")),
    ("traceId", Text("s.trace_id")),
    ("observationId", Text("s.observation_id")),
    ("sessionId", Text("COALESCE(s.session_id, t.session_id)")),
    ("userId", Text("t.user_id")),
    ("environment", Text("COALESCE(s.environment, 'default')")),
    ("name", Text("s.name")),
    ("source", Text("s.source")),
    ("dataType", Text("s.data_type")),
    ("configId", Text("s.config_id")),
    ("timestampMonth", Month("s.at")),
    ("timestampDay", Day("s.at")),
    ("value", Text("CAST(s.number AS TEXT)")),
    ("stringValue", Text("s.word")),
    ("booleanValue", Text("CASE WHEN s.number = 1 THEN 'True' ELSE 'False' END")),
    ("traceName", Text("t.name")),
    ("tags", Tags("t.tags")),
    ("traceRelease", Text("t.release")),
    ("traceVersion", Text("t.version")),
    ("observationName", Text("o.name")),
    ("observationModelName", Text("o.model")),
];

/// A measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Its name.
    pub name: &'static str,
    /// One row's value; `DISTINCT` in front counts different values.
    pub sql: &'static str,
    /// The same from sums by hour, where those have it.
    pub sums: Option<Sums>,
}

/// Columns of sums; see [`crate::traces::hours`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sums {
    /// The sum of the values.
    pub sum: &'static str,
    /// How many rows have a value.
    pub rows: &'static str,
    /// The least and the greatest.
    pub range: Option<(&'static str, &'static str)>,
    /// How many units of the column make one of the measure.
    pub units: &'static str,
}

/// Nano-dollars in a dollar.
const DOLLAR: &str = "1000000000.0";
/// Microseconds in a millisecond.
const MILLISECOND: &str = "1000.0";

const fn plain(name: &'static str, sql: &'static str) -> Measure {
    Measure { name, sql, sums: None }
}

const fn summed(
    name: &'static str,
    sql: &'static str,
    sum: &'static str,
    rows: &'static str,
    units: &'static str,
) -> Measure {
    Measure { name, sql, sums: Some(Sums { sum, rows, range: None, units }) }
}

const fn ranged(mut measure: Measure, least: &'static str, greatest: &'static str) -> Measure {
    if let Some(sums) = measure.sums {
        measure.sums = Some(Sums { range: Some((least, greatest)), ..sums });
    }
    measure
}

const TRACE_MEASURES: &[Measure] = &[
    summed("count", "1", "t.n", "t.n", "1.0"),
    summed("observationsCount", "t.observation_count", "t.observations", "t.n", "1.0"),
    plain(
        "scoresCount",
        "(SELECT COUNT(*) FROM scores x WHERE x.project = t.project AND x.trace_id = t.trace_id)",
    ),
    plain("uniqueUserIds", "DISTINCT t.user_id"),
    plain("uniqueSessionIds", "DISTINCT t.session_id"),
    ranged(
        summed("latency", "(t.end_at - t.start_at) / 1000.0", "t.took", "t.n", MILLISECOND),
        "t.took_min",
        "t.took_max",
    ),
    summed("inputTokens", "t.input_tokens", "t.input", "t.n", "1.0"),
    summed("outputTokens", "t.output_tokens", "t.output", "t.n", "1.0"),
    summed("totalTokens", "t.total_tokens", "t.input + t.output", "t.n", "1.0"),
    summed("totalCost", "t.cost_nanos / 1000000000.0", "t.cost", "t.n", DOLLAR),
];

/// Tokens and cost of a call that two instrumentations saw count once.
const OBSERVATION_MEASURES: &[Measure] = &[
    summed("count", "1", "o.n", "o.n", "1.0"),
    ranged(
        summed("latency", "(o.end_at - o.start_at) / 1000.0", "o.took", "o.took_n", MILLISECOND),
        "o.took_min",
        "o.took_max",
    ),
    summed(
        "streamingLatency",
        "(o.end_at - o.first_token_at) / 1000.0",
        "o.streamed",
        "o.streamed_n",
        MILLISECOND,
    ),
    summed(
        "timeToFirstToken",
        "(o.first_token_at - o.start_at) / 1000.0",
        "o.waited",
        "o.waited_n",
        MILLISECOND,
    ),
    summed(
        "inputTokens",
        "CASE WHEN o.counted THEN o.uncached_input + o.cached_read + o.cache_write ELSE 0 END",
        "o.input",
        "o.n",
        "1.0",
    ),
    summed(
        "outputTokens",
        "CASE WHEN o.counted THEN o.output_tokens + o.reasoning ELSE 0 END",
        "o.output",
        "o.n",
        "1.0",
    ),
    summed(
        "totalTokens",
        "CASE WHEN o.counted THEN o.uncached_input + o.cached_read + o.cache_write + o.output_tokens + o.reasoning \
         ELSE 0 END",
        "o.input + o.output",
        "o.n",
        "1.0",
    ),
    plain(
        "outputTokensPerSecond",
        "CASE WHEN o.counted AND o.end_at > o.first_token_at \
         THEN (o.output_tokens + o.reasoning) * 1000000.0 / (o.end_at - o.first_token_at) END",
    ),
    plain(
        "tokensPerSecond",
        "CASE WHEN o.counted AND o.end_at > o.start_at THEN (o.uncached_input + o.cached_read + o.cache_write \
         + o.output_tokens + o.reasoning) * 1000000.0 / (o.end_at - o.start_at) END",
    ),
    summed(
        "inputCost",
        "CASE WHEN o.counted THEN o.input_nanos ELSE 0 END / 1000000000.0",
        "o.input_cost",
        "o.parts_n",
        DOLLAR,
    ),
    summed(
        "outputCost",
        "CASE WHEN o.counted THEN o.output_nanos ELSE 0 END / 1000000000.0",
        "o.output_cost",
        "o.parts_n",
        DOLLAR,
    ),
    summed(
        "totalCost",
        "CASE WHEN o.counted THEN o.cost_nanos ELSE 0 END / 1000000000.0",
        "o.cost",
        "o.cost_n",
        DOLLAR,
    ),
    plain(
        "countScores",
        "(SELECT COUNT(*) FROM scores x WHERE x.project = o.project AND x.trace_id = o.trace_id \
         AND x.observation_id = o.observation_id)",
    ),
];

const SCORE_MEASURES: &[Measure] = &[plain("count", "1"), plain("value", "s.number")];
const WORD_MEASURES: &[Measure] = &[plain("count", "1")];

impl View {
    /// Reads a view's name.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "traces" => Some(Self::Traces),
            "observations" => Some(Self::Observations),
            "scores-numeric" => Some(Self::ScoresNumeric),
            "scores-boolean" => Some(Self::ScoresBoolean),
            "scores-categorical" => Some(Self::ScoresCategorical),
            _ => None,
        }
    }

    fn is_of_scores(self) -> bool {
        !matches!(self, Self::Traces | Self::Observations)
    }

    /// What can be grouped and filtered by.
    pub fn dimensions(self) -> &'static [Field] {
        match self {
            Self::Traces => TRACE_DIMENSIONS,
            Self::Observations => OBSERVATION_DIMENSIONS,
            _ => SCORE_DIMENSIONS,
        }
    }

    /// What can be measured.
    pub fn measures(self) -> &'static [Measure] {
        match self {
            Self::Traces => TRACE_MEASURES,
            Self::Observations => OBSERVATION_MEASURES,
            Self::ScoresCategorical => WORD_MEASURES,
            _ => SCORE_MEASURES,
        }
    }

    /// The sums by hour that answer most queries.
    pub fn hours(self) -> Option<&'static Table> {
        match self {
            Self::Traces => Some(&TRACES),
            Self::Observations => Some(&OBSERVATIONS),
            _ => None,
        }
    }

    /// The moment of a row.
    pub fn time(self) -> &'static str {
        match self {
            Self::Traces => "t.start_at",
            Self::Observations => "o.start_at",
            _ => "s.at",
        }
    }

    /// The rows, and which of them; `$` stands for the project.
    pub fn table(self) -> &'static str {
        match self {
            Self::Traces => "traces t WHERE t.project = $",
            Self::Observations => "observations o WHERE o.project = $",
            Self::ScoresNumeric => "scores s WHERE s.project = $ AND s.data_type IN ('NUMERIC', 'BOOLEAN')",
            Self::ScoresBoolean => "scores s WHERE s.project = $ AND s.data_type = 'BOOLEAN'",
            Self::ScoresCategorical => "scores s WHERE s.project = $ AND s.data_type = 'CATEGORICAL'",
        }
    }

    /// The joins that some SQL of this view needs.
    pub fn joins(self, sql: &str) -> Vec<&'static str> {
        let mut joins = Vec::new();
        let own = if self == Self::Observations { "o" } else { "s" };
        if self != Self::Traces && names_table(sql, "t") {
            joins.push(match own {
                "o" => " LEFT JOIN traces t ON t.project = o.project AND t.trace_id = o.trace_id",
                _ => " LEFT JOIN traces t ON t.project = s.project AND t.trace_id = s.trace_id",
            });
        }
        if self.is_of_scores() && names_table(sql, "o") {
            joins.push(
                " LEFT JOIN observations o ON o.project = s.project AND o.trace_id = s.trace_id \
                 AND o.observation_id = s.observation_id",
            );
        }
        joins
    }

    /// Whether grouping by a dimension gives about as many groups as there are rows.
    pub fn is_high_cardinality(self, dimension: &str) -> bool {
        matches!(
            dimension,
            "id" | "traceId" | "userId" | "sessionId" | "parentObservationId" | "observationId"
        )
    }
}

/// Whether SQL names a column of the table with this short name.
fn names_table(sql: &str, short: &str) -> bool {
    let name = format!("{short}.");
    sql.match_indices(&name).any(|(at, _)| {
        let before = sql.get(..at).and_then(|head| head.chars().next_back());
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}
