//! Keyset pagination: an opaque cursor of (time, id), newest first.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Error, Result, Timestamp};

/// Where a page ends: the next one starts below this pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The last row's time.
    pub at: Timestamp,
    /// The last row's id, to tell rows of one moment apart.
    pub id: String,
}

impl Cursor {
    /// URL-safe text; opaque to the reader.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}\n{}", self.at.0, self.id))
    }

    /// Reads [`Cursor::encode`]'s text back.
    pub fn decode(text: &str) -> Result<Self> {
        Self::try_decode(text).ok_or_else(|| Error::invalid("cursor", "this cursor was not made here"))
    }

    fn try_decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        // No stored text holds a NUL, and PostgreSQL refuses to be asked.
        let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))?;
        let (at, id) = text.split_once('\n')?;
        Some(Self { at: Timestamp(at.parse().ok()?), id: id.to_owned() })
    }
}
