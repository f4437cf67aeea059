//! The fields of observations, and those of their traces that lists of observations may be filtered and grouped by.

use super::measure::{DOLLAR, MILLISECOND, Measure, ONE};
use super::{Entity, Field, Shown, Value};

const fn field(name: &'static str, value: Value) -> Field {
    Field::new(Entity::Observations, name, value)
}

const fn text(name: &'static str, sql: &'static str) -> Field {
    field(name, Value::Text(sql))
}

const fn of_trace(name: &'static str, value: Value) -> Field {
    Field::new(Entity::Traces, name, value)
}

/// See [`super`]. Tokens and cost of a call that two instrumentations saw are measured once.
pub(super) const FIELDS: &[Field] = &[
    text("id", "observations.observation_id").also(&["observationid"]).filter().group_many(),
    text("traceId", "observations.trace_id").filter().group_many(),
    text("type", "observations.kind").filter().group().hour("kind"),
    text("name", "observations.name").filter().group().hour("name"),
    field("startTime", Value::Time("observations.start_at")).also(&["timestamp"]).filter(),
    field("startTimeMonth", Value::Month("observations.start_at")).group(),
    field("endTime", Value::Time("observations.end_at")).filter(),
    text("level", "observations.level").filter().group().hour("level"),
    text("statusMessage", "observations.status_message").filter(),
    text("model", "observations.model")
        .also(&["providedmodelname"])
        .filter()
        .group()
        .hour("model")
        .shown("Model", Shown::OfObservation(|row| row.model.as_deref())),
    text("provider", "observations.provider")
        .filter()
        .group()
        .hour("provider")
        .shown("Provider", Shown::OfObservation(|row| row.provider.as_deref())),
    text("agent", "observations.agent")
        .filter()
        .group()
        .hour("agent")
        .shown("Agent", Shown::OfObservation(|row| row.agent.as_deref())),
    text("persona", "observations.persona")
        .filter()
        .group()
        .hour("persona")
        .shown("Persona", Shown::OfObservation(|row| row.persona.as_deref())),
    text("tenant", "observations.tenant")
        .filter()
        .group()
        .hour("tenant")
        .shown("Tenant", Shown::OfObservation(|row| row.tenant.as_deref())),
    text("workflow", "observations.workflow")
        .filter()
        .group()
        .hour("workflow")
        .shown("Workflow", Shown::OfObservation(|row| row.workflow.as_deref())),
    text("stage", "observations.stage")
        .filter()
        .group()
        .hour("stage")
        .shown("Stage", Shown::OfObservation(|row| row.stage.as_deref())),
    text("gate", "observations.gate").also(&["gateresult"]).filter().group(),
    // What an observation says of user and session is one voice among those that make its trace's.
    of_trace("userId", Value::Text("traces.user_id"))
        .also(&["user"])
        .filter()
        .group_many()
        .shown("User", Shown::OfObservation(|row| row.user_id.as_deref())),
    of_trace("sessionId", Value::Text("traces.session_id"))
        .also(&["session"])
        .filter()
        .group_many()
        .shown("Session", Shown::OfObservation(|row| row.session_id.as_deref())),
    text("environment", "coalesce(observations.environment, 'default')")
        .filter()
        .group()
        .hour("environment")
        .shown("Environment", Shown::OfObservation(|row| row.environment.as_deref())),
    text("version", "observations.version")
        .filter()
        .group()
        .hour("version")
        .shown("Version", Shown::OfObservation(|row| row.version.as_deref())),
    text("parentObservationId", "observations.parent_id")
        .filter()
        .group_many()
        .shown("Parent", Shown::OfObservation(|row| row.parent_id.as_deref())),
    field("isRootObservation", Value::Flag(IS_ROOT)).filter(),
    of_trace("traceName", Value::Text("traces.name")).filter().group(),
    of_trace("traceTags", Value::List("traces.tags")).also(&["tags"]).filter().group(),
    of_trace("release", Value::Text("traces.release")).also(&["tracerelease"]).filter().group(),
    of_trace("traceVersion", Value::Text("traces.version")).filter().group(),
    field("promptName", Value::PromptName).filter(),
    field("promptVersion", Value::PromptVersion).filter(),
    field("input", Value::Body).filter(),
    field("output", Value::Body).filter(),
    field("metadata", Value::Metadata).filter(),
    field("count", Value::Nothing).measure(Measure::summed("1", &["n"], "n", ONE)),
    field("latency", Value::Number("(observations.end_at - observations.start_at)", 1_000_000))
        .also(&["latency(s)"])
        .filter()
        .measure(
            Measure::summed(
                "(observations.end_at - observations.start_at) / 1000.0",
                &["took"],
                "took_n",
                MILLISECOND,
            )
            .ranged("took_min", "took_max"),
        ),
    field(
        "timeToFirstToken",
        Value::Number("(observations.first_token_at - observations.start_at)", 1_000_000),
    )
    .filter()
    .measure(Measure::summed(
        "(observations.first_token_at - observations.start_at) / 1000.0",
        &["waited"],
        "waited_n",
        MILLISECOND,
    )),
    field("streamingLatency", Value::Nothing).measure(Measure::summed(
        "(observations.end_at - observations.first_token_at) / 1000.0",
        &["streamed"],
        "streamed_n",
        MILLISECOND,
    )),
    // A filter means tokens that came out in a second, as Langfuse's table does; a measure means all of them, as its
    // metrics do.
    field("tokensPerSecond", Value::Number(SPEED, 1)).filter().measure(Measure::of_rows(ALL_SPEED)),
    field("outputTokensPerSecond", Value::Nothing).measure(Measure::of_rows(OUTPUT_SPEED)),
    field("inputTokens", Value::Number(INPUT, 1)).filter().measure(Measure::summed(
        INPUT_ONCE,
        &["input"],
        "tokens_n",
        ONE,
    )),
    field("outputTokens", Value::Number(OUTPUT, 1)).filter().measure(Measure::summed(
        OUTPUT_ONCE,
        &["output"],
        "tokens_n",
        ONE,
    )),
    field("totalTokens", Value::Number(TOTAL, 1)).also(&["tokens"]).filter().measure(Measure::summed(
        TOTAL_ONCE,
        &["input", "output"],
        "tokens_n",
        ONE,
    )),
    field("inputCost", Value::Nothing).measure(Measure::summed(
        "CASE WHEN observations.counted THEN observations.input_nanos ELSE 0 END / 1000000000.0",
        &["input_cost"],
        "parts_n",
        DOLLAR,
    )),
    field("outputCost", Value::Nothing).measure(Measure::summed(
        "CASE WHEN observations.counted THEN observations.output_nanos ELSE 0 END / 1000000000.0",
        &["output_cost"],
        "parts_n",
        DOLLAR,
    )),
    field("totalCost", Value::Number("observations.cost_nanos", 1_000_000_000))
        .also(&["totalcost($)"])
        .filter()
        .measure(Measure::summed(
            "CASE WHEN observations.counted THEN observations.cost_nanos ELSE 0 END / 1000000000.0",
            &["cost"],
            "cost_n",
            DOLLAR,
        )),
    field("countScores", Value::Nothing).measure(Measure::of_rows(
        "(SELECT COUNT(*) FROM scores x WHERE x.project = observations.project \
         AND x.trace_id = observations.trace_id AND x.observation_id = observations.observation_id)",
    )),
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

/// Input tokens where they count and somebody counted; what sums by hour add up.
pub(crate) const INPUT_ONCE: &str = "CASE WHEN observations.counted AND observations.usage_convention IS NOT NULL \
     THEN observations.uncached_input + observations.cached_read + observations.cache_write END";
/// The same of output tokens.
pub(crate) const OUTPUT_ONCE: &str = "CASE WHEN observations.counted AND observations.usage_convention IS NOT NULL \
     THEN observations.output_tokens + observations.reasoning END";
/// How many have them.
pub(crate) const TOKENS_ONCE: &str =
    "CASE WHEN observations.counted AND observations.usage_convention IS NOT NULL THEN 1 ELSE 0 END";
const TOTAL_ONCE: &str = "CASE WHEN observations.counted AND observations.usage_convention IS NOT NULL \
     THEN observations.uncached_input + observations.cached_read + observations.cache_write \
     + observations.output_tokens + observations.reasoning END";
const ALL_SPEED: &str = "CASE WHEN observations.counted AND observations.usage_convention IS NOT NULL \
     AND observations.end_at > observations.start_at \
     THEN (observations.uncached_input + observations.cached_read + observations.cache_write \
     + observations.output_tokens + observations.reasoning) * 1000000.0 \
     / (observations.end_at - observations.start_at) END";
const OUTPUT_SPEED: &str = "CASE WHEN observations.counted AND observations.usage_convention IS NOT NULL \
     AND observations.end_at > observations.first_token_at \
     THEN (observations.output_tokens + observations.reasoning) * 1000000.0 \
     / (observations.end_at - observations.first_token_at) END";
