//! Secrets that must be read again (keys to other servers) lie in the database sealed, never in the open.
//!
//! AES-256-GCM under a key derived from the server key by HMAC-SHA-256. What the secret is for goes in as associated
//! data, so a sealed secret cannot be moved to another row.

use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::Sha256;

use crate::foundation::ids::random_bytes;
use crate::foundation::{Error, Result};

use super::Keys;

impl Keys {
    /// Seals a secret; `purpose` says what it is for and must be the same at [`Keys::open`].
    pub fn seal(&self, purpose: &str, secret: &str) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE_LEN] = random_bytes();
        let mut bytes = secret.as_bytes().to_vec();
        self.sealing_key()?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose), &mut bytes)
            .map_err(|_| Error::internal("a secret could not be sealed"))?;
        Ok([nonce.as_slice(), &bytes].concat())
    }

    /// Opens a sealed secret; refused when it was sealed for another purpose or under another server key.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<String> {
        let closed =
            || Error::refused("A stored secret cannot be opened: the server key is another. Enter it again.");
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>().ok_or_else(closed)?;
        let mut bytes = rest.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self.sealing_key()?.open_in_place(nonce, Aad::from(purpose), &mut bytes);
        let opened = opened.map_err(|_| closed())?;
        String::from_utf8(opened.to_vec()).map_err(|_| closed())
    }

    fn sealing_key(&self) -> Result<LessSafeKey> {
        let mut derive = Hmac::<Sha256>::new_from_slice(&self.server_key).map_err(Error::internal)?;
        derive.update(b"tracewright sealed secrets 1");
        let key = UnboundKey::new(&AES_256_GCM, &derive.finalize().into_bytes());
        key.map(LessSafeKey::new).map_err(|_| Error::internal("the sealing key has the wrong length"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_for_its_purpose_and_key_only() {
        let keys = Keys::for_tests();
        let sealed = keys.seal("source 1", "sk-lf-123").unwrap();
        assert_eq!(keys.open("source 1", &sealed).unwrap(), "sk-lf-123");
        assert_ne!(
            keys.seal("source 1", "sk-lf-123").unwrap(),
            sealed,
            "every sealing has a nonce of its own"
        );
        assert!(!sealed.windows(5).any(|part| part == b"sk-lf"));
        assert!(keys.open("source 2", &sealed).is_err());
        let others = Keys { server_key: [1; 32], ..Keys::for_tests() };
        assert!(others.open("source 1", &sealed).is_err());
        for cut in [0, 5, sealed.len() - 1] {
            assert!(keys.open("source 1", sealed.get(..cut).unwrap()).is_err());
        }
    }

    #[test]
    fn what_was_sealed_once_opens_for_ever() {
        // Made by another implementation of AES-256-GCM (the Python package `cryptography`).
        let sealed =
            hex::decode("0102030405060708090a0b0c05c928d49590e732871953115bf9295c78600f56cbd56a00d2");
        assert_eq!(Keys::for_tests().open("source 1", &sealed.unwrap()).unwrap(), "sk-lf-123");
    }
}
