//! A score as the API shows it, inside a trace and by itself.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::foundation::Result;
use crate::traces::model::ScoreType;
use crate::traces::reads::ScoreFull;

use super::values::{Millis, raw_or_null};

/// One score. The value is a number for all types but TEXT; words stand in `stringValue`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScoreView {
    id: String,
    project_id: String,
    trace_id: Option<String>,
    observation_id: Option<String>,
    session_id: Option<String>,
    dataset_run_id: Option<String>,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    string_value: Option<Box<RawValue>>,
    data_type: String,
    source: &'static str,
    comment: Option<String>,
    metadata: Box<RawValue>,
    author_user_id: Option<String>,
    config_id: Option<String>,
    queue_id: Option<String>,
    environment: String,
    timestamp: Millis,
    created_at: Millis,
    updated_at: Millis,
}

impl ScoreView {
    /// The view of a stored score.
    pub fn of(project_id: &str, score: ScoreFull) -> Result<Self> {
        let ScoreFull { row, said } = score;
        let (value, string_value) = values(&row.value, ScoreType::parse(&row.data_type))?;
        let at = Millis(row.at);
        Ok(Self {
            id: row.score_id,
            project_id: project_id.to_owned(),
            trace_id: row.trace_id,
            observation_id: row.observation_id,
            session_id: row.session_id,
            dataset_run_id: said.dataset_run_id,
            name: row.name,
            value,
            string_value,
            data_type: row.data_type,
            source: "API",
            comment: row.comment,
            metadata: said.metadata.map_or_else(|| raw_or_null("{}"), |text| raw_or_null(&text)),
            author_user_id: None,
            config_id: said.config_id,
            queue_id: said.queue_id,
            environment: row.environment.unwrap_or_else(|| "default".to_owned()),
            timestamp: at,
            created_at: at,
            updated_at: at,
        })
    }
}

type Values = (Option<Box<RawValue>>, Option<Box<RawValue>>);

/// The number and the word of a value. A category has no number of its own, so it shows 0.
fn values(sent: &str, data_type: Option<ScoreType>) -> Result<Values> {
    let raw = |text: &str| RawValue::from_string(text.to_owned());
    Ok(match data_type {
        Some(ScoreType::Boolean) => {
            let yes = sent.parse::<f64>().is_ok_and(|number| number > 0.5);
            (Some(raw(if yes { "1" } else { "0" })?), Some(raw(if yes { "\"True\"" } else { "\"False\"" })?))
        }
        Some(ScoreType::Categorical | ScoreType::Correction) => (Some(raw("0")?), Some(raw(sent)?)),
        Some(ScoreType::Text) => (None, Some(raw(sent)?)),
        Some(ScoreType::Numeric) | None => (Some(raw(sent)?), None),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_shows_its_number_and_its_word() {
        let shown = |sent, data_type| {
            let (value, word) = values(sent, Some(data_type)).unwrap();
            (value.map(|raw| raw.get().to_owned()), word.map(|raw| raw.get().to_owned()))
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(shown("0.850", ScoreType::Numeric), (some("0.850"), None));
        assert_eq!(shown("1.0", ScoreType::Boolean), (some("1"), some("\"True\"")));
        assert_eq!(shown("0", ScoreType::Boolean), (some("0"), some("\"False\"")));
        assert_eq!(shown("\"good\"", ScoreType::Categorical), (some("0"), some("\"good\"")));
        assert_eq!(shown("\"long\"", ScoreType::Text), (None, some("\"long\"")));
    }
}
