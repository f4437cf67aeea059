//! OTLP/HTTP trace export, in protobuf and JSON.
//!
//! Follows the OpenTelemetry protocol 1.x: a readable body is answered 200, and spans that cannot be
//! taken are counted in `partial_success` with the reason of the first ones.

mod again;
mod attributes;
mod evaluations;
mod json;
mod lenient;
mod mend;
mod record;
mod response;
mod scalars;
mod signals;
mod spans;
mod weigh;

pub use again::is_same_span;
pub use response::answer;
pub use signals::{Signal, answer_not_kept, count};
pub use spans::reread;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use foundation::{Error, Result};
use masking::Finding;
use masking::Masker;
use trace_model::Received;
use trace_model::fields::Fields;

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
            "application/x-protobuf"
            | "application/protobuf"
            | "application/vnd.google.protobuf"
            | "application/x-google-protobuf" => Ok(Self::Protobuf),
            "application/json" => Ok(Self::Json),
            _ => Err(Error::invalid(
                "Content-Type",
                format!("{content_type:?} is not taken: send application/x-protobuf or application/json"),
            )),
        }
    }

    /// Reads a `Content-Type`, or looks at the body where it says nothing of use: an object is JSON, what begins like an
    /// export in protobuf is one, and so is what came without a type at all.
    pub fn of_body(content_type: &str, body: &[u8]) -> Result<Self> {
        Self::of_content_type(content_type).or_else(|fault| {
            let sent = body;
            let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
            match body.first() {
                Some(b'{') => Ok(Self::Json),
                _ if is_like_protobuf(sent) => Ok(Self::Protobuf),
                _ if content_type.trim().is_empty() => Ok(Self::Protobuf),
                _ => Err(fault),
            }
        })
    }

    /// The `Content-Type` of the answer.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }
}

/// Whether a body is one or several fields of number 1, as exports of all signals are.
fn is_like_protobuf(body: &[u8]) -> bool {
    let mut rest = body;
    while let Some((1, _, after)) = weigh::next(rest) {
        rest = after;
        if rest.is_empty() {
            return true;
        }
    }
    false
}

/// What becomes of an export.
#[derive(Debug, Default)]
pub struct Export {
    pub received: Vec<Received>,
    pub rejected: Rejected,
    /// What was masked.
    pub found: Vec<Finding>,
}

/// Spans that were refused, with the first reasons, and what was left out of spans that were taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejected {
    pub count: i64,
    /// Why, the first few.
    pub reasons: Vec<String>,
    /// How often something was left out of what was taken.
    pub left_out: i64,
    /// What, the first few.
    pub notes: Vec<String>,
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

    /// Notes what was left out of something that is taken.
    pub fn note(&mut self, what: impl Into<String>) {
        self.left_out += 1;
        if self.notes.len() < Self::KEPT {
            self.notes.push(what.into());
        }
    }

    /// Notes an export that has something and no spans: of another signal, or with a name misspelt.
    fn note_foreign(&mut self, export: &Fields<'_>) {
        let names: Vec<&str> = export.iter().map(|(name, _)| name).take(Self::KEPT).collect();
        if !names.is_empty() && !export.has("resourceSpans") && !export.has("resource_spans") {
            self.note(format!("no resourceSpans in it, only {}: nothing was kept", names.join(", ")));
        }
    }

    /// Whether all was taken as it came.
    pub fn is_nothing(&self) -> bool {
        self.count == 0 && self.left_out == 0
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
            decode(body, &mut rejected)?
        }
        Encoding::Json => json::read(body, &mut rejected)?,
    };
    let found = masker.export(&mut request);
    let mut export = Export { received: Vec::new(), rejected, found };
    spans::read(request, now_ns, &mut export);
    Ok(export)
}

/// One odd value makes the decoder refuse all: then it is mended, and all is decoded again.
fn decode(body: &[u8], rejected: &mut Rejected) -> Result<ExportTraceServiceRequest> {
    let fault = match ExportTraceServiceRequest::decode(body) {
        Ok(request) if request.resource_spans.iter().any(|spans| spans.scope_spans.is_empty()) => {
            // They may stand where exporters had them before 2022.
            let mended = mend::mended(body, rejected);
            let again = mended.and_then(|body| ExportTraceServiceRequest::decode(body.as_slice()).ok());
            return Ok(again.unwrap_or(request));
        }
        Ok(request) => return Ok(request),
        Err(cause) => Error::invalid("", format!("the body is not an OTLP trace export: {cause}")),
    };
    let mended = mend::mended(body, rejected).ok_or_else(|| Error::invalid("", fault.to_string()))?;
    ExportTraceServiceRequest::decode(mended.as_slice()).map_err(|_| fault)
}

#[cfg(test)]
mod kept_test;
#[cfg(test)]
mod odd_values_test;
#[cfg(test)]
mod tests;
