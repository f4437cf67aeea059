//! Signed notes (C2SP signed-note v1.0.0): a text and signatures over it, all readable in a terminal.
//!
//! The text is to be believed only after [`Note::verify`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use foundation::{Error, Result};

use super::keys::{KeyName, SignerKey, VerifierKey};

/// The most bytes a note may have here.
const MAX_BYTES: usize = 1 << 20;

/// The most signatures a note may carry here; the specification asks for 16 at least.
const MAX_SIGNATURES: usize = 100;

/// Begins each signature line.
const DASH: &str = "\u{2014} ";

/// A note as read: well formed, not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// Who claims to have signed.
    pub name: KeyName,
    /// Which of that name's keys.
    pub key_id: [u8; 4],
    /// What the key's algorithm made; 64 bytes for Ed25519.
    pub signature: Vec<u8>,
}

impl Note {
    /// Signs a text, which must end in a newline and hold no other control characters.
    pub fn sign(text: impl Into<String>, key: &SignerKey) -> Result<Self> {
        let mut note = Self { text: text.into(), signatures: Vec::new() };
        check_text(&note.text)?;
        note.add_signature(key);
        Ok(note)
    }

    /// Adds one more signature.
    pub fn add_signature(&mut self, key: &SignerKey) {
        let signature = key.sign(self.text.as_bytes()).to_vec();
        let verifier = key.verifier();
        self.signatures.push(NoteSignature {
            name: verifier.name().clone(),
            key_id: verifier.id(),
            signature,
        });
    }

    /// Reads a note without believing it.
    pub fn parse(note: &str) -> Result<Self> {
        if note.len() > MAX_BYTES {
            return Err(bad(format!("larger than {MAX_BYTES} bytes")));
        }
        if note.contains(is_control) {
            return Err(bad("holds a control character"));
        }
        let cut = note.rfind("\n\n").ok_or_else(|| bad("no empty line before the signatures"))?;
        let (text, signatures) = note.split_at_checked(cut + 1).ok_or_else(|| bad("cut short"))?;
        let lines = signatures.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
        let lines: Vec<&str> =
            lines.ok_or_else(|| bad("no newline after the last signature"))?.split('\n').collect();
        if lines.len() > MAX_SIGNATURES {
            return Err(bad(format!("more than {MAX_SIGNATURES} signatures")));
        }
        let signatures = lines.into_iter().map(NoteSignature::parse).collect::<Result<_>>()?;
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The text with its last newline; not to be believed before [`Note::verify`].
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// The keys, of those given, that signed the text: at least one, or the note is refused.
    ///
    /// Lines of other keys are passed over. A line that claims one of these keys and is not its signature makes the
    /// whole note refused.
    pub fn verify<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>> {
        let mut signers: Vec<&VerifierKey> = Vec::new();
        for line in &self.signatures {
            let Some(key) = keys.iter().find(|key| *key.name() == line.name && key.id() == line.key_id)
            else {
                continue;
            };
            if !key.verifies(self.text.as_bytes(), &line.signature) {
                return Err(Error::refused(format!("the signature of {} on the note is false", line.name)));
            }
            if !signers.contains(&key) {
                signers.push(key);
            }
        }
        if signers.is_empty() {
            return Err(Error::refused(
                "no trusted key has signed this note; check which log's key you hold",
            ));
        }
        Ok(signers)
    }
}

/// The note as it is stored and sent.
impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| writeln!(f, "{}", line.to_line()))
    }
}

impl NoteSignature {
    fn parse(line: &str) -> Result<Self> {
        let malformed = || bad("a signature line is not: em dash, name, base64");
        let (name, encoded) =
            line.strip_prefix(DASH).and_then(|rest| rest.split_once(' ')).ok_or_else(malformed)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| malformed())?;
        let (key_id, signature) = bytes.split_first_chunk::<4>().ok_or_else(malformed)?;
        if signature.is_empty() {
            return Err(malformed());
        }
        Ok(Self { name: KeyName::new(name)?, key_id: *key_id, signature: signature.to_vec() })
    }

    fn to_line(&self) -> String {
        let encoded = STANDARD.encode([self.key_id.as_slice(), &self.signature].concat());
        format!("{DASH}{} {encoded}", self.name)
    }
}

fn check_text(text: &str) -> Result<()> {
    if text.ends_with('\n') && !text.contains(is_control) {
        Ok(())
    } else {
        Err(bad("the text must end in a newline and hold no other control characters"))
    }
}

fn is_control(c: char) -> bool {
    c < ' ' && c != '\n'
}

fn bad(why: impl std::fmt::Display) -> Error {
    Error::invalid("note", format!("not a signed note: {why}"))
}
