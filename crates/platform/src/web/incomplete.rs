//! A header for answers that have no room for words: files, and shapes that programs know.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};

/// Says why an answer may lack something; absent where it is whole.
pub const INCOMPLETE: HeaderName = HeaderName::from_static("x-tracewright-incomplete");

/// The answer with the header, where older traces are still being counted.
pub fn while_counting(mut response: HttpResponse, is_counting: bool) -> HttpResponse {
    if is_counting {
        let why = HeaderValue::from_static("older traces are still being counted");
        response.headers_mut().insert(INCOMPLETE, why);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_whole_says_nothing() {
        let of = |is_counting| while_counting(HttpResponse::Ok().finish(), is_counting);
        assert!(of(false).headers().get(INCOMPLETE).is_none());
        assert_eq!(of(true).headers().get(INCOMPLETE).unwrap(), "older traces are still being counted");
    }
}
