//! One message to one address, with limits on everything: time, size, redirects. On a blocking thread.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use ureq::http::Response;
use ureq::tls::TlsConfig;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body};

use crate::integrations::langfuse::network::{Guarded, Reach};

/// How long a whole delivery may take.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How much of an answer is read.
const MAX_ANSWER: u64 = 4 << 10;
/// How much of it is shown.
const MAX_SHOWN: usize = 200;

/// What is sent, signed.
#[derive(Clone)]
pub struct Signed {
    pub url: String,
    /// `webhook-id`: the same each time it is sent again.
    pub id: String,
    /// `webhook-timestamp`: of this attempt.
    pub seconds: i64,
    /// `webhook-signature`: one or two, with a blank between them.
    pub signatures: String,
    pub body: String,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was taken.
    Taken(u16),
    /// It was not, with the status where there was an answer.
    NotTaken(Option<u16>, String),
    /// Whoever answers wants nothing any more (410).
    Gone(String),
}

/// Sends it; addresses out of reach are refused at the connection.
pub fn send(signed: &Signed, reach: Reach) -> Answer {
    let sent = agent(reach)
        .post(&signed.url)
        .config()
        .timeout_global(Some(TIMEOUT))
        .build()
        .header("content-type", "application/json")
        .header("webhook-id", signed.id.as_str())
        .header("webhook-timestamp", signed.seconds.to_string())
        .header("webhook-signature", signed.signatures.as_str())
        .send(signed.body.as_str());
    match sent {
        Ok(response) => read(response),
        Err(cause) => Answer::NotTaken(None, format!("nobody took it: {cause}")),
    }
}

fn agent(reach: Reach) -> Agent {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder().unversioned_rustls_crypto_provider(provider).build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        // What is signed for one address is for no other.
        .max_redirects(0)
        // A proxy would look names up by itself, behind the back of the check.
        .proxy(None)
        .user_agent(concat!("tracewright/", env!("CARGO_PKG_VERSION")))
        .build();
    Agent::with_parts(config, DefaultConnector::default(), Guarded { reach })
}

fn read(mut response: Response<Body>) -> Answer {
    let status = response.status().as_u16();
    let mut body = Vec::new();
    // What it says beyond its status is for people only, so it does not matter where it breaks off.
    let _ = response.body_mut().as_reader().take(MAX_ANSWER).read_to_end(&mut body);
    let said: String =
        String::from_utf8_lossy(&body).chars().filter(|c| !c.is_control()).take(MAX_SHOWN).collect();
    let said = if said.trim().is_empty() { String::new() } else { format!(": {}", said.trim()) };
    match status {
        200..=299 => Answer::Taken(status),
        300..=399 => Answer::NotTaken(
            Some(status),
            format!(
                "it was answered with a redirect ({status}), which is not followed; give the address it leads to"
            ),
        ),
        410 => {
            Answer::Gone(format!("it was answered 410, which means that nothing is wanted any more{said}"))
        }
        _ => Answer::NotTaken(Some(status), format!("it was answered {status}{said}")),
    }
}
