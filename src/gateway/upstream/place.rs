//! Where an upstream stands.

use crate::foundation::{Error, Result};
use crate::integrations::langfuse::network::Reach;

/// An upstream's address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub is_https: bool,
    /// Without brackets.
    pub host: String,
    pub port: u16,
    /// As it stands in `Host`.
    pub authority: String,
    /// What stands before every path; without a slash at its end.
    pub base: String,
    /// Whether it may stand on this machine or in a private network.
    pub is_private_allowed: bool,
}

impl Place {
    /// Reads `https://host[:port][/path]`, as the settings hold it.
    pub fn parse(url: &str, is_private_allowed: bool) -> Result<Self> {
        let wrong = || Error::invalid("url", "this is no address of an upstream");
        let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
        let is_https = match scheme {
            "https" => true,
            "http" => false,
            _ => return Err(wrong()),
        };
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let usual = if is_https { 443 } else { 80 };
        let (host, port) = match authority.strip_prefix('[') {
            Some(bracketed) => {
                let (host, after) = bracketed.split_once(']').ok_or_else(wrong)?;
                (host, after.strip_prefix(':'))
            }
            None => match authority.rsplit_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let port = port.map_or(Ok(usual), str::parse::<u16>).map_err(|_| wrong())?;
        if host.is_empty() {
            return Err(wrong());
        }
        Ok(Self {
            is_https,
            host: host.to_owned(),
            port,
            authority: authority.to_owned(),
            base: path.trim_end_matches('/').to_owned(),
            is_private_allowed,
        })
    }

    /// Which addresses may be connected to.
    pub fn reach(&self) -> Reach {
        Reach::allowed(self.is_private_allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        for (url, expected) in [
            ("https://api.openai.com", Some((true, "api.openai.com", 443, "api.openai.com", ""))),
            ("http://127.0.0.1:9000/", Some((false, "127.0.0.1", 9000, "127.0.0.1:9000", ""))),
            ("https://[::1]:8443/eu/v2", Some((true, "::1", 8443, "[::1]:8443", "/eu/v2"))),
            ("https://host:", None),
            ("https://host:port", None),
            ("https://", None),
            ("host", None),
            ("ftp://host", None),
        ] {
            let found = Place::parse(url, false).ok();
            let found = found
                .as_ref()
                .map(|it| (it.is_https, it.host.as_str(), it.port, it.authority.as_str(), it.base.as_str()));
            assert_eq!(found, expected, "{url}");
        }
    }
}
