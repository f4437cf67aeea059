//! What a handoff is, and what is found about it. Pure.

use serde_json::Value;

/// How much is asked of a handoff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Who, to whom, and what it rests on.
    #[default]
    Lenient,
    /// What it rests on must be there and be the source agent's own, and every value must be found in it.
    Strict,
}

impl Strictness {
    /// As spans and programs say it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lenient => "lenient",
            Self::Strict => "strict",
        }
    }
}

/// Where something that is handed on comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// An observation, or all of a trace.
    Stored { trace_id: String, observation_id: Option<String> },
    /// Words that the source agent had, as they are.
    Text(String),
}

/// One agent passes work on to another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Handoff {
    pub source_agent: String,
    pub target_agent: String,
    pub tenant: String,
    pub strictness: Strictness,
    /// What is handed on: words, or any JSON.
    pub payload: Value,
    /// What it rests on.
    pub sources: Vec<Source>,
}

/// What is stored of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// As it was named: `trace` or `trace/observation`.
    pub name: String,
    /// Agents and tenants that it names; none where there is no such thing.
    pub owners: Option<Owners>,
}

/// Whose a source is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owners {
    pub agents: Vec<String>,
    pub tenants: Vec<String>,
}

/// Why a handoff is rejected: one fault with the words that tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    NoSource,
    NoTarget,
    ToItself,
    NoPayload,
    NotAttributed,
    UnknownSource(String),
    OtherAgent { source: String, agents: Vec<String> },
    OtherTenant { source: String, tenants: Vec<String> },
    Ungrounded(String),
}

impl Reason {
    /// A word for programs; it stays as it is.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSource => "source_agent_missing",
            Self::NoTarget => "target_agent_missing",
            Self::ToItself => "target_is_source",
            Self::NoPayload => "payload_missing",
            Self::NotAttributed => "attribution_missing",
            Self::UnknownSource(_) => "source_unknown",
            Self::OtherAgent { .. } => "source_of_other_agent",
            Self::OtherTenant { .. } => "source_of_other_tenant",
            Self::Ungrounded(_) => "value_ungrounded",
        }
    }

    /// The same for people.
    pub fn words(&self) -> String {
        match self {
            Self::NoSource => "It does not say which agent it comes from.".to_owned(),
            Self::NoTarget => "It does not say which agent it goes to.".to_owned(),
            Self::ToItself => "An agent cannot hand on to itself.".to_owned(),
            Self::NoPayload => "Nothing is handed on.".to_owned(),
            Self::NotAttributed => "It does not say what it rests on.".to_owned(),
            Self::UnknownSource(source) => format!("It rests on {source}, which is not there."),
            Self::OtherAgent { source, agents } => {
                format!("It rests on {source}, which is by {}.", listed(agents, "no agent"))
            }
            Self::OtherTenant { source, tenants } => {
                format!("It rests on {source}, which is for {}.", listed(tenants, "no tenant"))
            }
            Self::Ungrounded(value) => format!("The source agent did not have: {value}"),
        }
    }
}

fn listed(names: &[String], none: &str) -> String {
    if names.is_empty() { none.to_owned() } else { names.join(", ") }
}

/// What came of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Why it is rejected; none where it may be relied on.
    pub reasons: Vec<Reason>,
    /// Values that were looked for; 0 where it is not strict.
    pub values: usize,
    /// How many of them the source agent had.
    pub found: usize,
}

impl Checked {
    /// `valid` or `invalid`, as spans say it.
    pub fn result(&self) -> &'static str {
        if self.reasons.is_empty() { "valid" } else { "invalid" }
    }
}
