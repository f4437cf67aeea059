//! Where calls of models are passed on to, with whose key, and how long an answer may take.

use std::fmt;
use std::time::Duration;

use crate::foundation::{Error, Result};

use super::Values;

/// The gateway; a provider without an address is not passed on to.
#[derive(Clone, Debug)]
pub struct GatewayConfig {
    pub openai: Option<UpstreamConfig>,
    pub anthropic: Option<UpstreamConfig>,
    /// Whether an upstream may stand on this machine or in a private network, and be spoken to without TLS. Link-local
    /// addresses never may.
    pub private_addresses: bool,
    /// How long it may take until the upstream is reached.
    pub connect: Duration,
    /// How long the head of an answer may take once all was sent.
    pub first_byte: Duration,
    /// How long an answer that has begun may be silent.
    pub silence: Duration,
}

/// One upstream.
#[derive(Clone)]
pub struct UpstreamConfig {
    /// `https://host[:port][/path]`, without a slash at its end.
    pub url: String,
    /// The provider's key, for clients that bring only a key of ours.
    pub key: Option<String>,
}

impl GatewayConfig {
    pub(super) fn read(values: &mut Values) -> Result<Self> {
        let private_addresses = values.switch("gateway.private-addresses", false)?;
        let openai = upstream(values, "gateway.openai-url", "gateway.openai-key", private_addresses)?;
        let anthropic =
            upstream(values, "gateway.anthropic-url", "gateway.anthropic-key", private_addresses)?;
        let mut seconds = |name, default| values.number(name, default, 1..=3_600).map(Duration::from_secs);
        Ok(Self {
            openai,
            anthropic,
            private_addresses,
            connect: seconds("gateway.connect-seconds", 10)?,
            first_byte: seconds("gateway.first-byte-seconds", 600)?,
            silence: seconds("gateway.silence-seconds", 300)?,
        })
    }

    /// Whether anything is passed on.
    pub fn is_on(&self) -> bool {
        self.openai.is_some() || self.anthropic.is_some()
    }
}

impl fmt::Debug for UpstreamConfig {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpstreamConfig")
            .field("url", &self.url)
            .field("has_key", &self.key.is_some())
            .finish_non_exhaustive()
    }
}

fn upstream(values: &mut Values, url: &str, key: &str, open_wire: bool) -> Result<Option<UpstreamConfig>> {
    let (address, secret) = (values.optional(url), values.secret(key)?);
    // A header carries nothing else.
    if secret.as_deref().is_some_and(|secret| !secret.bytes().all(|b| b.is_ascii_graphic())) {
        return Err(Error::invalid(key, "a key has letters, digits and signs of ASCII, without blanks"));
    }
    let Some(address) = address else {
        return match secret {
            Some(_) => Err(Error::invalid(key, format!("a key without an address: set {url} too"))),
            None => Ok(None),
        };
    };
    let address = address.trim().trim_end_matches('/').to_owned();
    let is_sound = match address.split_once("://") {
        Some(("https", rest)) => is_place(rest),
        Some(("http", rest)) if open_wire => is_place(rest),
        Some(("http", _)) => {
            let wanted =
                "without TLS anybody on the way reads keys and calls; gateway.private-addresses allows it";
            return Err(Error::invalid(url, wanted));
        }
        _ => false,
    };
    if !is_sound {
        return Err(Error::invalid(url, "expected https://host, with a port and a path if need be"));
    }
    Ok(Some(UpstreamConfig { url: address, key: secret }))
}

/// Host, port and path: no password, no query.
fn is_place(rest: &str) -> bool {
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, after)) => (host, Some(after.strip_prefix(':').unwrap_or_default())),
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let has_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    !host.is_empty() && has_port && rest.bytes().all(|b| b.is_ascii_graphic() && !b"@?#\"<>\\".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[(&str, &str)]) -> Result<GatewayConfig> {
        GatewayConfig::read(&mut Values::of(values))
    }

    #[test]
    fn an_upstream_is_taken_if_nobody_reads_along() {
        for (url, private, taken) in [
            ("https://api.openai.com", "no", Some("https://api.openai.com")),
            ("https://api.openai.com/", "no", Some("https://api.openai.com")),
            ("https://models.example.com:8443/eu", "no", Some("https://models.example.com:8443/eu")),
            ("http://127.0.0.1:9000", "yes", Some("http://127.0.0.1:9000")),
            ("http://127.0.0.1:9000", "no", None),
            ("https://key@api.openai.com", "no", None),
            ("https://", "no", None),
            ("https:///v1", "no", None),
            ("https://[2001:db8::1]:8443/eu", "no", Some("https://[2001:db8::1]:8443/eu")),
            ("https://api.openai.com:", "no", None),
            ("https://api.openai.com:port", "no", None),
            ("https://api.openai.com:99999", "no", None),
            ("https://2001:db8::1", "no", None),
            ("ftp://host", "yes", None),
            ("api.openai.com", "no", None),
        ] {
            let found = read(&[("gateway.openai-url", url), ("gateway.private-addresses", private)]);
            let found = found.ok().and_then(|gateway| gateway.openai).map(|upstream| upstream.url);
            assert_eq!(found.as_deref(), taken, "{url} {private}");
        }
        assert!(!read(&[]).unwrap().is_on());
    }

    #[test]
    fn a_key_is_never_shown_and_needs_an_address() {
        let both =
            [("gateway.anthropic-url", "https://api.anthropic.com"), ("gateway.anthropic-key", "sk-secret")];
        let gateway = read(&both).unwrap();
        assert!(gateway.is_on() && !format!("{gateway:?}").contains("sk-secret"), "{gateway:?}");
        assert!(read(&both[1..]).is_err());
        let odd = [both[0], ("gateway.anthropic-key", "sk secret")];
        assert!(!read(&odd).unwrap_err().to_string().contains("sk secret"));
    }
}
