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
    batches: VecDeque<Vec<R>>,
    tail: String,
    load: F,
) -> Result<HttpResponse>
where
    R: 'static,
    F: Fn(Vec<R>) -> G + 'static,
    G: Future<Output = Result<Vec<u8>>> + 'static,
{
    walk(head, tail, batches, move |mut batches| {
        let items = batches.pop_front().map(&load);
        async move {
            let items = match items {
                Some(items) => items.await?,
                None => Vec::new(),
            };
            Ok((items, (!batches.is_empty()).then_some(batches)))
        }
    })
    .await
}

/// The same for lists that are found while they are sent: `load` gives the items at a place and the next place.
pub async fn walk<P, F, G>(head: String, tail: String, start: P, load: F) -> Result<HttpResponse>
where
    P: 'static,
    F: Fn(P) -> G + 'static,
    G: Future<Output = Result<(Vec<u8>, Option<P>)>> + 'static,
{
    let mut text = head.into_bytes();
    let (items, next) = load(start).await?;
    let is_begun = !items.is_empty();
    text.extend(items);
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, "application/json"));
    let Some(next) = next else {
        text.extend_from_slice(tail.as_bytes());
        return Ok(response.body(text));
    };
    let rest = stream::unfold((Some(next), load, is_begun), |(place, load, is_begun)| async move {
        let (part, next) = match load(place?).await {
            Ok((items, next)) => {
                let comma = if is_begun && !items.is_empty() { "," } else { "" };
                (Ok(Bytes::from([comma.as_bytes(), &items].concat())), next)
            }
            Err(cause) => (Err(cause), None),
        };
        let is_begun = is_begun || part.as_ref().is_ok_and(|part| !part.is_empty());
        Some((part, (next, load, is_begun)))
    });
    let parts = stream::once(async move { Ok(Bytes::from(text)) })
        .chain(rest)
        .chain(stream::once(async move { Ok(Bytes::from(tail)) }));
    // The answer has begun: all that is left is to break it off, which the client sees.
    Ok(response.streaming(parts.map(|part| part.inspect_err(log))))
}

fn log(cause: &foundation::Error) {
    tracing::error!(%cause, "a list broke off while it was being sent");
}
