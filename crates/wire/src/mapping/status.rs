//! How a span went: level, message, exception, first token.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::Event;

use super::attributes::{Attributes, text_of};
use super::keys::Key;
use trace_model::decimal::billionths;
use trace_model::times::read_time;
use trace_model::{Exception, Level};

/// The OTLP status code of a failure.
const ERROR: i32 = 2;

/// The level: as given; else an error when the status says so. An exception that was recorded may have been
/// handled since: it is an event among others.
pub fn level(attributes: &Attributes<'_>, span: &Span) -> Level {
    let given = attributes.str(Key::LfLevel).and_then(Level::parse_alias);
    let failed = span.status.as_ref().is_some_and(|status| status.code == ERROR);
    given.unwrap_or(if failed { Level::Error } else { Level::Default })
}

/// The message: the client's own; else what the status says; else type and words of the exception.
pub fn message(attributes: &Attributes<'_>, span: &Span, exception: Option<&Exception>) -> Option<String> {
    let from_status = || span.status.as_ref().map(|status| status.message.clone()).filter(|m| !m.is_empty());
    attributes
        .text(&[Key::LfStatus])
        .or_else(from_status)
        .or_else(|| exception.map(in_words).filter(|words| !words.is_empty()))
        .or_else(|| attributes.text(&[Key::ErrorType]))
}

fn in_words(exception: &Exception) -> String {
    let Exception { kind, message } = exception;
    let between = if kind.is_empty() || message.is_empty() { "" } else { ": " };
    format!("{kind}{between}{message}")
}

/// The type of the exception that a span failed with, where the message does not say it: many libraries write only the
/// words into the status.
pub fn untold_type(level: Level, message: Option<&str>, exception: Option<&Exception>) -> Option<String> {
    let kind = &exception.filter(|exception| level == Level::Error && !exception.kind.is_empty())?.kind;
    (!message.is_some_and(|message| message.contains(kind))).then(|| kind.clone())
}

/// The last exception recorded, as an event or as attributes: those before it did not end the span.
pub fn exception(attributes: &Attributes<'_>, events: &[Event]) -> Option<Exception> {
    if let Some(event) = events.iter().rfind(|event| event.name == "exception") {
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
    // In seconds and in milliseconds; what the server took, in seconds with a fraction or in whole milliseconds.
    let read = |keys: &[Key], unit: i64| Some(billionths(&attributes.text(keys)?)? / unit);
    let is_in_seconds = matches!(attributes.value(Key::FirstTokenServer), Some(Any::DoubleValue(_)));
    let after = read(&[Key::FirstChunk, Key::FirstChunkClient], 1)
        .or_else(|| read(&[Key::AiFirstChunk, Key::AiStreamFirstChunk, Key::ClaudeFirstToken], 1_000))
        .or_else(|| read(&[Key::FirstTokenServer], if is_in_seconds { 1 } else { 1_000 }));
    given.or_else(|| after.map(|after| start_ns.saturating_add(after))).or_else(|| first_chunk(events))
}

fn first_chunk(events: &[Event]) -> Option<i64> {
    let names =
        ["First Token Stream Event", "gen_ai.content.completion.chunk", "llm.content.completion.chunk"];
    let event = events.iter().find(|event| names.contains(&event.name.as_str()))?;
    i64::try_from(event.time_unix_nano).ok().filter(|time| *time > 0)
}
