//! JSON lists of any length: written batch by batch, never held whole.
//!
//! The first batch is read before the answer begins, so that most faults still become an error answer, and a list of one
//! batch is answered whole.

use std::collections::VecDeque;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream;
use serde::Serialize;

use crate::foundation::Result;

/// Items as JSON text, joined by commas.
pub fn joined<T: Serialize>(items: &[T]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    for item in items {
        if !out.is_empty() {
            out.push(b',');
        }
        serde_json::to_writer(&mut out, item)?;
    }
    Ok(out)
}

/// A JSON object without its closing brace, for members to follow.
pub fn opened<T: Serialize>(object: &T) -> Result<String> {
    let mut text = serde_json::to_string(object)?;
    text.pop();
    Ok(text)
}

/// Answers `head`, the batches' items separated by commas, and `tail`. `load` gives a batch by [`joined`].
pub async fn answer<R, F, G>(
    head: String,
    mut batches: VecDeque<Vec<R>>,
    tail: String,
    load: F,
) -> Result<HttpResponse>
where
    R: 'static,
    F: Fn(Vec<R>) -> G + 'static,
    G: Future<Output = Result<Vec<u8>>>,
{
    let mut start = head.into_bytes();
    if let Some(first) = batches.pop_front() {
        start.extend(load(first).await?);
    }
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, "application/json"));
    if batches.is_empty() {
        start.extend_from_slice(tail.as_bytes());
        return Ok(response.body(start));
    }
    let rest = stream::unfold((batches, load), |(mut batches, load)| async move {
        let batch = batches.pop_front()?;
        let items = load(batch).await.map(|items| {
            let mut text = vec![b','];
            text.extend(items);
            Bytes::from(text)
        });
        Some((items, (batches, load)))
    });
    let parts = stream::once(async move { Ok(Bytes::from(start)) })
        .chain(rest)
        .chain(stream::once(async move { Ok(Bytes::from(tail)) }));
    // The answer has begun: all that is left is to break it off, which the client sees.
    Ok(response.streaming(parts.map(|part| part.inspect_err(log))))
}

fn log(cause: &crate::foundation::Error) {
    tracing::error!(%cause, "a list broke off while it was being sent");
}
