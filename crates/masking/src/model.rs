//! What is looked for, and what was found.

use serde::{Deserialize, Serialize};

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
    Mail,
    /// International bank account numbers.
    Iban,
    /// Phone numbers in international form.
    Phone,
}

impl Family {
    /// All, in the order of the page.
    pub const ALL: [Self; 5] = [Self::Secrets, Self::Cards, Self::Mail, Self::Iban, Self::Phone];

    /// What is looked for unless a project says otherwise: addresses are not, because evidence is wanted byte for byte.
    pub const BY_DEFAULT: [Self; 2] = [Self::Secrets, Self::Cards];

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
