//! What a query of metrics counts, and the rows it reads. Pure.

use crate::fields::{Entity, Field, Grouping, Measure};

use super::query::Query;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Traces,
    Observations,
    /// Scores with a number: NUMERIC and BOOLEAN.
    ScoresNumeric,
    /// Scores that are true or false.
    ScoresBoolean,
    /// Scores with a word.
    ScoresCategorical,
}

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

    /// Whose fields it takes.
    pub fn entity(self) -> Entity {
        match self {
            Self::Traces => Entity::Traces,
            Self::Observations => Entity::Observations,
            _ => Entity::Scores,
        }
    }

    /// The measure with this name; words have no value to measure.
    pub fn measure(self, name: &str) -> Option<Measure> {
        let measure = self.entity().field(name)?.measure?;
        (self != Self::ScoresCategorical || name == "count").then_some(measure)
    }

    /// Which rows of the entity, beside those of the project.
    pub fn condition(self) -> &'static str {
        match self {
            Self::Traces | Self::Observations => "1 = 1",
            Self::ScoresNumeric => "scores.data_type IN ('NUMERIC', 'BOOLEAN')",
            Self::ScoresBoolean => "scores.data_type = 'BOOLEAN'",
            Self::ScoresCategorical => "scores.data_type = 'CATEGORICAL'",
        }
    }
}

const TRACE_OF_OBSERVATION: &str =
    " LEFT JOIN traces ON traces.project = observations.project AND traces.trace_id = observations.trace_id";
const TRACE_OF_SCORE: &str =
    " LEFT JOIN traces ON traces.project = scores.project AND traces.trace_id = scores.trace_id";
const OBSERVATION_OF_SCORE: &str = " LEFT JOIN observations ON observations.project = scores.project \
     AND observations.trace_id = scores.trace_id AND observations.observation_id = scores.observation_id";

/// The joins that bring in what a query groups by.
pub fn joins(query: &Query) -> String {
    let rows = query.view.entity();
    let names = |of: Entity| query.dimensions.iter().any(|it| it.field.of == of) && rows != of;
    let mut joins = String::new();
    if names(Entity::Traces) {
        joins.push_str(if rows == Entity::Observations { TRACE_OF_OBSERVATION } else { TRACE_OF_SCORE });
    }
    if names(Entity::Observations) {
        joins.push_str(OBSERVATION_OF_SCORE);
    }
    joins
}

/// The names of what can be grouped by in a view.
pub fn dimensions(view: View) -> String {
    view.entity().names(|field: &Field| field.grouping != Grouping::No)
}
