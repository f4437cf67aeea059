//! Checkpoints (C2SP tlog-checkpoint v1.0.0): origin, size and root of the log in a signed note.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use foundation::{Digest, Error, Result, Timestamp};

use super::keys::{SignerKey, VerifierKey};
use super::note::Note;
use super::tree::TreeHead;

/// What a log says about itself at one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log; in ours also the name of the key that signs for it. Not empty.
    pub origin: String,
    pub head: TreeHead,
    /// Further lines: those of a [`Stamp`] in ours, any in other logs' checkpoints.
    pub extensions: Vec<String>,
}

/// When a checkpoint was signed and which one came before it, as signed lines below the root: so that nobody moves its
/// time, or takes one out of the middle, unseen. Checkpoints of before November 2026 have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub at: Timestamp,
    /// Size of the checkpoint before it; 0 for the first.
    pub after: u64,
}

const AT: &str = "tracewright-at ";
const AFTER: &str = "tracewright-after ";

impl Stamp {
    fn lines(self) -> Vec<String> {
        vec![format!("{AT}{}", self.at.to_rfc3339()), format!("{AFTER}{}", self.after)]
    }

    fn read(lines: &[String]) -> Option<Self> {
        let [at, after] = lines else { return None };
        let at = Timestamp::parse_rfc3339(at.strip_prefix(AT)?)?;
        Some(Self { at, after: parse_decimal(after.strip_prefix(AFTER)?)? })
    }
}

impl Checkpoint {
    /// A checkpoint of the log that `key` signs for, signed; without a stamp.
    pub fn sign(head: TreeHead, key: &SignerKey) -> Result<Note> {
        Self::sign_with(head, Vec::new(), key)
    }

    /// The same with the time and the checkpoint before it.
    pub fn sign_stamped(head: TreeHead, stamp: Stamp, key: &SignerKey) -> Result<Note> {
        Self::sign_with(head, stamp.lines(), key)
    }

    fn sign_with(head: TreeHead, extensions: Vec<String>, key: &SignerKey) -> Result<Note> {
        let checkpoint = Self { origin: key.verifier().name().to_string(), head, extensions };
        Note::sign(checkpoint.to_string(), key)
    }

    /// Its stamp; `None` in one that was signed before there were stamps.
    pub fn stamp(&self) -> Option<Stamp> {
        Stamp::read(&self.extensions)
    }

    /// The checkpoint in a note, believed because it is signed by `key`, for the origin that is the key's name.
    pub fn open(note: &Note, key: &VerifierKey) -> Result<Self> {
        note.verify(std::slice::from_ref(key))?;
        let checkpoint = Self::parse(note.text())?;
        if checkpoint.origin == key.name().as_str() {
            Ok(checkpoint)
        } else {
            let found = checkpoint.origin;
            Err(Error::refused(format!("the checkpoint is of log {found}, the key is for {}", key.name())))
        }
    }

    /// Reads a note's text without believing it.
    pub fn parse(text: &str) -> Result<Self> {
        let lines = text.strip_suffix('\n').ok_or_else(|| bad("no newline at its end"))?;
        let mut lines = lines.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(bad("fewer than three lines"));
        };
        if origin.is_empty() {
            return Err(bad("an empty origin"));
        }
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(bad("an empty extension line"));
        }
        let head = TreeHead {
            size: parse_decimal(size).ok_or_else(|| bad("the size is not a plain decimal"))?,
            root: parse_hash(root).ok_or_else(|| bad("the root is not 32 bytes of base64"))?,
        };
        Ok(Self { origin: origin.to_owned(), head, extensions })
    }
}

/// The note's text.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.head.size, STANDARD.encode(self.head.root.0))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Digits only, no sign, no leading zero.
pub(super) fn parse_decimal(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

/// 32 bytes in base64.
pub(super) fn parse_hash(text: &str) -> Option<Digest> {
    Digest::from_slice(&STANDARD.decode(text).ok()?)
}

fn bad(why: &str) -> Error {
    Error::invalid("checkpoint", format!("not a checkpoint: {why}"))
}
