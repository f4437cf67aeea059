//! Signed addresses: who has one may send or fetch one file for a short time, without a key. Pure.
//!
//! The token is HMAC-SHA-256 (RFC 2104) under the server key over everything that is announced, so an address is good
//! for one project, one file, one length, one type and one of both directions.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::foundation::{Action, Digest, ProjectKey, Timestamp};

/// What an address is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Sending the bytes.
    Upload,
    /// Fetching the bytes.
    Download,
}

impl Purpose {
    /// How long an address is good for, in seconds.
    pub fn seconds(self) -> i64 {
        match self {
            Self::Upload => 15 * 60,
            Self::Download => 60 * 60,
        }
    }

    /// What whoever wants such an address must be allowed to do.
    pub fn verb(self) -> Action {
        match self {
            Self::Upload => Action::SendTraces,
            Self::Download => Action::ReadApi,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Download => "download",
        }
    }
}

/// What a token vouches for.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The direction.
    pub purpose: Purpose,
    pub project: ProjectKey,
    /// The file.
    pub media_id: &'a str,
    /// Its announced length.
    pub content_length: i64,
    /// Its announced type.
    pub content_type: &'a str,
    /// Its announced digest.
    pub digest: Digest,
    /// The second (UTC, since 1970) at which it ends.
    pub expires: i64,
}

impl Claim<'_> {
    /// The token, as hex.
    pub fn sign(&self, server_key: &[u8; 32]) -> String {
        hex::encode(self.mac(server_key).finalize().into_bytes())
    }

    /// Whether this is the token and it has not ended; the comparison takes constant time.
    pub fn is_good(&self, server_key: &[u8; 32], token: &str, now: Timestamp) -> bool {
        let Ok(token) = hex::decode(token) else { return false };
        self.mac(server_key).verify_slice(&token).is_ok() && now.0.div_euclid(1_000_000) < self.expires
    }

    fn mac(&self, server_key: &[u8; 32]) -> Hmac<Sha256> {
        let mut padded = hmac::digest::Key::<Hmac<Sha256>>::default();
        for (place, byte) in padded.iter_mut().zip(server_key) {
            *place = *byte;
        }
        let mut mac = Hmac::<Sha256>::new(&padded);
        mac.update(
            format!(
                "tracewright media 1\n{}\n{}\n{}\n{}\n{}\n{}\n{}",
                self.purpose.word(),
                self.project.0,
                self.media_id,
                self.content_length,
                self.content_type,
                self.digest,
                self.expires
            )
            .as_bytes(),
        );
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_what_it_was_made_for_and_nothing_else() {
        let key = [3; 32];
        let claim = Claim {
            purpose: Purpose::Upload,
            project: ProjectKey(1),
            media_id: "47DEQpj8HBSa-_TImW-5JC",
            content_length: 7,
            content_type: "image/png",
            digest: Digest::of(b"x"),
            expires: 100,
        };
        let token = claim.sign(&key);
        let now = Timestamp(99_999_999);
        assert!(claim.is_good(&key, &token, now));
        for other in [
            Claim { purpose: Purpose::Download, ..claim },
            Claim { project: ProjectKey(2), ..claim },
            Claim { media_id: "47DEQpj8HBSa-_TImW-5JD", ..claim },
            Claim { content_length: 8, ..claim },
            Claim { content_type: "image/gif", ..claim },
            Claim { digest: Digest::of(b"y"), ..claim },
            Claim { expires: 101, ..claim },
        ] {
            assert!(!other.is_good(&key, &token, now), "{other:?}");
        }
        assert!(!claim.is_good(&[4; 32], &token, now));
        assert!(!claim.is_good(&key, &token, Timestamp(100_000_000)));
        for bad in ["", "00", "zz", &token[..62]] {
            assert!(!claim.is_good(&key, bad, now), "{bad}");
        }
    }
}
