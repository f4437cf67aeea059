//! The status of an atom: which changes are legal, and what verified needs.
//!
//! candidate -> needs context -> verified -> superseded | retracted | expired; candidate -> rejected;
//! verified <-> contested. Automatic judges alone never verify.

use serde::{Deserialize, Serialize};

use crate::foundation::{Error, Result};

/// Support an atom needs to be verified, thousandths of one full verdict.
pub const VERIFIED_SUPPORT: u64 = 1_000;

/// Where an atom stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Extracted, nobody looked yet.
    Candidate,
    /// It names something by a pronoun or the like; somebody must say what.
    NeedsContext,
    /// An independent person supported it, and everything under it holds.
    Verified,
    /// Something under it fell, or somebody refuted it.
    Contested,
    /// A better atom took its place.
    Superseded,
    /// Withdrawn by who is answerable for it.
    Retracted,
    Expired,
    /// Found not worth keeping, or wrong, before it was ever verified.
    Rejected,
}

impl Status {
    /// Every status, in the order of life.
    pub const ALL: [Self; 8] = [
        Self::Candidate,
        Self::NeedsContext,
        Self::Verified,
        Self::Contested,
        Self::Superseded,
        Self::Retracted,
        Self::Expired,
        Self::Rejected,
    ];

    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::NeedsContext => "needs_context",
            Self::Verified => "verified",
            Self::Contested => "contested",
            Self::Superseded => "superseded",
            Self::Retracted => "retracted",
            Self::Expired => "expired",
            Self::Rejected => "rejected",
        }
    }

    /// Reads [`Status::as_str`]'s word back.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// The statuses that may follow.
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Candidate => &[Self::NeedsContext, Self::Verified, Self::Rejected],
            Self::NeedsContext => &[Self::Candidate, Self::Verified, Self::Rejected],
            Self::Verified => &[Self::Contested, Self::Superseded, Self::Retracted, Self::Expired],
            Self::Contested => &[Self::Verified, Self::Superseded, Self::Retracted, Self::Expired],
            Self::Superseded | Self::Retracted | Self::Expired | Self::Rejected => &[],
        }
    }
}

/// What an atom rests on at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis {
    /// Every cited trace is intact.
    pub integrity_ok: bool,
    /// r of the claim that carries it: independent support, thousandths.
    pub support: u64,
    /// At least one of the supports comes from an independent person.
    pub human: bool,
    /// A refutation stands.
    pub refuted: bool,
}

impl Basis {
    /// Why the basis does not carry a verified atom, if it does not.
    pub fn lacks(self) -> Option<&'static str> {
        if !self.integrity_ok {
            Some("a trace it quotes is not what the log committed to")
        } else if self.refuted {
            Some("a refutation stands; have it settled first")
        } else if !self.human {
            Some("no independent person has supported it; checks and judges alone do not verify")
        } else if self.support < VERIFIED_SUPPORT {
            Some("it has less than one full independent support")
        } else {
            None
        }
    }
}

/// Decides a change of status; `basis` is looked at when the atom is to become verified.
pub fn change(from: Status, to: Status, basis: Basis) -> Result<Status> {
    if !from.next().contains(&to) {
        return Err(Error::refused(format!(
            "an atom that is {} cannot become {}; possible: {}",
            from.as_str(),
            to.as_str(),
            possible(from)
        )));
    }
    match (to, basis.lacks()) {
        (Status::Verified, Some(why)) => Err(Error::refused(format!("this atom cannot be verified: {why}"))),
        _ => Ok(to),
    }
}

fn possible(from: Status) -> String {
    let words: Vec<_> = from.next().iter().map(|status| status.as_str()).collect();
    if words.is_empty() { "nothing, it is final".to_owned() } else { words.join(", ") }
}

/// What a change underneath does by itself: a verified atom whose basis fell becomes contested.
pub fn fall_back(status: Status, basis: Basis) -> Option<Status> {
    (status == Status::Verified && basis.lacks().is_some()).then_some(Status::Contested)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Basis = Basis { integrity_ok: true, support: 1_000, human: true, refuted: false };

    #[test]
    fn only_the_listed_changes_are_legal() {
        use Status::{
            Candidate, Contested, Expired, NeedsContext, Rejected, Retracted, Superseded, Verified,
        };
        let legal = [
            (Candidate, NeedsContext),
            (Candidate, Verified),
            (Candidate, Rejected),
            (NeedsContext, Candidate),
            (NeedsContext, Verified),
            (NeedsContext, Rejected),
            (Verified, Contested),
            (Verified, Superseded),
            (Verified, Retracted),
            (Verified, Expired),
            (Contested, Verified),
            (Contested, Superseded),
            (Contested, Retracted),
            (Contested, Expired),
        ];
        for from in Status::ALL {
            for to in Status::ALL {
                assert_eq!(change(from, to, GOOD).is_ok(), legal.contains(&(from, to)), "{from:?} to {to:?}");
            }
            assert_eq!(Status::parse(from.as_str()), Some(from));
        }
    }

    #[test]
    fn verified_needs_a_person_full_support_and_nothing_against_it() {
        let lacking = [
            Basis { integrity_ok: false, ..GOOD },
            Basis { support: 999, ..GOOD },
            Basis { human: false, ..GOOD },
            Basis { refuted: true, ..GOOD },
        ];
        for basis in lacking {
            assert!(change(Status::Candidate, Status::Verified, basis).is_err(), "{basis:?}");
            assert_eq!(fall_back(Status::Verified, basis), Some(Status::Contested));
            assert_eq!(fall_back(Status::Candidate, basis), None);
        }
        assert_eq!(fall_back(Status::Verified, GOOD), None);
    }
}
