//! How a span went: level, message, exception, first token.

use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::Event;

use super::attributes::{Attributes, text_of};
use super::keys::Key;
use trace_model::decimal::billionths;
use trace_model::times::read_time;
use trace_model::{Exception, Level};

/// OTLP status codes.
const OK: i32 = 1;
const ERROR: i32 = 2;

/// The level: as given; else an error when the status says so, or an exception came and no status
/// denies it.
pub fn level(attributes: &Attributes<'_>, span: &Span, exception: Option<&Exception>) -> Level {
    let code = span.status.as_ref().map_or(0, |status| status.code);
    if let Some(level) = attributes.str(Key::LfLevel).and_then(Level::parse_alias) {
        return level;
    }
    let failed = code == ERROR || (exception.is_some() && code != OK);
    if failed { Level::Error } else { Level::Default }
}

/// The message that belongs to the level.
pub fn message(attributes: &Attributes<'_>, span: &Span, exception: Option<&Exception>) -> Option<String> {
    let from_status = || span.status.as_ref().map(|status| status.message.clone()).filter(|m| !m.is_empty());
    attributes
        .text(&[Key::LfStatus])
        .or_else(from_status)
        .or_else(|| exception.map(|exception| format!("{}: {}", exception.kind, exception.message)))
        .or_else(|| attributes.text(&[Key::ErrorType]))
}

/// The first exception recorded, as an event or as attributes.
pub fn exception(attributes: &Attributes<'_>, events: &[Event]) -> Option<Exception> {
    if let Some(event) = events.iter().find(|event| event.name == "exception") {
        let get = |key: &str| {
            let found = event.attributes.iter().find(|attribute| attribute.key == key)?;
            text_of(found.value.as_ref()?).map(std::borrow::Cow::into_owned)
        };
        return Some(Exception {
            kind: get("exception.type").unwrap_or_default(),
            message: get("exception.message").unwrap_or_default(),
        });
    }
    Some(Exception {
        kind: attributes.text(&[Key::OiExceptionType])?,
        message: attributes.text(&[Key::OiExceptionMessage]).unwrap_or_default(),
    })
}

/// When the first token came, UTC nanoseconds.
pub fn completion_start(attributes: &Attributes<'_>, start_ns: i64, events: &[Event]) -> Option<i64> {
    // Langfuse writes the time as a JSON string inside the attribute.
    let given = attributes.str(Key::LfCompletionStart).and_then(|text| read_time(text.trim_matches('"')));
    let after = || attributes.text(&[Key::FirstChunk]).and_then(|text| billionths(&text));
    given.or_else(|| after().map(|after| start_ns.saturating_add(after))).or_else(|| first_chunk(events))
}

fn first_chunk(events: &[Event]) -> Option<i64> {
    let names =
        ["First Token Stream Event", "gen_ai.content.completion.chunk", "llm.content.completion.chunk"];
    let event = events.iter().find(|event| names.contains(&event.name.as_str()))?;
    i64::try_from(event.time_unix_nano).ok().filter(|time| *time > 0)
}
