//! API keys: the pair clients send, what it opens, and how long it lives.

use std::collections::BTreeSet;
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

    /// Whether it may be taken as a new key's: 8 characters besides the customary prefix, 3 of them different, and not
    /// the public half. Keys that clients have used for years are short; one that can be guessed in an hour is refused.
    pub fn check_new(&self, path: &str, public: &PublicKey) -> Result<()> {
        let own = self.0.strip_prefix("sk-lf-").unwrap_or(&self.0);
        let different: BTreeSet<u8> = own.bytes().collect();
        if own.len() < 8 || different.len() < 3 {
            return Err(Error::invalid(
                path,
                "use a secret of at least 8 characters besides \"sk-lf-\", or leave both empty to have a pair made",
            ));
        }
        if self.0 == public.0 {
            return Err(Error::invalid(path, "the secret key must not be the public key again"));
        }
        Ok(())
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
        if text.trim().is_empty() {
            return Err(Error::invalid(path, "cannot be empty: say what the key is for"));
        }
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
    fn a_secret_that_can_be_guessed_is_refused_and_those_in_use_are_taken() {
        let public = PublicKey::parse("public_key", "pk-lf-botbotbot").unwrap();
        let check = |secret: &str| SecretKey::parse("s", secret).unwrap().check_new("s", &public);
        for weak in ["w", "sk-lf-w", "sk-lf-1234567", "sk-lf-aaaaaaaaaaaa", "abababababab", "pk-lf-botbotbot"]
        {
            assert!(check(weak).is_err(), "{weak}");
        }
        for used in [
            "sk-lf-reported-secret",
            "sk-lf-1234567890",
            "sk-lf-botbotbot",
            "sk-lf-0123456789abcdef0123",
            "eight888",
        ] {
            assert!(check(used).is_ok(), "{used}");
        }
    }

    #[test]
    fn a_secret_is_never_printed() {
        let secret = SecretKey::parse("secret_key", "sk-lf-topsecret").unwrap();
        assert_eq!(format!("{secret:?}"), "SecretKey(..)");
    }
}
