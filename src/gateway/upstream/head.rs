//! The head of a request as it is sent and that of an answer as it is read (RFC 9110, RFC 9112). Pure.

use super::body::Framing;
use super::place::Place;

/// The longest head of an answer, in bytes.
const LONGEST: usize = 128 * 1024;
/// The most headers of an answer.
const MOST: usize = 128;

/// A request's head.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub method: String,
    /// Path and query behind the base of the place.
    pub target: String,
    /// Names and values as they are sent, without those of the framing and without `Host`.
    pub headers: Vec<(String, Vec<u8>)>,
    /// How the body is framed.
    pub framing: Framing,
}

impl Outgoing {
    /// The bytes of it.
    pub fn to_bytes(&self, place: &Place) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(1024);
        let line = format!(
            "{} {}{} HTTP/1.1\r\nhost: {}\r\n",
            self.method, place.base, self.target, place.authority
        );
        bytes.extend_from_slice(line.as_bytes());
        for (name, value) in &self.headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        match self.framing {
            Framing::Length(length) => {
                bytes.extend_from_slice(format!("content-length: {length}\r\n").as_bytes());
            }
            Framing::Chunked => bytes.extend_from_slice(b"transfer-encoding: chunked\r\n"),
            Framing::None | Framing::UntilClose => {}
        }
        bytes.extend_from_slice(b"\r\n");
        bytes
    }
}

/// An answer's head.
#[derive(Clone, Debug)]
pub struct Head {
    pub status: u16,
    pub headers: Vec<(String, Vec<u8>)>,
    /// How the body is framed.
    pub framing: Framing,
    /// Whether the connection may be used again.
    pub is_kept_open: bool,
}

impl Head {
    /// Reads a head from the beginning of what came, with its length; none while it is not whole.
    pub fn parse(bytes: &[u8], is_head: bool) -> Result<Option<(Self, usize)>, String> {
        let mut headers = [httparse::EMPTY_HEADER; MOST];
        let mut parsed = httparse::Response::new(&mut headers);
        let length = match parsed.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) if bytes.len() > LONGEST => {
                return Err("the head of its answer has no end".to_owned());
            }
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(cause) => return Err(format!("its answer is no HTTP ({cause})")),
        };
        let status = parsed.code.unwrap_or_default();
        let is_newer = parsed.version == Some(1);
        let headers: Vec<(String, Vec<u8>)> =
            parsed.headers.iter().map(|it| (it.name.to_ascii_lowercase(), it.value.to_vec())).collect();
        let framing = framing(status, is_head, &headers)?;
        let connection = words(&headers, "connection");
        let is_kept_open = framing != Framing::UntilClose
            && if is_newer { !has(&connection, "close") } else { has(&connection, "keep-alive") };
        Ok(Some((Self { status, headers, framing, is_kept_open }, length)))
    }

    /// Whether it only announces an answer (100, 103).
    pub fn is_interim(&self) -> bool {
        (100..200).contains(&self.status)
    }

    /// A header's text; empty where there is none.
    pub fn text(&self, name: &str) -> String {
        let found = self.headers.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).unwrap_or_default()
    }
}

fn words(headers: &[(String, Vec<u8>)], name: &str) -> Vec<String> {
    let of_name = headers.iter().filter(|(it, _)| it == name);
    let texts = of_name.map(|(_, value)| String::from_utf8_lossy(value).to_ascii_lowercase());
    texts.flat_map(|text| text.split(',').map(|word| word.trim().to_owned()).collect::<Vec<_>>()).collect()
}

fn has(words: &[String], word: &str) -> bool {
    words.iter().any(|it| it == word)
}

fn framing(status: u16, is_head: bool, headers: &[(String, Vec<u8>)]) -> Result<Framing, String> {
    if is_head || (100..200).contains(&status) || status == 204 || status == 304 {
        return Ok(Framing::None);
    }
    let encodings = words(headers, "transfer-encoding");
    if encodings.last().is_some_and(|last| last == "chunked") {
        return Ok(Framing::Chunked);
    }
    if !encodings.is_empty() {
        return Ok(Framing::UntilClose);
    }
    let mut lengths = words(headers, "content-length");
    lengths.dedup();
    match lengths.as_slice() {
        [] => Ok(Framing::UntilClose),
        [one] => length(one).map(Framing::Length).ok_or_else(|| "its content-length is no number".to_owned()),
        _ => Err("its answer has two lengths".to_owned()),
    }
}

/// Digits alone: a sign would be read as something else by others.
fn length(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (u16, Framing, bool, usize) {
        let (head, length) = Head::parse(text.as_bytes(), false).unwrap().unwrap();
        (head.status, head.framing, head.is_kept_open, length)
    }

    #[test]
    fn heads_say_how_the_body_is_framed_and_whether_the_connection_stays() {
        let first = "HTTP/1.1 200 OK\r\n";
        for (rest, framing, stays) in [
            ("Content-Length: 5\r\n\r\n", Framing::Length(5), true),
            ("Content-Length: 5\r\nContent-Length: 5\r\n\r\n", Framing::Length(5), true),
            ("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", Framing::Chunked, true),
            ("Transfer-Encoding: gzip, Chunked\r\nConnection: Close\r\n\r\n", Framing::Chunked, false),
            ("\r\n", Framing::UntilClose, false),
        ] {
            let text = format!("{first}{rest}");
            assert_eq!(read(&text), (200, framing, stays, text.len()), "{rest:?}");
            for end in 0..text.len() {
                assert!(Head::parse(&text.as_bytes()[..end], false).unwrap().is_none(), "{rest:?} {end}");
            }
        }
        assert_eq!(read("HTTP/1.1 204 No\r\n\r\n").1, Framing::None);
        assert!(!read("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").2);
        assert!(Head::parse(b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n", false).is_err());
        assert!(Head::parse(b"HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n", false).is_err());
        assert!(Head::parse(b"SSH-2.0\r\n\r\n", false).is_err());
    }

    #[test]
    fn a_request_has_one_host_and_one_framing() {
        let place = Place::parse("https://api.example.com/eu", false).unwrap();
        let outgoing = Outgoing {
            method: "POST".to_owned(),
            target: "/v1/messages?beta=true".to_owned(),
            headers: vec![("x-api-key".to_owned(), b"k".to_vec())],
            framing: Framing::Length(2),
        };
        let expected = "POST /eu/v1/messages?beta=true HTTP/1.1\r\nhost: api.example.com\r\nx-api-key: k\r\n\
                        content-length: 2\r\n\r\n";
        assert_eq!(String::from_utf8(outgoing.to_bytes(&place)).unwrap(), expected);
    }
}
