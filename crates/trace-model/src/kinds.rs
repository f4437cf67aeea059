//! Observation kinds and levels, by the names that Langfuse clients and pages use.

/// What an observation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObservationKind {
    /// Some work with a beginning and an end.
    #[default]
    Span,
    /// One call of a language model.
    Generation,
    /// A moment without duration.
    Event,
    /// A program that decides what to do next.
    Agent,
    /// One use of a tool.
    Tool,
    /// A fixed sequence of steps.
    Chain,
    /// A search that returns documents.
    Retriever,
    /// A judgement of some output.
    Evaluator,
    /// Text turned into vectors.
    Embedding,
    /// A check that may stop the work.
    Guardrail,
}

impl ObservationKind {
    /// All kinds, in storage order.
    pub const ALL: [Self; 10] = [
        Self::Span,
        Self::Generation,
        Self::Event,
        Self::Agent,
        Self::Tool,
        Self::Chain,
        Self::Retriever,
        Self::Evaluator,
        Self::Embedding,
        Self::Guardrail,
    ];

    /// The upper-case name of the Langfuse API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Span => "SPAN",
            Self::Generation => "GENERATION",
            Self::Event => "EVENT",
            Self::Agent => "AGENT",
            Self::Tool => "TOOL",
            Self::Chain => "CHAIN",
            Self::Retriever => "RETRIEVER",
            Self::Evaluator => "EVALUATOR",
            Self::Embedding => "EMBEDDING",
            Self::Guardrail => "GUARDRAIL",
        }
    }

    /// Reads a name in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text))
    }

    /// True for the kinds that call a model and so have tokens and cost of their own.
    pub fn calls_a_model(self) -> bool {
        matches!(self, Self::Generation | Self::Embedding)
    }
}

/// How serious an observation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// For those who look closely.
    Debug,
    /// Nothing to say.
    #[default]
    Default,
    /// Something was not as it should be.
    Warning,
    Error,
}

impl Level {
    /// The upper-case name of the Langfuse API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Default => "DEFAULT",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
        }
    }

    /// Reads exactly the four names of the batch API.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Debug, Self::Default, Self::Warning, Self::Error].into_iter().find(|l| l.as_str() == text)
    }

    /// Reads the names that loggers use, in any case; unknown names are no level.
    pub fn parse_alias(text: &str) -> Option<Self> {
        match text.trim().to_ascii_uppercase().as_str() {
            "DEBUG" | "TRACE" | "VERBOSE" => Some(Self::Debug),
            "DEFAULT" | "INFO" | "NOTICE" | "SUCCESS" | "OK" => Some(Self::Default),
            "WARNING" | "WARN" => Some(Self::Warning),
            "ERROR" | "ERR" | "FATAL" | "CRITICAL" | "ALERT" | "EMERGENCY" => Some(Self::Error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_its_own_name() {
        for kind in ObservationKind::ALL {
            assert_eq!(ObservationKind::parse(&kind.as_str().to_lowercase()), Some(kind));
        }
        assert_eq!(ObservationKind::parse("prompt"), None);
    }

    #[test]
    fn the_batch_api_takes_four_levels_and_attributes_take_aliases() {
        assert_eq!(Level::parse("WARN"), None);
        assert_eq!(Level::parse_alias("warn"), Some(Level::Warning));
        assert_eq!(Level::parse_alias("fatal"), Some(Level::Error));
        assert_eq!(Level::parse_alias("loud"), None);
    }
}
