//! What one event is told as, and the small words of it.

use crate::work_orders::model::Meaning;

/// Characters of a text that are quoted in a line.
pub(super) const QUOTED: usize = 80;

/// One event in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// `ticked “Drain the tank”`.
    pub what: String,
    /// Why; empty where nobody said.
    pub reason: String,
    /// What stood there before; empty where nothing did.
    pub old: String,
    /// What stands there since; empty where nothing does.
    pub new: String,
    /// Each thing that was changed, with the whole of both its values, where an event changes several.
    pub each: Vec<String>,
    /// Whether it is what a file says and nobody here.
    pub is_claimed: bool,
}

impl Told {
    /// The sentence alone.
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), ..Self::default() }
    }

    /// The same for a reason.
    pub(super) fn because(self, reason: &str) -> Self {
        Self { reason: reason.trim().to_owned(), ..self }
    }

    /// The same with what stood there before and what stands there since.
    pub(super) fn values(self, old: impl Into<String>, new: impl Into<String>) -> Self {
        Self { old: old.into(), new: new.into(), ..self }
    }

    /// The sentence with its reason.
    pub fn words(&self) -> String {
        if self.reason.is_empty() { self.what.clone() } else { format!("{}: {}", self.what, self.reason) }
    }

    /// Whether a value stood there that the sentence does not say.
    pub fn has_unsaid(&self) -> bool {
        let is_said = |value: &str| value.is_empty() || self.what.contains(value);
        self.each.is_empty() && !(is_said(&self.old) && is_said(&self.new))
    }
}

pub(super) fn quoted(text: &str) -> String {
    quoted_to(text, QUOTED)
}

/// The same of so many characters at most.
pub(super) fn quoted_to(text: &str, most: usize) -> String {
    let short: String = text.chars().take(most).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("“{short}{more}”")
}

/// What a signature means, in a word.
pub fn meaning(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Approval => "Approval",
        Meaning::Performed => "Performed",
        Meaning::Reviewed => "Reviewed",
        Meaning::Approved => "Approved",
        Meaning::Item => "Signed item",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_beside_a_sentence_that_does_not_say_them() {
        let told = |what: &str, old: &str, new: &str| Told::new(what).values(old, new).has_unsaid();
        assert!(!told("changed title from “A” to “B”", "A", "B"));
        assert!(told("assigned it to Eva", "Dana", "Eva"));
        assert!(told("answered “Pressure”: 3 bar", "4 bar", "3 bar"));
        assert!(!told("commented “Done”", "", "Done"));
        assert_eq!(Told::new("undid it").because("  wrong one ").words(), "undid it: wrong one");
        assert_eq!(Told::new("undid it").because(" ").words(), "undid it");
    }
}
