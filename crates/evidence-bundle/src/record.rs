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
/// Kind of a record that a file or photo was brought, with its digest.
pub const FILE_ADDED: &str = "work_order.file_added.v1";
/// Kind of a record that says by whom and why traces were erased.
pub const ERASED: &str = "traces.erased.v1";
/// Kind of a record that says whose bodies were erased from the log, by the ids in its leaf's `refs`.
pub const BODIES_ERASED: &str = "ledger.bodies_erased.v1";
/// Kind of the record that a bundle was taken: from layout 2 on its leaf's `refs` say the layout and where the streams stood.
pub const EXPORTED: &str = "bundle.exported.v1";

/// What one record says that anything else in a bundle rests on; empty for all other kinds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The revisions it pins.
    pub pins: Vec<Digest>,
    /// The traces of those, in the same order.
    pub traces: Vec<String>,
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
    /// The revision whose body it is.
    pub revision: Digest,
    /// The trace of that revision.
    pub trace: String,
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
            PINNED => data::<Pinned>(body)?.into(),
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
    trace: String,
    revision: Digest,
}

impl From<Pinned> for Said {
    fn from(stored: Pinned) -> Self {
        let (traces, pins) = stored.pins.into_iter().map(|pin| (pin.trace, pin.revision)).unzip();
        Self { pins, traces, ..Self::default() }
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
    revision: Digest,
    byte_start: u64,
    byte_length: u64,
    digest: Digest,
}

#[derive(Deserialize)]
struct StoredEvidence {
    trace_id: String,
    body_digest: Digest,
}

impl From<StoredVerdict> for Said {
    fn from(stored: StoredVerdict) -> Self {
        let quotes = stored.quotes.into_iter().map(Quote::from).collect();
        let verdict = Verdict { claim: stored.claim, outcome: stored.outcome, relation: stored.relation };
        Self { quotes, verdict: Some(verdict), ..Self::default() }
    }
}

impl From<StoredQuote> for Quote {
    fn from(stored: StoredQuote) -> Self {
        Self {
            body: stored.evidence.body_digest,
            revision: stored.revision,
            trace: stored.evidence.trace_id,
            start: stored.byte_start,
            length: stored.byte_length,
            digest: stored.digest,
        }
    }
}
