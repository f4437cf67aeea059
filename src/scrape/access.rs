//! Who may read metrics: whoever has the token where one is set, else this machine alone. Pure.
//!
//! The address of a connection is believed, a header about it never: behind a proxy on this machine everybody comes
//! from here. So without a token nothing is told to what looks as if it came through one.

use std::net::IpAddr;

use crate::foundation::Digest;

/// What the settings say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings<'a> {
    /// The token, where one is set.
    pub token: Option<&'a str>,
    /// The address that people type, where that is not the one the server listens at.
    pub public_url: Option<&'a str>,
}

/// What a request says of where it comes from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// The address at the other end of the connection.
    pub peer: Option<IpAddr>,
    /// The name by which the server was addressed, with a port or without.
    pub host: Option<&'a str>,
    /// Whether a proxy says that it passes this on for somebody.
    pub is_forwarded: bool,
    /// What stands behind `Bearer`.
    pub bearer: Option<&'a str>,
}

/// Why nothing is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A token is set, and none or another was sent.
    Token,
    /// No token is set, and the request comes from another machine.
    Elsewhere,
    /// No token is set, and the request may have come from anywhere, through a proxy on this machine.
    Proxied,
}

impl Refused {
    /// Whether a token would help now: 401, else 403.
    pub fn asks_for_token(self) -> bool {
        self == Self::Token
    }

    /// What is answered.
    pub fn words(self) -> &'static str {
        match self {
            Self::Token => {
                "These metrics need their token: send the header Authorization: Bearer TOKEN. It is the setting \
                 metrics.token of this server."
            }
            Self::Elsewhere => {
                "Without a token, metrics are told to this machine only: set metrics.token \
                 (TRACEWRIGHT_METRICS_TOKEN), and send the header Authorization: Bearer TOKEN."
            }
            Self::Proxied => {
                "This may have come through a proxy, from anywhere: set metrics.token (TRACEWRIGHT_METRICS_TOKEN), and \
                 send the header Authorization: Bearer TOKEN."
            }
        }
    }
}

/// Whether metrics are told.
pub fn may_read(settings: Settings<'_>, asked: Asked<'_>) -> Result<(), Refused> {
    if let Some(token) = settings.token {
        return if asked.bearer.is_some_and(|sent| is_same(sent, token)) {
            Ok(())
        } else {
            Err(Refused::Token)
        };
    }
    if !asked.peer.is_some_and(is_loopback) {
        return Err(Refused::Elsewhere);
    }
    let is_public = settings.public_url.is_some_and(|url| !is_here(authority(url)));
    let is_named_otherwise = asked.host.is_some_and(|host| !is_here(host));
    if is_public || is_named_otherwise || asked.is_forwarded { Err(Refused::Proxied) } else { Ok(()) }
}

/// Digests are compared: how long that takes tells nothing of the token.
fn is_same(sent: &str, token: &str) -> bool {
    Digest::of(sent.as_bytes()) == Digest::of(token.as_bytes())
}

/// A server that listens on both protocols sees `::ffff:127.0.0.1`.
fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// `host:port` of an address.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, place)| place)
}

/// Whether a host, with a port or without, is one that this machine alone has.
fn is_here(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']').map_or("", |(host, _)| host),
        None => authority.split_once(':').map_or(authority, |(host, _)| host),
    };
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789abcdef";

    fn from(peer: &str) -> Asked<'_> {
        Asked { peer: peer.parse().ok(), host: Some("127.0.0.1:8420"), ..Asked::default() }
    }

    #[test]
    fn without_a_token_this_machine_alone_reads() {
        for (peer, answer) in [
            ("127.0.0.1", Ok(())),
            ("127.9.9.9", Ok(())),
            ("::1", Ok(())),
            ("::ffff:127.0.0.1", Ok(())),
            ("::ffff:192.0.2.1", Err(Refused::Elsewhere)),
            ("192.168.0.5", Err(Refused::Elsewhere)),
            ("0.0.0.0", Err(Refused::Elsewhere)),
            ("nobody knows", Err(Refused::Elsewhere)),
        ] {
            assert_eq!(may_read(Settings::default(), from(peer)), answer, "{peer}");
        }
    }

    #[test]
    fn what_may_have_come_through_a_proxy_needs_a_token() {
        for (host, answer) in [
            (None, Ok(())),
            (Some("localhost"), Ok(())),
            (Some("LOCALHOST:8420"), Ok(())),
            (Some("[::1]:8420"), Ok(())),
            (Some("127.0.0.1"), Ok(())),
            (Some("localhost.example.com"), Err(Refused::Proxied)),
            (Some("127.0.0.1.example.com:80"), Err(Refused::Proxied)),
            (Some("trace.example.com"), Err(Refused::Proxied)),
            (Some("[::1"), Err(Refused::Proxied)),
            (Some(""), Err(Refused::Proxied)),
        ] {
            assert_eq!(may_read(Settings::default(), Asked { host, ..from("::1") }), answer, "{host:?}");
        }
        let forwarded = Asked { is_forwarded: true, ..from("::1") };
        assert_eq!(may_read(Settings::default(), forwarded), Err(Refused::Proxied));
        for (url, answer) in [
            ("https://trace.example.com", Err(Refused::Proxied)),
            ("https://localhost@trace.example.com/", Err(Refused::Proxied)),
            ("trace.example.com", Err(Refused::Proxied)),
            ("http://localhost:8420", Ok(())),
            ("http://user@127.0.0.1:8420/x", Ok(())),
            ("http://[::1]:8420", Ok(())),
        ] {
            let settings = Settings { public_url: Some(url), token: None };
            assert_eq!(may_read(settings, from("127.0.0.1")), answer, "{url}");
        }
    }

    #[test]
    fn where_a_token_is_set_it_alone_opens() {
        let settings = Settings { token: Some(TOKEN), public_url: Some("https://trace.example.com") };
        for (bearer, answer) in [
            (Some(TOKEN), Ok(())),
            (None, Err(Refused::Token)),
            (Some(""), Err(Refused::Token)),
            (Some("0123456789abcdeF"), Err(Refused::Token)),
            (Some("0123456789abcdef0"), Err(Refused::Token)),
        ] {
            for peer in ["127.0.0.1", "192.0.2.9"] {
                for is_forwarded in [false, true] {
                    let asked = Asked { is_forwarded, bearer, ..from(peer) };
                    assert_eq!(may_read(settings, asked), answer, "{bearer:?} {peer}");
                }
            }
        }
    }
}
