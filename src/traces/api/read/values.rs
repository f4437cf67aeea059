//! Small values as the API writes them: moments in milliseconds, seconds, dollars, bodies as they came.

use chrono::SecondsFormat;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::foundation::Timestamp;
use crate::traces::model::BodyForm;

/// A moment: `2026-11-21T09:30:00.123Z`, cut to milliseconds as Langfuse does.
#[derive(Clone, Copy, Debug)]
pub struct Millis(pub Timestamp);

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_chrono().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// Microseconds as seconds.
#[expect(clippy::cast_precision_loss, reason = "a duration of 285 years loses a microsecond")]
pub fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// Nano-dollars as dollars.
#[expect(
    clippy::cast_precision_loss,
    reason = "the API's numbers are doubles; nine million dollars are exact"
)]
pub fn dollars(nanos: i64) -> f64 {
    nanos as f64 / 1e9
}

/// JSON text as it is; `null` when it is none.
pub fn raw_or_null(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap_or_default()
}

/// A body as a JSON value: JSON as it came, anything else as a string.
pub fn json_of(bytes: &[u8], form: BodyForm) -> Box<RawValue> {
    if form != BodyForm::Text
        && let Ok(value) = serde_json::from_slice::<Box<RawValue>>(bytes)
    {
        return value;
    }
    string_of(&String::from_utf8_lossy(bytes))
}

/// Text as a JSON string.
pub fn string_of(text: &str) -> Box<RawValue> {
    serde_json::value::to_raw_value(text).unwrap_or_default()
}

/// A body as text: JSON strings without their quotes, everything else as it came.
pub fn text_of(bytes: &[u8], form: BodyForm) -> String {
    if form != BodyForm::Text
        && let Ok(text) = serde_json::from_slice::<String>(bytes)
    {
        return text;
    }
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_keep_their_digits_and_text_becomes_a_string() {
        let shown = |text: &str, form| json_of(text.as_bytes(), form).get().to_owned();
        assert_eq!(shown("{\"n\": 1.50}", BodyForm::Json), "{\"n\": 1.50}");
        assert_eq!(shown("State two", BodyForm::JsonOrText), "\"State two\"");
        assert_eq!(shown("12", BodyForm::Text), "\"12\"");
        assert_eq!(text_of(b"\"a\\nb\"", BodyForm::Json), "a\nb");
    }

    #[test]
    fn moments_show_milliseconds_and_amounts_their_decimals() {
        let at = Millis(Timestamp(1_764_000_000_123_999));
        assert_eq!(serde_json::to_string(&at).unwrap(), "\"2025-11-24T16:00:00.123Z\"");
        assert_eq!(serde_json::to_string(&dollars(1_650_000)).unwrap(), "0.00165");
        assert_eq!(serde_json::to_string(&seconds(1_500)).unwrap(), "0.0015");
    }
}
