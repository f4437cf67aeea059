//! One record's proof as a text file (C2SP tlog-proof@v1, extension `.tlog-proof`): place, hashes, checkpoint.
//!
//! Whoever holds the leaf and the log's key checks it offline.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use foundation::{Digest, Error, Result};

use super::checkpoint::{Checkpoint, parse_decimal, parse_hash};
use super::consistency::verify_consistency;
use super::inclusion::verify_inclusion;
use super::keys::VerifierKey;
use super::note::Note;
use super::tree::{TreeHead, leaf_hash};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// The most hashes a proof can have: one a level.
const MAX_HASHES: usize = 64;

/// That a leaf stands in a log, as read or to be written; believed only after [`TlogProof::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// Data for the reader, not empty, covered by nothing.
    pub extra: Option<Vec<u8>>,
    /// The leaf's index, from 0.
    pub index: u64,
    /// The inclusion proof, the leaf's sibling first.
    pub hashes: Vec<Digest>,
    pub checkpoint: Note,
}

impl TlogProof {
    /// Reads the text without believing it.
    pub fn parse(text: &str) -> Result<Self> {
        let (proof, checkpoint) = text.split_once("\n\n").ok_or_else(|| bad("no empty line"))?;
        let mut lines = proof.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(bad(format!("the first line is not {HEADER}")));
        }
        let extra = lines.next_if(|line| line.starts_with("extra ")).map(parse_extra).transpose()?;
        let index = lines.next().and_then(|line| parse_decimal(line.strip_prefix("index ")?));
        let index = index.ok_or_else(|| bad("no line `index` with a plain decimal"))?;
        let hashes: Option<Vec<Digest>> = lines.map(parse_hash).collect();
        let hashes = hashes.ok_or_else(|| bad("a proof line is not 32 bytes of base64"))?;
        if hashes.len() > MAX_HASHES {
            return Err(bad("more hashes than any tree has levels"));
        }
        Ok(Self { extra, index, hashes, checkpoint: Note::parse(checkpoint)? })
    }

    /// Checks that these leaf bytes are in the log that `key` signs for; returns the checkpoint that says so.
    pub fn verify(&self, leaf: &[u8], key: &VerifierKey) -> Result<Checkpoint> {
        let checkpoint = Checkpoint::open(&self.checkpoint, key)?;
        verify_inclusion(leaf_hash(leaf), self.index, &self.hashes, checkpoint.head)?;
        Ok(checkpoint)
    }
}

fn parse_extra(line: &str) -> Result<Vec<u8>> {
    let encoded = line.strip_prefix("extra ").unwrap_or_default();
    let extra = STANDARD.decode(encoded).map_err(|_| bad("the extra data is not base64"))?;
    if extra.is_empty() { Err(bad("an extra line without data")) } else { Ok(extra) }
}

/// The file's text.
impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = self.extra.as_ref().filter(|extra| !extra.is_empty()) {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", STANDARD.encode(hash.0))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

/// That a checkpoint continues an older tree, as a witness takes it (the body of C2SP tlog-witness `add-checkpoint`):
/// `old SIZE`, the hashes, an empty line, the newer checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsistencyProof {
    /// The older size.
    pub old: u64,
    /// The consistency proof (RFC 6962 section 2.1.2).
    pub hashes: Vec<Digest>,
    /// The newer signed checkpoint.
    pub checkpoint: Note,
}

impl ConsistencyProof {
    /// Reads the text without believing it.
    pub fn parse(text: &str) -> Result<Self> {
        let (proof, checkpoint) = text.split_once("\n\n").ok_or_else(|| bad("no empty line"))?;
        let mut lines = proof.split('\n');
        let old = lines.next().and_then(|line| parse_decimal(line.strip_prefix("old ")?));
        let old = old.ok_or_else(|| bad("no line `old` with a plain decimal"))?;
        let hashes: Option<Vec<Digest>> = lines.map(parse_hash).collect();
        let hashes = hashes.ok_or_else(|| bad("a proof line is not 32 bytes of base64"))?;
        if hashes.len() > MAX_HASHES {
            return Err(bad("more hashes than any tree has levels"));
        }
        Ok(Self { old, hashes, checkpoint: Note::parse(checkpoint)? })
    }

    /// Checks that the log of `key` continued from the tree under `old`; returns the newer checkpoint.
    pub fn verify(&self, old: TreeHead, key: &VerifierKey) -> Result<Checkpoint> {
        let newer = Checkpoint::open(&self.checkpoint, key)?;
        verify_consistency(old, newer.head, &self.hashes)?;
        Ok(newer)
    }
}

/// The file's text.
impl fmt::Display for ConsistencyProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        for hash in &self.hashes {
            writeln!(f, "{}", STANDARD.encode(hash.0))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

fn bad(why: impl fmt::Display) -> Error {
    Error::invalid("tlog-proof", format!("not a log proof: {why}"))
}
