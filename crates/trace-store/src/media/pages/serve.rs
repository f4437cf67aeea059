//! A file as an HTTP answer: whole, in part, or "you have it".

use actix_web::body::SizedStream;
use actix_web::http::Method;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ETAG, HeaderName, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use futures_util::StreamExt as _;

use crate::foundation::{Digest, Error, Result};
use crate::media::blobs;
use crate::media::model::is_shown_inline;
use crate::media::range::{ByteRange, Conditions};
use crate::media::reads::MediaRow;
use crate::state::App;

/// A stored file on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// Where its bytes lie.
    pub blob: String,
    /// Bytes.
    pub length: u64,
    pub digest: Digest,
    pub content_type: String,
    /// `Content-Disposition`.
    pub disposition: String,
}

/// A medium as an answer to a GET or HEAD.
pub async fn serve(app: &App, request: &HttpRequest, row: &MediaRow) -> Result<HttpResponse> {
    let place = if is_shown_inline(&row.content_type) { "inline" } else { "attachment" };
    let served = Served {
        blob: row.blob.clone(),
        length: u64::try_from(row.content_length).map_err(Error::internal)?,
        digest: row.digest()?,
        content_type: row.content_type.clone(),
        disposition: format!("{place}; filename=\"{}\"", file_name(row)),
    };
    serve_file(app, request, &served).await
}

/// The bytes as an answer to a GET or HEAD. They are a stranger's: nothing in them may run as a page of ours.
pub async fn serve_file(app: &App, request: &HttpRequest, row: &Served) -> Result<HttpResponse> {
    let (length, digest) = (row.length, row.digest);
    let tag = format!("\"{}\"", digest.to_hex());
    let mut response = HttpResponse::Ok();
    response
        .insert_header((ETAG, tag.as_str()))
        // The id names the bytes, so they never change; who may see them does, so each time is asked for.
        .insert_header((CACHE_CONTROL, "private, no-cache"));
    match conditions(request).byte_range(&tag, length) {
        ByteRange::Nothing => Ok(response.status(StatusCode::NOT_MODIFIED).finish()),
        ByteRange::Beyond => {
            response.insert_header((CONTENT_RANGE, format!("bytes */{length}")));
            Ok(response.status(StatusCode::RANGE_NOT_SATISFIABLE).finish())
        }
        ByteRange::Part(part) => {
            let range = format!("bytes {}-{}/{length}", part.start, part.end - 1);
            response.status(StatusCode::PARTIAL_CONTENT).insert_header((CONTENT_RANGE, range));
            let size = part.end - part.start;
            Ok(with_bytes(&mut response, row, size, blobs::fetch_part(app, &row.blob, part).await?))
        }
        ByteRange::Whole => {
            Ok(with_bytes(&mut response, row, length, blobs::fetch(app, &row.blob, length, digest).await?))
        }
    }
}

fn conditions(request: &HttpRequest) -> Conditions<'_> {
    let text = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    Conditions {
        none_match: text(IF_NONE_MATCH),
        if_range: text(IF_RANGE),
        range: text(RANGE).filter(|_| request.method() == Method::GET),
    }
}

fn with_bytes(
    response: &mut HttpResponseBuilder,
    row: &Served,
    size: u64,
    bytes: blobs::Fetched,
) -> HttpResponse {
    let bytes =
        bytes.map(|chunk| chunk.map(Bytes::from).map_err(|cause| std::io::Error::other(cause.to_string())));
    response
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((CONTENT_TYPE, row.content_type.as_str()))
        .insert_header((CONTENT_DISPOSITION, row.disposition.as_str()))
        .insert_header((CONTENT_SECURITY_POLICY, policy(&row.content_type)))
        .insert_header(("X-Content-Type-Options", "nosniff"));
    response.body(SizedStream::new(size, bytes))
}

/// Browsers refuse to show a PDF in a sandbox; their viewers run nothing of it with our origin.
fn policy(content_type: &str) -> &'static str {
    if content_type == "application/pdf" {
        "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
    } else {
        "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; frame-ancestors 'none'; sandbox"
    }
}

fn file_name(row: &MediaRow) -> String {
    let subtype = row.content_type.split_once('/').map_or("", |(_, subtype)| subtype);
    let extension = match subtype {
        "jpeg" => "jpg",
        "svg+xml" => "svg",
        "mpeg" if row.content_type.starts_with("audio") => "mp3",
        "plain" => "txt",
        short if short.len() <= 5 && short.bytes().all(|b| b.is_ascii_alphanumeric()) => short,
        _ => "bin",
    };
    format!("{}.{extension}", row.media_id)
}
