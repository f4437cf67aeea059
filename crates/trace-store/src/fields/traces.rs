//! The fields of traces.

use super::measure::{DOLLAR, MILLISECOND, Measure, ONE};
use super::{Entity, Field, Shown, TextTest, Value};

const fn field(name: &'static str, value: Value) -> Field {
    Field::new(Entity::Traces, name, value)
}

const fn text(name: &'static str, sql: &'static str) -> Field {
    field(name, Value::Text(sql))
}

const fn number(name: &'static str, sql: &'static str) -> Field {
    field(name, Value::Number(sql, 1))
}

/// See [`super`]. On the page of traces the filters stand in this order, and so does what a trace's page says of it.
pub(super) const FIELDS: &[Field] = &[
    text("id", "traces.trace_id").also(&["traceid"]).filter().order().group_many(),
    text("name", "traces.name").also(&["tracename"]).filter().order().group().hour("name").on_page(
        "Name contains",
        "name",
        TextTest::Mentions,
    ),
    text("userId", "traces.user_id")
        .also(&["user"])
        .filter()
        .order()
        .group_many()
        .on_page("User", "user", TextTest::Equals)
        .shown("user", Shown::OfTrace(|row| row.user_id.as_deref())),
    text("sessionId", "traces.session_id")
        .also(&["session"])
        .filter()
        .order()
        .group_many()
        .on_page("Session", "session", TextTest::Equals)
        .shown("session", Shown::OfTrace(|row| row.session_id.as_deref())),
    text("tenant", "traces.tenant")
        .filter()
        .group()
        .hour("tenant")
        .on_page("Tenant", "tenant", TextTest::Equals)
        .shown("tenant", Shown::OfTrace(|row| row.tenant.as_deref())),
    field("callAgents", Value::OfCalls("observations.agent")).filter().on_page(
        "Agent of a call",
        "agent",
        TextTest::Equals,
    ),
    field("callPersonas", Value::OfCalls("observations.persona")).filter().on_page(
        "Persona of a call",
        "persona",
        TextTest::Equals,
    ),
    field("callTenants", Value::OfCalls("observations.tenant")).filter(),
    field("callWorkflows", Value::OfCalls("observations.workflow")).filter(),
    // A run, a stage and a gate are spans, and may be without a call.
    field("workflows", Value::OfRows("observations.workflow")).filter().on_page(
        "Workflow",
        "workflow",
        TextTest::Equals,
    ),
    field("stages", Value::OfRows("observations.stage")).filter().on_page("Stage", "stage", TextTest::Equals),
    field("gates", Value::OfRows("observations.gate")).filter().on_page(
        "Quality gate",
        "gate",
        TextTest::Equals,
    ),
    text("environment", "coalesce(traces.environment, 'default')")
        .filter()
        .group()
        .hour("environment")
        .on_page("Environment", "environment", TextTest::Equals)
        .shown("environment", Shown::OfTrace(|row| row.environment.as_deref())),
    text("release", "traces.release")
        .filter()
        .order()
        .group()
        .hour("release")
        .on_page("Release", "release", TextTest::Equals)
        .shown("release", Shown::OfTrace(|row| row.release.as_deref())),
    text("version", "traces.version")
        .filter()
        .order()
        .group()
        .hour("version")
        .on_page("Version", "version", TextTest::Equals)
        .shown("version", Shown::OfTrace(|row| row.version.as_deref())),
    text("models", "traces.models").filter().on_page("Model contains", "model", TextTest::Mentions),
    field("timestamp", Value::Time("traces.start_at")).also(&["starttime"]).filter().order(),
    field("timestampMonth", Value::Month("traces.start_at")).group(),
    field("tags", Value::List("traces.tags")).also(&["tracetags"]).filter().group(),
    // Nothing is bookmarked here.
    field("bookmarked", Value::Flag("1 = 0")).filter().order(),
    field("metadata", Value::Metadata).filter(),
    text("level", "traces.level").filter().group().hour("level"),
    // As literals, so that the index of traces with errors is used.
    field("hasErrors", Value::Flag("traces.error_count > 0")).filter(),
    field("hasModelCalls", Value::Flag("traces.llm_count > 0")).filter(),
    field("count", Value::Nothing).measure(Measure::summed("1", &["n"], "n", ONE)),
    number("observationsCount", "traces.observation_count").filter().measure(Measure::summed(
        "traces.observation_count",
        &["observations"],
        "n",
        ONE,
    )),
    field("scoresCount", Value::Nothing).measure(Measure::of_rows(
        "(SELECT COUNT(*) FROM scores x WHERE x.project = traces.project AND x.trace_id = traces.trace_id)",
    )),
    field("uniqueUserIds", Value::Nothing).measure(Measure::distinct("traces.user_id")),
    field("uniqueSessionIds", Value::Nothing).measure(Measure::distinct("traces.session_id")),
    field("latency", Value::Number("(traces.end_at - traces.start_at)", 1_000_000))
        .also(&["latency(s)"])
        .filter()
        .order()
        .range_on_page("Seconds", ["min_s", "max_s"], 6)
        .measure(
            Measure::summed("(traces.end_at - traces.start_at) / 1000.0", &["took"], "n", MILLISECOND)
                .ranged("took_min", "took_max"),
        ),
    number("inputTokens", "traces.input_tokens").filter().order().measure(Measure::summed(
        "traces.input_tokens",
        &["input"],
        "n",
        ONE,
    )),
    number("outputTokens", "traces.output_tokens").filter().order().measure(Measure::summed(
        "traces.output_tokens",
        &["output"],
        "n",
        ONE,
    )),
    number("totalTokens", "traces.total_tokens")
        .also(&["tokens"])
        .filter()
        .order()
        .range_on_page("Tokens", ["min_tokens", "max_tokens"], 0)
        .measure(Measure::summed("traces.total_tokens", &["input", "output"], "n", ONE)),
    field("totalCost", Value::Number("traces.cost_nanos", 1_000_000_000))
        .also(&["totalcost($)"])
        .filter()
        .order()
        .range_on_page("Cost in $", ["min_cost", "max_cost"], 9)
        .measure(Measure::summed("traces.cost_nanos / 1000000000.0", &["cost"], "n", DOLLAR)),
    number("errorCount", "traces.error_count").filter(),
    number("warningCount", "traces.warning_count").filter(),
    number("defaultCount", DEFAULTS).filter(),
    number("debugCount", DEBUGS).filter(),
    field("scores_avg", Value::ScoreAverage).also(&["scores", "scores(numeric)"]).filter(),
    field("score_values", Value::ScoreNumber).filter(),
    field("score_categories", Value::ScoreWord).also(&["scores(categorical)"]).filter(),
    field("score_booleans", Value::ScoreFlag).also(&["scores(boolean)"]).filter(),
];

const DEFAULTS: &str = "(SELECT count(*) FROM observations WHERE observations.project = traces.project \
     AND observations.trace_id = traces.trace_id AND observations.level = 'DEFAULT')";
const DEBUGS: &str = "(SELECT count(*) FROM observations WHERE observations.project = traces.project \
     AND observations.trace_id = traces.trace_id AND observations.level = 'DEBUG')";
