//! The names that a call may give. Pure.

use serde::{Deserialize, Serialize};

/// What a call says of whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    Agent,
    Tenant,
    /// The conversation that its trace belongs to.
    Session,
    Persona,
    Workflow,
}

impl Name {
    /// All, in the order of the form.
    pub const ALL: [Self; 5] = [Self::Agent, Self::Tenant, Self::Session, Self::Persona, Self::Workflow];

    /// The word stored, in forms and on pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Tenant => "tenant",
            Self::Session => "session",
            Self::Persona => "persona",
            Self::Workflow => "workflow",
        }
    }

    /// That a call lacks it.
    pub fn lacking(self) -> &'static str {
        match self {
            Self::Agent => "a call names no agent",
            Self::Tenant => "a call names no tenant",
            Self::Session => "a call belongs to no session",
            Self::Persona => "a call names no persona",
            Self::Workflow => "a call names no workflow",
        }
    }

    /// Reads [`Name::as_str`]'s word back.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.as_str() == word)
    }
}

/// Several, as a sentence has them: `agent, tenant and session`; `none` of none.
pub fn listed(names: impl IntoIterator<Item = Name>) -> String {
    let words: Vec<&str> = names.into_iter().map(Name::as_str).collect();
    match words.split_last() {
        None => "none".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_listed() {
        for name in Name::ALL {
            assert_eq!(Name::read(name.as_str()), Some(name));
            assert!(name.lacking().ends_with(name.as_str()));
        }
        assert_eq!(Name::read("model"), None);
        let lists = [0, 1, 2, 3].map(|count| listed(Name::ALL.into_iter().take(count)));
        assert_eq!(lists, ["none", "agent", "agent and tenant", "agent, tenant and session"]);
    }
}
