//! OTLP JSON as the protocol has it: hex ids, 64-bit numbers as strings or numbers, enum values as numbers or names.
//!
//! This is the quick way. Unknown fields are ignored; what is not as it should be is read again by [`super::lenient`], a span
//! by itself, or all of it when a resource or a scope is odd.

use std::borrow::Cow;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Rejected, lenient, scalars};
use crate::bounded::{AtMost, MOST, too_many};
use foundation::{Error, Result};
use trace_model::json;

#[derive(Deserialize)]
struct JsonExport<'a> {
    #[serde(borrow, default, rename = "resourceSpans", alias = "resource_spans")]
    resource_spans: Option<AtMost<JsonResourceSpans<'a>>>,
}

#[derive(Deserialize)]
struct JsonResourceSpans<'a> {
    #[serde(borrow, default)]
    resource: Option<JsonResource<'a>>,
    /// Exporters from before 2022 have it under the name of that time.
    #[serde(
        borrow,
        default,
        rename = "scopeSpans",
        alias = "scope_spans",
        alias = "instrumentationLibrarySpans",
        alias = "instrumentation_library_spans"
    )]
    scope_spans: Option<AtMost<JsonScopeSpans<'a>>>,
    #[serde(default, rename = "schemaUrl", alias = "schema_url")]
    schema_url: Option<String>,
}

impl JsonResourceSpans<'_> {
    fn spans(&self) -> usize {
        let scopes = self.scope_spans.iter().flat_map(|scopes| &scopes.0);
        scopes.filter_map(|scope| scope.spans.as_ref()).map(|spans| spans.0.len()).sum()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonResource<'a> {
    #[serde(borrow, default)]
    attributes: Option<AtMost<JsonKeyValue<'a>>>,
    #[serde(borrow, default, alias = "dropped_attributes_count")]
    dropped_attributes_count: Option<Scalar<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonScopeSpans<'a> {
    #[serde(borrow, default, alias = "instrumentationLibrary", alias = "instrumentation_library")]
    scope: Option<JsonScope<'a>>,
    #[serde(borrow, default)]
    spans: Option<AtMost<&'a RawValue>>,
    #[serde(default, alias = "schema_url")]
    schema_url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonScope<'a> {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(borrow, default)]
    attributes: Option<AtMost<JsonKeyValue<'a>>>,
    #[serde(borrow, default, alias = "dropped_attributes_count")]
    dropped_attributes_count: Option<Scalar<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonSpan<'a> {
    #[serde(borrow, default, alias = "trace_id")]
    trace_id: Option<Text<'a>>,
    #[serde(borrow, default, alias = "span_id")]
    span_id: Option<Text<'a>>,
    #[serde(borrow, default, alias = "parent_span_id")]
    parent_span_id: Option<Text<'a>>,
    #[serde(default, alias = "trace_state")]
    trace_state: Option<String>,
    #[serde(borrow, default)]
    flags: Option<Scalar<'a>>,
    #[serde(default)]
    name: Option<String>,
    #[serde(borrow, default)]
    kind: Option<Scalar<'a>>,
    #[serde(borrow, default, alias = "start_time_unix_nano")]
    start_time_unix_nano: Option<Scalar<'a>>,
    #[serde(borrow, default, alias = "end_time_unix_nano")]
    end_time_unix_nano: Option<Scalar<'a>>,
    #[serde(borrow, default)]
    attributes: Option<AtMost<JsonKeyValue<'a>>>,
    #[serde(borrow, default)]
    events: Option<AtMost<JsonEvent<'a>>>,
    #[serde(borrow, default)]
    links: Option<AtMost<JsonLink<'a>>>,
    #[serde(borrow, default)]
    status: Option<JsonStatus<'a>>,
    #[serde(borrow, default, alias = "dropped_attributes_count")]
    dropped_attributes_count: Option<Scalar<'a>>,
    #[serde(borrow, default, alias = "dropped_events_count")]
    dropped_events_count: Option<Scalar<'a>>,
    #[serde(borrow, default, alias = "dropped_links_count")]
    dropped_links_count: Option<Scalar<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonEvent<'a> {
    #[serde(borrow, default, alias = "time_unix_nano")]
    time_unix_nano: Option<Scalar<'a>>,
    #[serde(default)]
    name: Option<String>,
    #[serde(borrow, default)]
    attributes: Option<AtMost<JsonKeyValue<'a>>>,
    #[serde(borrow, default, alias = "dropped_attributes_count")]
    dropped_attributes_count: Option<Scalar<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonLink<'a> {
    #[serde(borrow, default, alias = "trace_id")]
    trace_id: Option<Text<'a>>,
    #[serde(borrow, default, alias = "span_id")]
    span_id: Option<Text<'a>>,
    #[serde(default, alias = "trace_state")]
    trace_state: Option<String>,
    #[serde(borrow, default)]
    flags: Option<Scalar<'a>>,
    #[serde(borrow, default)]
    attributes: Option<AtMost<JsonKeyValue<'a>>>,
    #[serde(borrow, default, alias = "dropped_attributes_count")]
    dropped_attributes_count: Option<Scalar<'a>>,
}

#[derive(Deserialize)]
struct JsonStatus<'a> {
    #[serde(default)]
    message: Option<String>,
    #[serde(borrow, default)]
    code: Option<Scalar<'a>>,
}

#[derive(Deserialize)]
struct JsonKeyValue<'a> {
    key: String,
    #[serde(borrow, default)]
    value: Option<JsonValue<'a>>,
}

#[derive(Deserialize)]
struct JsonValue<'a> {
    #[serde(default, rename = "stringValue", alias = "string_value")]
    string: Option<String>,
    #[serde(default, rename = "boolValue", alias = "bool_value")]
    bool: Option<bool>,
    #[serde(borrow, default, rename = "intValue", alias = "int_value")]
    int: Option<Scalar<'a>>,
    #[serde(borrow, default, rename = "doubleValue", alias = "double_value")]
    double: Option<Scalar<'a>>,
    #[serde(borrow, default, rename = "arrayValue", alias = "array_value")]
    array: Option<JsonArray<'a>>,
    #[serde(borrow, default, rename = "kvlistValue", alias = "kvlist_value")]
    kvlist: Option<JsonList<'a>>,
    #[serde(borrow, default, rename = "bytesValue", alias = "bytes_value")]
    bytes: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct JsonArray<'a> {
    #[serde(borrow, default)]
    values: Option<AtMost<JsonValue<'a>>>,
}

#[derive(Deserialize)]
struct JsonList<'a> {
    #[serde(borrow, default)]
    values: Option<AtMost<JsonKeyValue<'a>>>,
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// A number, or a string that holds one (or the name of an enum value).
#[derive(Deserialize)]
struct Scalar<'a>(#[serde(borrow)] &'a RawValue);

impl Scalar<'_> {
    fn text(&self) -> &str {
        let raw = self.0.get();
        raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw)
    }
}

/// Reads a JSON export; spans that cannot be read are counted in `rejected`.
pub fn read(body: &[u8], rejected: &mut Rejected) -> Result<ExportTraceServiceRequest> {
    let text = json::text_of(body);
    if text.trim().is_empty() {
        return Ok(ExportTraceServiceRequest::default());
    }
    let mut told = Rejected::default();
    if let Some(request) = strict(&text, &mut told)? {
        *rejected = told;
        return Ok(request);
    }
    lenient::read(&text, rejected).map_err(|cause| match cause {
        lenient::Fault::NoExport(cause) => {
            Error::invalid("", format!("the body is not an OTLP trace export in JSON: {cause}"))
        }
        lenient::Fault::TooMany(what) => too_many(what),
    })
}

/// `None` when something beside the spans is odd.
fn strict(text: &str, rejected: &mut Rejected) -> Result<Option<ExportTraceServiceRequest>> {
    // Without this a list would be read as the fields of the message in order.
    if !text.trim_start().starts_with('{') {
        return Ok(None);
    }
    let Ok(export) = serde_json::from_str::<JsonExport<'_>>(text) else { return Ok(None) };
    // Nobody's spans: the lenient way says so.
    let Some(groups) = export.resource_spans else { return Ok(None) };
    if groups.0.iter().map(JsonResourceSpans::spans).sum::<usize>() > MOST {
        return Err(too_many("spans"));
    }
    let groups: Result<_, String> = groups.into_iter().map(|group| read_resource(group, rejected)).collect();
    Ok(groups.ok().map(|resource_spans| ExportTraceServiceRequest { resource_spans }))
}

fn read_resource(group: JsonResourceSpans<'_>, rejected: &mut Rejected) -> Result<ResourceSpans, String> {
    let resource = match group.resource {
        Some(resource) => Some(Resource {
            attributes: attributes(resource.attributes)?,
            dropped_attributes_count: number(resource.dropped_attributes_count)?,
            ..Resource::default()
        }),
        None => None,
    };
    let mut scope_spans = Vec::new();
    for group in group.scope_spans.unwrap_or_default() {
        scope_spans.push(read_scope(group, rejected)?);
    }
    Ok(ResourceSpans { resource, scope_spans, schema_url: group.schema_url.unwrap_or_default() })
}

fn read_scope(group: JsonScopeSpans<'_>, rejected: &mut Rejected) -> Result<ScopeSpans, String> {
    let scope = match group.scope {
        Some(scope) => Some(InstrumentationScope {
            name: scope.name.unwrap_or_default(),
            version: scope.version.unwrap_or_default(),
            attributes: attributes(scope.attributes)?,
            dropped_attributes_count: number(scope.dropped_attributes_count)?,
        }),
        None => None,
    };
    let spans = group.spans.unwrap_or_default().into_iter();
    let spans = spans.filter_map(|raw| read_one(raw.get(), rejected)).collect();
    Ok(ScopeSpans { scope, spans, schema_url: group.schema_url.unwrap_or_default() })
}

/// One span, the quick way or the lenient one.
pub(super) fn read_one(text: &str, rejected: &mut Rejected) -> Option<Span> {
    // A list would be read as the fields in order.
    let typed = || serde_json::from_str(text).map_err(|cause| cause.to_string()).and_then(read_span);
    match text.starts_with('{').then(typed) {
        Some(Ok(span)) => Some(span),
        _ => lenient::span(text, rejected),
    }
}

fn read_span(span: JsonSpan<'_>) -> Result<Span, String> {
    Ok(Span {
        trace_id: id(span.trace_id, 16)?,
        span_id: id(span.span_id, 8)?,
        parent_span_id: id(span.parent_span_id, 8)?,
        trace_state: span.trace_state.unwrap_or_default(),
        flags: number(span.flags)?,
        name: span.name.unwrap_or_default(),
        kind: enumeration(span.kind, scalars::KINDS)?,
        start_time_unix_nano: nanos(span.start_time_unix_nano)?,
        end_time_unix_nano: nanos(span.end_time_unix_nano)?,
        attributes: attributes(span.attributes)?,
        events: span.events.unwrap_or_default().into_iter().map(read_event).collect::<Result<_, _>>()?,
        links: span.links.unwrap_or_default().into_iter().map(read_link).collect::<Result<_, _>>()?,
        status: match span.status {
            Some(status) => Some(Status {
                message: status.message.unwrap_or_default(),
                code: enumeration(status.code, scalars::CODES)?,
            }),
            None => None,
        },
        dropped_attributes_count: number(span.dropped_attributes_count)?,
        dropped_events_count: number(span.dropped_events_count)?,
        dropped_links_count: number(span.dropped_links_count)?,
    })
}

fn read_event(event: JsonEvent<'_>) -> Result<Event, String> {
    Ok(Event {
        time_unix_nano: nanos(event.time_unix_nano)?,
        name: event.name.unwrap_or_default(),
        attributes: attributes(event.attributes)?,
        dropped_attributes_count: number(event.dropped_attributes_count)?,
    })
}

fn read_link(link: JsonLink<'_>) -> Result<Link, String> {
    Ok(Link {
        trace_id: id(link.trace_id, 16)?,
        span_id: id(link.span_id, 8)?,
        trace_state: link.trace_state.unwrap_or_default(),
        flags: number(link.flags)?,
        attributes: attributes(link.attributes)?,
        dropped_attributes_count: number(link.dropped_attributes_count)?,
    })
}

fn id(text: Option<Text<'_>>, length: usize) -> Result<Vec<u8>, String> {
    let Some(Text(text)) = text else { return Ok(Vec::new()) };
    scalars::id(&text, length).ok_or_else(odd)
}

/// The lenient way says what was odd.
fn odd() -> String {
    "odd".to_owned()
}

fn enumeration(value: Option<Scalar<'_>>, names: scalars::Names) -> Result<i32, String> {
    let Some(value) = value.filter(|value| value.0.get() != "null") else { return Ok(0) };
    scalars::enumeration(value.text(), names).ok_or_else(odd)
}

/// Flags, and counts of what was dropped.
fn number(value: Option<Scalar<'_>>) -> Result<u32, String> {
    let Some(value) = value.filter(|value| value.0.get() != "null") else { return Ok(0) };
    scalars::integer(value.text()).and_then(|number| u32::try_from(number).ok()).ok_or_else(odd)
}

fn nanos(value: Option<Scalar<'_>>) -> Result<u64, String> {
    let Some(value) = value.filter(|value| value.0.get() != "null") else { return Ok(0) };
    scalars::nanos(value.text()).ok_or_else(odd)
}

fn attributes(list: Option<AtMost<JsonKeyValue<'_>>>) -> Result<Vec<KeyValue>, String> {
    list.unwrap_or_default().into_iter().map(key_value).collect()
}

fn key_value(pair: JsonKeyValue<'_>) -> Result<KeyValue, String> {
    let value = pair.value.map(any_value).transpose()?;
    Ok(KeyValue { key: pair.key, value, ..KeyValue::default() })
}

fn any_value(value: JsonValue<'_>) -> Result<AnyValue, String> {
    let value = if let Some(text) = value.string {
        Some(Any::StringValue(text))
    } else if let Some(flag) = value.bool {
        Some(Any::BoolValue(flag))
    } else if let Some(number) = value.int {
        Some(Any::IntValue(scalars::integer(number.text()).ok_or_else(odd)?))
    } else if let Some(number) = value.double {
        Some(Any::DoubleValue(scalars::double(number.text()).ok_or_else(odd)?))
    } else if let Some(list) = value.array {
        let values = list.values.unwrap_or_default().into_iter().map(any_value).collect::<Result<_, _>>()?;
        Some(Any::ArrayValue(ArrayValue { values }))
    } else if let Some(list) = value.kvlist {
        Some(Any::KvlistValue(KeyValueList { values: attributes(list.values)? }))
    } else if let Some(Text(text)) = value.bytes {
        Some(Any::BytesValue(scalars::base64(&text).ok_or_else(odd)?))
    } else {
        // Nothing, or what only a later protocol has.
        return Err(odd());
    };
    Ok(AnyValue { value })
}
