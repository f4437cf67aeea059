//! Signatures: who put their name to what, in which words, and what became of it (21 CFR 11.50, 11.70).
//!
//! What was signed never changes. That a later change superseded it is written beside it.

use serde::{Deserialize, Serialize};

use super::{Meaning, Transition, Who};
use foundation::{Digest, Timestamp};

/// The components by which a signer proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningMethod {
    /// All of them, as the first signature of a session needs.
    EmailAndPassword,
    /// The one that only the person knows, later in the same session.
    Password,
}

impl SigningMethod {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::EmailAndPassword => "email and password",
            Self::Password => "password",
        }
    }
}

/// What was signed, as the event holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The signer's printed name at that time.
    pub name: String,
    /// The signer's account.
    pub account: String,
    /// The account's code, such as `USR-002`; never given to anybody else.
    pub code: String,
    pub meaning: Meaning,
    /// The words that were shown and signed.
    pub statement: String,
    /// The id of the order that was signed.
    pub order: String,
    /// The version of the order that was signed.
    pub version: i64,
    /// SHA-256 of the canonical form of that order's id, number, version and record up to it.
    pub content: Digest,
    pub method: SigningMethod,
}

/// A signature on an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The event that recorded it.
    pub event: String,
    /// The move it was made with; none where the order stayed where it was.
    pub transition: Option<Transition>,
    pub meaning: Meaning,
    /// The item that it answers, where it answers one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    pub by: Who,
    /// When, by the server's clock.
    pub at: Timestamp,
    /// What was signed; none for signatures from before December 2026, which kept no record of their own.
    pub signed: Option<Signed>,
    pub superseded: Option<Superseded>,
}

/// A change of the plan that nobody has approved yet: it was made after the plan was approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanChanged {
    pub by: Who,
    pub at: Timestamp,
    /// The event that holds what was changed.
    pub event: String,
    pub reason: String,
}

/// The change that made a signature stand for something that is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Superseded {
    pub by: Who,
    pub at: Timestamp,
    /// The event that changed what was signed.
    pub event: String,
    /// What changed, in words.
    pub why: String,
}
