//! What a project decides for the orders of one type.

use serde::{Deserialize, Serialize};

/// The shortest reason a project may ask for, and the longest, in characters.
pub const REASON_CHARS: std::ops::RangeInclusive<u16> = 1..=500;

/// Who may close a verified order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closers {
    Supervisors,
    SupervisorsAndAuditors,
}

impl Closers {
    /// The word stored and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Supervisors => "supervisors",
            Self::SupervisorsAndAuditors => "supervisors_and_auditors",
        }
    }

    /// Reads the word back, however its parts are joined.
    pub fn read(text: &str) -> Option<Self> {
        let word = super::status::snake(text);
        [Self::Supervisors, Self::SupervisorsAndAuditors].into_iter().find(|it| it.as_str() == word)
    }
}

/// The rules of one type of order in one project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, and named where it is read")]
pub struct TypePolicy {
    /// The author's unit may not approve the order.
    pub controlled: bool,
    /// The order may be closed without having been verified.
    pub verification_waived: bool,
    pub closers: Closers,
    /// Whoever closes must not be of the unit that verified.
    pub closer_not_verifier: bool,
    /// Every required item, and every required step without items, needs evidence before the outcome can be
    /// "achieved".
    pub evidence_required: bool,
    /// The shortest reason taken, in characters.
    pub min_reason: u16,
    /// Whether approving is signed. What was decided before this could be chosen asked for the signature.
    #[serde(default = "yes")]
    pub approval_signed: bool,
}

fn yes() -> bool {
    true
}

impl TypePolicy {
    /// What holds where the project has decided nothing: nothing is controlled, and everything is verified.
    pub const UNDECIDED: Self = Self {
        controlled: false,
        verification_waived: false,
        closers: Closers::SupervisorsAndAuditors,
        closer_not_verifier: false,
        evidence_required: false,
        min_reason: 5,
        approval_signed: true,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_a_stored_policy_must_say_everything() {
        for closers in [Closers::Supervisors, Closers::SupervisorsAndAuditors] {
            assert_eq!(Closers::read(closers.as_str()), Some(closers));
            assert_eq!(serde_json::to_value(closers).unwrap(), closers.as_str());
        }
        assert_eq!(Closers::read("Supervisors-and auditors"), Some(Closers::SupervisorsAndAuditors));
        assert_eq!(Closers::read("everybody"), None);
        let mut stored = serde_json::to_value(TypePolicy::UNDECIDED).unwrap();
        assert_eq!(serde_json::from_value::<TypePolicy>(stored.clone()).unwrap(), TypePolicy::UNDECIDED);
        stored.as_object_mut().unwrap().remove("approval_signed");
        assert_eq!(serde_json::from_value::<TypePolicy>(stored.clone()).unwrap(), TypePolicy::UNDECIDED);
        stored.as_object_mut().unwrap().remove("controlled");
        assert!(serde_json::from_value::<TypePolicy>(stored).is_err());
    }
}
