//! Pages go out packed, where the browser takes that: a long order is mostly the same words again. No page holds a secret beside
//! words of its reader's choice, and none has a token (`csrf`), so their length tells nothing.

use std::io::Write as _;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, VARY,
};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Shorter pages are sent as they are.
const SHORT: usize = 1_024;

/// The middleware.
pub async fn pages<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let takes = says(request.headers(), &ACCEPT_ENCODING, "gzip");
    let answer = next.call(request).await?.map_into_boxed_body();
    if !says(answer.headers(), &CONTENT_TYPE, "text/html") || answer.headers().contains_key(CONTENT_ENCODING)
    {
        return Ok(answer);
    }
    let (request, response) = answer.into_parts();
    let (mut response, body) = response.into_parts();
    response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
    let body = match body.try_into_bytes() {
        Ok(plain) if takes && plain.len() >= SHORT => match pack(&plain) {
            Some(packed) => {
                response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                BoxBody::new(Bytes::from(packed))
            }
            None => BoxBody::new(plain),
        },
        Ok(plain) => BoxBody::new(plain),
        Err(body) => body,
    };
    Ok(ServiceResponse::new(request, response.set_body(body)))
}

fn says(headers: &HeaderMap, name: &actix_web::http::header::HeaderName, word: &str) -> bool {
    headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(word))
}

/// Quick rather than small: level 9 takes three times as long for a few per cent.
fn pack(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 6), Compression::new(5));
    encoder.write_all(plain).and_then(|()| encoder.finish()).ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use actix_web::http::header::ContentType;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service, read_body};
    use actix_web::{App, HttpResponse, web};

    use super::*;

    #[actix_web::test]
    async fn a_long_page_is_packed_for_whoever_takes_it_and_nothing_else_is() {
        let long = "the same words again ".repeat(500);
        let (page, other, expected) = (long.clone(), long.clone(), long);
        let app = App::new()
            .route(
                "/page",
                web::get().to(move || {
                    let page = page.clone();
                    async move { HttpResponse::Ok().content_type(ContentType::html()).body(page) }
                }),
            )
            .route(
                "/other",
                web::get().to(move || {
                    let other = other.clone();
                    async move { HttpResponse::Ok().content_type(ContentType::json()).body(other) }
                }),
            )
            .wrap(from_fn(pages));
        let service = init_service(app).await;
        for (path, takes, is_packed) in
            [("/page", "gzip, br", true), ("/page", "identity", false), ("/other", "gzip, br", false)]
        {
            let request = TestRequest::get().uri(path).insert_header((ACCEPT_ENCODING, takes)).to_request();
            let answer = call_service(&service, request).await;
            assert_eq!(answer.headers().contains_key(CONTENT_ENCODING), is_packed, "{path} {takes}");
            assert_eq!(answer.headers().contains_key(VARY), path == "/page", "{path} {takes}");
            let body = read_body(answer).await;
            let mut text = String::new();
            if is_packed {
                assert!(body.len() * 10 < expected.len());
                flate2::read::GzDecoder::new(&*body).read_to_string(&mut text).unwrap();
            } else {
                text = String::from_utf8(body.to_vec()).unwrap();
            }
            assert_eq!(text, expected);
        }
    }
}
