//! OTLP/HTTP trace export, in protobuf and JSON.
//!
//! Follows the OpenTelemetry protocol 1.x: a readable body is answered 200, and spans that cannot be
//! taken are counted in `partial_success` with the reason of the first ones.

mod json;
mod record;
mod response;
mod spans;
mod weigh;

pub use response::answer;
pub use spans::reread;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use foundation::{Error, Result};
use masking::Finding;
use masking::Masker;
use trace_model::Received;

/// How an export is written; the answer comes back the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `application/x-protobuf`
    Protobuf,
    /// `application/json`
    Json,
}

impl Encoding {
    /// Reads a `Content-Type`; parameters such as a charset are ignored.
    pub fn of_content_type(content_type: &str) -> Result<Self> {
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/x-protobuf" | "application/protobuf" => Ok(Self::Protobuf),
            "application/json" => Ok(Self::Json),
            _ => Err(Error::invalid(
                "Content-Type",
                format!("{content_type:?} is not taken: send application/x-protobuf or application/json"),
            )),
        }
    }

    /// The `Content-Type` of the answer.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }
}

/// What becomes of an export.
#[derive(Debug, Default)]
pub struct Export {
    pub received: Vec<Received>,
    pub rejected: Rejected,
    /// What was masked.
    pub found: Vec<Finding>,
}

/// Spans that were refused, with the first reasons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejected {
    pub count: i64,
    /// Why, the first few.
    pub reasons: Vec<String>,
}

impl Rejected {
    /// Reasons kept; the rest is only counted.
    const KEPT: usize = 5;

    /// Counts one more.
    pub fn add(&mut self, reason: impl Into<String>) {
        self.count += 1;
        if self.reasons.len() < Self::KEPT {
            self.reasons.push(reason.into());
        }
    }
}

/// Reads an unpacked export body, masking nothing. `now_ns` is the time of spans that carry none.
pub fn read_export(body: &[u8], encoding: Encoding, now_ns: i64) -> Result<Export> {
    read_masked(body, encoding, now_ns, &Masker::default())
}

/// [`read_export`] with masking.
pub fn read_masked(body: &[u8], encoding: Encoding, now_ns: i64, masker: &Masker) -> Result<Export> {
    let mut rejected = Rejected::default();
    let mut request = match encoding {
        Encoding::Protobuf => {
            weigh::check(body)?;
            ExportTraceServiceRequest::decode(body).map_err(|cause| {
                Error::invalid("", format!("the body is not an OTLP trace export: {cause}"))
            })?
        }
        Encoding::Json => json::read(body, &mut rejected)?,
    };
    let found = masker.export(&mut request);
    let mut export = Export { received: Vec::new(), rejected, found };
    spans::read(request, now_ns, &mut export);
    Ok(export)
}

#[cfg(test)]
mod tests;
