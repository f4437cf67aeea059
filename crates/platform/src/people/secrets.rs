//! Secrets: made here from the operating system's randomness, kept only as digests.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::foundation::Digest;
use crate::foundation::ids::random_bytes;

use super::model::{PublicKey, SecretKey};

/// 256 random bits that somebody carries in a cookie or a link, as 64 hex digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new token.
    pub fn generate() -> Self {
        Self(hex::encode(random_bytes::<32>()))
    }

    /// What somebody brought; anything but 64 lower-case hex digits is no token.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        hex.then(|| Self(text.to_owned()))
    }

    /// The digest under which it is stored.
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }

    /// The token itself, to be handed out once.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(..)")
    }
}

/// A new key pair.
pub fn generate_key_pair() -> (PublicKey, SecretKey) {
    let public = hex::encode(random_bytes::<16>());
    let secret = hex::encode(random_bytes::<24>());
    (PublicKey::generated(&public), SecretKey::generated(&secret))
}

/// HMAC-SHA-256 (RFC 2104) of an API secret under the server key.
pub fn secret_hmac(server_key: &[u8; 32], secret: &str) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(&mac(server_key, secret).finalize().into_bytes());
    out
}

/// Whether a secret has this HMAC, compared in constant time.
pub fn secret_matches(server_key: &[u8; 32], secret: &str, hmac: &[u8]) -> bool {
    mac(server_key, secret).verify_slice(hmac).is_ok()
}

fn mac(server_key: &[u8; 32], secret: &str) -> Hmac<Sha256> {
    let key = hmac::digest::Key::<Hmac<Sha256>>::default();
    let mut padded = key;
    for (place, byte) in padded.iter_mut().zip(server_key) {
        *place = *byte;
    }
    let mut mac = Hmac::<Sha256>::new(&padded);
    mac.update(secret.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hmac_is_the_published_one() {
        // RFC 4231 test case 2 has a shorter key; zero padding is part of HMAC, so the padded key gives the same.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex::encode(secret_hmac(&key, "what do ya want for nothing?")), expected);
    }

    #[test]
    fn only_the_right_secret_under_the_right_key_matches() {
        let hmac = secret_hmac(&[9; 32], "sk-lf-1");
        assert!(secret_matches(&[9; 32], "sk-lf-1", &hmac));
        assert!(!secret_matches(&[9; 32], "sk-lf-2", &hmac));
        assert!(!secret_matches(&[8; 32], "sk-lf-1", &hmac));
        assert!(!secret_matches(&[9; 32], "sk-lf-1", &hmac[..31]));
    }

    #[test]
    fn tokens_are_hex_and_differ() {
        let token = Token::generate();
        assert_ne!(token, Token::generate());
        assert_eq!(Token::parse(token.expose()), Some(token.clone()));
        for bad in ["", "zz", &"A".repeat(64), &format!("{}\0", "a".repeat(63))] {
            assert_eq!(Token::parse(bad), None);
        }
    }
}
