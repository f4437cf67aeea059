//! Metrics and logs over OTLP: looked through and counted, so that what is not kept is answered with its number.

use prost::encoding::{WireType, encode_key, encode_varint};
use serde_json::json;

use super::lenient::{either, list, object_of};
use super::weigh::next;
use super::{Encoding, Rejected};
use foundation::{Error, Result};
use trace_model::json;

/// What comes over OTLP beside traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    Metrics,
    Logs,
}

/// The fields that lead to what is counted, from the outside: numbers in protobuf, names in JSON.
type Way = &'static [(&'static [u32], &'static [(&'static str, &'static str)])];

const METRICS: Way = &[
    (&[1], &[("resourceMetrics", "resource_metrics")]),
    (&[2], &[("scopeMetrics", "scope_metrics")]),
    (&[2], &[("metrics", "metrics")]),
    (
        &[5, 7, 9, 10, 11],
        &[
            ("gauge", "gauge"),
            ("sum", "sum"),
            ("histogram", "histogram"),
            ("exponentialHistogram", "exponential_histogram"),
            ("summary", "summary"),
        ],
    ),
    (&[1], &[("dataPoints", "data_points")]),
];
const LOGS: Way = &[
    (&[1], &[("resourceLogs", "resource_logs")]),
    (&[2], &[("scopeLogs", "scope_logs")]),
    (&[2], &[("logRecords", "log_records")]),
];

impl Signal {
    /// The word in addresses and counters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Metrics => "metrics",
            Self::Logs => "logs",
        }
    }

    fn way(self) -> Way {
        match self {
            Self::Metrics => METRICS,
            Self::Logs => LOGS,
        }
    }

    /// What is counted, and what the protocol calls the number of those that were refused.
    fn counted(self) -> (&'static str, &'static str) {
        match self {
            Self::Metrics => ("data points", "rejectedDataPoints"),
            Self::Logs => ("log records", "rejectedLogRecords"),
        }
    }
}

/// How many data points or log records an unpacked export holds; refused when it is none.
pub fn count(body: &[u8], encoding: Encoding, signal: Signal) -> Result<i64> {
    let counted = match encoding {
        Encoding::Protobuf => in_protobuf(body, signal.way()),
        Encoding::Json => in_text(&json::text_of(body), signal.way()),
    };
    counted
        .ok_or_else(|| Error::invalid("", format!("the body is not an OTLP export of {}", signal.as_str())))
}

fn in_protobuf(message: &[u8], way: Way) -> Option<i64> {
    let Some(((numbers, _), inside)) = way.split_first() else { return Some(1) };
    let (mut rest, mut counted) = (message, 0_i64);
    while !rest.is_empty() {
        let (number, content, after) = next(rest)?;
        rest = after;
        if numbers.contains(&number) {
            counted = counted.saturating_add(in_protobuf(content, inside)?);
        }
    }
    Some(counted)
}

fn in_text(text: &str, way: Way) -> Option<i64> {
    if text.trim().is_empty() {
        return Some(0);
    }
    match serde_json::from_str::<&serde_json::value::RawValue>(text) {
        Ok(raw) => in_json(raw.get(), way),
        Err(_) => in_json(
            serde_json::from_str::<&serde_json::value::RawValue>(&json::mended(text)?).ok()?.get(),
            way,
        ),
    }
}

fn in_json(object: &str, way: Way) -> Option<i64> {
    let Some(((_, names), inside)) = way.split_first() else { return Some(1) };
    let fields = object_of(object)?;
    let mut counted = 0_i64;
    for (name, other) in *names {
        let Some(raw) = either(&fields, name, other) else { continue };
        // What kind of metric it is says an object, all else a list.
        let inner = if raw.starts_with('{') {
            vec![raw]
        } else {
            list(Some(raw), name, &mut Rejected::default()).ok()?
        };
        for raw in inner {
            counted = counted.saturating_add(in_json(raw, inside).unwrap_or_default());
        }
    }
    Some(counted)
}

/// The body of a 200 that says how much of an export was not kept, and why: empty when there was nothing in it.
pub fn answer_not_kept(count: i64, signal: Signal, encoding: Encoding) -> Vec<u8> {
    let (what, name) = signal.counted();
    let message = format!(
        "{count} {what} were not kept: only traces are kept here; send {} elsewhere",
        signal.as_str()
    );
    match encoding {
        Encoding::Json if count == 0 => br#"{"partialSuccess":{}}"#.to_vec(),
        // 64-bit integers are strings in OTLP JSON.
        Encoding::Json => json!({ "partialSuccess": { name: count.to_string(), "errorMessage": message } })
            .to_string()
            .into_bytes(),
        Encoding::Protobuf if count == 0 => Vec::new(),
        Encoding::Protobuf => {
            let mut partial = Vec::new();
            encode_key(1, WireType::Varint, &mut partial);
            encode_varint(count.unsigned_abs(), &mut partial);
            put(2, message.as_bytes(), &mut partial);
            let mut body = Vec::new();
            put(1, &partial, &mut body);
            body
        }
    }
}

fn put(number: u32, content: &[u8], out: &mut Vec<u8>) {
    encode_key(number, WireType::LengthDelimited, out);
    encode_varint(content.len() as u64, out);
    out.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
    use prost::Message as _;

    use super::*;

    fn message(parts: &[(u32, &[u8])]) -> Vec<u8> {
        let mut out = Vec::new();
        parts.iter().for_each(|(number, content)| put(*number, content, &mut out));
        out
    }

    /// An export of metrics: three points of a gauge, two of a summary, and what is no metric.
    fn metrics() -> Vec<u8> {
        let point: (u32, &[u8]) = (1, b"");
        let gauge = message(&[(1, b"name"), (5, &message(&[point, point, point]))]);
        let summary = message(&[(11, &message(&[point, point])), (99, b"x")]);
        let scope = message(&[(1, b""), (2, &gauge), (2, &summary)]);
        message(&[(1, &message(&[(1, b""), (2, &scope)]))])
    }

    #[test]
    fn points_and_records_are_counted_in_both_encodings() {
        let json_metrics = br#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"a","gauge":{"dataPoints":[{},{}]}},
            {"sum":{"data_points":[{}]}},{"histogram":null},{"exponentialHistogram":{"dataPoints":null}}]}]}]}"#;
        let json_logs =
            br#"{"resource_logs":[{"scopeLogs":[{"logRecords":[{"body":NaN},{}]}]},{"scopeLogs":[]}]}"#;
        let logs = message(&[(1, &message(&[(2, &message(&[(2, b""), (2, b"")]))]))]);
        for (body, encoding, signal, wanted) in [
            (metrics().as_slice(), Encoding::Protobuf, Signal::Metrics, 5),
            (json_metrics, Encoding::Json, Signal::Metrics, 3),
            (json_logs, Encoding::Json, Signal::Logs, 2),
            (logs.as_slice(), Encoding::Protobuf, Signal::Logs, 2),
            (b"", Encoding::Protobuf, Signal::Metrics, 0),
            (b"{}", Encoding::Json, Signal::Logs, 0),
            (b"", Encoding::Json, Signal::Logs, 0),
        ] {
            assert_eq!(count(body, encoding, signal).unwrap(), wanted, "{signal:?} {encoding:?}");
        }
        for (body, encoding) in
            [(&b"\xff\xff"[..], Encoding::Protobuf), (b"[]", Encoding::Json), (b"{", Encoding::Json)]
        {
            assert!(count(body, encoding, Signal::Metrics).is_err());
        }
    }

    #[test]
    fn the_answer_says_how_many_were_not_kept() {
        let body = answer_not_kept(5, Signal::Metrics, Encoding::Protobuf);
        let partial = ExportTraceServiceResponse::decode(body.as_slice()).unwrap().partial_success.unwrap();
        assert_eq!(partial.rejected_spans, 5);
        assert!(partial.error_message.contains("5 data points were not kept"));
        let body: serde_json::Value =
            serde_json::from_slice(&answer_not_kept(2, Signal::Logs, Encoding::Json)).unwrap();
        assert_eq!(body["partialSuccess"]["rejectedLogRecords"], "2");
        assert!(answer_not_kept(0, Signal::Metrics, Encoding::Protobuf).is_empty());
        assert_eq!(answer_not_kept(0, Signal::Logs, Encoding::Json), br#"{"partialSuccess":{}}"#);
    }
}
