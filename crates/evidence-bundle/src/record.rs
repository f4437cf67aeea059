//! What the checks read of a record, in shapes of their own.
//!
//! The leaf's kind says what a record is. Of its body only the fields below are read; what else stands there, today or in
//! a later version, is passed over. The program that writes records has other types and is held against these by a test.

use foundation::Digest;
use serde::Deserialize;

/// Kind of a record that pins revisions.
pub const PINNED: &str = "audit.evidence_pinned.v1";
/// Kind of a record that states a claim, with words of evidence.
pub const STATED: &str = "audit.claim_stated.v1";
/// Kind of a record that judges a claim.
pub const JUDGED: &str = "audit.verdict_given.v1";
/// Kind of a record that says by whom and why traces were erased.
pub const ERASED: &str = "traces.erased.v1";

/// What one record says that anything else in a bundle rests on; empty for all other kinds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The revisions it pins.
    pub pins: Vec<Digest>,
    /// The words it quotes.
    pub quotes: Vec<Quote>,
    /// The verdict it gives.
    pub verdict: Option<Verdict>,
}

/// Words of a stored body, by their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// SHA-256 of the body.
    pub body: Digest,
    /// First byte in it.
    pub start: u64,
    /// Length in bytes.
    pub length: u64,
    /// SHA-256 of the quoted bytes.
    pub digest: Digest,
}

/// What a verdict says about which claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The claim's id.
    pub claim: String,
    /// The word for the outcome, as the score's table has it.
    pub outcome: String,
    /// The word for how the judge stands to the claim's author, likewise.
    pub relation: String,
}

impl Said {
    /// Reads the body of a record of this kind.
    ///
    /// # Errors
    /// When a record of a kind that matters has not the fields it must have.
    pub fn read(kind: &str, body: &[u8]) -> serde_json::Result<Self> {
        Ok(match kind {
            PINNED => Self { pins: data::<Pinned>(body)?.revisions(), ..Self::default() },
            STATED => Self { quotes: vec![data::<Stated>(body)?.claim.quote.into()], ..Self::default() },
            JUDGED => data::<Judged>(body)?.verdict.into(),
            _ => Self::default(),
        })
    }
}

fn data<'de, T: Deserialize<'de>>(body: &'de [u8]) -> serde_json::Result<T> {
    Ok(serde_json::from_slice::<Body<T>>(body)?.data)
}

/// The stored body of any record.
#[derive(Deserialize)]
struct Body<T> {
    data: T,
}

#[derive(Deserialize)]
struct Pinned {
    pins: Vec<StoredPin>,
}

#[derive(Deserialize)]
struct StoredPin {
    revision: Digest,
}

impl Pinned {
    fn revisions(self) -> Vec<Digest> {
        self.pins.into_iter().map(|pin| pin.revision).collect()
    }
}

#[derive(Deserialize)]
struct Stated {
    claim: StoredClaim,
}

#[derive(Deserialize)]
struct StoredClaim {
    quote: StoredQuote,
}

#[derive(Deserialize)]
struct Judged {
    verdict: StoredVerdict,
}

#[derive(Deserialize)]
struct StoredVerdict {
    claim: String,
    outcome: String,
    relation: String,
    quotes: Vec<StoredQuote>,
}

#[derive(Deserialize)]
struct StoredQuote {
    evidence: StoredEvidence,
    byte_start: u64,
    byte_length: u64,
    digest: Digest,
}

#[derive(Deserialize)]
struct StoredEvidence {
    body_digest: Digest,
}

impl From<StoredVerdict> for Said {
    fn from(stored: StoredVerdict) -> Self {
        let quotes = stored.quotes.into_iter().map(Quote::from).collect();
        let verdict = Verdict { claim: stored.claim, outcome: stored.outcome, relation: stored.relation };
        Self { pins: Vec::new(), quotes, verdict: Some(verdict) }
    }
}

impl From<StoredQuote> for Quote {
    fn from(stored: StoredQuote) -> Self {
        Self {
            body: stored.evidence.body_digest,
            start: stored.byte_start,
            length: stored.byte_length,
            digest: stored.digest,
        }
    }
}
