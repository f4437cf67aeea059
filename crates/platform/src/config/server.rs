//! How the web server listens and what it trusts.

use std::net::SocketAddr;

use crate::foundation::{Error, Result};

use super::Values;

/// The web server.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Address and port.
    pub listen: SocketAddr,
    /// The address people type, e.g. `https://trace.example.com`; cookies are `Secure` when it is https.
    pub public_url: Option<String>,
    /// Days a session lives without use.
    pub session_days: u64,
}

impl ServerConfig {
    pub(super) fn read(values: &mut Values) -> Result<Self> {
        let listen = values.text("server.listen", "127.0.0.1:8420");
        let listen = listen.parse().map_err(|_| {
            Error::invalid("listen", format!("expected ADDRESS:PORT such as 127.0.0.1:8420, got {listen:?}"))
        })?;
        let public_url = values.optional("server.public-url").map(|url| url.trim_end_matches('/').to_owned());
        let session_days = values.number("server.session-days", 14, 1..=365)?;
        Ok(Self { listen, public_url, session_days })
    }

    /// Whether people reach the server by https.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}
