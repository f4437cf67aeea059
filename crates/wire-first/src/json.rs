//! JSON as strangers write it, read into values that every store and every reader of ours takes.
//!
//! Programs that cut texts leave half an emoji (`\ud83d`) at the end, which is JSON but no Unicode; and nothing bounds
//! how deep lists and objects lie in each other. Neither is a reason to refuse what a client will not send again.

use serde::de::DeserializeOwned;
use serde_json::Value;

use trace_model::JsonMap;

/// Levels of lists and objects that metadata keeps as such. Readers of JSON stop at 128, and a trace's state writes each
/// level as two.
const MOST_LEVELS: usize = 40;

/// Reads JSON; half of a surrogate pair reads as U+FFFD.
pub fn parse<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_str(text).or_else(|fault| match mended(text) {
        Some(mended) => serde_json::from_str(&mended),
        None => Err(fault),
    })
}

/// JSON text with `\ufffd` in the place of each half of a surrogate pair; `None` when there is none.
pub fn mended(text: &str) -> Option<String> {
    let (mut out, mut rest, mut found) = (String::with_capacity(text.len()), text, false);
    while let Some(at) = rest.find('\\') {
        let escape = rest.get(at..).unwrap_or_default();
        let low = || escape.get(6..).and_then(unit).is_some_and(|unit| (0xdc00..0xe000).contains(&unit));
        let (kept, taken) = match unit(escape) {
            Some(0xd800..0xdc00) if low() => (None, 12),
            Some(0xd800..0xe000) => (Some("\\ufffd"), 6),
            // What is escaped may itself be a backslash.
            _ => (None, 1 + escape.chars().nth(1).map_or(0, char::len_utf8)),
        };
        found |= kept.is_some();
        out.push_str(rest.get(..at).unwrap_or_default());
        out.push_str(kept.unwrap_or_else(|| escape.get(..taken).unwrap_or_default()));
        rest = escape.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    found.then_some(out)
}

/// The UTF-16 unit of `\uXXXX` at the beginning.
fn unit(escape: &str) -> Option<u16> {
    u16::from_str_radix(escape.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

/// Metadata in which what lies deeper than 40 levels is its own JSON text.
pub fn bounded(mut map: JsonMap) -> JsonMap {
    map.values_mut().for_each(|value| bound(value, MOST_LEVELS - 1));
    map
}

fn bound(value: &mut Value, levels: usize) {
    match value {
        Value::Array(_) | Value::Object(_) if levels == 0 => *value = Value::String(value.to_string()),
        Value::Array(list) => list.iter_mut().for_each(|inner| bound(inner, levels - 1)),
        Value::Object(map) => map.values_mut().for_each(|inner| bound(inner, levels - 1)),
        _ => {}
    }
}
