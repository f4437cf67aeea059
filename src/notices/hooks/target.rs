//! Where a webhook may lead. Pure.

use crate::foundation::{Error, Result};

/// An address that messages are sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    text: String,
    authority: String,
    is_https: bool,
}

impl Target {
    /// Reads one: https, or http inside networks that the operator allows. What could be read on the way is nothing anybody may not
    /// see, but who answers would not be sure.
    pub fn parse(text: &str, private_addresses: bool) -> Result<Self> {
        let bad =
            |why: &str| Error::invalid("url", format!("{why}; expected e.g. https://example.com/hooks/shop"));
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").ok_or_else(|| bad("this is no web address"))?;
        let is_https = match scheme {
            "https" => true,
            "http" if private_addresses => false,
            _ => return Err(bad("the address must begin with https://")),
        };
        let authority = rest.split(['/', '?']).next().unwrap_or_default().to_ascii_lowercase();
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']' | '_');
        if authority.contains('@') {
            return Err(bad("a password does not belong into the address: what is sent is signed"));
        }
        if authority.is_empty() || !authority.chars().all(fits) || text.len() > 500 {
            return Err(bad("the address has no readable host"));
        }
        if rest.contains('#') || !rest.chars().all(|c| c.is_ascii_graphic()) {
            return Err(bad("the address must have no fragment or blank"));
        }
        Ok(Self { text: text.to_owned(), authority, is_https })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port: all that the ledger is told. What stands behind them is often a secret of whoever listens there, and the
    /// ledger has more readers than webhooks have admins.
    pub fn origin(&self) -> String {
        let scheme = if self.is_https { "https" } else { "http" };
        format!("{scheme}://{}", self.authority)
    }

    /// Host and port.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether the wire is closed.
    pub fn is_https(&self) -> bool {
        self.is_https
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_go_by_https_or_within_what_the_operator_allows() {
        for (text, outside, inside) in [
            ("https://example.com/hooks?key=1", true, true),
            (" https://Example.com ", true, true),
            ("http://127.0.0.1:8000/x", false, true),
            ("ftp://example.com", false, false),
            ("https://a:b@example.com", false, false),
            ("https://", false, false),
            ("https://example.com/#x", false, false),
            ("https://example.com/a b", false, false),
            ("https://exämple.com", false, false),
            ("example.com", false, false),
        ] {
            assert_eq!(Target::parse(text, false).is_ok(), outside, "{text}");
            assert_eq!(Target::parse(text, true).is_ok(), inside, "{text}");
        }
        let target = Target::parse("https://Example.com:8443/X", false).unwrap();
        assert_eq!((target.authority(), target.as_str()), ("example.com:8443", "https://Example.com:8443/X"));
        assert_eq!(target.origin(), "https://example.com:8443");
        assert_eq!(
            Target::parse("http://127.0.0.1:80/x?key=1", true).unwrap().origin(),
            "http://127.0.0.1:80"
        );
    }
}
