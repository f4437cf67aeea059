//! What a project decides about the privacy of its traces.

use serde::{Deserialize, Serialize};

use masking::{Family, OwnPattern};

/// Most days a policy may name: a hundred years.
pub const MOST_DAYS: u32 = 36_500;

/// What a project masks and how long it keeps traces.
///
/// Secrets and cards are masked unless the project says otherwise; addresses are not, because evidence is wanted byte
/// for byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The families that are on, sorted.
    pub on: Vec<Family>,
    /// Patterns of the project's own.
    pub own: Vec<OwnPattern>,
    /// Days a trace is kept after its last arrival; none to keep all.
    pub keep_days: Option<u32>,
    /// Whether traces linked to a work order are kept although they are older.
    pub keep_evidence: bool,
}

impl Policy {
    /// Whether traces may go by this policy that stay by another.
    pub fn keeps_less_than(&self, other: &Self) -> bool {
        let Some(days) = self.keep_days else { return false };
        let is_shorter = other.keep_days.is_none_or(|others| days < others);
        is_shorter || (other.keep_evidence && !self.keep_evidence)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self { on: Family::BY_DEFAULT.to_vec(), own: Vec::new(), keep_days: None, keep_evidence: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_keeps_less_when_it_is_shorter_or_lets_evidence_go() {
        let policy = |keep_days, keep_evidence| Policy { keep_days, keep_evidence, ..Policy::default() };
        for (new, old, keeps_less) in [
            (policy(None, true), policy(Some(5), true), false),
            (policy(Some(5), true), policy(None, true), true),
            (policy(Some(5), true), policy(Some(6), true), true),
            (policy(Some(5), true), policy(Some(5), true), false),
            (policy(Some(6), true), policy(Some(5), true), false),
            (policy(Some(6), false), policy(Some(5), true), true),
            (policy(None, false), policy(Some(5), true), false),
        ] {
            assert_eq!(new.keeps_less_than(&old), keeps_less, "{new:?} {old:?}");
        }
    }
}
