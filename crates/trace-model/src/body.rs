//! Bodies: the bytes of an input or output, as received, named by their SHA-256.
//!
//! Quotes and pins point into these bytes, so they are never parsed and written anew.

use serde::{Deserialize, Serialize};

use super::json;
use foundation::Digest;

/// Which field of which thing a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BodyRole {
    Input,
    Output,
    /// The input said of the whole trace.
    TraceInput,
    /// The output said of the whole trace.
    TraceOutput,
}

impl BodyRole {
    /// The number used in storage and in digests.
    pub fn code(self) -> u8 {
        match self {
            Self::Input => 1,
            Self::Output => 2,
            Self::TraceInput => 3,
            Self::TraceOutput => 4,
        }
    }

    /// Reads the stored number.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Input, Self::Output, Self::TraceInput, Self::TraceOutput]
            .into_iter()
            .find(|role| role.code() == code)
    }
}

/// How the bytes are to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyForm {
    Json,
    Text,
    /// The sender does not say: JSON if it parses, else plain text.
    #[default]
    JsonOrText,
}

impl BodyForm {
    /// The number used in storage.
    pub fn code(self) -> u8 {
        match self {
            Self::Json => 1,
            Self::Text => 2,
            Self::JsonOrText => 0,
        }
    }

    /// Reads the stored number; unknown numbers read as "the sender does not say".
    pub fn from_code(code: u8) -> Self {
        match code {
            1 => Self::Json,
            2 => Self::Text,
            _ => Self::JsonOrText,
        }
    }
}

/// A body by name: enough to fold without loading the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BodyRef {
    /// SHA-256 of the bytes.
    pub digest: Digest,
    /// Length in bytes.
    pub len: u64,
    pub form: BodyForm,
    /// False for `null`, `false`, `0` and the empty string: such a body never replaces another.
    pub truthy: bool,
}

/// A body with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    pub role: BodyRole,
    /// Its name and how to read it.
    pub reference: BodyRef,
    /// The bytes as received.
    pub bytes: Vec<u8>,
}

impl Body {
    /// Names some bytes; this is the one place where they are hashed.
    pub fn new(role: BodyRole, form: BodyForm, bytes: Vec<u8>) -> Self {
        let reference = BodyRef {
            digest: Digest::of(&bytes),
            len: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            form,
            truthy: is_truthy(&bytes, form),
        };
        Self { role, reference, bytes }
    }

    /// The body as a JSON value: plain text becomes a JSON string, bytes that are no UTF-8 show U+FFFD.
    pub fn to_json(&self) -> serde_json::Value {
        read_json(&self.bytes, self.reference.form)
    }
}

/// Reads body bytes as a JSON value; what does not parse becomes a JSON string.
pub fn read_json(bytes: &[u8], form: BodyForm) -> serde_json::Value {
    if form != BodyForm::Text
        && let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(value) = json::parse(text)
    {
        return value;
    }
    serde_json::Value::String(String::from_utf8_lossy(bytes).into_owned())
}

fn is_truthy(bytes: &[u8], form: BodyForm) -> bool {
    if form == BodyForm::Text {
        return !bytes.is_empty();
    }
    // Falsy JSON is short; a long body is never looked at.
    let trimmed = bytes.trim_ascii();
    if trimmed.len() > 8 {
        return true;
    }
    !matches!(trimmed, b"" | b"null" | b"false" | b"\"\"" | b"0" | b"-0" | b"0.0" | b"-0.0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_empty_values_are_falsy() {
        let truthy = |text: &str, form| Body::new(BodyRole::Input, form, text.into()).reference.truthy;
        for falsy in ["null", " null ", "false", "0", "0.0", "\"\"", ""] {
            assert!(!truthy(falsy, BodyForm::Json), "{falsy:?}");
        }
        for yes in ["{}", "[]", "true", "1", "\" \"", "\"null\""] {
            assert!(truthy(yes, BodyForm::Json), "{yes:?}");
        }
        assert!(truthy("null", BodyForm::Text));
        assert!(!truthy("", BodyForm::Text));
    }

    #[test]
    fn nul_bytes_stay_in_the_body() {
        let body = Body::new(BodyRole::Output, BodyForm::Text, b"a\0b".to_vec());
        assert_eq!(body.bytes, b"a\0b");
        assert_eq!(body.to_json(), serde_json::json!("a\u{0}b"));
    }

    #[test]
    fn plain_text_that_is_no_json_reads_as_a_string() {
        let body = Body::new(BodyRole::Output, BodyForm::JsonOrText, b"State two ways".to_vec());
        assert_eq!(body.to_json(), serde_json::json!("State two ways"));
    }
}
