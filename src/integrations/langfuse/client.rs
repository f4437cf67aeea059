//! One request to a Langfuse server, with limits on everything: time, size, redirects.

use std::io::Read as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ureq::http::Response;
use ureq::tls::TlsConfig;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body};

use crate::foundation::{Error, Result};

use super::model::Address;
use super::network::{Guarded, Reach};

/// The largest answer taken, in bytes after unpacking.
const MAX_ANSWER: u64 = 64 << 20;
/// How long a whole request may take.
const TIMEOUT: Duration = Duration::from_secs(90);
/// How long a first, small question may take.
const FIRST_TIMEOUT: Duration = Duration::from_secs(20);
/// How long it may take until the other side is reached.
const CONNECT: Duration = Duration::from_secs(15);
/// Redirects on the same host that are followed.
const MAX_REDIRECTS: usize = 3;
/// The longest wait that a server may ask for, in seconds.
const MAX_WAIT_S: u64 = 600;
/// How much of an error's text is shown.
const MAX_SHOWN: usize = 200;

/// A server with the key pair of one of its projects. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    address: Address,
    timeout: Duration,
    authorization: Arc<str>,
}

/// What became of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    Body(Vec<u8>),
    /// There is no such route or flag.
    Missing,
    /// Too many requests, or a fault that passes: again after so long, if it said how long.
    Later(Option<Duration>, String),
    /// Too much was asked for at once.
    TooMuch(String),
    /// It did not answer in time; perhaps too much was asked for.
    Silence(String),
    /// Nobody took the request.
    Unreached(String),
    /// The key pair is not good for this.
    Denied(String),
    /// It will never work like this.
    Refused(String),
}

impl Client {
    /// A client; nothing is sent yet. What is out of reach is refused at each connection.
    pub fn new(
        address: Address,
        public_key: &str,
        secret_key: &str,
        timeout: Option<Duration>,
        reach: Reach,
    ) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder().unversioned_rustls_crypto_provider(provider).build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            // Redirects are looked at here, since the key must not go to another host.
            .max_redirects(0)
            .timeout_connect(Some(CONNECT))
            // A proxy would look names up by itself, behind the back of the check.
            .proxy(None)
            .user_agent(concat!("tracewright/", env!("CARGO_PKG_VERSION")))
            .build();
        let pair = STANDARD.encode(format!("{public_key}:{secret_key}"));
        let timeout = timeout.unwrap_or(TIMEOUT);
        let agent = Agent::with_parts(config, DefaultConnector::default(), Guarded { reach });
        Self { agent, address, timeout, authorization: format!("Basic {pair}").into() }
    }

    /// The server's address.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Sends one GET for a path below the address, e.g. `/api/public/traces`, on a blocking thread.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.send(path, self.timeout).await
    }

    /// The same for what is answered soon or never, e.g. `/api/public/health`.
    pub async fn get_soon(&self, path: &str) -> Result<Answer> {
        self.send(path, self.timeout.min(FIRST_TIMEOUT)).await
    }

    async fn send(&self, path: &str, timeout: Duration) -> Result<Answer> {
        let (client, url) = (self.clone(), format!("{}{path}", self.address));
        tokio::task::spawn_blocking(move || client.get_blocking(url, timeout)).await.map_err(Error::internal)
    }

    fn get_blocking(&self, mut url: String, timeout: Duration) -> Answer {
        let end = Instant::now() + timeout;
        for _ in 0..=MAX_REDIRECTS {
            let left = end.saturating_duration_since(Instant::now());
            let asked = self.agent.get(&url).config().timeout_global(Some(left)).build();
            let asked = asked.header("authorization", &*self.authorization);
            let response = match asked.header("accept", "application/json").call() {
                Ok(response) => response,
                Err(cause) => return failed(&cause),
            };
            if !response.status().is_redirection() {
                return read(response);
            }
            let location = header(&response, "location").unwrap_or_default();
            match self.address.redirected(&location) {
                Some(next) => url = next,
                None => return Answer::Refused(elsewhere(&location)),
            }
        }
        Answer::Refused("the server redirects in circles".to_owned())
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client({})", self.address)
    }
}

fn elsewhere(location: &str) -> String {
    let host: String =
        location.split(['?', '#']).next().unwrap_or_default().chars().take(MAX_SHOWN).collect();
    format!(
        "the server redirects to {host:?}, another host; the key is not sent there. Use that address if it is right"
    )
}

fn failed(cause: &ureq::Error) -> Answer {
    match cause {
        ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
            Answer::Unreached("the server cannot be reached in time".to_owned())
        }
        ureq::Error::Timeout(_) => Answer::Silence("the server did not answer in time".to_owned()),
        ureq::Error::Io(_) | ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => {
            Answer::Unreached(format!("the server cannot be reached: {cause}"))
        }
        other => Answer::Refused(format!("the server cannot be spoken to: {other}")),
    }
}

fn read(mut response: Response<Body>) -> Answer {
    let status = response.status().as_u16();
    let wait = header(&response, "retry-after").and_then(|text| retry_after(&text));
    let mut body = Vec::new();
    let taken = response.body_mut().as_reader().take(MAX_ANSWER + 1).read_to_end(&mut body);
    if body.len() as u64 > MAX_ANSWER {
        return Answer::TooMuch("the answer is larger than 64 MiB".to_owned());
    }
    match (status, taken) {
        (200, Ok(_)) => Answer::Body(body),
        (200, Err(cause)) if is_timeout(&cause) => {
            Answer::TooMuch("the answer did not end in time".to_owned())
        }
        (200, Err(cause)) => Answer::Later(None, format!("the answer broke off: {cause}")),
        (404 | 501, _) => Answer::Missing,
        (408 | 413 | 422 | 524, _) => Answer::TooMuch(said(status, &body)),
        (429 | 500..=599, _) => Answer::Later(wait, said(status, &body)),
        (401 | 403, _) => Answer::Denied(format!("{}; check the key pair", said(status, &body))),
        _ => Answer::Refused(said(status, &body)),
    }
}

fn is_timeout(cause: &std::io::Error) -> bool {
    cause.kind() == std::io::ErrorKind::TimedOut || cause.to_string().contains("timeout")
}

/// The server's own message, short.
fn said(status: u16, body: &[u8]) -> String {
    let parsed: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let message = parsed.as_ref().and_then(|value| value.get("message")?.as_str().map(str::to_owned));
    let text = message.unwrap_or_default();
    let shown: String = text.chars().filter(|c| !c.is_control()).take(MAX_SHOWN).collect();
    if shown.is_empty() {
        format!("the server answered {status}")
    } else {
        format!("the server answered {status}: {shown}")
    }
}

fn header(response: &Response<Body>, name: &str) -> Option<String> {
    Some(response.headers().get(name)?.to_str().ok()?.to_owned())
}

/// Seconds, whole or not. A date is not worth a clock that may differ from ours: the ordinary wait does.
fn retry_after(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    let fits = seconds.is_finite() && seconds >= 0.0;
    fits.then(|| {
        Duration::from_secs_f64(seconds.min(f64::from(u32::try_from(MAX_WAIT_S).unwrap_or(u32::MAX))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_may_ask_for_at_most_ten_minutes() {
        for (text, seconds) in
            [("3", Some(3)), ("0", Some(0)), ("99999", Some(600)), ("-1", None), ("soon", None)]
        {
            assert_eq!(retry_after(text), seconds.map(Duration::from_secs), "{text}");
        }
    }
}
