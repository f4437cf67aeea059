//! The answer to an export, in the encoding of the request.

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceResponse,
};
use prost::Message;
use serde_json::json;

use super::{Encoding, Rejected};

/// The body of a 200: empty when every span was taken, as the protocol wants it.
pub fn answer(rejected: &Rejected, encoding: Encoding) -> Vec<u8> {
    let message = message(rejected);
    match encoding {
        Encoding::Protobuf => {
            let partial_success = (rejected.count > 0).then_some(ExportTracePartialSuccess {
                rejected_spans: rejected.count,
                error_message: message,
            });
            ExportTraceServiceResponse { partial_success }.encode_to_vec()
        }
        Encoding::Json if rejected.count == 0 => br#"{"partialSuccess":{}}"#.to_vec(),
        // 64-bit integers are strings in OTLP JSON.
        Encoding::Json => json!({
            "partialSuccess": { "rejectedSpans": rejected.count.to_string(), "errorMessage": message }
        })
        .to_string()
        .into_bytes(),
    }
}

fn message(rejected: &Rejected) -> String {
    let reasons = rejected.reasons.join("; ");
    let untold = usize::try_from(rejected.count).unwrap_or_default().saturating_sub(rejected.reasons.len());
    if untold > 0 { format!("{reasons}; and {untold} more") } else { reasons }
}
