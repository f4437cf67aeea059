//! OTLP JSON: hex ids, 64-bit numbers as strings or numbers, enum values as numbers or names.
//!
//! Unknown fields are ignored. Each span is read by itself, so a bad one spoils no other.

use std::borrow::Cow;

use base64::Engine as _;
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

use super::Rejected;
use crate::bounded::{AtMost, MOST, too_many};
use foundation::{Error, Result};
use trace_model::decimal;
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
    #[serde(borrow, default, rename = "scopeSpans", alias = "scope_spans")]
    scope_spans: Option<AtMost<JsonScopeSpans<'a>>>,
}

impl JsonResourceSpans<'_> {
    fn spans(&self) -> usize {
        let scopes = self.scope_spans.iter().flat_map(|scopes| &scopes.0);
        scopes.filter_map(|scope| scope.spans.as_ref()).map(|spans| spans.0.len()).sum()
    }
}

#[derive(Deserialize)]
struct JsonResource<'a> {
    #[serde(borrow, default)]
    attributes: Option<AtMost<JsonKeyValue<'a>>>,
}

#[derive(Deserialize)]
struct JsonScopeSpans<'a> {
    #[serde(borrow, default)]
    scope: Option<JsonScope<'a>>,
    #[serde(borrow, default)]
    spans: Option<AtMost<&'a RawValue>>,
}

#[derive(Deserialize)]
struct JsonScope<'a> {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(borrow, default)]
    attributes: Option<AtMost<JsonKeyValue<'a>>>,
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
    #[serde(default)]
    flags: Option<u32>,
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
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonLink<'a> {
    #[serde(borrow, default, alias = "trace_id")]
    trace_id: Option<Text<'a>>,
    #[serde(borrow, default, alias = "span_id")]
    span_id: Option<Text<'a>>,
    #[serde(borrow, default)]
    attributes: Option<AtMost<JsonKeyValue<'a>>>,
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

/// How older JavaScript exporters write 64 bits.
#[derive(Deserialize)]
struct Halves {
    high: u32,
    low: u32,
}

impl Halves {
    fn whole(self) -> u64 {
        u64::from(self.high) << 32 | u64::from(self.low)
    }
}

/// Reads a JSON export; spans that cannot be read are counted in `rejected`.
pub fn read(body: &[u8], rejected: &mut Rejected) -> Result<ExportTraceServiceRequest> {
    let bad = |cause: &dyn std::fmt::Display| {
        Error::invalid("", format!("the body is not an OTLP trace export in JSON: {cause}"))
    };
    let text = std::str::from_utf8(body).map_err(|cause| bad(&cause))?;
    // Without this a list would be read as the fields of the message in order.
    if !text.trim_start().starts_with('{') {
        return Err(bad(&"it must be an object"));
    }
    let export: JsonExport<'_> = serde_json::from_str(text).map_err(|cause| bad(&cause))?;
    let groups = export.resource_spans.unwrap_or_default();
    if groups.0.iter().map(JsonResourceSpans::spans).sum::<usize>() > MOST {
        return Err(too_many("spans"));
    }
    let mut resource_spans = Vec::new();
    for group in groups {
        resource_spans.push(read_resource(group, rejected).map_err(|cause| bad(&cause))?);
    }
    Ok(ExportTraceServiceRequest { resource_spans })
}

fn read_resource(group: JsonResourceSpans<'_>, rejected: &mut Rejected) -> Result<ResourceSpans, String> {
    let resource = match group.resource {
        Some(resource) => {
            Some(Resource { attributes: attributes(resource.attributes)?, ..Resource::default() })
        }
        None => None,
    };
    let mut scope_spans = Vec::new();
    for group in group.scope_spans.unwrap_or_default() {
        scope_spans.push(read_scope(group, rejected)?);
    }
    Ok(ResourceSpans { resource, scope_spans, ..ResourceSpans::default() })
}

fn read_scope(group: JsonScopeSpans<'_>, rejected: &mut Rejected) -> Result<ScopeSpans, String> {
    let scope = match group.scope {
        Some(scope) => Some(InstrumentationScope {
            name: scope.name.unwrap_or_default(),
            version: scope.version.unwrap_or_default(),
            attributes: attributes(scope.attributes)?,
            ..InstrumentationScope::default()
        }),
        None => None,
    };
    let mut spans = Vec::new();
    for raw in group.spans.unwrap_or_default() {
        match parse_span(raw.get()) {
            Ok(span) => spans.push(span),
            Err(reason) => rejected.add(format!("a span cannot be read: {reason}")),
        }
    }
    Ok(ScopeSpans { scope, spans, ..ScopeSpans::default() })
}

/// Half of a surrogate pair somewhere in it is no reason to refuse a span.
fn parse_span(text: &str) -> Result<Span, String> {
    let reason = |cause: serde_json::Error| cause.to_string();
    match serde_json::from_str(text) {
        Ok(span) => read_span(span),
        Err(cause) => match json::mended(text) {
            Some(text) => serde_json::from_str(&text).map_err(reason).and_then(read_span),
            None => Err(reason(cause)),
        },
    }
}

fn read_span(span: JsonSpan<'_>) -> Result<Span, String> {
    Ok(Span {
        trace_id: hex_id(span.trace_id, "traceId")?,
        span_id: hex_id(span.span_id, "spanId")?,
        parent_span_id: hex_id(span.parent_span_id, "parentSpanId")?,
        trace_state: span.trace_state.unwrap_or_default(),
        flags: span.flags.unwrap_or_default(),
        name: span.name.unwrap_or_default(),
        kind: enumeration(span.kind, &KINDS, "kind")?,
        start_time_unix_nano: nanos(span.start_time_unix_nano, "startTimeUnixNano")?,
        end_time_unix_nano: nanos(span.end_time_unix_nano, "endTimeUnixNano")?,
        attributes: attributes(span.attributes)?,
        events: span.events.unwrap_or_default().into_iter().map(read_event).collect::<Result<_, _>>()?,
        links: span.links.unwrap_or_default().into_iter().map(read_link).collect::<Result<_, _>>()?,
        status: match span.status {
            Some(status) => Some(Status {
                message: status.message.unwrap_or_default(),
                code: enumeration(status.code, &CODES, "status.code")?,
            }),
            None => None,
        },
        ..Span::default()
    })
}

fn read_event(event: JsonEvent<'_>) -> Result<Event, String> {
    Ok(Event {
        time_unix_nano: nanos(event.time_unix_nano, "events.timeUnixNano")?,
        name: event.name.unwrap_or_default(),
        attributes: attributes(event.attributes)?,
        ..Event::default()
    })
}

fn read_link(link: JsonLink<'_>) -> Result<Link, String> {
    Ok(Link {
        trace_id: hex_id(link.trace_id, "links.traceId")?,
        span_id: hex_id(link.span_id, "links.spanId")?,
        attributes: attributes(link.attributes)?,
        ..Link::default()
    })
}

const KINDS: [&str; 6] = [
    "SPAN_KIND_UNSPECIFIED",
    "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER",
    "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER",
    "SPAN_KIND_CONSUMER",
];
const CODES: [&str; 3] = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

fn hex_id(text: Option<Text<'_>>, name: &str) -> Result<Vec<u8>, String> {
    let Some(Text(text)) = text else { return Ok(Vec::new()) };
    hex::decode(text.as_ref()).map_err(|_| format!("{name} must be hex digits"))
}

fn enumeration(value: Option<Scalar<'_>>, names: &[&str], field: &str) -> Result<i32, String> {
    let Some(value) = value.filter(|value| value.0.get() != "null") else { return Ok(0) };
    let text = value.text();
    let by_name = names.iter().position(|name| *name == text).and_then(|place| i32::try_from(place).ok());
    by_name
        .or_else(|| text.parse().ok())
        .ok_or_else(|| format!("{field}: {text:?} is neither a number nor a known name"))
}

fn nanos(value: Option<Scalar<'_>>, field: &str) -> Result<u64, String> {
    let Some(value) = value.filter(|value| value.0.get() != "null") else { return Ok(0) };
    let text = value.text();
    let halves = || serde_json::from_str::<Halves>(text).ok().map(Halves::whole);
    let number = text.parse().ok().or_else(|| u64::try_from(decimal::whole(text)?).ok()).or_else(halves);
    number.ok_or_else(|| format!("{field}: {text:?} is not a time in nanoseconds"))
}

fn attributes(list: Option<AtMost<JsonKeyValue<'_>>>) -> Result<Vec<KeyValue>, String> {
    list.unwrap_or_default().into_iter().map(key_value).collect()
}

fn key_value(pair: JsonKeyValue<'_>) -> Result<KeyValue, String> {
    let value = pair.value.map(|value| any_value(value, &pair.key)).transpose()?;
    Ok(KeyValue { key: pair.key, value, ..KeyValue::default() })
}

fn any_value(value: JsonValue<'_>, key: &str) -> Result<AnyValue, String> {
    let wrong = |what: &str| format!("attribute {key:?}: {what}");
    let value = if let Some(text) = value.string {
        Some(Any::StringValue(text))
    } else if let Some(flag) = value.bool {
        Some(Any::BoolValue(flag))
    } else if let Some(number) = value.int {
        let number = decimal::whole(number.text()).ok_or_else(|| wrong("intValue must be a whole number"))?;
        Some(Any::IntValue(number))
    } else if let Some(number) = value.double {
        let number = number.text().parse().map_err(|_| wrong("doubleValue must be a number"))?;
        Some(Any::DoubleValue(number))
    } else if let Some(list) = value.array {
        let values = list.values.unwrap_or_default();
        let values = values.into_iter().map(|value| any_value(value, key)).collect::<Result<_, _>>()?;
        Some(Any::ArrayValue(ArrayValue { values }))
    } else if let Some(list) = value.kvlist {
        Some(Any::KvlistValue(KeyValueList { values: attributes(list.values)? }))
    } else if let Some(Text(text)) = value.bytes {
        let bytes = base64::engine::general_purpose::STANDARD.decode(text.as_ref());
        Some(Any::BytesValue(bytes.map_err(|_| wrong("bytesValue must be base64"))?))
    } else {
        None
    };
    Ok(AnyValue { value })
}
