//! The fields of scores, and those of the traces and observations they judge.

use super::measure::Measure;
use super::{Entity, Field, Value};

const fn field(name: &'static str, value: Value) -> Field {
    Field::new(Entity::Scores, name, value).filter()
}

const fn text(name: &'static str, sql: &'static str) -> Field {
    field(name, Value::Text(sql))
}

const fn of(entity: Entity, name: &'static str, value: Value) -> Field {
    Field::new(entity, name, value).filter()
}

/// See [`super`].
pub(super) const FIELDS: &[Field] = &[
    text("id", "scores.score_id").group_many(),
    text("traceId", "scores.trace_id").group_many(),
    text("observationId", "scores.observation_id").group_many(),
    text("sessionId", SESSION).group_many(),
    of(Entity::Traces, "userId", Value::Text("traces.user_id")).group_many(),
    text("environment", "coalesce(scores.environment, 'default')").group(),
    text("name", "scores.name").group(),
    text("source", "scores.source").group(),
    text("dataType", "scores.data_type").group(),
    text("configId", "scores.config_id").group(),
    field("timestamp", Value::Time("scores.at")).also(&["starttime"]),
    field("timestampMonth", Value::Month("scores.at")).group(),
    field("timestampDay", Value::Day("scores.at")).group(),
    text("stringValue", "scores.word").group(),
    field("booleanValue", Value::Truth(TRUTH)).group(),
    of(Entity::Traces, "traceName", Value::Text("traces.name")).group(),
    of(Entity::Traces, "tags", Value::List("traces.tags")).also(&["tracetags"]).group(),
    of(Entity::Traces, "traceRelease", Value::Text("traces.release")).group(),
    of(Entity::Traces, "traceVersion", Value::Text("traces.version")).group(),
    of(Entity::Observations, "observationName", Value::Text("observations.name")).group(),
    of(Entity::Observations, "observationModelName", Value::Text("observations.model")).group(),
    field("metadata", Value::Metadata),
    field("count", Value::Nothing).measure(Measure::of_rows("1")),
    text("value", "CAST(scores.number AS TEXT)").group().measure(Measure::of_rows("scores.number")),
];

/// Only scores that are true or false have it.
const TRUTH: &str =
    "CASE WHEN scores.data_type <> 'BOOLEAN' THEN NULL WHEN scores.number = 1 THEN 'True' ELSE 'False' END";

/// A score of a trace belongs to that trace's session.
const SESSION: &str = "coalesce(scores.session_id, (SELECT traces.session_id FROM traces \
     WHERE traces.project = scores.project AND traces.trace_id = scores.trace_id))";
