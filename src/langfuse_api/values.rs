//! Small values as the API writes them: moments in milliseconds, seconds, dollars, bodies as they came.

use chrono::SecondsFormat;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::foundation::Timestamp;
use trace_model::{BodyForm, JsonMap, exact};

use super::load::Body;

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

/// A body as a JSON value: JSON as it came, anything else as a string. Who said nothing in an empty text said something else than
/// who left it out, so it stays one.
pub fn json_of(bytes: &[u8], form: BodyForm) -> Option<Box<RawValue>> {
    if form != BodyForm::Text
        && let Ok(value) = serde_json::from_slice::<Box<RawValue>>(bytes)
    {
        return Some(value);
    }
    serde_json::value::to_raw_value(&String::from_utf8_lossy(bytes)).ok()
}

/// Metadata, written with the numbers that were sent. What was sent as text stays text, also where it looks like a number:
/// which texts of OpenTelemetry clients stand for other values is decided when they arrive.
#[derive(Debug)]
pub struct Metadata(pub JsonMap);

impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        exact::map(&self.0, serializer)
    }
}

/// Model parameters: lists and objects show as JSON text.
pub fn parameters(text: Option<&str>) -> JsonMap {
    let map: JsonMap = text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let flat =
        |value: Value| if value.is_array() || value.is_object() { value.to_string().into() } else { value };
    map.into_iter().map(|(name, value)| (name, flat(value))).collect()
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

/// What [`text_of`] leaves open: `text` for a string that holds a JSON object or list, `json` for a number, a flag or
/// anything else of JSON that is neither string, object nor list. Whoever reads objects and lists as such and all else
/// as text needs no word.
pub fn form_of(body: &Body, text: &str) -> Option<&'static str> {
    let is_unquoted = text.as_bytes() != body.bytes;
    let looks_whole = text.trim_start().starts_with(['{', '[']);
    let is_json = || serde_json::from_str::<&RawValue>(text).is_ok();
    if body.form == BodyForm::Text || is_unquoted {
        return (looks_whole && is_json()).then_some("text");
    }
    (!looks_whole && is_json()).then_some("json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_keep_their_digits_and_text_becomes_a_string() {
        let shown = |text: &str, form| {
            json_of(text.as_bytes(), form).map_or("nothing".to_owned(), |raw| raw.get().to_owned())
        };
        for empty in ["", "\"\""] {
            assert_eq!(shown(empty, BodyForm::JsonOrText), "\"\"");
        }
        assert_eq!(shown("{\"n\": 1.50}", BodyForm::Json), "{\"n\": 1.50}");
        assert_eq!(shown("State two", BodyForm::JsonOrText), "\"State two\"");
        assert_eq!(shown("12", BodyForm::Text), "\"12\"");
        assert_eq!(text_of(b"\"a\\nb\"", BodyForm::Json), "a\nb");
    }

    #[test]
    fn the_form_is_told_where_the_text_leaves_it_open() {
        for (bytes, form, told) in [
            ("{\"a\": 1}", BodyForm::Json, None),
            ("{\"a\": 1}", BodyForm::Text, Some("text")),
            ("\"{\\\"a\\\": 1}\"", BodyForm::Json, Some("text")),
            (" [1]", BodyForm::JsonOrText, None),
            ("[not json", BodyForm::JsonOrText, None),
            ("\"words\"", BodyForm::Json, None),
            ("words", BodyForm::JsonOrText, None),
            ("17", BodyForm::Text, None),
            ("17", BodyForm::Json, Some("json")),
            ("true", BodyForm::JsonOrText, Some("json")),
            ("\"17\"", BodyForm::Json, None),
        ] {
            let body = Body { bytes: bytes.into(), form };
            assert_eq!(form_of(&body, &text_of(&body.bytes, form)), told, "{bytes} {form:?}");
        }
    }

    #[test]
    fn metadata_keeps_types_texts_and_digits() {
        let sent = r#"{"text":"90210","null":"null","flag":"true","n":90210,"long":123456789012345678901234,"d":1.10,"e":1e400}"#;
        let Ok(Value::Object(read)) = trace_model::json::parse_exact(sent) else { panic!("an object") };
        assert_eq!(serde_json::to_string(&Metadata(read)).unwrap(), sent);
    }

    #[test]
    fn moments_show_milliseconds_and_amounts_their_decimals() {
        let at = Millis(Timestamp(1_764_000_000_123_999));
        assert_eq!(serde_json::to_string(&at).unwrap(), "\"2025-11-24T16:00:00.123Z\"");
        assert_eq!(serde_json::to_string(&dollars(1_650_000)).unwrap(), "0.00165");
        assert_eq!(serde_json::to_string(&seconds(1_500)).unwrap(), "0.0015");
    }
}
