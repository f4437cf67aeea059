//! OTLP JSON that is not as the protocol has it: what can be understood is taken, what cannot costs only itself.
//!
//! Slower than [`super::json`], which comes first. Field names are taken in both spellings, a list that is null is empty, and
//! a value that its type does not hold is kept as text. What had to be left out is noted for the answer.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use serde_json::value::RawValue;

use super::attributes::attributes;
use super::json::read_one;
use super::{Rejected, scalars};
use crate::bounded::{AtMost, MOST};
use trace_model::fields::Fields;
use trace_model::json;

/// Why nothing can be taken.
pub(super) enum Fault {
    NoExport(String),
    TooMany(&'static str),
}

type Taken<T> = Result<T, Fault>;

/// A name in JSON, and in the protocol's definition.
type Name = (&'static str, &'static str);

const DROPPED_ATTRIBUTES: Name = ("droppedAttributesCount", "dropped_attributes_count");
/// The last two are those of exporters from before 2022.
const SCOPE_SPANS: [&str; 4] =
    ["scopeSpans", "scope_spans", "instrumentationLibrarySpans", "instrumentation_library_spans"];
const SCOPE: [&str; 3] = ["scope", "instrumentationLibrary", "instrumentation_library"];

/// Reads an export.
pub(super) fn read(text: &str, rejected: &mut Rejected) -> Taken<ExportTraceServiceRequest> {
    let mended = serde_json::from_str::<&RawValue>(text).err().and_then(|_| json::mended(text));
    let text = mended.as_deref().unwrap_or(text);
    let object =
        serde_json::from_str::<&RawValue>(text).map_err(|cause| Fault::NoExport(cause.to_string()))?;
    let Some(export) = object_of(object.get()) else {
        return Err(Fault::NoExport("it must be an object".to_owned()));
    };
    let raw = either(&export, "resourceSpans", "resource_spans");
    if raw.is_none() {
        rejected.note_foreign(&export);
    }
    if raw.is_some_and(|raw| !raw.starts_with('[')) {
        return Err(Fault::NoExport("resourceSpans must be a list".to_owned()));
    }
    let (mut resource_spans, mut spans) = (Vec::new(), 0);
    for group in list(raw, "resourceSpans", rejected)? {
        let group = resource(group, &mut spans, rejected)?;
        resource_spans.extend(group);
    }
    Ok(ExportTraceServiceRequest { resource_spans })
}

fn resource(text: &str, spans: &mut usize, rejected: &mut Rejected) -> Taken<Option<ResourceSpans>> {
    let Some(group) = object_of(text) else {
        rejected.note("an entry of resourceSpans is no object");
        return Ok(None);
    };
    let resource = object_in(&group, "resource", "resource", rejected);
    let resource = resource.map(|resource| Resource {
        attributes: attributes(&resource, "resource", rejected),
        dropped_attributes_count: number(&resource, DROPPED_ATTRIBUTES),
        ..Resource::default()
    });
    let mut scope_spans = Vec::new();
    for scope in list(first(&group, &SCOPE_SPANS), "scopeSpans", rejected)? {
        let scope = scope_of(scope, spans, rejected)?;
        scope_spans.extend(scope);
    }
    Ok(Some(ResourceSpans { resource, scope_spans, schema_url: schema_url(&group) }))
}

fn scope_of(text: &str, spans: &mut usize, rejected: &mut Rejected) -> Taken<Option<ScopeSpans>> {
    let Some(group) = object_of(text) else {
        rejected.note("an entry of scopeSpans is no object");
        return Ok(None);
    };
    let name = SCOPE.into_iter().find(|name| group.raw(name).is_some()).unwrap_or("scope");
    let scope = object_in(&group, name, "scope", rejected).map(|scope| InstrumentationScope {
        name: text_in(&scope, "name"),
        version: text_in(&scope, "version"),
        attributes: attributes(&scope, "scope", rejected),
        dropped_attributes_count: number(&scope, DROPPED_ATTRIBUTES),
    });
    let all = list(group.raw("spans"), "spans", rejected)?;
    *spans = spans.saturating_add(all.len());
    if *spans > MOST {
        return Err(Fault::TooMany("spans"));
    }
    let spans = all.into_iter().filter_map(|span| read_one(span, rejected)).collect();
    Ok(Some(ScopeSpans { scope, spans, schema_url: schema_url(&group) }))
}

/// Reads one span; only one without ids is refused.
pub(super) fn span(text: &str, rejected: &mut Rejected) -> Option<Span> {
    let Some(fields) = object_of(text) else {
        // Half of a surrogate pair in the name of a field.
        if let Some(mended) = json::mended(text).filter(|text| text.starts_with('{')) {
            return span(&mended, rejected);
        }
        rejected.add("a span cannot be read: it is no object");
        return None;
    };
    let ids = own_id(&fields, ("traceId", "trace_id"), 16)
        .and_then(|trace| Ok((trace, own_id(&fields, ("spanId", "span_id"), 8)?)));
    let (trace_id, span_id) = match ids {
        Ok(ids) => ids,
        Err(reason) => {
            rejected.add(format!("a span cannot be read: {reason}"));
            return None;
        }
    };
    let status = object_in(&fields, "status", "status", rejected);
    Some(Span {
        trace_id,
        span_id,
        parent_span_id: other_id(&fields, ("parentSpanId", "parent_span_id"), 8, rejected),
        trace_state: either(&fields, "traceState", "trace_state").map(words).unwrap_or_default(),
        flags: number(&fields, ("flags", "flags")),
        name: text_in(&fields, "name"),
        kind: enumeration(&fields, "kind", scalars::KINDS, rejected),
        start_time_unix_nano: time(&fields, ("startTimeUnixNano", "start_time_unix_nano"), rejected),
        end_time_unix_nano: time(&fields, ("endTimeUnixNano", "end_time_unix_nano"), rejected),
        attributes: attributes(&fields, "span", rejected),
        events: few(fields.raw("events"), "events", rejected, event),
        links: few(fields.raw("links"), "links", rejected, link),
        status: status.map(|status| Status {
            message: text_in(&status, "message"),
            code: enumeration(&status, "code", scalars::CODES, rejected),
        }),
        dropped_attributes_count: number(&fields, DROPPED_ATTRIBUTES),
        dropped_events_count: number(&fields, ("droppedEventsCount", "dropped_events_count")),
        dropped_links_count: number(&fields, ("droppedLinksCount", "dropped_links_count")),
    })
}

fn event(fields: &Fields<'_>, rejected: &mut Rejected) -> Event {
    Event {
        time_unix_nano: time(fields, ("timeUnixNano", "time_unix_nano"), rejected),
        name: text_in(fields, "name"),
        attributes: attributes(fields, "event", rejected),
        dropped_attributes_count: number(fields, DROPPED_ATTRIBUTES),
    }
}

fn link(fields: &Fields<'_>, rejected: &mut Rejected) -> Link {
    Link {
        trace_id: other_id(fields, ("traceId", "trace_id"), 16, rejected),
        span_id: other_id(fields, ("spanId", "span_id"), 8, rejected),
        trace_state: either(fields, "traceState", "trace_state").map(words).unwrap_or_default(),
        flags: number(fields, ("flags", "flags")),
        attributes: attributes(fields, "link", rejected),
        dropped_attributes_count: number(fields, DROPPED_ATTRIBUTES),
    }
}

/// The objects of a list; the others are noted.
fn few<T>(
    raw: Option<&str>,
    name: &'static str,
    rejected: &mut Rejected,
    read: fn(&Fields<'_>, &mut Rejected) -> T,
) -> Vec<T> {
    let Ok(entries) = list(raw, name, rejected) else {
        rejected.note(format!("{name} has more than {MOST} entries: they were left out"));
        return Vec::new();
    };
    let mut all = Vec::new();
    for entry in entries {
        match object_of(entry) {
            Some(fields) => all.push(read(&fields, rejected)),
            None => rejected.note(format!("an entry of {name} is no object: it was left out")),
        }
    }
    all
}

/// The entries of a list; one that is none is noted and empty.
pub(super) fn list<'a>(
    raw: Option<&'a str>,
    name: &'static str,
    rejected: &mut Rejected,
) -> Taken<Vec<&'a str>> {
    let Some(raw) = raw else { return Ok(Vec::new()) };
    if !raw.starts_with('[') {
        rejected.note(format!("{name} is no list: it was left out"));
        return Ok(Vec::new());
    }
    let entries: AtMost<&RawValue> = serde_json::from_str(raw).map_err(|_| Fault::TooMany(name))?;
    Ok(entries.into_iter().map(RawValue::get).collect())
}

/// An object, but not a list of its fields' values in order.
pub(super) fn object_of(text: &str) -> Option<Fields<'_>> {
    text.starts_with('{').then(|| Fields::read(text)).flatten()
}

fn object_in<'a>(
    fields: &Fields<'a>,
    name: &'static str,
    shown: &'static str,
    rejected: &mut Rejected,
) -> Option<Fields<'a>> {
    let raw = fields.raw(name)?;
    let object = object_of(raw);
    if object.is_none() {
        rejected.note(format!("{shown} is no object: it was left out"));
    }
    object
}

/// The field under its JSON name or under that of the protocol's definition.
pub(super) fn either<'a>(fields: &Fields<'a>, name: &str, other: &str) -> Option<&'a str> {
    fields.raw(name).or_else(|| fields.raw(other))
}

fn first<'a>(fields: &Fields<'a>, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| fields.raw(name))
}

fn schema_url(group: &Fields<'_>) -> String {
    either(group, "schemaUrl", "schema_url").map(words).unwrap_or_default()
}

/// Flags, and counts of what was dropped; one that is no such number counts as none.
fn number(fields: &Fields<'_>, (name, other): Name) -> u32 {
    let number = either(fields, name, other).and_then(|raw| scalars::integer(&words(raw)));
    number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
}

/// A text; what is none, as its JSON text.
pub(super) fn words(raw: &str) -> String {
    json::parse(raw).unwrap_or_else(|_| raw.to_owned())
}

fn text_in(fields: &Fields<'_>, name: &str) -> String {
    fields.raw(name).map(words).unwrap_or_default()
}

fn own_id(fields: &Fields<'_>, (name, other): (&str, &str), length: usize) -> Result<Vec<u8>, String> {
    let Some(raw) = either(fields, name, other) else { return Ok(Vec::new()) };
    scalars::id(&words(raw), length).ok_or_else(|| format!("{name} must be hex digits"))
}

fn other_id(
    fields: &Fields<'_>,
    (name, other): (&str, &str),
    length: usize,
    rejected: &mut Rejected,
) -> Vec<u8> {
    own_id(fields, (name, other), length).unwrap_or_else(|reason| {
        rejected.note(format!("{reason}: it was left out"));
        Vec::new()
    })
}

fn enumeration(fields: &Fields<'_>, name: &str, names: scalars::Names, rejected: &mut Rejected) -> i32 {
    let Some(text) = fields.raw(name).map(words).filter(|text| !text.is_empty()) else { return 0 };
    scalars::enumeration(&text, names).unwrap_or_else(|| {
        rejected.note(format!("{name}: {text:?} is neither a number nor a known name"));
        0
    })
}

fn time(fields: &Fields<'_>, (name, other): (&str, &str), rejected: &mut Rejected) -> u64 {
    let Some(text) = either(fields, name, other).map(words).filter(|text| !text.is_empty()) else { return 0 };
    scalars::nanos(&text).unwrap_or_else(|| {
        rejected.note(format!("{name}: {text:?} is not a time in nanoseconds"));
        0
    })
}
