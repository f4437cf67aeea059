//! What a client says about a file before it sends it, and how bodies refer to it. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::foundation::{Digest, Error, Result};
use trace_model::fields::{Fields, Reader};

/// Characters of an id: 132 bits of the digest.
const ID_CHARS: usize = 22;

/// The types taken, as Langfuse takes them.
const CONTENT_TYPES: &str = "image/png image/jpeg image/jpg image/webp image/gif image/svg+xml image/tiff image/bmp \
    image/avif image/heic audio/mpeg audio/mp3 audio/wav audio/ogg audio/oga audio/aac audio/mp4 audio/flac audio/opus \
    audio/webm video/mp4 video/webm video/ogg video/mpeg video/quicktime video/x-msvideo video/x-matroska text/plain \
    text/html text/css text/csv text/markdown text/x-python application/javascript text/x-typescript \
    application/x-yaml application/pdf application/msword application/vnd.ms-excel \
    application/vnd.openxmlformats-officedocument.spreadsheetml.sheet application/zip application/json \
    application/xml application/octet-stream \
    application/vnd.openxmlformats-officedocument.wordprocessingml.document \
    application/vnd.openxmlformats-officedocument.presentationml.presentation application/rtf application/x-ndjson \
    application/vnd.apache.parquet application/gzip application/x-tar application/x-7z-compressed";

/// The id under which clients and bodies know these bytes.
pub fn media_id(digest: Digest) -> String {
    URL_SAFE_NO_PAD.encode(digest.0).chars().take(ID_CHARS).collect()
}

/// Whether a text has the form of an id.
pub fn is_media_id(text: &str) -> bool {
    text.len() == ID_CHARS && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Whether a browser may show the type in place: nothing that can carry scripts.
pub fn is_shown_inline(content_type: &str) -> bool {
    let (kind, subtype) = content_type.split_once('/').unwrap_or_default();
    match kind {
        "image" => subtype != "svg+xml",
        "audio" | "video" => true,
        _ => content_type == "application/pdf",
    }
}

/// A file that a client is about to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// The trace that speaks of it.
    pub trace_id: String,
    /// The observation; empty for the trace itself.
    pub observation_id: String,
    /// `input`, `output` or `metadata`.
    pub field: String,
    /// One of the types taken.
    pub content_type: String,
    /// Bytes; at least 1.
    pub content_length: u64,
    /// SHA-256 of the bytes.
    pub digest: Digest,
}

impl Announced {
    /// Reads the body of `POST /api/public/media`; `max` is the largest file taken, in bytes.
    pub fn read(body: &[u8], max: u64) -> Result<Self> {
        let text = std::str::from_utf8(body).unwrap_or_default();
        let fields =
            Fields::read(text).ok_or_else(|| Error::invalid("", "the body must be a JSON object"))?;
        let mut reader = Reader::new(&fields, "");
        if fields.raw("datasetId").is_some() || fields.raw("datasetItemId").is_some() {
            reader.fault("datasetId", "there are no datasets here: name the traceId the media belongs to");
            return Err(Error::Invalid(reader.faults));
        }
        let trace_id = required(&mut reader, "traceId");
        let observation_id = reader.id("observationId").unwrap_or_default();
        let field = required(&mut reader, "field");
        if !field.is_empty() && !matches!(field.as_str(), "input" | "output" | "metadata") {
            reader.fault("field", "must be input, output or metadata");
        }
        let content_type = required(&mut reader, "contentType");
        if !content_type.is_empty() && !CONTENT_TYPES.split_whitespace().any(|known| known == content_type) {
            reader.fault("contentType", format!("{content_type:?} is not among the types taken here"));
        }
        let content_length = read_length(&mut reader, max);
        let digest = read_digest(&mut reader);
        match (digest, reader.faults.0.is_empty()) {
            (Some(digest), true) => {
                Ok(Self { trace_id, observation_id, field, content_type, content_length, digest })
            }
            _ => Err(Error::Invalid(reader.faults)),
        }
    }
}

/// An id-like text; empty where a fault was noted.
fn required(reader: &mut Reader<'_, '_>, name: &str) -> String {
    if reader.raw(name).is_none() {
        reader.fault(name, "is required");
    }
    reader.id(name).unwrap_or_default()
}

fn read_length(reader: &mut Reader<'_, '_>, max: u64) -> u64 {
    if reader.raw("contentLength").is_none() {
        reader.fault("contentLength", "is required");
    }
    let Some(length) = reader.integer("contentLength") else { return 0 };
    match u64::try_from(length) {
        Ok(length) if (1..=max).contains(&length) => length,
        _ => {
            reader.fault("contentLength", format!("must be a number of bytes from 1 to {max}"));
            0
        }
    }
}

fn read_digest(reader: &mut Reader<'_, '_>) -> Option<Digest> {
    let text = required(reader, "sha256Hash");
    let digest = parse_digest(&text);
    if digest.is_none() && !text.is_empty() {
        reader.fault("sha256Hash", "must be the SHA-256 of the bytes in base64 (44 characters)");
    }
    digest
}

/// Reads a SHA-256 in base64.
pub fn parse_digest(base64: &str) -> Option<Digest> {
    Digest::from_slice(&STANDARD.decode(base64.trim()).ok()?)
}

/// What a client says of its upload when it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientReport {
    /// The HTTP status it saw.
    pub status: i64,
    /// The error it saw, cut to 1000 characters.
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<i64>,
}

impl ClientReport {
    /// Reads the body of `PATCH /api/public/media/{id}`.
    pub fn read(body: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(body).unwrap_or_default();
        let fields =
            Fields::read(text).ok_or_else(|| Error::invalid("", "the body must be a JSON object"))?;
        let mut reader = Reader::new(&fields, "");
        for name in ["uploadedAt", "uploadHttpStatus"] {
            if reader.raw(name).is_none() {
                reader.fault(name, "is required");
            }
        }
        reader.own_time("uploadedAt");
        let status = reader.integer("uploadHttpStatus").unwrap_or_default();
        if !(100..=599).contains(&status) && reader.raw("uploadHttpStatus").is_some() {
            reader.fault("uploadHttpStatus", "must be an HTTP status from 100 to 599");
        }
        let error = reader.text("uploadHttpError").filter(|text| !text.is_empty());
        let error = error.map(|text| text.chars().filter(|c| *c != '\0').take(1000).collect());
        let took_ms = reader.integer("uploadTimeMs");
        reader.faults.into_result()?;
        Ok(Self { status, error, took_ms })
    }
}

/// A place in a body where bytes were before the client took them out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference<'a> {
    /// The type, as the body says.
    pub content_type: &'a str,
    pub id: &'a str,
    /// Where the client had it from: `base64_data_uri`, `bytes`, `file`.
    pub source: &'a str,
    /// The whole reference, as it stands in the text.
    pub text: &'a str,
}

/// The references in a text, in the order in which they stand there.
pub fn references(text: &str) -> Vec<Reference<'_>> {
    const START: &str = "@@@langfuseMedia:";
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(START) {
        let tail = rest.get(at..).unwrap_or_default();
        let inside = tail.get(START.len()..).unwrap_or_default();
        let end = inside.find("@@@");
        let reference = end.and_then(|end| {
            Some((read_reference(inside.get(..end)?, tail.get(..START.len() + end + 3)?)?, end))
        });
        let step = reference.as_ref().map_or(START.len(), |(_, end)| START.len() + end + 3);
        found.extend(reference.map(|(reference, _)| reference));
        rest = tail.get(step..).unwrap_or_default();
    }
    found
}

fn read_reference<'a>(inside: &'a str, text: &'a str) -> Option<Reference<'a>> {
    let part =
        |name: &str| inside.split('|').find_map(|part| part.split_once('=').filter(|(key, _)| *key == name));
    let (_, content_type) = part("type")?;
    let (_, id) = part("id")?;
    let source = part("source").map_or("", |(_, source)| source);
    is_media_id(id).then_some(Reference { content_type, id, source, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_what_clients_compute() {
        // base64url(sha256("")) begins with 47DEQpj8HBSa-_TImW-5JC.
        assert_eq!(media_id(Digest::of(b"")), "47DEQpj8HBSa-_TImW-5JC");
        assert!(is_media_id("47DEQpj8HBSa-_TImW-5JC"));
        assert!(!is_media_id("../../../../etc/passwd"));
    }

    #[test]
    fn references_are_found_wherever_they_stand() {
        let id = "47DEQpj8HBSa-_TImW-5JC";
        let one = format!("@@@langfuseMedia:type=image/png|id={id}|source=bytes@@@");
        let text = format!(
            "[{{\"a\":\"{one}\"}}, @@@langfuseMedia:broken @@@langfuseMedia:type=x|id=../..|source=@@@ {one}"
        );
        let found = references(&text);
        assert_eq!(found.len(), 2, "{found:?}");
        for reference in found {
            assert_eq!((reference.content_type, reference.id, reference.source), ("image/png", id, "bytes"));
            assert_eq!(reference.text, one);
        }
        assert!(references("@@@langfuseMedia:").is_empty());
        assert!(references("@@@langfuseMedia:type=a|id=b|source=c").is_empty());
    }

    #[test]
    fn what_cannot_be_taken_names_its_field() {
        let digest = STANDARD.encode(Digest::of(b"x").0);
        let body = |change: &str, value: serde_json::Value| {
            let mut body = serde_json::json!({"traceId": "t", "contentType": "image/png", "contentLength": 1,
                "sha256Hash": digest, "field": "input"});
            body[change] = value;
            Announced::read(body.to_string().as_bytes(), 100)
        };
        assert!(body("observationId", "o".into()).is_ok());
        for (field, value) in [
            ("traceId", serde_json::json!(null)),
            ("traceId", serde_json::json!(3)),
            ("traceId", serde_json::json!("x".repeat(801))),
            ("observationId", serde_json::json!("a\u{0}")),
            ("field", serde_json::json!("expectedOutput")),
            ("field", serde_json::json!(null)),
            ("contentType", serde_json::json!("application/x-msdownload")),
            ("contentType", serde_json::json!("image/png; charset=utf-8")),
            ("contentLength", serde_json::json!(0)),
            ("contentLength", serde_json::json!(-1)),
            ("contentLength", serde_json::json!(101)),
            ("contentLength", serde_json::json!(1.5)),
            ("sha256Hash", serde_json::json!("abc")),
            ("sha256Hash", serde_json::json!("x".repeat(44))),
            ("datasetId", serde_json::json!("d")),
        ] {
            let Err(Error::Invalid(faults)) = body(field, value.clone()) else { panic!("{field} {value}") };
            assert!(faults.get(field).is_some(), "{field} {value}: {faults}");
        }
    }
}
