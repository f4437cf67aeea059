//! Scores: somebody's number or word about a trace, an observation or a session.

use super::JsonText;

/// What a score's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScoreType {
    Numeric,
    /// 0 or 1.
    Boolean,
    /// One word of a set.
    Categorical,
    /// Free text of 1 to 500 characters.
    Text,
    /// The output as it should have been.
    Correction,
}

impl ScoreType {
    /// The upper-case name of the Langfuse API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Numeric => "NUMERIC",
            Self::Boolean => "BOOLEAN",
            Self::Categorical => "CATEGORICAL",
            Self::Text => "TEXT",
            Self::Correction => "CORRECTION",
        }
    }

    /// Reads the upper-case name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Numeric, Self::Boolean, Self::Categorical, Self::Text, Self::Correction]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// Who gave a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum ScoreSource {
    /// A program, by the API.
    #[default]
    Api,
    /// A person, in a review.
    Annotation,
    /// An evaluator of another server, taken over from there.
    Eval,
}

impl ScoreSource {
    /// The upper-case name of the Langfuse API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Api => "API",
            Self::Annotation => "ANNOTATION",
            Self::Eval => "EVAL",
        }
    }

    /// Reads the name, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_uppercase();
        [Self::Api, Self::Annotation, Self::Eval].into_iter().find(|source| source.as_str() == text)
    }
}

/// One score. Scores with the same id are the same score; the later one overwrites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    pub id: String,
    pub trace_id: Option<String>,
    /// The observation it judges, within that trace.
    pub observation_id: Option<String>,
    pub session_id: Option<String>,
    pub dataset_run_id: Option<String>,
    /// What is judged: `faithfulness`.
    pub name: String,
    /// The value exactly as sent: JSON text of a number or a string.
    pub value: JsonText,
    pub data_type: ScoreType,
    pub source: ScoreSource,
    pub comment: Option<String>,
    /// Metadata as sent.
    pub metadata: Option<JsonText>,
    /// `default`, `production`, ...
    pub environment: Option<String>,
    pub config_id: Option<String>,
    /// The review queue it came from.
    pub queue_id: Option<String>,
    /// When it was given, UTC nanoseconds.
    pub timestamp_ns: i64,
}
