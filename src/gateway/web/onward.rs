//! What of a request goes on: the path, the headers, and how its body is framed. Pure.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderValue};

use super::auth::{self, Own};
use super::refusal::Refusal;
use crate::gateway::model::Provider;
use crate::gateway::upstream::{Framing, Outgoing};

/// Headers that are about one connection or about us, and do not go on.
const OURS: [&str; 19] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "host",
    "content-length",
    "expect",
    "accept-encoding",
    "authorization",
    "cookie",
    "forwarded",
    "via",
    "x-real-ip",
    auth::API_KEY,
];
/// Beginnings of others: our own, and what proxies between the client and us say of our network.
const OURS_BY_BEGINNING: [&str; 2] = ["x-tracewright-", "x-forwarded-"];
/// Headers of answers that do not come back: of the connection, cookies and where else the upstream listens, which belong to its
/// own address.
const THEIRS: [&str; 12] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "content-length",
    "set-cookie",
    "alt-svc",
    "strict-transport-security",
];

/// Where a call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The path below the provider as it was sent, with its percent signs: so it goes on.
    pub sent: String,
    /// As the upstream reads it, by which a call is known: without percent signs and without slashes too many.
    pub read: String,
}

impl Way {
    /// Of the path that was asked for. One that leads upwards would come out of what the operator named as the upstream.
    pub fn of(provider: Provider, path: &str) -> Result<Self, Refusal> {
        let rest = path.strip_prefix("/gateway/").and_then(|rest| rest.strip_prefix(provider.as_str()));
        let sent = rest.filter(|rest| rest.starts_with('/')).ok_or_else(odd)?;
        // Whoever stands between may read it more than once.
        let read = (0..3).fold(sent.to_owned(), |path, _| plain(&path));
        let leads_up = |part: &str| matches!(part.split(';').next(), Some("." | ".."));
        if read.split(['/', '\\']).any(leads_up) {
            return Err(odd());
        }
        let parts: Vec<&str> = read.split('/').filter(|part| !part.is_empty()).collect();
        Ok(Self { sent: sent.to_owned(), read: format!("/{}", parts.join("/")) })
    }
}

fn odd() -> Refusal {
    let said = "This address is not passed on: it has to be written out, without . or .. as a part of it.";
    Refusal::new(StatusCode::BAD_REQUEST, "address", said)
}

/// Without percent signs, once.
fn plain(text: &str) -> String {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let [first, after @ ..] = rest {
        let pair = match (first, after) {
            (b'%', [high, low, beyond @ ..]) => {
                digit(high).zip(digit(low)).map(|(high, low)| (high * 16 + low, beyond))
            }
            _ => None,
        };
        let (byte, beyond) = pair.unwrap_or((*first, after));
        bytes.push(byte);
        rest = beyond;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Refuses what asks to become something else than a request with an answer: whatever came behind its head would reach the
/// upstream as calls that nobody counted.
pub fn only_calls(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut asked = headers.get_all("upgrade").map(|value| value.as_bytes().to_ascii_lowercase());
    if asked.any(|value| value.windows(9).any(|word| word == b"websocket")) {
        let said = "WebSockets are not passed on; ask over HTTP.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "websocket", said));
    }
    Ok(())
}

/// The request's head as it goes on: the provider's key in place of ours, and an answer asked for that is not packed, since it is
/// read on its way.
pub fn outgoing(request: &HttpRequest, path: &str, own: &Own, keys: Vec<(String, Vec<u8>)>) -> Outgoing {
    let named = named(request.headers().get("connection").map(HeaderValue::as_bytes));
    let is_ours = |name: &str| {
        OURS.contains(&name)
            || OURS_BY_BEGINNING.iter().any(|beginning| name.starts_with(beginning))
            || named.iter().any(|it| it == name)
    };
    let mut headers: Vec<(String, Vec<u8>)> = request
        .headers()
        .iter()
        .filter(|(name, value)| !is_ours(name.as_str()) && !own.is_in(value.as_bytes()))
        .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
        .collect();
    headers.push(("accept-encoding".to_owned(), b"identity".to_vec()));
    headers.extend(keys);
    let target = match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let framing = framing(request.headers());
    Outgoing { method: request.method().as_str().to_owned(), target, headers, framing }
}

/// Chunks come before a length, as whoever read the request to us did it.
fn framing(headers: &HeaderMap) -> Framing {
    if headers.contains_key("transfer-encoding") {
        return Framing::Chunked;
    }
    let length = headers.get("content-length").and_then(|value| value.to_str().ok()?.parse().ok());
    length.map_or(Framing::None, Framing::Length)
}

/// Whether a header of an answer comes back.
pub fn comes_back(name: &str, named: &[String]) -> bool {
    !THEIRS.contains(&name) && !name.starts_with("x-tracewright-") && !named.iter().any(|it| it == name)
}

/// The headers that `Connection` names: they are about one connection too.
pub fn named(connection: Option<&[u8]>) -> Vec<String> {
    let text = String::from_utf8_lossy(connection.unwrap_or_default()).to_ascii_lowercase();
    text.split(',').map(|name| name.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use crate::people::actions::check_key::Credentials;

    use super::*;

    fn read(path: &str) -> Option<String> {
        Way::of(Provider::OpenAi, path).ok().map(|way| way.read)
    }

    #[test]
    fn an_address_is_known_however_it_is_written_and_never_leads_upwards() {
        for path in [
            "/gateway/openai/v1/chat/completions",
            "/gateway/openai/v1/chat/%63ompletions",
            "/gateway/openai/v1/chat%2Fcompletions/",
            "/gateway/openai//v1//chat/completions",
            "/gateway/openai/v1/chat/%2563ompletions",
        ] {
            assert_eq!(read(path).as_deref(), Some("/v1/chat/completions"), "{path}");
        }
        let way = Way::of(Provider::OpenAi, "/gateway/openai/v1/a%20b%zz").unwrap();
        assert_eq!((way.sent.as_str(), way.read.as_str()), ("/v1/a%20b%zz", "/v1/a b%zz"));
        for path in [
            "/gateway/openai/../admin",
            "/gateway/openai/v1/%2e%2e/admin",
            "/gateway/openai/v1/.%252E/admin",
            "/gateway/openai/v1/..%5cadmin",
            "/gateway/openai/v1/..;x/admin",
            "/gateway/openai/./v1",
            "/gateway/openai",
            "/gateway/%6fpenai/v1",
            "/gateway/anthropic/v1",
        ] {
            assert_eq!(read(path), None, "{path}");
        }
    }

    #[test]
    fn what_is_ours_stays_here() {
        let own = Own(Credentials::Pair { public: "pk".to_owned(), secret: "sk-lf-ours".to_owned() });
        let given = [
            ("connection", "keep-alive, X-Hop"),
            ("x-hop", "1"),
            ("api-key", "pk:sk-lf-ours"),
            ("x-also", "Basic cGs6c2stbGYtb3Vycw=="),
            ("x-forwarded-for", "10.0.0.7"),
            ("forwarded", "for=10.0.0.7"),
            ("x-tracewright-agent", "a"),
            ("cookie", "c=1"),
            ("content-length", "5"),
            ("x-kept", "yes"),
        ];
        let request = given.iter().fold(TestRequest::post(), |request, pair| request.insert_header(*pair));
        let sent = outgoing(&request.to_http_request(), "/v1/x", &own, Vec::new());
        let names: Vec<&str> = sent.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["x-kept", "accept-encoding"]);
        assert_eq!(sent.framing, Framing::Length(5));
    }

    #[test]
    fn chunks_come_before_a_length() {
        let both = TestRequest::post()
            .insert_header(("content-length", "5"))
            .insert_header(("transfer-encoding", "chunked"))
            .to_http_request();
        assert_eq!(framing(both.headers()), Framing::Chunked);
        assert_eq!(framing(TestRequest::get().to_http_request().headers()), Framing::None);
    }

    #[test]
    fn of_an_answer_the_connection_s_own_headers_do_not_come_back() {
        let named = named(Some(b"close, X-Hop"));
        for (name, back) in [
            ("x-hop", false),
            ("alt-svc", false),
            ("x-tracewright-refused", false),
            ("set-cookie", false),
            ("content-encoding", true),
            ("retry-after", true),
        ] {
            assert_eq!(comes_back(name, &named), back, "{name}");
        }
    }
}
