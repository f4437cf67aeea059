//! What an API key opens.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::super::{Error, Result};
use super::Action;

/// One thing a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Send traces.
    Ingest,
    /// Send scores.
    Scores,
    /// Read through the public API.
    Read,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Ingest, Self::Scores, Self::Read];

    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Scores => "scores",
            Self::Read => "read",
        }
    }

    /// What it opens, in the words of pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ingest => "send traces",
            Self::Scores => "send scores",
            Self::Read => "read through the API, and of an agent write with the rights of its account",
        }
    }
}

/// What a key opens; stored as words with commas between.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scopes(pub Vec<Scope>);

/// What a key must open for a verb; none where keys alone open nothing.
pub(super) const fn needed(action: Action) -> Option<&'static [Scope]> {
    match action {
        Action::SendTraces => Some(&[Scope::Ingest]),
        Action::SendScores => Some(&[Scope::Scores]),
        Action::ReadApi => Some(&[Scope::Read]),
        // Taking away is more than giving: a key that may only add takes nothing away, and none of an agent's does.
        Action::DeleteScore => Some(&[Scope::Ingest, Scope::Scores]),
        Action::EraseTraces => Some(&[Scope::Ingest, Scope::Scores, Scope::Read]),
        _ => None,
    }
}

impl Scopes {
    /// Everything a project key usually opens.
    pub fn all() -> Self {
        Self(Scope::ALL.to_vec())
    }

    /// Whether it opens this.
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether it opens everything that a verb needs.
    pub fn open(&self, action: Action) -> bool {
        needed(action).is_some_and(|needed| needed.iter().all(|scope| self.allow(*scope)))
    }

    /// Reads words with commas between; unknown words open nothing.
    pub fn from_stored(words: &str) -> Self {
        Self(Scope::ALL.into_iter().filter(|s| words.split(',').any(|word| word == s.as_str())).collect())
    }

    /// All of it, in the words of pages.
    pub fn labels(&self) -> String {
        self.0.iter().map(|scope| scope.label()).collect::<Vec<_>>().join(", ")
    }

    /// Checks words given in field `path`; at least one.
    pub fn parse<'a>(path: &str, words: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let mut scopes = Vec::new();
        for word in words {
            let known = Scope::ALL.into_iter().find(|scope| scope.as_str() == word);
            scopes.push(known.ok_or_else(|| Error::invalid(path, "expected ingest, scores or read"))?);
        }
        scopes.sort_unstable();
        scopes.dedup();
        if scopes.is_empty() {
            return Err(Error::invalid(path, "choose at least one: a key that opens nothing is of no use"));
        }
        Ok(Self(scopes))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|scope| scope.as_str()).collect();
        f.write_str(&words.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_read_back_and_an_unknown_word_opens_nothing() {
        let scopes = Scopes::parse("scopes", ["scores", "ingest", "scores"]).unwrap();
        assert_eq!(scopes.to_string(), "ingest,scores");
        assert_eq!(Scopes::from_stored(&scopes.to_string()), scopes);
        assert_eq!(Scopes::from_stored("root"), Scopes::default());
        assert!(Scopes::parse("scopes", ["root"]).is_err());
        assert!(Scopes::parse("scopes", []).is_err());
    }
}
