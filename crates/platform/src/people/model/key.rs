//! API keys: the pair clients send, what it opens, and how long it lives.

use std::fmt;

use crate::foundation::{Error, Result};

use super::account::one_line;

/// The public half, `pk-lf-…` by custom; clients may bring their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublicKey(String);

/// The secret half, `sk-lf-…` by custom. Shown once, stored only as HMAC, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(String);

impl PublicKey {
    /// Checks a key given in field `path`: 1 to 200 visible ASCII characters without a colon (it splits Basic credentials).
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        key_text(path, text).map(Self)
    }

    /// A generated key around some random hex.
    pub fn generated(random: &str) -> Self {
        Self(format!("pk-lf-{random}"))
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SecretKey {
    /// As [`PublicKey::parse`].
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        key_text(path, text).map(Self)
    }

    /// A generated key around some random hex.
    pub fn generated(random: &str) -> Self {
        Self(format!("sk-lf-{random}"))
    }

    /// The key itself, for hashing and for showing it once.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

fn key_text(path: &str, text: &str) -> Result<String> {
    let text = text.trim();
    let fits = (1..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic() && b != b':');
    if fits {
        return Ok(text.to_owned());
    }
    Err(Error::invalid(path, "expected 1 to 200 visible ASCII characters without a colon"))
}

/// A label that says what a key is for: 1 to 200 characters on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLabel(String);

impl KeyLabel {
    /// Checks a label given in field `path`.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        one_line(path, text, 200).map(Self)
    }

    /// The label.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_taken_as_given_but_not_with_a_colon_blank_or_nul() {
        assert_eq!(PublicKey::parse("public_key", " pk-lf-1234 ").unwrap().as_str(), "pk-lf-1234");
        for bad in ["", "pk:lf", "pk lf", "pk\0", "pk-é", &"p".repeat(201)] {
            assert!(PublicKey::parse("public_key", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_secret_is_never_printed() {
        let secret = SecretKey::parse("secret_key", "sk-lf-topsecret").unwrap();
        assert_eq!(format!("{secret:?}"), "SecretKey(..)");
    }
}
