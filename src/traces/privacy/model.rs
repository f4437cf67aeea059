//! The words of privacy: why something is erased, and the mark that an erased trace leaves.

use serde::{Deserialize, Serialize};

use crate::foundation::{Digest, Error, ProjectKey, Result};

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 1_000;

/// What made somebody erase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Somebody named the traces.
    Hand,
    /// Somebody named the user they are about.
    User,
    /// They are older than the project keeps traces.
    Retention,
}

impl Why {
    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::User => "user",
            Self::Retention => "retention",
        }
    }
}

/// The mark of a trace: a digest in place of its id, since clients put names into ids.
pub fn trace_mark(project: ProjectKey, trace_id: &str) -> Digest {
    Digest::of_parts(&[b"tracewright erased trace 1\n", &project.0.to_be_bytes(), trace_id.as_bytes()])
}

/// A reason without blanks at its ends; refused when there is none or it is too long.
pub fn checked_reason(reason: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::invalid("reason", "say why; the reason is kept in the ledger"));
    }
    if reason.chars().count() > LONGEST_REASON {
        return Err(Error::invalid("reason", format!("a reason has at most {LONGEST_REASON} characters")));
    }
    Ok(reason.to_owned())
}

/// Most days a policy may name: a hundred years.
pub const MOST_DAYS: u32 = 36_500;

/// Most own patterns of a project.
pub const MOST_PATTERNS: usize = 20;
/// The longest own pattern, in bytes.
pub const LONGEST_PATTERN: usize = 400;

/// Families of detectors that a project turns on and off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Keys, tokens, passwords.
    Secrets,
    /// Payment card numbers.
    Cards,
    /// Mail addresses.
    Mail,
    /// International bank account numbers.
    Iban,
    /// Phone numbers in international form.
    Phone,
}

impl Family {
    /// All, in the order of the page.
    pub const ALL: [Self; 5] = [Self::Secrets, Self::Cards, Self::Mail, Self::Iban, Self::Phone];

    /// The word stored and used in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secrets => "secrets",
            Self::Cards => "cards",
            Self::Mail => "mail",
            Self::Iban => "iban",
            Self::Phone => "phone",
        }
    }

    /// What it finds, for the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Secrets => "Keys, tokens, passwords, private keys",
            Self::Cards => "Payment card numbers",
            Self::Mail => "Email addresses",
            Self::Iban => "Bank account numbers (IBAN)",
            Self::Phone => "Phone numbers with country code",
        }
    }
}

/// A pattern of the project's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPattern {
    /// Shown in place of what it finds: `[masked:NAME]`.
    pub name: String,
    /// A regular expression, as the `regex` crate reads them.
    pub pattern: String,
}

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
        Self {
            on: vec![Family::Secrets, Family::Cards],
            own: Vec::new(),
            keep_days: None,
            keep_evidence: true,
        }
    }
}

/// Something that was masked: what and where, never what it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The trace; empty until it is known which one an update belongs to that names none.
    pub trace_id: String,
    /// The observation; empty for the trace itself, for scores and for what all spans of a sender share.
    pub observation_id: String,
    /// Where in it: `input.messages[1].content`, `attributes.http.url`.
    pub field: String,
    /// Which detector: `openai-key`, `payment-card`.
    pub detector: String,
    /// How often in that field.
    pub count: i64,
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
