//! The answer to an export, in the encoding of the request.

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceResponse,
};
use prost::Message;
use serde_json::json;

use super::{Encoding, Rejected};

/// The body of a 200: empty when every span was taken as it came, as the protocol wants it. What was left out of spans that
/// were taken is a warning: a message beside no refused span.
pub fn answer(rejected: &Rejected, encoding: Encoding) -> Vec<u8> {
    let message = message(rejected);
    match encoding {
        Encoding::Protobuf => {
            let partial_success = (!rejected.is_nothing()).then_some(ExportTracePartialSuccess {
                rejected_spans: rejected.count,
                error_message: message,
            });
            ExportTraceServiceResponse { partial_success }.encode_to_vec()
        }
        Encoding::Json if rejected.is_nothing() => br#"{"partialSuccess":{}}"#.to_vec(),
        // 64-bit integers are strings in OTLP JSON.
        Encoding::Json => json!({
            "partialSuccess": { "rejectedSpans": rejected.count.to_string(), "errorMessage": message }
        })
        .to_string()
        .into_bytes(),
    }
}

fn message(rejected: &Rejected) -> String {
    let refused = told(&rejected.reasons, rejected.count);
    let left_out = told(&rejected.notes, rejected.left_out);
    [refused, left_out].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

fn told(first: &[String], count: i64) -> String {
    let reasons = first.join("; ");
    let untold = usize::try_from(count).unwrap_or_default().saturating_sub(first.len());
    if untold > 0 { format!("{reasons}; and {untold} more") } else { reasons }
}
