//! Of which list something is kept, and what it may be called.

use crate::foundation::{Action, Error, Result};

/// Characters of a name.
const LONGEST_NAME: usize = 80;

/// The list that a kept filter narrows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    Traces,
    Orders,
}

/// What somebody wants to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKept {
    pub name: String,
    /// What stands behind `?`, as the list's own reader writes it.
    pub query: String,
    /// Whether everybody in the project is to see it.
    pub is_shared: bool,
}

impl Kept {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Orders => "orders",
        }
    }

    /// What people call it.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Traces => "filter",
            Self::Orders => "view",
        }
    }

    /// What its page calls giving one up.
    pub(super) fn giving_up(self) -> &'static str {
        match self {
            Self::Traces => "delete",
            Self::Orders => "throw away",
        }
    }

    /// What whoever shares one must be allowed; none where everybody may.
    pub(super) fn sharing(self) -> Option<Action> {
        match self {
            Self::Traces => None,
            Self::Orders => Some(Action::ShareView),
        }
    }

    /// The name without blanks at its ends.
    pub(super) fn checked_name(self, name: &str) -> Result<String> {
        let name = name.trim();
        if name.is_empty() {
            return Err(Error::invalid("name", format!("give the {} a name", self.noun())));
        }
        if name.chars().count() > LONGEST_NAME {
            return Err(Error::invalid("name", format!("write at most {LONGEST_NAME} characters")));
        }
        Ok(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_something_and_fits_a_chip() {
        for kept in [Kept::Traces, Kept::Orders] {
            assert_eq!(kept.checked_name(" Late ").unwrap(), "Late");
            assert!(kept.checked_name(" ").is_err());
            assert!(kept.checked_name(&"x".repeat(LONGEST_NAME)).is_ok());
            assert!(kept.checked_name(&"x".repeat(LONGEST_NAME + 1)).is_err());
        }
    }
}
